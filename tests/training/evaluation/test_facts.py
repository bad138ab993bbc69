"""What a report says of a bundle is what the bundle says of itself."""

from dataclasses import replace
from pathlib import Path

from training.evaluation.bundles import open_measured
from training.evaluation.facts import corpus_facts, model_facts
from training.prepared import open_prepared


def test_whether_the_text_was_unseen_is_the_bundles_word(
    bundle_folder: Path, prepared_folder: Path
) -> None:
    """A bundle from before it was told had learned nothing of it."""
    measured = open_measured(bundle_folder, open_prepared(prepared_folder))
    assert model_facts(measured).unseen is True
    held_out = dict(measured.description["held_out"])
    for told, unseen in (({"unseen": False}, False), ({"unseen": True}, True), ({}, True)):
        del held_out["unseen"]
        description = measured.description | {"held_out": held_out | told}
        assert model_facts(replace(measured, description=description)).unseen is unseen
        held_out["unseen"] = True
    older = replace(measured, description=measured.description | {"held_out": None})
    assert model_facts(older).unseen is True


def test_the_corpus_is_told_with_its_reviews(prepared_folder: Path) -> None:
    """And with what was left out of it."""
    train = replace(open_prepared(prepared_folder).manifest.train, reviews=7)
    facts = corpus_facts(train, leaks_dropped=3)
    assert (facts.books, facts.reviews, facts.leaks_dropped) == (train.books, 7, 3)
