"""The image is built on AWS's base, or on one that was asked for, and weighed."""

import os
from pathlib import Path

import pytest

from ship import debian_base, image
from ship.builders import Builder
from ship.errors import ToolMissing
from ship.interpreters import Interpreter

BUILDAH = Builder("buildah", ("buildah",))


def said(sentence: str) -> None:
    """Fail: in these tests nothing is made, so nothing is to be said."""
    pytest.fail(sentence)


def test_aws_base_is_what_the_dockerfile_names() -> None:
    """No argument of the build takes its place."""
    assert image._arguments_for("aws", BUILDAH) == {}


def test_any_other_base_is_an_argument() -> None:
    """As for a mirror of AWS's base in a registry of one's own."""
    assert image._arguments_for("mirror.example.org/python:3.12", BUILDAH) == {
        "BASE": "mirror.example.org/python:3.12"
    }


def test_the_packed_size_is_that_of_the_layers_in_a_registry(tmp_path: Path) -> None:
    """What repeats itself packs well, what is random does not."""
    archive = tmp_path / "image.tar"
    archive.write_bytes(bytes(3_000_000) + os.urandom(100_000))
    assert 100_000 < image._packed_size(archive) < 110_000


def test_the_trial_base_needs_a_python_apart_from_the_system() -> None:
    """The system's own is spread over /usr, and cannot be copied."""
    python = Interpreter(Path("/usr/bin/python3.12"), "3.12", Path("/usr"))
    with pytest.raises(ToolMissing, match=r"pyenv install 3\.12"):
        debian_base.ready(BUILDAH, python, said)


def test_the_trial_base_needs_debootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said how to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    python = Interpreter(Path("/opt/bin/python3.12"), "3.12", Path("/opt"))
    with pytest.raises(ToolMissing, match="apt install debootstrap"):
        debian_base.ready(BUILDAH, python, said)
