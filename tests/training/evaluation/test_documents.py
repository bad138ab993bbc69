"""Held-out documents are told apart from the decade that they open with."""

from pathlib import Path

import pytest

from training.evaluation.documents import documents_of, first_documents, opening_of
from training.originality import texts_of
from training.prepared import open_prepared


def test_documents_are_those_of_the_shard(prepared_folder: Path) -> None:
    """The texts are the corpus's, the decades those of the line that was taken off."""
    prepared = open_prepared(prepared_folder)
    documents = [*documents_of(prepared, prepared.train)]
    assert [document.text for document in documents] == [*texts_of(prepared, prepared.train)]
    assert len(documents) == prepared.manifest.train.documents
    decades = [document.decade for document in documents]
    assert None in decades
    assert len({*decades}) > 2
    for document in documents:
        whole = prepared.tokenizer.decode(document.tokens)
        assert whole == (f"{document.decade}\n" if document.decade else "") + document.text


def test_the_first_documents_stay_the_first(prepared_folder: Path) -> None:
    """More of them begin with the same ones; there are no more than there are."""
    prepared = open_prepared(prepared_folder)
    everything = first_documents(prepared, 10_000)
    assert len(everything) == prepared.manifest.held_out.documents
    assert first_documents(prepared, 2) == everything[:2]


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("The old master\nholds  the light.", "The old master\nholds"),
        ("Too short", "Too short"),
        ("", ""),
        (f"{'x' * 300} a b c d", "x" * 255),
    ],
)
def test_an_opening_is_the_beginning_of_its_text(text: str, opening: str) -> None:
    """As many words, spaced as they are, and no more characters than a visitor may type."""
    assert opening_of(text, 4) == opening
    assert text.startswith(opening)
