"""Reviews are read as the scraper exports them, and what is wrong with a file is said."""

import csv
import json
from pathlib import Path

import pytest

from scraper.export import ALL_COLUMNS, TEXT_ONLY, Review
from scraper.split import Part
from tests.training.books import made_up_review
from training.corpus import documents_of
from training.errors import CorpusError
from training.reviews import read_reviews

TEXT = 'She said: "Art, or; life?"\nA second paragraph\u2028with a line\u2019s end in it.'
EXPORTED = Review(TEXT, 12, 1964, "Two Rooms", "Ann Author", "https://a.example/1", Part.TRAIN)
UNDATED = Review("Another text.", 2, None, "", "", "https://a.example/2", Part.TRAIN)


def _exported(path: Path, columns: tuple[str, ...]) -> Path:
    if path.suffix == ".jsonl":
        lines = [EXPORTED.line(), UNDATED.line()]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path
    with path.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened, quoting=csv.QUOTE_ALL, lineterminator="\n")
        table.writerows([columns, EXPORTED.row(columns), UNDATED.row(columns)])
    return path


@pytest.mark.parametrize("name", ["train.csv", "train.jsonl"])
def test_what_the_scraper_exports_is_read(name: str, tmp_path: Path) -> None:
    """Text, year and title arrive, from either form, and a missing year is none."""
    dated, undated = read_reviews(_exported(tmp_path / name, ALL_COLUMNS))
    assert " ".join(dated.text.split()) == " ".join(TEXT.split())
    assert (dated.year, dated.title) == (1964, "Two Rooms")
    assert dated.name == f"{tmp_path / name}, line {2 if name.endswith('csv') else 1} (Two Rooms)"
    assert (undated.year, undated.title, undated.text) == (None, "", "Another text.")


def test_one_column_is_enough(tmp_path: Path) -> None:
    """`--columns text` of the scraper gives reviews without a year."""
    dated, undated = read_reviews(_exported(tmp_path / "train.csv", TEXT_ONLY))
    assert dated.year is None
    assert undated.text == "Another text."


def test_a_row_is_named_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    """A text has many lines; an editor goes to the first."""
    path = tmp_path / "a.csv"
    path.write_text('text\n"one\n\ntwo"\n\n"three"\n')
    assert [review.place for review in read_reviews(path)] == [f"{path}, line 2", f"{path}, line 6"]


@pytest.mark.parametrize("words", [100, 399, 400, 600])
def test_a_review_of_review_length_stays_whole(words: int, tmp_path: Path) -> None:
    """From 100 to 600 words, a review is one document, paragraph for paragraph."""
    paragraphs = made_up_review(1, words)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "\n".join(paragraphs), "year": 1971}))
    (document,) = documents_of(read_reviews(path)[0])
    assert document.text == "\n".join(paragraphs)
    assert document.decade == "1970s"


def test_a_longer_review_is_cut_at_a_paragraph(tmp_path: Path) -> None:
    """1,150 words make two documents that end where paragraphs end."""
    paragraphs = made_up_review(1, 1150)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "\n".join(paragraphs)}))
    first, second = documents_of(read_reviews(path)[0])
    assert first.text == "\n".join(paragraphs[:6])
    assert second.text == "\n".join(paragraphs[6:])


def test_a_review_of_few_words_is_no_document(tmp_path: Path) -> None:
    """99 words are a notice: the model would learn to stop too early."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "word " * 99}))
    assert list(documents_of(read_reviews(path)[0])) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", r"a\.csv lacks the column 'text': it has none"),
        ("a.csv", b"body,year\nx,1960\n", "lacks the column 'text': it has body, year"),
        ("a.csv", b'"' + b"word " * 99 + b'"\n', "it has word word word word word word word word…"),
        ("a.csv", b"text\n", "holds no review"),
        ("a.csv", b'text\n""\n', "holds no review"),
        ("a.csv", b"text,year\none\n", "line 2 has 1 fields and the first line names 2"),
        ("a.csv", b"text\na, b\n", "line 2 has 2 fields"),
        ("a.csv", b"text,year\none,MCM\n", "line 2 has the year 'MCM': give four digits"),
        ("a.csv", b'text\nfine\n"open\n', "row that begins on line 3, unexpected end of data"),
        ("a.csv", b'text\n"a" b\n', "row that begins on line 2, ',' expected after '\"'"),
        ("a.csv", b"text\nfine\ncaf\xe9\n", r"is not UTF-8: byte 13 \(line 3\) is 0xe9"),
        ("a.csv", b"\x89PNG\0\0", "is a binary file"),
        ("a.jsonl", b"", "holds no review"),
        ("a.jsonl", b"\x1f\x8b\0\0", "is a binary file"),
        ("a.jsonl", b'{"text": "a"}\n{"text": "b"\n', "line 2 is not JSON"),
        ("a.jsonl", b'\n["text"]\n', "line 2 is no JSON object"),
        ("a.jsonl", b'{"body": "a", "year": 1}\n', "lacks the key 'text': it has body, year"),
        ("a.jsonl", b'{"text": null}\n', "has a 'text' that is None: give a string"),
        ("a.jsonl", b'{"text": "a", "year": 19.5}\n', r"has the year 19\.5: give four digits"),
        ("a.jsonl", b'{"text": "a", "year": 64}\n', "has the year '64': give four digits"),
        ("a.jsonl", b'{"text": "a\\ud800"}\n', "has half a character"),
        ("a.txt", b"some text", "ends in neither .csv nor .jsonl"),
    ],
)
def test_what_is_wrong_is_said(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    """One line that names the file, its place where there is one, and what was found."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message) as raised:
        read_reviews(tmp_path / name)
    assert "\n" not in str(raised.value)


def test_a_field_without_end_is_refused(tmp_path: Path) -> None:
    """A field beyond the table reader's limit is mostly a quote that is not closed."""
    path = tmp_path / "a.csv"
    path.write_text("text\nfine\n" + '"' + "word " * 30_000 + '"\n')
    with pytest.raises(CorpusError, match=r"line 3, field larger.* more than 131,072 characters"):
        read_reviews(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error names the path."""
    with pytest.raises(CorpusError, match=r"no file of reviews at .*none\.csv"):
        read_reviews(tmp_path / "none.csv")
