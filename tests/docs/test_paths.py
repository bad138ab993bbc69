"""The documentation names files that exist."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, shown_lines

NOW = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""The pages that tell of the project as it is; a changelog may name what is gone."""

_FOLDERS = frozenset(
    path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")
)
_PATH = re.compile(r"(?<![\w/.-])((?:[\w-]+/)+[\w.-]*)")
_BARE = re.compile(r"[a-z_]+\.(?:py|c|html|css|js|yaml|toml)")
_FOR_THE_READER = re.compile(r"[A-Z]{3,}|functions/generate/mine$")
"""Names that stand for what the reader puts there."""


@cache
def _names() -> frozenset[str]:
    """Return the names of our files, and of what the project makes and git ignores."""
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    ours = (path.name for top in _FOLDERS for path in (ROOT / top).rglob("*.*"))
    return frozenset([*ours, *(line.strip("/") for line in ignored)])


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_named_files_are_there(page: Path) -> None:
    """A path that begins with a folder of ours leads somewhere; a bare name is some file's."""
    lines = tuple(shown_lines(page))
    paths = {
        path
        for line in lines
        for path in _PATH.findall(line)
        if path.split("/")[0] in _FOLDERS and not _FOR_THE_READER.search(path)
    }
    bare = {line for line in lines if _BARE.fullmatch(line)}
    assert {path for path in paths if not (ROOT / path).exists()} == set()
    assert bare - _names() == set()
