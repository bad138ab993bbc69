"""Books on disk become documents of review length.

A book is a UTF-8 text with one paragraph a line; a table names the books and their years. A
document is 400 to 600 words of consecutive paragraphs of one book, cut at a paragraph's end, or at
a sentence's end where a single paragraph is longer than a document.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.errors import CorpusError

SHORTEST_DOCUMENT = 400
LONGEST_DOCUMENT = 600
SHORTEST_REMAINDER = 100  # what is left at a book's end is kept from this many words on

_TABLE_COLUMNS = ("file", "year")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z])")


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
    """A stretch of a book of review length; its decade is `1890s`, or None where unknown."""

    text: str
    decade: str | None
    book: str

    @property
    def words(self) -> int:
        """The number of words, split on spaces."""
        return len(self.text.split())


def read_books(folder: Path, table: Path) -> list[Book]:
    """Read every book that the table names, in the table's order."""
    if not folder.is_dir():
        raise CorpusError(f"no folder of books at {folder}: give the folder that holds the texts")
    rows = _read_table(table)
    books = []
    for number, row in enumerate(rows, start=2):
        path = _find_book(folder, row["file"], f"{table}, line {number}")
        paragraphs = _read_paragraphs(path)
        if paragraphs:
            year = _read_year(row["year"], f"{table}, line {number}")
            books.append(Book(path.name, year, paragraphs))
    if not books:
        raise CorpusError(
            f"the corpus is empty: {table} names {len(rows)} books and none holds any text; "
            "give at least two books"
        )
    return books


def documents_of(book: Book) -> Iterator[Document]:
    """Cut a book into documents; a short remainder at its end is left out."""
    decade = None if book.year is None else f"{book.year // 10 * 10}s"
    gathered: list[str] = []
    words = 0
    for paragraph in book.paragraphs:
        piece = " ".join(paragraph.split())
        length = len(piece.split())
        if words >= SHORTEST_DOCUMENT and words + length > LONGEST_DOCUMENT:
            yield Document("\n".join(gathered), decade, book.name)
            gathered, words = [], 0
        while words + length > LONGEST_DOCUMENT:
            head, piece = _cut_at_sentence(piece, LONGEST_DOCUMENT - words)
            yield Document("\n".join([*gathered, head]), decade, book.name)
            gathered, words, length = [], 0, len(piece.split())
        if length:
            gathered.append(piece)
            words += length
    if words >= SHORTEST_REMAINDER:
        yield Document("\n".join(gathered), decade, book.name)


def _cut_at_sentence(paragraph: str, most_words: int) -> tuple[str, str]:
    """Cut after the last sentence that ends within `most_words`, or there if none does."""
    words = paragraph.split()
    within = " ".join(words[:most_words])
    ends = [match.start() for match in _SENTENCE_END.finditer(paragraph, 0, len(within) + 1)]
    cut = ends[-1] if ends else len(within)
    closing = re.compile(r"[\"')\]]*").match(paragraph, cut)
    cut = closing.end() if closing else cut
    return paragraph[:cut].strip(), paragraph[cut:].strip()


def _read_table(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        raise CorpusError(
            f"no table of books at {table}: give a CSV with the columns "
            f"{' and '.join(_TABLE_COLUMNS)}"
        )
    reader = csv.DictReader(_read_text(table).splitlines())
    present = tuple(reader.fieldnames or ())
    missing = [column for column in _TABLE_COLUMNS if column not in present]
    if missing:
        raise CorpusError(
            f"{table} lacks the column {missing[0]!r}: it has {', '.join(present) or 'none'}; "
            f"it needs {' and '.join(_TABLE_COLUMNS)} (a year may be left empty)"
        )
    return [{column: row[column] or "" for column in _TABLE_COLUMNS} for row in reader]


def _find_book(folder: Path, name: str, place: str) -> Path:
    """Find a book by its name, whether or not the table repeats the folder's own name."""
    for candidate in (folder / name, folder / Path(name).name):
        if name and candidate.is_file():
            return candidate
    raise CorpusError(
        f"{place} names the file {name!r}, which is not in {folder}: correct the table or add it"
    )


def _read_year(text: str, place: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{4}", text):
        raise CorpusError(f"{place} has the year {text!r}: give four digits, or leave it empty")
    return int(text)


def _read_paragraphs(path: Path) -> tuple[str, ...]:
    return tuple(line.strip() for line in _read_text(path).splitlines() if line.strip())


def _read_text(path: Path) -> str:
    content = path.read_bytes()
    if b"\0" in content:
        raise CorpusError(f"{path} is a binary file: give plain text, encoded as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path} is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}; "
            "save it as UTF-8 again"
        ) from error
