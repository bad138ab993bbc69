"""What the figures say, in sentences: each with its numbers, none without."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from training.evaluation.copying import Copying
from training.evaluation.decades import DecadeFigures
from training.evaluation.figures import TextFigures
from training.evaluation.groups import BASE
from training.evaluation.measures import WINDOW
from training.evaluation.perplexity import HELD_OUT as HELD_OUT_PART
from training.evaluation.perplexity import TRAIN, Perplexity
from training.evaluation.report import Report
from training.evaluation.sameness import sameness_of
from training.evaluation.templating import fixed, percent
from training.evaluation.token_runs import LENGTH

_SURE = 1.96


@dataclass(frozen=True)
class Gap:
    """By how much a model predicts held-out text worse than what it learned from."""

    model: str
    train: Perplexity
    held_out: Perplexity
    loss: float
    """Nats a token; negative where held-out text is the easier one."""
    reach: float
    """95 % lie within so much of it, to either side."""


def gaps_of(perplexities: Sequence[Perplexity]) -> list[Gap]:
    """Return the gap of each model, in their order."""
    gaps = []
    for name in dict.fromkeys(measured.model for measured in perplexities):
        parts = {measured.part: measured for measured in perplexities if measured.model == name}
        train, held_out = parts[TRAIN], parts[HELD_OUT_PART]
        reach = _SURE * math.hypot(train.standard_error, held_out.standard_error)
        gaps.append(Gap(name, train, held_out, held_out.loss - train.loss, reach))
    return gaps


def findings_of(report: Report) -> list[str]:
    """Return what the report found, in sentences."""
    return [
        *_of_the_gap(gaps_of(report.perplexities), is_unseen=report.model.unseen),
        *_of_the_texts(report),
        *_of_the_copies(report.copying),
        _of_the_decades(report.decades),
    ]


def _of_the_gap(gaps: Sequence[Gap], *, is_unseen: bool) -> Iterator[str]:
    for gap in gaps:
        if not is_unseen:
            verdict = (
                "the model may have learned the held-out text too, so neither figure is of text "
                "that it has not seen, and the gap does not tell of overfitting"
            )
        elif gap.loss > gap.reach:
            verdict = "it predicts what it learned from better: overfitting, or harder texts"
            if gap.model == BASE:
                verdict = "the held-out text is harder by that much before any training on it"
        elif gap.loss < -gap.reach:
            verdict = "the held-out text is the easier one: no overfitting is seen"
        else:
            verdict = "no more than chance: no overfitting is seen"
        yield (
            f"Perplexity ({gap.model}): {gap.held_out.perplexity:.1f} on held-out text, "
            f"{gap.held_out.bits_per_character:.3f} bits a character; {gap.train.perplexity:.1f} "
            f"on text of the training. The gap is {gap.loss:+.3f} ± {gap.reach:.3f} nats a token: "
            f"{verdict}."
        )


def _of_the_texts(report: Report) -> Iterator[str]:
    found = sameness_of(report.figures)
    like_no_people = "Its texts resemble each other far more than people's do"
    held_out, equal = found.held_out, f"{report.settings.compared} texts each"
    yield (
        f"Returning words: {percent(held_out.returning, 0)} of the words of held-out text are "
        f"among the {WINDOW} before them. The model's: "
        f"{_told(found.written, lambda one: percent(one.returning, 0))}. A penalty of the sampler "
        "presses this down by itself: it does not tell that a text gets on."
    )
    yield (
        f"Different words, in {equal}: distinct-1 of held-out text is "
        f"{fixed(held_out.distinct_1, 3)}; the model's is "
        f"{_told(found.written, lambda one: fixed(one.distinct_1, 3))}. "
        f"{_where(found.poor, 'The model uses far fewer different words than people')}"
    )
    yield (
        f"Sameness, in {equal}: the self-BLEU of held-out text is {fixed(held_out.self_bleu)}; "
        f"the model's is {_told(found.written, lambda one: fixed(one.self_bleu))}. "
        f"{_where(found.alike, like_no_people)}"
    )


def _told(written: Sequence[TextFigures], shown: Callable[[TextFigures], str]) -> str:
    return "; ".join(
        f"{shown(found)} at eccentricity {found.group.eccentricity}" for found in written
    )


def _where(far: Sequence[TextFigures], verdict: str) -> str:
    if not far:
        return "At no eccentricity is that far from people's."
    return f"{verdict} at eccentricity {', '.join(str(found.group.eccentricity) for found in far)}."


def _of_the_copies(copying: Sequence[Copying]) -> Iterator[str]:
    for found in copying:
        share, runs = found.with_token_run, found.longest_words
        yield (
            f"Copies ({found.name}): {share.count} of {share.total:,} texts share {LENGTH} tokens "
            f"or more in a row with the training corpus (with 95 % confidence, "
            f"{percent(share.low)} to {percent(share.high)} of all). The longest run of shared "
            "words is "
            f"{runs[len(runs) // 2]} in the median, {runs[-1]} at most."
        )


def _of_the_decades(decades: DecadeFigures | None) -> str:
    if decades is None:
        return (
            "The decade: not measured, since the held-out text shows none that the bundle offers, "
            "or the bundle offers fewer than two."
        )
    whole = decades.stretches[0].wrong_over_right
    costs = (
        f"a wrong one costs {percent(math.expm1(whole.mean), 2)} of perplexity "
        f"({percent(math.expm1(whole.low), 2)} to {percent(math.expm1(whole.high), 2)})"
    )
    if whole.low > 0:
        verdict = f"The decade works: {costs}"
    elif whole.high < 0:
        verdict = f"The decade misleads: {costs}"
    else:
        verdict = f"The decade makes no difference beyond chance: {costs}"
    return f"{verdict}, over {decades.documents} held-out documents."
