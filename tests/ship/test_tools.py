"""What building needs is told before anything is asked of AWS."""

import pytest

from local import deploy, template
from local.place import ROOT
from ship import builders, interpreters, tools
from ship.builders import Builder
from ship.errors import ToolMissing
from ship.interpreters import Interpreter

SOURCE = template.read(deploy.TEMPLATE)


@pytest.fixture(autouse=True)
def whole_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the Python that is asked for, and docker."""

    def find(version: str) -> Interpreter:
        return Interpreter(ROOT, version, ROOT)

    monkeypatch.setattr(interpreters, "find", find)
    monkeypatch.setattr(builders, "choose", lambda: Builder("docker", ("docker",)))


def test_what_is_there_is_told() -> None:
    """The Python is the functions' own version."""
    found = list(tools.of_tools(SOURCE, "x86_64"))
    assert not any(each.stops for each in found)
    told = ["tools: Python 3.12 for the functions", "tools: docker for the image"]
    assert [each.words for each in found] == told


@pytest.mark.parametrize(("module", "name"), [(interpreters, "find"), (builders, "choose")])
def test_what_is_missing_stops(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """A Python, or a program that builds images, with how to have it."""

    def missing(*_: str) -> None:
        raise ToolMissing("install it")

    monkeypatch.setattr(module, name, missing)
    (stopping,) = [each for each in tools.of_tools(SOURCE, "x86_64") if each.stops]
    assert stopping.words == "install it"


def test_buildah_is_no_help_for_another_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would build for this one, and call it the other."""
    monkeypatch.setattr(builders, "choose", lambda: Builder("buildah", ("buildah",)))
    monkeypatch.setattr(builders, "own_architecture", lambda: "x86_64")
    (stopping,) = [each for each in tools.of_tools(SOURCE, "arm64") if each.stops]
    assert "this computer's processor alone" in stopping.words
    assert not any(each.stops for each in tools.of_tools(SOURCE, "x86_64"))
