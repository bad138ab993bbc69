"""The pages of the documentation, and the commands that they show."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

_BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4,}(\S.*)$", re.MULTILINE)
_SPAN = re.compile(r"`([^`]+)`")
_CONTINUED = re.compile(r"\\\n\s*")
_MODULE = re.compile(r"python3? -m ([\w.]+)(.*)")


@dataclass(frozen=True, slots=True)
class ShownCommand:
    """A `python -m` that a page shows."""

    page: str
    module: str
    words: tuple[str, ...]
    """What stands behind the module, up to where a shell goes on with something else."""


def shown_lines(page: Path) -> Iterator[str]:
    """Go through the code of a page: its blocks, fenced or indented, and what is in backticks."""
    text = page.read_text("utf-8")
    for block in _BLOCK.findall(text):
        yield from _CONTINUED.sub(" ", block).splitlines()[1:-1]
    text = _BLOCK.sub("", text)
    yield from _INDENTED.findall(_CONTINUED.sub(" ", text))
    for span in _SPAN.findall(text):
        yield " ".join(span.split())


def shown_commands(page: Path) -> Iterator[ShownCommand]:
    """Go through the modules that a page tells to run."""
    for line in shown_lines(page):
        if found := _MODULE.search(line):
            yield ShownCommand(page.name, found[1], _words(found[2]))


def _words(rest: str) -> tuple[str, ...]:
    words = shlex.split(rest.replace("…", ""), comments=True)
    ends = [place for place, word in enumerate(words) if word in {"&&", "||", "|", ";", ">"}]
    return tuple(words[: ends[0]] if ends else words)
