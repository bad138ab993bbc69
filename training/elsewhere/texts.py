"""The text that a model was fine-tuned on, as it lies there, becomes books for `prepare`.

    a .txt with <|endoftext|> in it    one text between two marks; <|startoftext|> is left out
    a .txt without                     one long text: cut into stretches at paragraph ends
    a .jsonl, a .csv with `text`       reviews as the scraper exports them, with their years
    a .csv of one column               one text a row, under a line that is passed over, as
                                       gpt-2-simple passes over it
    a folder                           all of these in it

A text becomes a file with one paragraph a line, so that whole texts are held out.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from training.corpus import LONGEST_DOCUMENT
from training.errors import CorpusError
from training.reviews import read_reviews
from training.texts import read_text, shortened
from training.tokenizer import END_OF_TEXT

START_OF_TEXT = "<|startoftext|>"
STRETCHES = 40  # of a text without marks: some are held out
_SUFFIXES = (".txt", ".csv", ".jsonl")
_LONGEST_FIELD = 2**31 - 1  # characters; the csv module's own limit is that of a form


def write_books(corpus: Path, folder: Path) -> tuple[Path, Path]:
    """Write texts as books into `folder`; return the folder of books and their table."""
    works = [work for path in _files(corpus) for work in _works_of(path)]
    if not works:
        raise CorpusError(f"{corpus} holds no text: give what the model was fine-tuned on")
    books, table = folder / "books", folder / "books.csv"
    books.mkdir(parents=True)
    with table.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(("file", "year"))
        for number, (year, text) in enumerate(works, start=1):
            name = f"text-{number:06d}.txt"
            (books / name).write_text("\n".join(text) + "\n", encoding="utf-8")
            writer.writerow((name, "" if year is None else year))
    return books, table


def _files(corpus: Path) -> Sequence[Path]:
    if corpus.is_dir():
        found = (path for path in corpus.rglob("*") if path.suffix.lower() in _SUFFIXES)
        files = sorted(path for path in found if path.is_file())
    else:
        files = [corpus] if corpus.is_file() and corpus.suffix.lower() in _SUFFIXES else []
    if not files:
        raise CorpusError(f"no text at {corpus}: give a .txt, .csv or .jsonl, or a folder of them")
    return files


def _works_of(path: Path) -> Iterator[tuple[int | None, list[str]]]:
    """Yield the texts of a file, each with its year where that is known, as its paragraphs."""
    is_table = path.suffix.lower() == ".csv"
    if path.suffix.lower() == ".jsonl" or (is_table and "text" in _columns(path)):
        for review in read_reviews(path):
            if paragraphs := _paragraphs(_without_marks(review.text)):
                yield review.year, paragraphs
    else:
        yield from ((None, text) for text in _texts_of(path))


def _columns(path: Path) -> list[str]:
    with _long_fields():
        return next(csv.reader(io.StringIO(read_text(path), newline="")), [])


def _texts_of(path: Path) -> Iterator[list[str]]:
    """Yield the texts of a file, each as its paragraphs."""
    content = read_text(path)
    if path.suffix.lower() == ".csv":
        pieces = _only_column(path, content)
    elif END_OF_TEXT in content:
        pieces = content.split(END_OF_TEXT)
    else:
        yield from _stretches(_paragraphs(content))
        return
    for piece in pieces:
        if paragraphs := _paragraphs(_without_marks(piece)):
            yield paragraphs


def _only_column(path: Path, content: str) -> list[str]:
    """Return the texts below the first line. Raises CorpusError for what has several columns."""
    texts = []
    columns: list[str] | None = None
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    with _long_fields():
        try:
            for row in filter(None, reader):
                if columns is None:
                    columns = row
                    _check_single(path, columns)
                elif len(row) > 1:
                    raise CorpusError(
                        f"{path}, line {reader.line_num} has {len(row)} fields and the first line "
                        "one: a text with commas stands in double quotes"
                    )
                else:
                    texts += row
        except csv.Error as error:
            raise CorpusError(f"{path} is not a CSV ({error}): quote what holds commas") from error
    return texts


def _check_single(path: Path, columns: Sequence[str]) -> None:
    """Refuse to guess which of several columns has the texts."""
    if len(columns) > 1:
        shown = ", ".join(shortened(column) for column in columns)
        raise CorpusError(
            f"{path} has {len(columns)} columns and none is called 'text': it has {shown}; "
            "call the one with the texts 'text', or leave the others out"
        )


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let a field of a CSV be a whole text."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _without_marks(text: str) -> str:
    return text.replace(END_OF_TEXT, "").replace(START_OF_TEXT, "")


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _stretches(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    """Cut one text into stretches of about as many words, at the ends of paragraphs.

    Each is long enough for a document, as far as that leaves two of them.
    """
    total = sum(len(paragraph.split()) for paragraph in paragraphs)
    most = max(1, min(LONGEST_DOCUMENT, total // 2), total // STRETCHES)
    gathered: list[str] = []
    words = 0
    for paragraph in paragraphs:
        gathered.append(paragraph)
        words += len(paragraph.split())
        if words >= most:
            yield gathered
            gathered, words = [], 0
    if gathered:
        yield gathered
