"""The index of a corpus against a search that looks everywhere."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from functions.generate.errors import BundleRefused
from functions.generate.originality.archive import Archive, SharedRun, longest_shared_run
from functions.generate.originality.words import words_of
from training.originality import corpus_of, write_index

SENTENCES = [
    "The painter has left the room, and the room is better for it.",
    "The painter has left the town. The town is better for it, and says so.",
    "Nothing in the room is better than the light that the painter has left in it.",
]


def archive_of(texts: Sequence[str], folder: Path, bits: int = 16) -> Archive:
    """Write an index and open it."""
    write_index(corpus_of(texts), folder / "originality.bin", bits)
    return Archive(folder / "originality.bin")


def longest_by_looking_everywhere(texts: Sequence[str], words: Sequence[str]) -> SharedRun:
    """Return the longest run that any document has too; the first of equally long ones."""
    documents = [f" {' '.join(words_of(text))} " for text in texts]
    for length in range(len(words), 0, -1):
        for end in range(length, len(words) + 1):
            run = f" {' '.join(words[end - length : end])} "
            if any(run in document for document in documents):
                return SharedRun(length, end)
    return SharedRun(0, 0)


@pytest.mark.parametrize("seed", range(8))
def test_it_finds_what_looking_everywhere_finds(tmp_path: Path, seed: int) -> None:
    """Made-up documents of few words, so that nearly every run of two or three is shared."""
    dice = random.Random(seed)
    vocabulary = [f"word{number}" for number in range(dice.choice([3, 12, 60]))]
    texts = [
        " ".join(dice.choices(vocabulary, k=dice.randrange(1, 80)))
        for _ in range(dice.randrange(1, 12))
    ]
    archive = archive_of(texts, tmp_path)
    for _ in range(25):
        words = dice.choices([*vocabulary, "elsewhere"], k=dice.randrange(0, 30))
        assert longest_shared_run(archive, words) == longest_by_looking_everywhere(texts, words)


def test_a_run_does_not_lead_from_one_document_into_the_next(tmp_path: Path) -> None:
    """What only happens to lie side by side was never written so."""
    archive = archive_of(["the last words", "of a book"], tmp_path)
    assert longest_shared_run(archive, words_of("The last words of a book")) == SharedRun(3, 3)


def test_case_punctuation_and_line_breaks_do_not_hide_a_copy(tmp_path: Path) -> None:
    """Words are compared, not characters."""
    archive = archive_of(SENTENCES, tmp_path)
    copied = words_of("and the ROOM\nis \u2014 better, for: it?")
    assert longest_shared_run(archive, copied).words == 7


def test_a_run_is_never_found_too_short(tmp_path: Path) -> None:
    """With few codes rare words share them: then a run may come out too long, and only then."""
    dice = random.Random(3)
    vocabulary = [f"word{number}" for number in range(300)]
    texts = [" ".join(dice.choices(vocabulary, k=60)) for _ in range(6)]
    narrow = archive_of(texts, tmp_path, bits=6)
    for text in texts:
        words = text.split()[10:30]
        assert longest_shared_run(narrow, words).words == 20
    for _ in range(40):
        words = dice.choices(vocabulary, k=30)
        found = longest_shared_run(narrow, words).words
        assert found >= longest_by_looking_everywhere(texts, words).words


def test_an_empty_corpus_shares_nothing(tmp_path: Path) -> None:
    """Neither does a text without words."""
    archive = archive_of([], tmp_path)
    assert longest_shared_run(archive, ["anything"]) == SharedRun(0, 0)
    full = archive_of(SENTENCES, tmp_path)
    assert longest_shared_run(full, []) == SharedRun(0, 0)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda content: content[:0], "is empty"),
        (lambda content: content[:10], "is cut short"),
        (lambda content: b"JPEG" + content[4:], "is no index of a corpus"),
        (lambda content: content[:-1], r"bytes where \d+ belong"),
    ],
    ids=["empty", "cut", "foreign", "short"],
)
def test_a_damaged_index_is_refused(tmp_path: Path, damage: object, complaint: str) -> None:
    """By name, before it is searched."""
    path = tmp_path / "originality.bin"
    write_index(corpus_of(SENTENCES), path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(BundleRefused, match=rf"originality\.bin .*{complaint}"):
        Archive(path)
