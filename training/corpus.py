"""Books on disk become documents of review length.

A book is a UTF-8 text with one paragraph a line; a table names the books and their years. A
document is 400 to 600 words of consecutive paragraphs of one work, cut at a paragraph's end, or at
a sentence's end where a single paragraph is longer than a document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from training.errors import CorpusError
from training.texts import Entry, read_table, read_text

SHORTEST_DOCUMENT = 400
LONGEST_DOCUMENT = 600
SHORTEST_REMAINDER = 100  # a whole review, or what is left at a work's end, is kept from here on

_TABLE_COLUMNS = ("file", "year")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z])")


class Work(Protocol):
    """What one author wrote as one thing: a book or a review."""

    @property
    def name(self) -> str:
        """How an error calls it."""

    @property
    def year(self) -> int | None:
        """The year it was published, where known."""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Its paragraphs, without their line ends."""


@dataclass(frozen=True)
class Book:
    """One book: its name in the table, its year where known, its paragraphs."""

    name: str
    year: int | None
    paragraphs: tuple[str, ...]

    @property
    def words(self) -> int:
        """The number of words, split on spaces."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


@dataclass(frozen=True)
class Document:
    """A stretch of a work, of review length; its decade is `1890s`, or None where unknown."""

    text: str
    decade: str | None
    work: str  # its name

    @property
    def words(self) -> int:
        """The number of words, split on spaces."""
        return len(self.text.split())


def read_books(folder: Path, table: Path | None = None) -> list[Book]:
    """Read every book that the table names, in the table's order; None: every .txt, by its name."""
    if not folder.is_dir():
        raise CorpusError(f"no folder of books at {folder}: give the folder that holds the texts")
    if table is None:
        found = [Book(path.name, None, _paragraphs(path)) for path in sorted(folder.glob("*.txt"))]
        where = f"{folder} has {len(found)} files that end in .txt"
    else:
        rows = _read_table(table)
        found = [_read_book(folder, row, f"{table}, line {row.line}") for row in rows]
        where = f"{table} names {len(found)} books"
    books = [book for book in found if book.paragraphs]
    if not books:
        raise CorpusError(
            f"the corpus is empty: {where} and none holds any text; give at least two books"
        )
    return books


def documents_of(work: Work) -> Iterator[Document]:
    """Cut a work into documents; a short remainder at its end is left out."""
    decade = None if work.year is None else f"{work.year // 10 * 10}s"
    gathered: list[str] = []
    words = 0
    for paragraph in work.paragraphs:
        piece = " ".join(paragraph.split())
        length = len(piece.split())
        if words >= SHORTEST_DOCUMENT and words + length > LONGEST_DOCUMENT:
            yield Document("\n".join(gathered), decade, work.name)
            gathered, words = [], 0
        while words + length > LONGEST_DOCUMENT:
            head, piece = _cut_at_sentence(piece, LONGEST_DOCUMENT - words)
            yield Document("\n".join([*gathered, head]), decade, work.name)
            gathered, words, length = [], 0, len(piece.split())
        if length:
            gathered.append(piece)
            words += length
    if words >= SHORTEST_REMAINDER:
        yield Document("\n".join(gathered), decade, work.name)


def year_of(text: str, place: str) -> int | None:
    """Read a year of four digits, or nothing."""
    text = text.strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text):
        raise CorpusError(f"{place} has the year {text!r}: give four digits, or leave it empty")
    return int(text)


def _cut_at_sentence(paragraph: str, most_words: int) -> tuple[str, str]:
    """Cut after the last sentence that ends within `most_words`, or there if none does."""
    words = paragraph.split()
    within = " ".join(words[:most_words])
    ends = [match.start() for match in _SENTENCE_END.finditer(paragraph, 0, len(within) + 1)]
    cut = ends[-1] if ends else len(within)
    closing = re.compile(r"[\"')\]]*").match(paragraph, cut)
    cut = closing.end() if closing else cut
    return paragraph[:cut].strip(), paragraph[cut:].strip()


def _read_table(table: Path) -> list[Entry]:
    if not table.is_file():
        raise CorpusError(
            f"no table of books at {table}: give a CSV with the columns "
            f"{' and '.join(_TABLE_COLUMNS)} (a year may be left empty)"
        )
    return read_table(table, _TABLE_COLUMNS)


def _read_book(folder: Path, row: Entry, place: str) -> Book:
    path = _find_book(folder, row.fields["file"], place)
    return Book(path.name, year_of(row.fields["year"], place), _paragraphs(path))


def _find_book(folder: Path, name: str, place: str) -> Path:
    """Find a book by its name, whether or not the table repeats the folder's own name."""
    for candidate in (folder / name, folder / Path(name).name):
        if name and candidate.is_file():
            return candidate
    raise CorpusError(
        f"{place} names the file {name!r}, which is not in {folder}: correct the table or add it"
    )


def _paragraphs(path: Path) -> tuple[str, ...]:
    return tuple(line.strip() for line in read_text(path).splitlines() if line.strip())
