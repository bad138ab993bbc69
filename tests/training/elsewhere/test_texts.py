"""The text of a fine-tune, as people have it, becomes books."""

import csv
from pathlib import Path

import pytest

from tests.training.elsewhere.folders import made_up_texts, write_marked_text
from training.corpus import documents_of, read_books
from training.elsewhere.texts import write_books
from training.errors import CorpusError

_TEXTS = [text.splitlines() for text in made_up_texts(60)]


def _books(corpus: Path, tmp_path: Path) -> list[list[str]]:
    """Return the paragraphs of every book, as `prepare` reads them."""
    books, table = write_books(corpus, tmp_path / "scratch")
    return [list(book.paragraphs) for book in read_books(books, table)]


def test_marked_texts_are_kept_apart(tmp_path: Path) -> None:
    """One text between two marks is one book; the marks are gone."""
    assert _books(write_marked_text(tmp_path / "a.txt"), tmp_path) == _TEXTS


def test_a_column_of_texts_is_one_book_a_row(tmp_path: Path) -> None:
    """Under a line that is passed over, as gpt-2-simple does; each as long as it may be."""
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["review"])
        writer.writerows([["\n".join(text)] for text in _TEXTS])
        writer.writerow(["long " * 40_000])
    books = _books(path, tmp_path)
    assert books[:-1] == _TEXTS
    assert len(books[-1][0].split()) == 40_000


def test_one_long_text_is_cut_into_stretches(tmp_path: Path) -> None:
    """Nothing is lost, and each stretch is long enough for a document."""
    paragraphs = [paragraph for text in _TEXTS for paragraph in text]
    path = tmp_path / "a.txt"
    path.write_text("\n\n".join(paragraphs), "utf-8")
    books, table = write_books(path, tmp_path / "scratch")
    stretches = read_books(books, table)
    assert len(stretches) > 5
    assert [paragraph for book in stretches for paragraph in book.paragraphs] == paragraphs
    assert all(any(documents_of(book)) for book in stretches[:-1])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id,text,year\n7,One.,1964\n8,<|startoftext|>Two.<|endoftext|>,\n"),
        ("a.csv", "text,year\nOne.,1964\nTwo.,\n<|endoftext|>,1999\n"),
        ("a.jsonl", '{"text": "One.", "year": 1964}\n{"text": "Two.<|endoftext|>"}\n'),
    ],
)
def test_what_the_scraper_exports_is_read_as_such(name: str, content: str, tmp_path: Path) -> None:
    """The column of texts, wherever it stands, and the years: not ids, and not JSON as prose.

    Marks are left out of these as well.
    """
    (tmp_path / name).write_text(content)
    books, table = write_books(tmp_path / name, tmp_path / "scratch")
    found = [(book.year, book.paragraphs) for book in read_books(books, table)]
    assert found == [(1964, ("One.",)), (None, ("Two.",))]


def test_a_folder_is_all_its_texts(tmp_path: Path) -> None:
    """Text and tables below it, in the order of their names; other files are left alone."""
    folder = tmp_path / "texts"
    (folder / "b").mkdir(parents=True)
    (folder / "a.txt").write_text("One.<|endoftext|>Two.")
    (folder / "b" / "c.CSV").write_text("words\nThree.\n")
    (folder / "d.npz").write_bytes(b"\0\xff")
    (folder / "e.txt").mkdir()
    assert _books(folder, tmp_path) == [["One."], ["Two."], ["Three."]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"caf\xe9", r"is not UTF-8: byte 3 \(line 1\) is 0xe9"),
        ("a.txt", b"PK\0\0", "is a binary file"),
        ("a.txt", b" \n <|endoftext|>\n", "holds no text"),
        ("a.csv", b"words\n", "holds no text"),
        (
            "a.csv",
            b"id,review\n7,One.\n",
            "2 columns and none is called 'text': it has id, review;",
        ),
        ("a.csv", b"words\n\nOne.\nTwo, three.\n", "line 4 has 2 fields and the first line one"),
        ("a.csv", b"text\nOne.\nTwo, three.\n", "line 3 has 2 fields and the first line names 1"),
        ("a.csv", b"words\nPK\0\0\n", "is a binary file"),
        ("a.csv", b"text\n", "holds no review"),
        ("a.csv", b'words\n"open', "is not a CSV"),
        ("a.csv", b'text\n"open', "is no CSV"),
        ("a.jsonl", b"{", "line 1 is not JSON"),
        ("a.pdf", b"words", r"give a \.txt, \.csv or \.jsonl"),
    ],
)
def test_text_that_cannot_be_used_is_refused(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    """The error names the file and what to do."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        write_books(tmp_path / name, tmp_path / "scratch")


def test_text_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """So is a folder without any."""
    for corpus in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(
            CorpusError, match=r"give a \.txt, \.csv or \.jsonl, or a folder of them"
        ):
            write_books(corpus, tmp_path / "scratch")
