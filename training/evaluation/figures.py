"""The figures of a group of texts, as they stand side by side in the report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluation.groups import Group, GroupName
from training.evaluation.measures import (
    distinct,
    repetition,
    returning,
    self_bleu,
    share_ending_on_a_sentence,
    zipf_exponent,
)

COMPARED_WORDS = 350
"""So many words of each text are compared: longer ones would repeat more for being longer."""


@dataclass(frozen=True)
class TextFigures:
    """A group's figures; what each means stands in `measures`."""

    group: GroupName
    texts: int
    words_mean: float
    """Of a whole text with its opening, split at spaces."""
    words_deviation: float
    repetition_2: float
    repetition_3: float
    repetition_4: float
    """These and the next: the mean over the texts."""
    returning: float
    distinct_1: float
    distinct_2: float
    distinct_3: float
    self_bleu: float
    zipf: float
    """These five depend on how many texts there are: they are over as many in every group."""
    ends_on_a_sentence: float
    """Before a text is cut behind its last whole sentence, as the site does."""
    ended_itself: float | None
    """The share that the model ended; None for people's texts."""


def figures_of(group: Group, compared: int) -> TextFigures:
    """Measure a group; what depends on the number of texts, on the first `compared`."""
    lengths = [len(f"{text.opening}{text.text}".split()) for text in group.texts]
    words = [text.words[:COMPARED_WORDS] for text in group.texts]
    first = words[:compared]
    ended = [text.has_ended for text in group.texts if text.has_ended is not None]
    return TextFigures(
        group=group.name,
        texts=len(group.texts),
        words_mean=_mean(lengths),
        words_deviation=float(np.std(lengths)),
        repetition_2=_mean([repetition(text, 2) for text in words]),
        repetition_3=_mean([repetition(text, 3) for text in words]),
        repetition_4=_mean([repetition(text, 4) for text in words]),
        returning=_mean([returning(text) for text in words]),
        distinct_1=distinct(first, 1),
        distinct_2=distinct(first, 2),
        distinct_3=distinct(first, 3),
        self_bleu=self_bleu(first),
        zipf=zipf_exponent(first),
        ends_on_a_sentence=share_ending_on_a_sentence([text.uncut for text in group.texts]),
        ended_itself=_mean(ended) if ended else None,
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
