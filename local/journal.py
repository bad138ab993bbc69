"""The tables on disk: a whole file, and a journal of what changed since.

A commit appends a line an item, so it costs the same whether the tables are small or large. The
whole file is written at a clean stop, after a deployment, and when the journal has grown; a start
after a kill folds the journal into it.
"""

import json
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from local import state
from local.errors import LocalError
from local.saver import Write, taken

_LARGE_BYTES = 32 * 1024 * 1024
"""A journal that is larger than this, and than the whole file, is folded into that."""


class Tables(Protocol):
    """The emulator's tables."""

    def changes(self) -> list[bytes] | None:
        """Return, and forget, what changed; None where only the whole can tell.

        A line an item: JSON of its table's account, region and name, its two keys, and itself or
        null where it is gone.
        """

    def whole(self) -> bytes:
        """Return the state file as it should be now, and forget what changed."""


class Journal:
    """A store (see `saver.py`) of tables."""

    def __init__(self, path: Path, tables: Tables) -> None:
        """Take the whole file's path; the journal lies beside it."""
        self._path = path
        self._tables = tables
        self._is_behind = False

    def rewrite(self) -> None:
        """Let the next save write the whole file."""
        self._is_behind = True

    def prepare(self) -> Write | None:
        """Take what changed since the last call."""
        lines = None if self._is_behind or self._is_large() else self._tables.changes()
        if lines is None:
            return partial(self._write_whole, taken(self._tables.whole))
        return partial(self._append, b"".join(lines)) if lines else None

    def _append(self, lines: bytes) -> None:
        self._is_behind = True  # unless the whole of it gets there
        with journal_of(self._path).open("ab") as file:
            file.write(lines)
        self._is_behind = False

    def _write_whole(self, content: bytes) -> None:
        self._is_behind = True
        state.write(self._path, content)
        journal_of(self._path).unlink(missing_ok=True)
        self._is_behind = False

    def _is_large(self) -> bool:
        journal = _size(journal_of(self._path))
        return journal > _LARGE_BYTES and journal > _size(self._path)


def journal_of(path: Path) -> Path:
    """Return the path of the journal beside a whole file."""
    return path.with_suffix(".journal")


def fold(path: Path) -> None:
    """Bring the whole file up to date with its journal, and remove that. Raises LocalError.

    The last line may be half there: it was never acknowledged. A line about a table that the whole
    file does not know belongs to a deployment that was never finished.
    """
    journal = journal_of(path)
    if not journal.exists():
        return
    whole = state.read_json(path)
    tables = whole["payload"]["tables"]["data"] if whole else {}
    *lines, _half = journal.read_bytes().split(b"\n")
    for number, text in enumerate(lines, 1):
        try:
            account, region, name, first, second, item = json.loads(text)
        except ValueError as error:
            raise LocalError(state.damaged(journal, f"line {number} is not whole")) from error
        table = tables.get(f"{account}\0{region}\0{name!r}")
        if table is not None:
            _change(table["items"], first, second, item)
    for table in tables.values():
        table["ItemCount"] = sum(len(items) for items in table["items"].values())
    if whole:
        state.write(path, json.dumps(whole).encode())
    journal.unlink()


def _change(items: dict[str, dict[str, Any]], first: str, second: str, item: object) -> None:
    if item is not None:
        items.setdefault(first, {})[second] = item
    elif first in items:
        items[first].pop(second, None)
        if not items[first]:
            del items[first]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
