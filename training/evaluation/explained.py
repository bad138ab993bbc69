"""What each figure of a text is called, what it means in one line, and how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from training.evaluation.figures import COMPARED_WORDS, TextFigures
from training.evaluation.measures import RANKS, WINDOW
from training.evaluation.templating import fixed, percent


@dataclass(frozen=True)
class Explained:
    """A figure of a group of texts."""

    key: str
    """Its name in `TextFigures`."""
    name: str
    meaning: str
    shown: Callable[[float | None], str]
    has_chart: bool = True

    def of(self, figures: TextFigures) -> float | None:
        """Return the figure of a group."""
        value = getattr(figures, self.key)
        return None if value is None else float(value)


def _whole(value: float | None) -> str:
    return fixed(value, 0)


def _three(value: float | None) -> str:
    return fixed(value, 3)


EXPLAINED = (
    Explained("words_mean", "Words", "the mean length of a text with its opening", _whole),
    Explained("words_deviation", "± words", "the standard deviation of that", _whole, False),
    Explained(
        "returning",
        "Returning words",
        f"the share of words that are among the {WINDOW} before them: circling shows "
        "here, unless a penalty of the sampler lowers it, as a repetition penalty does directly",
        percent,
    ),
    Explained(
        "repetition_2",
        "Repetition, 2 words",
        f"the share of pairs of words that came earlier in the first {COMPARED_WORDS} words",
        percent,
    ),
    Explained("repetition_3", "Repetition, 3 words", "the same for runs of 3", percent, False),
    Explained(
        "repetition_4",
        "Repetition, 4 words",
        "the same for runs of 4, which the sampler hardly lets happen",
        percent,
    ),
    Explained(
        "distinct_1", "Distinct-1", "distinct words of all texts over all their words", _three
    ),
    Explained("distinct_2", "Distinct-2", "the same for runs of 2", _three),
    Explained("distinct_3", "Distinct-3", "the same for runs of 3", _three),
    Explained(
        "self_bleu",
        "Self-BLEU",
        "how much the texts resemble each other: the mean BLEU-4 of each against all others",
        _three,
    ),
    Explained(
        "zipf",
        "Zipf exponent",
        f"how steeply the counts of the {RANKS:,} commonest words fall by rank: a higher one means "
        "that fewer words do more of the work",
        fixed,
    ),
    Explained(
        "ends_on_a_sentence",
        "Ends on a sentence",
        "the share of texts that end with a sentence before they are cut there",
        percent,
        False,
    ),
    Explained(
        "ended_itself",
        "Ended by the model",
        "the share that the model ended, not the limit of its length",
        percent,
        False,
    ),
)
