"""The whole way from text to a measured bundle, as `make model` goes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.generate.bundle import load_bundle
from tests.training.books import made_up_review, write_corpus
from training.__main__ import main
from training.corpus import Document
from training.gathering import Sources
from training.rehearsal import SHIPPED, commands, write_slice
from training.slice import DOCUMENTS, slice_of, write_reviews


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a rehearsal with some seconds of training."""
    home = tmp_path_factory.mktemp("rehearsal")
    write_corpus(home, books=8)
    out = home / "out"
    assert main(["rehearse", "--corpus", str(home), "--out", str(out), "--minutes", "0.05"]) == 0
    return out


def test_a_rehearsal_ends_in_a_bundle_and_its_card(rehearsed: Path) -> None:
    """Each step is taken by the real command: the bundle is whole, the card tells its figures.

    Report and card are of this very bundle, which says that it was trained from scratch.
    """
    bundle = load_bundle(rehearsed / "model")
    assert (bundle.name, bundle.base_model) == ("rehearsal", "none (trained from scratch)")
    report = json.loads((rehearsed / "evaluation" / "report.json").read_text("utf-8"))
    assert (report["model"]["name"], report["model"]["hash"]) == (bundle.name, bundle.hash)
    card = (rehearsed / "docs" / "model-card.md").read_text("utf-8")
    assert f"| rehearsal, bundle {bundle.hash} of " in card
    measured = {(found["model"], found["part"]): found for found in report["perplexities"]}
    assert {part for _, part in measured} == {"train", "held out"}
    for (model, part), found in measured.items():
        assert found["perplexity"] < bundle.vocabulary  # of one that has learned nothing
        assert f"| {model} | {part} | {found['perplexity']:.2f} | {found['loss']:.3f} ±" in card
    assert (rehearsed / "docs" / "model" / "loss.svg").is_file()


def test_the_commands_are_those_of_the_program(tmp_path: Path) -> None:
    """What a rehearsal shows can be typed: prepare, finetune, export, evaluate, card."""
    names = [arguments[0] for arguments in commands(tmp_path, 1.0)]
    assert names == ["prepare", "finetune", "export", "evaluate", "card"]


def _prepared(out: Path) -> dict[str, Any]:
    """Run a rehearsal's first command on its slice; return the manifest."""
    assert main(next(commands(out, 1.0))) == 0
    manifest: dict[str, Any] = json.loads((out / "prepared" / "manifest.json").read_text("utf-8"))
    return manifest


def test_near_copies_do_not_end_a_rehearsal(tmp_path: Path) -> None:
    """A review that stands twice in the corpus, a word apart, is not measured with; others are."""
    documents = [
        Document("\n".join(made_up_review(number)) + end, None, f"Show {number}")
        for number in range(20)
        for end in ("", " Again.")[: 1 + number % 2]
    ]
    write_reviews(documents, tmp_path / "corpus.jsonl")
    sources = Sources(reviews=(tmp_path / "corpus.jsonl",))
    write_slice(sources, tmp_path / "out", lambda _: None)
    assert _prepared(tmp_path / "out")["leaks_dropped"] > 0


def test_without_a_corpus_the_bundle_that_ships_writes_one(tmp_path: Path) -> None:
    """Whoever has only the repository can rehearse: reviews, each with a decade of the bundle.

    It is said whose they are, and `prepare` takes them: some to learn from, some to measure with.
    """
    said: list[str] = []
    write_slice(None, tmp_path, said.append, documents=6)
    assert said == ["the bundle that ships writes the slice"]
    lines = (tmp_path / "slice.jsonl").read_text("utf-8").splitlines()
    reviews = [json.loads(line) for line in lines]
    assert [review["title"] for review in reviews] == 6 * [load_bundle(SHIPPED).name]
    assert [review["year"] for review in reviews] == [*(5 * [1790]), 1840]
    assert all(len(review["text"].split()) > 100 for review in reviews)
    manifest = _prepared(tmp_path)
    assert manifest["train"]["reviews"] + manifest["held_out"]["reviews"] == 6
    assert manifest["held_out"]["reviews"] > 0
    assert "1790s" in manifest["decades"]


def test_a_slice_is_spread_over_the_corpus(tmp_path: Path) -> None:
    """No more documents than a slice has, and of every book one."""
    books, table = write_corpus(tmp_path, books=8, paragraphs=200)
    documents = slice_of(Sources(books=books, books_table=table))
    assert len(documents) == DOCUMENTS
    assert len({document.work for document in documents}) == 8


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
