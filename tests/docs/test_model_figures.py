"""What docs/training.md says of the bundle that ships is what the bundle says of itself."""

import json

from local.place import ROOT

TRAINING = (ROOT / "docs" / "training.md").read_text("utf-8")
BUNDLE = json.loads((ROOT / "functions" / "generate" / "model" / "bundle.json").read_text("utf-8"))


def test_its_figures_are_those_of_the_bundle() -> None:
    """A new bundle makes the page untrue until somebody writes the new figures."""
    held_out = BUNDLE["held_out"]
    original, rounded = held_out["perplexity_original"], held_out["perplexity_quantised"]
    told = [
        f"**{held_out['bits_per_character_original']:.3f}**, {original:.2f} |",
        f"**{held_out['bits_per_character_quantised']:.3f}**, {rounded:.2f} |",
        f"loses {rounded / original - 1:.2%} of perplexity".replace("%", " %"),
        f"over all {held_out['tokens']:,} held-out tokens",
        f"in none of {BUNDLE['originality']['documents']} |",
    ]
    assert [words for words in told if words not in TRAINING] == []
