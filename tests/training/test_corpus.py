"""Books become documents of review length."""

import random
from pathlib import Path

import pytest

from tests.training.books import made_up_paragraph, write_corpus
from training.corpus import Book, documents_of, read_books
from training.errors import CorpusError


def _book(paragraphs: list[str], year: int | None = 1894) -> Book:
    return Book("a.txt", year, tuple(paragraphs))


def test_documents_have_review_length_and_end_with_a_paragraph() -> None:
    """Every document but a book's last has 400 to 600 words and ends where a paragraph ends."""
    dice = random.Random(1)
    paragraphs = [made_up_paragraph(dice, dice.randint(2, 13)) for _ in range(80)]
    documents = list(documents_of(_book(paragraphs)))
    assert len(documents) > 5
    for document in documents[:-1]:
        assert 400 <= document.words <= 600
        assert document.text.split("\n")[-1] in paragraphs


def test_no_word_is_lost_or_doubled() -> None:
    """The documents of a book, put together, are the book."""
    dice = random.Random(2)
    paragraphs = [made_up_paragraph(dice, dice.choice([1, 5, 90, 300])) for _ in range(20)]
    documents = list(documents_of(_book(paragraphs)))
    written = " ".join(document.text for document in documents).split()
    assert written == " ".join(paragraphs).split()[: len(written)]
    assert len(" ".join(paragraphs).split()) - len(written) < 100


def test_a_long_paragraph_is_cut_at_a_sentence() -> None:
    """A paragraph longer than a document is cut where a sentence ends."""
    long = made_up_paragraph(random.Random(3), 300)
    documents = list(documents_of(_book([long])))
    assert len(documents) > 2
    assert all(document.words <= 600 for document in documents)
    assert all(document.text.endswith(".") for document in documents)


def test_a_paragraph_without_sentences_is_cut_all_the_same() -> None:
    """Text without any full stop still becomes documents."""
    documents = list(documents_of(_book(["word " * 2000])))
    assert [document.words for document in documents] == [600, 600, 600, 200]


def test_a_document_knows_its_decade() -> None:
    """A book of 1894 gives documents of the 1890s; a book without a year gives none."""
    text = [made_up_paragraph(random.Random(4), 60)]
    assert next(documents_of(_book(text, 1894))).decade == "1890s"
    assert next(documents_of(_book(text, None))).decade is None


def test_a_year_may_be_left_empty(tmp_path: Path) -> None:
    """A book whose year nobody knows is read all the same."""
    books = read_books(*write_corpus(tmp_path))
    assert [book.year for book in books] == [None, 1887, 1894, 1901, 1908, 1915]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The error names the folder that is not there."""
    with pytest.raises(CorpusError, match=r"no folder of books at .*nowhere"):
        read_books(tmp_path / "nowhere", tmp_path / "books.csv")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """The error names the table that is not there and the columns it needs."""
    with pytest.raises(CorpusError, match=r"no table of books at .*books\.csv.*file and year"):
        read_books(tmp_path, tmp_path / "books.csv")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """The error says which column is missing and which there are."""
    table = tmp_path / "books.csv"
    table.write_text("title,file\nA,a.txt\n")
    with pytest.raises(CorpusError, match="lacks the column 'year': it has title, file"):
        read_books(tmp_path, table)


def test_a_year_that_is_no_year_is_refused(tmp_path: Path) -> None:
    """The error names the line and what it found."""
    (tmp_path / "a.txt").write_text("Some text.")
    table = tmp_path / "books.csv"
    table.write_text("file,year\na.txt,about 1900\n")
    with pytest.raises(CorpusError, match="line 2 has the year 'about 1900'"):
        read_books(tmp_path, table)


def test_a_book_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error names the book, the line and the folder."""
    table = tmp_path / "books.csv"
    table.write_text("file,year\na.txt,1900\n")
    with pytest.raises(CorpusError, match=r"line 2 names the file 'a\.txt'"):
        read_books(tmp_path, table)


def test_invalid_utf8_is_named_with_its_place(tmp_path: Path) -> None:
    """The error names the file and the first byte that is wrong."""
    (tmp_path / "a.txt").write_bytes(b"caf\xe9 au lait")
    table = tmp_path / "books.csv"
    table.write_text("file,year\na.txt,1900\n")
    with pytest.raises(CorpusError, match=r"a\.txt is not UTF-8: byte 3 \(line 1\) is 0xe9"):
        read_books(tmp_path, table)


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    """A picture among the books is named as what it is."""
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\0\0\0")
    table = tmp_path / "books.csv"
    table.write_text("file,year\na.txt,1900\n")
    with pytest.raises(CorpusError, match="is a binary file"):
        read_books(tmp_path, table)


@pytest.mark.parametrize("rows", ["", "a.txt,1900\n"])
def test_an_empty_corpus_is_refused(tmp_path: Path, rows: str) -> None:
    """No books, or books without text, are one clear error."""
    (tmp_path / "a.txt").write_text("\n \n")
    table = tmp_path / "books.csv"
    table.write_text("file,year\n" + rows)
    with pytest.raises(CorpusError, match="the corpus is empty"):
        read_books(tmp_path, table)
