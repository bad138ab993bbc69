"""What a model of this site should reach, and whether this one does.

A figure of the texts has to be reached at every eccentricity: the worst is what counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.evaluation.copying import Copying
from training.evaluation.figures import TextFigures
from training.evaluation.groups import AS_IT_SHIPS, MODEL
from training.evaluation.perplexity import HELD_OUT
from training.evaluation.report import Report
from training.evaluation.templating import fixed, percent
from training.evaluation.token_runs import LENGTH

MOST_BITS_PER_CHARACTER = 1.6
"""bzip2 and xz need 2.26 and 2.37 for the held-out books of the bundled model: who spends no more
than about two thirds of that has learned more than how words are spelled and repeated."""

MOST_REPETITION = 0.01
"""Of runs of 4 words. In held-out text it is 0.3 %; a reader notices loops, not one run in 100."""

LEAST_SENTENCE_ENDS = 0.95
"""The site cuts a text behind its last whole sentence: one in twenty may lose its end."""

COPY_TEXTS = 1000
"""Where none of so many has a copied run, less than 0.4 % of all do, with 95 % confidence; of fewer
texts too little is known to call the aim reached."""


@dataclass(frozen=True)
class Aim:
    """An aim beside what was found."""

    asked: str
    found: str
    is_reached: bool | None
    """None where what was measured cannot tell."""


def aims_of(report: Report) -> Iterator[Aim]:
    """Yield every aim."""
    yield _of_the_bits(report)
    yield from _of_the_texts(report.figures)
    yield from _of_the_copies(report.copying)


def _of_the_bits(report: Report) -> Aim:
    [bits] = [
        found.bits_per_character
        for found in report.perplexities
        if (found.model, found.part) == (AS_IT_SHIPS, HELD_OUT)
    ]
    reached = bits <= MOST_BITS_PER_CHARACTER
    asked = f"at most {MOST_BITS_PER_CHARACTER} bits a character on held-out text"
    if not report.model.unseen:
        return Aim(asked, f"{fixed(bits, 3)}, on text that it may have learned", None)
    return Aim(asked, fixed(bits, 3), reached)


def _of_the_texts(figures: Sequence[TextFigures]) -> Iterator[Aim]:
    written = [found for found in figures if found.group.source == MODEL]
    repeats = max(written, key=lambda found: found.repetition_4)
    yield Aim(
        f"at most {percent(MOST_REPETITION, 0)} of the runs of 4 words came earlier in the text",
        f"{percent(repeats.repetition_4, 2)} at worst, "
        f"at eccentricity {repeats.group.eccentricity}",
        repeats.repetition_4 <= MOST_REPETITION,
    )
    breaks_off = min(written, key=lambda found: found.ends_on_a_sentence)
    yield Aim(
        f"at least {percent(LEAST_SENTENCE_ENDS, 0)} of the texts end on a sentence",
        f"{percent(breaks_off.ends_on_a_sentence)} at worst, "
        f"at eccentricity {breaks_off.group.eccentricity}",
        breaks_off.ends_on_a_sentence >= LEAST_SENTENCE_ENDS,
    )


def _of_the_copies(copying: Sequence[Copying]) -> Iterator[Aim]:
    for found in copying:
        if found.name == AS_IT_SHIPS:
            share = found.with_token_run
            is_enough = share.total >= COPY_TEXTS
            few = "" if is_enough else ", which are too few"
            yield Aim(
                f"no run of {LENGTH} tokens copied in {COPY_TEXTS:,} texts",
                f"{share.count} in {share.total:,} texts" + few,
                False if share.count else (True if is_enough else None),
            )
