"""The model card is generated from a report, and the one in docs is that of the report there."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.evaluation.reports import made_up_report
from training.evaluation.card import CARD, FOLDER, PICTURE, REPORT, card_of, write_card
from training.evaluation.report import read_report

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    "figure",
    [
        "tiny\\_model",
        "1,234,567",
        "CC0-1.0",
        "1880s, 1890s",
        "70.11",
        "1.234",
        "0.456",
        "87.5 %",
        "6,789 words",
        "57 tokens",
        '"to the eye of the painter" (17 words)',
        "4.1120",
        "33",
        "0.0120 (0.0040 to 0.0210)",
        "one.txt, two.txt",
        "top\\_k 40",
        "75 minutes",
        "61 %",
        "> **It was** ",
        "> A second paragraph.",
        "At eccentricity 7 it turns in circles",
    ],
)
def test_the_figures_are_on_the_card(figure: str) -> None:
    """One of each kind."""
    assert figure in card_of(made_up_report())


def test_a_text_is_only_a_text() -> None:
    """Marks of Markdown and HTML in what a model wrote mean nothing."""
    card = card_of(made_up_report())
    assert "<script>" not in card
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \\*stars\\* \\| \\[link\\](http" in card


def test_every_row_of_a_table_has_as_many_cells() -> None:
    """Tables are whole: no line break went amiss."""
    tables: list[list[str]] = [[]]
    for line in card_of(made_up_report()).splitlines():
        if line.startswith("|"):
            tables[-1].append(line.replace("\\|", ""))
        elif tables[-1]:
            tables.append([])
    sizes = [{row.count("|") for row in table} for table in tables if table]
    assert len(sizes) == 6
    assert all(len(size) == 1 for size in sizes)


def test_what_was_not_measured_is_said() -> None:
    """A card without decades and without a run is whole; what does not circle is not said to."""
    report = made_up_report()
    people, written = report.figures
    calm = [people, replace(written, returning=people.returning)]
    card = card_of(replace(report, decades=None, curves=None, figures=calm))
    assert "Not measured" in card
    assert PICTURE not in card
    assert "circles" not in card


def test_text_that_may_have_been_learned_is_not_called_held_out() -> None:
    """The card of an adopted model says so at the corpus, the figures and the verdict."""
    report = made_up_report()
    card = card_of(replace(report, model=replace(report.model, unseen=False)))
    assert "The figures here are not of unseen text" in card
    assert "The model may have learned both texts" in card
    assert "the model may have learned the held-out text too" in card
    assert "Whole books were held out" not in card
    assert "Held out are whole books" not in card
    assert "2 texts in 345 documents" in card
    assert "books" not in card
    assert "Whole books were held out" in card_of(report)


@pytest.mark.parametrize(
    ("books", "reviews", "works", "kinds"),
    [
        (
            ["one.txt"],
            0,
            "1 book in 345",
            "Whole books were held out for the figures here: 1 book,",
        ),
        ([], 1200, "1,200 reviews in 345", "Whole reviews were held out"),
        (["one.txt"], 1200, "1 book and 1,200 reviews in 345", "Whole books and reviews were held"),
        ([], 0, "345 documents in 345", "Whole documents were held out"),
    ],
)
def test_the_card_tells_of_the_corpus_that_there_is(
    books: list[str], reviews: int, works: str, kinds: str
) -> None:
    """Books where there are books, reviews where there are reviews, else documents."""
    report = made_up_report()
    train, held_out = (
        replace(part, books=books, reviews=reviews) for part in (report.train, report.held_out)
    )
    card = card_of(replace(report, train=train, held_out=held_out))
    assert works in card
    assert kinds in card
    assert ("book" in card.lower()) == bool(books)
    assert "0 books" not in card
    assert "0 reviews" not in card.replace("1,200 reviews", "")


def test_what_was_left_out_and_what_is_not_known_are_said() -> None:
    """Leaks are counted; where no decade is known, none is spoken of."""
    report = made_up_report()
    held_out = replace(report.held_out, leaks_dropped=4)
    card = card_of(
        replace(report, held_out=held_out, model=replace(report.model, decades=[]), decades=None)
    )
    assert "Held-out documents that the training part has too were left out: 4." in card
    assert "No document opens with its decade." in card
    assert "were left out" not in card_of(report)


def test_the_card_can_be_made_again_from_what_lies_beside_it(tmp_path: Path) -> None:
    """The report and the picture are written with the card; a picture of before is removed."""
    report = made_up_report()
    written = write_card(report, tmp_path)
    assert written == [tmp_path / CARD, tmp_path / FOLDER / REPORT, tmp_path / FOLDER / PICTURE]
    assert all(path.is_file() for path in written)
    again = card_of(read_report(tmp_path / FOLDER / REPORT))
    assert again == (tmp_path / CARD).read_text("utf-8")
    write_card(replace(report, curves=None), tmp_path)
    assert not (tmp_path / FOLDER / PICTURE).exists()


def test_the_committed_card_is_that_of_the_committed_report(tmp_path: Path) -> None:
    """Nobody typed in it, and no template has changed since."""
    written = write_card(read_report(DOCS / FOLDER / REPORT), tmp_path)
    for path in written:
        assert path.read_text("utf-8") == (DOCS / path.relative_to(tmp_path)).read_text("utf-8")
    assert (DOCS / FOLDER / PICTURE).exists() == ((tmp_path / FOLDER / PICTURE) in written)
