"""The command line: what a stranger is told."""

import ast
import signal
import subprocess
import sys

import pytest

from local.__main__ import main
from local.place import ROOT


def told(*arguments: str) -> str:
    """Return what `python -m local …` prints."""
    command = [sys.executable, "-m", "local", *arguments]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    return ended.stdout + ended.stderr


def test_an_old_python_gets_a_sentence() -> None:
    """The one file that an old Python reads before it fails is one that it can read."""
    source = (ROOT / "local" / "__init__.py").read_text("ascii")
    ast.parse(source, feature_version=(3, 4))
    assert "Python 3.11 or newer is needed" in source


def test_help_says_what_it_does() -> None:
    """The commands, examples, and how to begin anew."""
    words = told("--help")
    for word in ("run", "environment", "examples:", "http://localhost:8080", "begin anew"):
        assert word in words


def test_ctrl_c_ends_a_build_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell has its background jobs ignore Ctrl-C, and what they start would ignore it too."""

    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(sys, "argv", ["local", "environment", "dev"])
    monkeypatch.setattr("local.environment.ready", interrupted)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.value.code == 130


@pytest.mark.parametrize("command", ["run", "environment"])
def test_every_command_has_help(command: str) -> None:
    """Each explains its options."""
    assert "usage: python -m local" in told(command, "--help")


def test_make_lists_its_targets() -> None:
    """`make` alone tells what there is."""
    ended = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("make run", "make test", "make check"):
        assert target in ended.stdout
