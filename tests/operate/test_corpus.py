"""What the operator tells of the corpus: numbers from its files, beside what the bundle says."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from artreview.site import CorpusFacts
from operate.errors import Refused
from tests.aws import Account
from tests.operate.conftest import Operator
from tests.samples import MODEL

BARE = replace(MODEL, corpus_books=0, corpus_words=0)
"""A model whose bundle says little."""
PART = {"books": ["One", "Two"], "documents": 9, "words": 3_600_000, "reviews": 0}
MANIFEST: dict[str, Any] = {
    "vocabulary": 8192,
    "train": PART,
    "held_out": PART | {"books": ["Three"], "words": 200_000},
    "decades": {"1890s": 7, "1790s": 2},
}
REVIEWS = (
    {"text": "Four words of criticism", "year": 1962, "author": "A. Critic", "title": "x"},
    {"text": "Two more", "year": 2018, "author": " a. critic"},
    {"text": "Undated", "year": None, "author": ""},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a manifest and a corpus."""
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    lines = "\n".join(json.dumps(review) for review in REVIEWS)
    (tmp_path / "corpus.jsonl").write_text(lines + "\n")
    return tmp_path


def test_a_manifest_is_told_beside_what_the_bundle_says(
    operator: Operator, account: Account, folder: Path
) -> None:
    """Both of its parts together; the bundle's own words stay as they are."""
    account.site.publish_model(MODEL)
    told = operator.run("import-corpus-stats", str(folder / "manifest.json"))
    assert told.startswith("3,800,000 words, 3 books, 1790s to 1890s\n")
    assert account.site.corpus() == CorpusFacts(
        MODEL.hash, words=3_800_000, books=3, since="1790s", until="1890s"
    )
    assert account.site.model() == MODEL


def test_a_corpus_is_counted(operator: Operator, account: Account, folder: Path) -> None:
    """Reviews, words, years and authors; no text and no name leaves the file."""
    account.site.publish_model(BARE)
    operator.run("import-corpus-stats", str(folder / "corpus.jsonl"))
    assert account.site.corpus() == CorpusFacts(
        MODEL.hash, words=7, reviews=3, authors=1, since="1962", until="2018"
    )
    stored = str(account.items("SITE_TABLE"))
    assert "criticism" not in stored
    assert "Critic" not in stored


def test_it_can_be_taken_back(operator: Operator, account: Account, folder: Path) -> None:
    """Then the page says what the bundle says."""
    account.site.publish_model(BARE)
    operator.run("import-corpus-stats", str(folder / "corpus.jsonl"))
    assert "says what the bundle says" in operator.run("import-corpus-stats", "--remove")
    assert account.site.corpus() is None


def test_another_corpus_is_refused(operator: Operator, account: Account, folder: Path) -> None:
    """The bundle says how many words it has learned from: that is the truth."""
    account.site.publish_model(MODEL)
    with pytest.raises(Refused, match="another corpus"):
        operator.run("import-corpus-stats", str(folder / "corpus.jsonl"))
    assert account.site.corpus() is None


def test_a_site_without_a_model_is_told_to_write_first(operator: Operator, folder: Path) -> None:
    """There is nothing that the numbers would be about."""
    with pytest.raises(Refused, match="does not know its model yet"):
        operator.run("import-corpus-stats", str(folder / "manifest.json"))


@pytest.mark.parametrize(
    "wrong",
    [
        ("corpus.csv", "text\nA\n", "neither a manifest.json nor a corpus.jsonl"),
        ("absent.json", None, "cannot be read"),
        ("manifest.json", "{", "not JSON"),
        ("manifest.json", "[" * 100_000, "not JSON"),
        ("manifest.json", "[]", "no manifest"),
        ("manifest.json", json.dumps(MANIFEST | {"decades": {"the 90s": 1}}), "decade 'the 90s'"),
        ("manifest.json", json.dumps(MANIFEST | {"decades": []}), "decades .* no object"),
        ("manifest.json", json.dumps(MANIFEST | {"train": 7}), "train .* no object"),
        ("manifest.json", json.dumps(MANIFEST | {"train": PART | {"words": "7"}}), "words"),
        ("manifest.json", json.dumps(MANIFEST | {"train": PART | {"words": True}}), "words"),
        ("manifest.json", json.dumps(MANIFEST | {"train": PART | {"words": -1}}), "words"),
        ("manifest.json", json.dumps(MANIFEST | {"train": PART | {"books": 3}}), "books"),
        ("corpus.jsonl", "", "holds no review"),
        ("corpus.jsonl", "7\n", "Line 1"),
        ("corpus.jsonl", '{"text": "A"}\n{"text": " "}\n', "Line 2 .* no text"),
        ("corpus.jsonl", '{"text": "A", "year": "1962"}\n', "year '1962'"),
        ("corpus.jsonl", '{"text": "A", "year": 19620}\n', "year 19620"),
        ("corpus.jsonl", '{"text": "A", "author": ["x"]}\n', "author"),
        ("corpus.jsonl", b"\xff\n", "not JSON in UTF-8"),
    ],
)
def test_what_is_no_corpus_is_refused_in_one_line(
    operator: Operator,
    account: Account,
    tmp_path: Path,
    wrong: tuple[str, str | bytes | None, str],
) -> None:
    """With what is wrong, and nothing is told on the page."""
    name, text, words = wrong
    account.site.publish_model(BARE)
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refused, match=words) as refused:
        operator.run("import-corpus-stats", str(path))
    assert "\n" not in str(refused.value)
    assert account.site.corpus() is None


@pytest.mark.parametrize("words", [(), ("manifest.json", "--remove")])
def test_one_of_the_two_is_asked_for(operator: Operator, words: tuple[str, ...]) -> None:
    """A file, or to take back what was told."""
    with pytest.raises(Refused, match="--remove"):
        operator.run("import-corpus-stats", *words)
