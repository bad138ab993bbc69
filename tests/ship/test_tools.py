"""What building needs is told before anything is asked of AWS."""

import pytest

from local import deploy, template
from ship import builders, interpreters, tools, zips
from ship.builders import Builder
from ship.errors import ToolMissing
from ship.interpreters import Interpreter

SOURCE = template.read(deploy.TEMPLATE)


@pytest.fixture(autouse=True)
def an_arm_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the Python that is asked for, and docker, on a computer with Arm."""

    def find(version: str) -> Interpreter:
        return Interpreter(zips.ROOT, version, zips.ROOT)

    monkeypatch.setattr(interpreters, "find", find)
    monkeypatch.setattr(builders, "choose", lambda: Builder("docker", ("docker",)))
    monkeypatch.setattr("platform.machine", lambda: "arm64")


def test_what_is_there_is_told() -> None:
    """The Python is the functions' own version; docker builds for either processor."""
    (found,) = tools.of_tools(SOURCE, "x86_64")
    assert not found.stops
    assert found.words == "tools: Python 3.12, docker"


@pytest.mark.parametrize(("module", "name"), [(interpreters, "find"), (builders, "choose")])
def test_what_is_missing_stops(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """A Python, or a program that builds images, with how to have it."""

    def missing(*_: str) -> None:
        raise ToolMissing("install it")

    monkeypatch.setattr(module, name, missing)
    (found,) = tools.of_tools(SOURCE, "arm64")
    assert found.stops
    assert found.words == "install it"


def test_buildah_builds_for_its_own_processor_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the image would be called one for the other, and not run."""
    monkeypatch.setattr(builders, "choose", lambda: Builder("buildah", ("buildah",)))
    assert not any(each.stops for each in tools.of_tools(SOURCE, "arm64"))
    *_, found = tools.of_tools(SOURCE, "x86_64")
    assert found.stops
    assert "Architecture=arm64" in found.words
