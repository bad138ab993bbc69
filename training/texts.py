"""Text files and tables as they come from outside: read strictly, refused with their place."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.errors import CorpusError

LONGEST_NAME = 40  # characters of a column's name that an error shows: it may be a whole review


def read_text(path: Path) -> str:
    """Return the content of a UTF-8 file, with or without a mark of its byte order."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from error
    if b"\0" in content:
        raise CorpusError(f"{path} is a binary file: give plain text, encoded as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CorpusError(
            f"{path} is not UTF-8: byte {error.start} (line {line}) is "
            f"0x{content[error.start]:02x}; save it as UTF-8 again"
        ) from error


@dataclass(frozen=True)
class Entry:
    """A row of a table: where it begins, and its fields by their column."""

    line: int
    fields: dict[str, str]


def read_table(path: Path, needed: Sequence[str]) -> list[Entry]:
    """Read a CSV with a line of column names, of which `needed` must be there."""
    rows = _numbered_rows(path)
    _, columns = next(rows, (1, []))
    missing = [column for column in needed if column not in columns]
    if missing:
        shown = ", ".join(shortened(column) for column in columns) or "none"
        raise CorpusError(
            f"{path} lacks the column {missing[0]!r}: it has {shown}; "
            f"it needs {' and '.join(needed)} in its first line"
        )
    entries = []
    for line, row in rows:
        if len(row) != len(columns):
            raise CorpusError(
                f"{path}, line {line} has {len(row)} fields and the first line names "
                f"{len(columns)}: correct the line; a field with commas stands in double quotes"
            )
        entries.append(Entry(line, dict(zip(columns, row, strict=True))))
    return entries


def shortened(name: str) -> str:
    """Return a name for an error's line."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME].rstrip()}…"


def _numbered_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line on which it begins."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CorpusError(
                f"{path} is no CSV: in the row that begins on line {line}, {error}; where a "
                'double quote is part of a text, it is written twice (""), and no field has more '
                f"than {csv.field_size_limit():,} characters"
            ) from error
        if row:
            yield line, row
