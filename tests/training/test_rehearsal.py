"""The whole way from text to a measured bundle, as `make model` goes it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.generate.bundle import load_bundle
from tests.training.books import write_corpus
from training.__main__ import main
from training.corpus import Document
from training.gathering import Sources
from training.rehearsal import SHIPPED, commands
from training.slice import DOCUMENTS, slice_by_bundle, slice_of, write_reviews


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a rehearsal with some seconds of training."""
    home = tmp_path_factory.mktemp("rehearsal")
    write_corpus(home, books=8)
    out = home / "out"
    assert main(["rehearse", "--corpus", str(home), "--out", str(out), "--minutes", "0.05"]) == 0
    return out


def test_a_rehearsal_ends_in_a_bundle_and_its_card(rehearsed: Path) -> None:
    """Each step is taken by the real command: the bundle is whole, the card tells its figures."""
    bundle = load_bundle(rehearsed / "model")
    assert bundle.name == "rehearsal"
    report = json.loads((rehearsed / "evaluation" / "report.json").read_text("utf-8"))
    assert report
    card = (rehearsed / "docs" / "model-card.md").read_text("utf-8")
    assert "rehearsal" in card
    assert (rehearsed / "docs" / "model" / "loss.svg").is_file()


def test_the_commands_are_those_of_the_program(tmp_path: Path) -> None:
    """What a rehearsal shows can be typed: prepare, finetune, export, evaluate, card."""
    names = [arguments[0] for arguments in commands(tmp_path, 1.0)]
    assert names == ["prepare", "finetune", "export", "evaluate", "card"]


def test_a_slice_is_spread_over_the_corpus(tmp_path: Path) -> None:
    """No more documents than a slice has, and of every book one."""
    books, table = write_corpus(tmp_path, books=8, paragraphs=200)
    documents = slice_of(Sources(books=books, books_table=table))
    assert len(documents) == DOCUMENTS
    assert len({document.work for document in documents}) == 8


def test_a_bundle_writes_a_slice_of_its_decades() -> None:
    """Whoever has only the repository has a corpus: reviews, each with a decade of the bundle."""
    written: Iterator[Document] = slice_by_bundle(SHIPPED, documents=6)
    documents = list(written)
    assert [document.decade for document in documents[:5]] == ["1790s"] * 5
    assert documents[5].decade == "1840s"
    assert all(document.words > 100 for document in documents)


def test_a_slice_is_written_as_reviews_are(tmp_path: Path) -> None:
    """`prepare` reads it as it reads what the scraper exports."""
    documents = [Document("One.\nTwo “quoted”.", "1890s", "a"), Document("Three.", None, "b")]
    write_reviews(documents, tmp_path / "slice.jsonl")
    lines = (tmp_path / "slice.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"text": "One.\nTwo “quoted”.", "year": 1890, "title": "a"},
        {"text": "Three.", "year": None, "title": "b"},
    ]


def test_a_rehearsal_that_fails_says_at_which_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A corpus that is too short: the command's own words, then where it stopped."""
    corpus = tmp_path / "short.jsonl"
    corpus.write_text('{"text": "Too short."}\n{"text": "This one, too."}\n')
    assert main(["rehearse", "--corpus", str(corpus), "--out", str(tmp_path / "out")]) == 2
    assert "too short" in capsys.readouterr().err
    assert main(["rehearse", "--out", str(tmp_path / "out"), "--minutes", "0"]) == 2
    assert "more than 0" in capsys.readouterr().err
