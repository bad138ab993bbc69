"""A text whose words do not return may still be one of many that are the same."""

from dataclasses import replace
from typing import Any

import pytest

from tests.training.evaluation.reports import made_up_report
from training.evaluation.card import card_of
from training.evaluation.explained import EXPLAINED
from training.evaluation.findings import findings_of
from training.evaluation.report import Report
from training.evaluation.sameness import sameness_of


def written(**figures: Any) -> Report:
    """Return a report in which the model's figures are people's, but for these."""
    report = made_up_report()
    people, model = report.figures
    calm = replace(model, returning=people.returning)
    return replace(report, figures=[people, replace(calm, **figures)])


POOR, ALIKE = "far fewer different words than people", "resemble each other far more than people"


@pytest.mark.parametrize(
    ("figures", "poor", "alike"),
    [
        ({}, False, False),
        ({"distinct_1": 0.1}, False, False),  # 1.23 times as few
        ({"distinct_1": 0.033}, True, False),
        ({"distinct_2": 0.2}, True, False),
        ({"self_bleu": 0.29}, False, False),
        ({"self_bleu": 0.435}, False, True),
        ({"returning": 0.2, "distinct_1": 0.022, "self_bleu": 0.67}, True, True),
    ],
)
def test_few_words_and_sameness_are_said_plainly(
    figures: dict[str, float], poor: bool, alike: bool
) -> None:
    """On the card and among the findings, however few words return; and only then."""
    report = written(**figures)
    card, findings = card_of(report), " ".join(findings_of(report))
    for text in (card.partition("## What it cannot do")[2], findings):
        assert (POOR in text) == poor
        assert (ALIKE in text) == alike
    assert "turns in circles" not in card


def test_their_figures_stand_beside_peoples() -> None:
    """With the eccentricity."""
    card = card_of(written(distinct_1=0.033, self_bleu=0.435))
    assert "0.033 to 0.033 against 0.123 in held-out text" in card
    assert "a self-BLEU of 0.43 to 0.43 against 0.23\n  (at eccentricity 7)" in card


def test_the_base_is_not_the_model() -> None:
    """Its figures are not judged."""
    report = written()
    people, model = report.figures
    base = replace(model, group=replace(model.group, source="base model"), returning=0.9)
    found = sameness_of([people, model, base])
    assert found.written == [model]
    assert found.circling == []


def test_a_penalty_is_named_where_returning_words_are_explained() -> None:
    """Who reads the figure is told what lowers it."""
    [returning] = [one for one in EXPLAINED if one.key == "returning"]
    assert "a penalty of the sampler lowers it" in returning.meaning
