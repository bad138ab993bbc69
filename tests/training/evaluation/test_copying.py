"""Copies are counted, told with how sure that is, and shown."""

from pathlib import Path

import pytest

from functions.generate.bundle import load_bundle
from functions.generate.originality.archive import Archive
from functions.generate.originality.words import words_of
from training.evaluation.copying import Corpus, copying_of, share_of
from training.evaluation.documents import Document, documents_of
from training.evaluation.groups import Group, GroupName, Text
from training.prepared import Prepared, open_prepared


def text_of(document: Document) -> Text:
    """Return a document as if a model had written it."""
    words = words_of(document.text)
    return Text("", document.text, document.text, words, document.tokens, True, 7)


def corpus_of(bundle_folder: Path, prepared: Prepared) -> Corpus:
    """Return what copies are looked for in."""
    archive = Archive(load_bundle(bundle_folder).originality_file)
    return Corpus(archive, prepared.train, prepared.tokenizer)


def test_a_copy_is_found_and_shown(bundle_folder: Path, prepared_folder: Path) -> None:
    """A training document is one run from end to end, by words and by tokens."""
    prepared = open_prepared(prepared_folder)
    name = GroupName("model", 5, False)
    documents = documents_of(prepared, prepared.train)
    # The shortest: what a run takes to find grows with its square.
    copied = text_of(min(documents, key=lambda document: len(document.tokens)))
    own = Text("", "Zebras!", "Zebras!", ["zebras"], [5] * 60, True, 8)
    groups = [Group(name, [own, copied])]
    found = copying_of("mine", groups, corpus_of(bundle_folder, prepared), examples=4)
    assert found.longest_words == [0, len(copied.words)]
    assert found.examples[0].phrase == " ".join(copied.words)
    assert found.examples[0].group == name
    assert (found.with_token_run.count, found.with_token_run.total) == (1, 2)
    [example] = found.token_examples
    assert (example.seed, example.tokens) == (7, len(copied.tokens))
    assert copied.text in example.text


def test_a_share_has_wilsons_interval() -> None:
    """As the published examples have it; none of many is not surely none."""
    share = share_of(15, 50)
    assert (share.low, share.high) == pytest.approx((0.191, 0.438), abs=0.001)
    none = share_of(0, 1000)
    assert (none.low, none.high) == pytest.approx((0, 0.0038), abs=0.0001)
    everything = share_of(10, 10)
    assert (everything.low, everything.high) == pytest.approx((0.7225, 1), abs=0.0001)
