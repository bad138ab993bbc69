"""The functions' own Python is found, or it is said how to get it."""

import sys
from pathlib import Path

import pytest

from ship import interpreters
from ship.errors import ToolMissing


def test_the_running_python_is_taken_where_it_is_the_one() -> None:
    """No other is looked for."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = interpreters.find(version)
    assert (found.path, found.version) == (Path(sys.executable), version)


def test_one_that_does_not_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shim of pyenv is on the PATH for every version, and runs for the chosen ones only."""
    shim = tmp_path / "python3.2"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    installed = tmp_path / "versions" / "3.2.6" / "bin" / "python3.2"
    installed.parent.mkdir(parents=True)
    installed.write_text(f"#!/bin/sh\necho 3.2\necho {tmp_path}\n")
    installed.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    found = interpreters.find("3.2")
    assert (found.path, found.prefix) == (installed, tmp_path)


def test_a_missing_one_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(ToolMissing, match=r"Python 3\.2.*apt install python3\.2"):
        interpreters.find("3.2")
