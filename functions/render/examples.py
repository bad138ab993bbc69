"""The examples: reviews that the operator chose, or else some of the bundled model's own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from artreview.review import Review


@dataclass(frozen=True, slots=True)
class Example:
    """One of them, with all that it takes to write it again."""

    prompt: str
    eccentricity: int
    seed: int
    model: str
    model_hash: str
    decade: str
    text: str


def example_of(review: Review) -> Example:
    """Return a finished review as an example."""
    wrote = review.provenance
    return Example(
        prompt=review.prompt,
        eccentricity=review.eccentricity,
        seed=review.seed,
        model=wrote.model if wrote else "",
        model_hash=wrote.model_hash if wrote else "",
        decade=review.decade,
        text=review.text,
    )


def read_examples(path: Path) -> tuple[Example, ...]:
    """Return the examples in the file, or none where there is no file."""
    if not path.is_file():
        return ()
    return tuple(Example(**example) for example in json.loads(path.read_text("utf-8")))


def compared(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Return those that were begun with the same words, by eccentricity; none where it is only one.

    Of several such rows the longest is returned.
    """
    rows = [
        sorted(
            (other for other in examples if other.prompt == example.prompt),
            key=lambda other: other.eccentricity,
        )
        for example in examples
    ]
    longest = max(rows, key=len, default=[])
    return tuple(longest) if len(longest) > 1 else ()
