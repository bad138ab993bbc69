"""The documentation shows commands that exist, with options that they take."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, ShownCommand, shown_commands, shown_lines

NOT_OURS = frozenset({"venv", "pip"})
PARSED_BY = {"operate": "operate.command_line", "ship": "ship.command_line"}
"""Modules that start another one, in an environment of its own, and what reads their options."""

COMMANDS = sorted(
    {
        command
        for page in PAGES
        for command in shown_commands(page)
        if command.module not in NOT_OURS
    },
    key=lambda command: (command.page, command.module, command.words),
)
_MAKE = re.compile(r"\bmake ((?:[a-z]+|[A-Z_]+=\S+)(?: [A-Z_]+=\S+)*)")
_OPTION = re.compile(r"--[a-z][a-z-]*")


def _help(
    module: str,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> str:
    """Return what a module, or its subcommand, says when it is asked for help."""
    monkeypatch.setattr(sys, "argv", [module, *words, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(PARSED_BY.get(module, module), run_name="__main__")
    assert not ended.value.code
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda shown: f"{shown.page}: {shown.module} {shown.words[:1]}"
)
@pytest.mark.filterwarnings("ignore:.*found in sys.modules.*:RuntimeWarning")
def test_a_shown_command_is_taken(
    command: ShownCommand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The module is there, knows the subcommand, and its help names every option that is shown."""
    told = _help(command.module, (), monkeypatch, capsys)
    if command.words and re.fullmatch(r"[a-z][a-z-]*", command.words[0]):
        told += _help(command.module, command.words[:1], monkeypatch, capsys)
    options = {option for word in command.words for option in _OPTION.findall(word)}
    assert {option for option in options if option not in told} == set()


def test_commands_are_found() -> None:
    """The pages show many; were none found, the test above would hold nothing."""
    assert len(COMMANDS) > 40
    assert {"training", "scraper", "operate", "bench.pages"} <= {c.module for c in COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_is_told_what_it_knows(page: Path) -> None:
    """Every target and every setting of `make` that a page shows is the Makefile's."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    settings = set(re.findall(r"\b([A-Z_]{3,})\b", makefile))
    unknown = [
        f"make {words}"
        for line in shown_lines(page)
        for words in _MAKE.findall(line)
        for name, is_setting, _ in (word.partition("=") for word in words.split())
        if name not in (settings if is_setting else targets)
    ]
    assert unknown == []
