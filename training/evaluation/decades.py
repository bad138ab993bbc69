"""Whether the decade works: the loss on documents behind the right decade, a wrong one, none.

Used are held-out documents that open with their decade. That line is kept, replaced or left out;
measured is what follows it, which is the same tokens each time.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import tqdm

from training.evaluation.documents import Document, documents_of
from training.prepared import Prepared

RIGHT, WRONG, NONE = "right", "wrong", "none"
FIRST_TOKENS = 100
"""The decade is farthest away at the end of a document: its beginning is measured for itself."""

_RESAMPLES = 2_000
_SEED = 1

Floats = npt.NDArray[np.float64]
Losses = Callable[[Sequence[int]], Floats]
"""Takes a text's tokens (n) and returns the loss of each but the first, in nats (n - 1)."""


@dataclass(frozen=True)
class Difference:
    """By how much the mean loss of the documents is higher than behind the right decade."""

    mean: float
    """Nats a token."""
    low: float
    high: float
    """Between them lie 95 % of the means of documents drawn anew (bootstrap)."""


@dataclass(frozen=True)
class DecadeLosses:
    """The mean losses over a stretch of the documents, in nats a token."""

    stretch: str
    right: float
    wrong: float
    none: float
    wrong_over_right: Difference
    none_over_right: Difference


@dataclass(frozen=True)
class OneDecade:
    """The documents of one decade."""

    decade: str
    documents: int
    wrong_over_right: float
    none_over_right: float


@dataclass(frozen=True)
class DecadeFigures:
    """What the line with the decade does."""

    documents: int
    stretches: list[DecadeLosses]
    """Whole documents, then their beginnings."""
    by_decade: list[OneDecade]
    """Over whole documents."""


def decade_figures(
    prepared: Prepared, decades: Sequence[str], losses: Losses, context: int, most: int
) -> DecadeFigures | None:
    """Measure at most `most` documents, the first of the shard; None where there are none.

    `decades` are those that the bundle writes in: right ones are among them, and the wrong one of
    each document is drawn from the others.
    """
    documents = [
        document
        for document in documents_of(prepared, prepared.held_out)
        if document.decade in decades
    ][:most]
    if not documents or len(decades) < 2:
        return None
    dice = random.Random(_SEED)  # noqa: S311 - a choice that can be repeated, not a secret
    measured = [
        _losses_of(document, _lines(document, decades, dice, prepared), losses, context)
        for document in tqdm.tqdm(documents, unit="document", desc="decades")
    ]
    return DecadeFigures(
        documents=len(documents),
        stretches=[
            _stretch("the whole text", measured, None),
            _stretch(f"its first {FIRST_TOKENS} tokens", measured, FIRST_TOKENS),
        ],
        by_decade=[*_by_decade(documents, measured)],
    )


def difference(higher: Floats, lower: Floats) -> Difference:
    """Return the mean of the differences of paired figures, and how sure it is."""
    differences = higher - lower
    dice = np.random.default_rng(_SEED)
    drawn = dice.integers(0, differences.size, (_RESAMPLES, differences.size))
    low, high = np.quantile(differences[drawn].mean(axis=1), (0.025, 0.975))
    return Difference(float(differences.mean()), float(low), float(high))


@dataclass(frozen=True)
class _Lines:
    """What a document may open with, in tokens."""

    right: list[int]
    wrong: list[int]
    end_of_text: int
    """What stands before every document."""


def _lines(
    document: Document, decades: Sequence[str], dice: random.Random, prepared: Prepared
) -> _Lines:
    wrong = dice.choice([decade for decade in decades if decade != document.decade])
    right_ids, wrong_ids = (
        prepared.tokenizer.encode(f"{decade}\n").ids for decade in (document.decade, wrong)
    )
    return _Lines(right_ids, wrong_ids, prepared.manifest.end_of_text_id)


def _losses_of(
    document: Document, lines: _Lines, losses: Losses, context: int
) -> dict[str, Floats]:
    """Return the losses of the tokens behind the line (rest), for each kind of line."""
    rest = document.tokens[len(lines.right) :]
    rest = rest[: context - 1 - max(len(lines.right), len(lines.wrong))]
    openings = {RIGHT: lines.right, WRONG: lines.wrong, NONE: []}
    return {
        kind: losses([lines.end_of_text, *line, *rest])[len(line) :]
        for kind, line in openings.items()
    }


def _stretch(name: str, measured: Sequence[dict[str, Floats]], tokens: int | None) -> DecadeLosses:
    means = {
        kind: np.array([found[kind][:tokens].mean() for found in measured])  # (documents,)
        for kind in (RIGHT, WRONG, NONE)
    }
    return DecadeLosses(
        stretch=name,
        right=float(means[RIGHT].mean()),
        wrong=float(means[WRONG].mean()),
        none=float(means[NONE].mean()),
        wrong_over_right=difference(means[WRONG], means[RIGHT]),
        none_over_right=difference(means[NONE], means[RIGHT]),
    )


def _by_decade(
    documents: Sequence[Document], measured: Sequence[dict[str, Floats]]
) -> Iterator[OneDecade]:
    for decade in sorted({document.decade or "" for document in documents}):
        own = [
            found
            for document, found in zip(documents, measured, strict=True)
            if document.decade == decade
        ]
        right, wrong, none = (
            np.mean([found[kind].mean() for found in own]) for kind in (RIGHT, WRONG, NONE)
        )
        yield OneDecade(decade, len(own), float(wrong - right), float(none - right))
