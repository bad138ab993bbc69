"""Where a model's texts are poorer than people's.

Returning words are what the sampler's penalty presses down directly, so few of them do not tell
that a text gets on. The penalty looks at one text's last words only: how many different words many
texts have together, and how much these resemble each other, it does not drive. Every group is
measured in as many texts of as many words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from training.evaluation.figures import TextFigures
from training.evaluation.groups import HELD_OUT, MODEL

FAR = 1.25
"""So many times people's figure, or less than one over that of it, is far from people's."""


@dataclass(frozen=True)
class Sameness:
    """People's figures, the model's, and those of the model's that are far from people's."""

    held_out: TextFigures
    written: list[TextFigures]
    circling: list[TextFigures]
    """Where far more words return soon."""
    poor: list[TextFigures]
    """Where far fewer words or pairs of words are different ones."""
    alike: list[TextFigures]
    """Where the texts resemble each other far more."""


def sameness_of(figures: Sequence[TextFigures]) -> Sameness:
    """Hold the model's figures against those of held-out text."""
    held_out = next(found for found in figures if found.group.source == HELD_OUT)
    written = [found for found in figures if found.group.source == MODEL]
    return Sameness(
        held_out=held_out,
        written=written,
        circling=[found for found in written if found.returning > FAR * held_out.returning],
        poor=[
            found
            for found in written
            if FAR * found.distinct_1 < held_out.distinct_1
            or FAR * found.distinct_2 < held_out.distinct_2
        ],
        alike=[found for found in written if found.self_bleu > FAR * held_out.self_bleu],
    )
