"""An aim is reached where the worst figure reaches it, and not where too little is known."""

from dataclasses import replace
from typing import Any

import pytest

from tests.training.evaluation.reports import made_up_figures, made_up_report
from training.evaluation.aims import aims_of
from training.evaluation.card import card_of
from training.evaluation.copying import share_of
from training.evaluation.groups import MODEL, GroupName
from training.evaluation.report import Report


def reaching(copied: int = 0, texts: int = 1000, **figures: Any) -> Report:
    """Return a report that reaches every aim, but for these figures at eccentricity 7."""
    report = made_up_report()
    good: dict[str, Any] = {"repetition_4": 0.01, "ends_on_a_sentence": 0.95}
    cold = replace(made_up_figures(GroupName(MODEL, 1, True), 0.4), **good)
    warm = replace(report.figures[1], **(good | figures))
    copying = [replace(report.copying[0], with_token_run=share_of(copied, texts))]
    return replace(report, figures=[report.figures[0], cold, warm], copying=copying)


@pytest.mark.parametrize(
    ("report", "place", "found", "is_reached"),
    [
        (reaching(), 0, "1.234", True),
        (reaching(), 1, "1.00 % at worst, at eccentricity 1", True),
        (reaching(repetition_4=0.0101), 1, "1.01 % at worst, at eccentricity 7", False),
        (reaching(), 2, "95.0 % at worst, at eccentricity 1", True),
        (reaching(ends_on_a_sentence=0.94), 2, "94.0 % at worst, at eccentricity 7", False),
        (reaching(), 3, "0 in 1,000 texts", True),
        (reaching(copied=1), 3, "1 in 1,000 texts", False),
        (reaching(texts=40), 3, "0 in 40 texts, which are too few", None),
        (reaching(copied=1, texts=40), 3, "1 in 40 texts, which are too few", False),
    ],
)
def test_the_worst_figure_counts(
    report: Report, place: int, found: str, is_reached: bool | None
) -> None:
    """Of what is found at each eccentricity; on the card, too."""
    aim = [*aims_of(report)][place]
    assert (aim.found, aim.is_reached) == (found, is_reached)
    answer = {True: "yes", False: "no", None: "cannot be told"}[is_reached]
    assert f"| {aim.asked} | {found} | {answer} |" in card_of(report)


def test_bits_are_held_against_the_aim_on_unseen_text_only() -> None:
    """What may have been learned reaches nothing."""
    report = reaching()
    dear = [replace(found, bits_per_character=1.601) for found in report.perplexities]
    assert next(aims_of(replace(report, perplexities=dear))).is_reached is False
    seen = next(aims_of(replace(report, model=replace(report.model, unseen=False))))
    assert seen.is_reached is None
    assert "on text that it may have learned" in seen.found
