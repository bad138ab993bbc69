"""The program that builds the image is the one that is there."""

from pathlib import Path

import pytest

from ship import builders
from ship.errors import ToolMissing
from ship.zips import SCRATCH


def put(folder: Path, name: str, status: int) -> None:
    """Put a program into the folder that ends with this status."""
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder that programs are looked for in."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_docker_that_answers_comes_first(path: Path) -> None:
    """Whoever has a daemon has the image where they look for it."""
    put(path, "docker", 0)
    put(path, "buildah", 0)
    assert builders.choose().name == "docker"


def test_docker_without_its_daemon_does_not_count(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client alone builds nothing; buildah needs no daemon."""
    put(path, "docker", 1)
    put(path, "buildah", 0)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    chosen = builders.choose()
    assert chosen.is_buildah
    assert str(SCRATCH) in " ".join(chosen.program)


def test_buildah_builds_for_this_computers_processor_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would build for this one whatever was asked, and the name would tell the other."""
    put(path, "buildah", 0)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert builders.choose_for("x86_64").is_buildah
    with pytest.raises(ToolMissing, match=r"is to run on arm64: give --set Architecture=x86_64"):
        builders.choose_for("arm64")


def test_docker_builds_for_another_processor_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the platform, and tells itself where it cannot."""
    put(path, "docker", 0)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert builders.choose_for("arm64").name == "docker"


def test_buildah_needs_root(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chroot is root's; it is said, in one line, with what to do."""
    put(path, "buildah", 0)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(ToolMissing, match=r"buildah needs root.*apt install"):
        builders.choose()


@pytest.mark.usefixtures("path")
def test_nothing_to_build_with_is_said() -> None:
    """One line, and what to install."""
    with pytest.raises(ToolMissing, match=r"there is no buildah.*apt install buildah debootstrap"):
        builders.choose()
