"""What is said of the figures is what they say."""

from dataclasses import replace

import pytest

from tests.training.evaluation.reports import made_up_perplexity, made_up_report
from training.evaluation.decades import Difference
from training.evaluation.findings import findings_of


@pytest.mark.parametrize(
    ("train", "held_out", "verdict"),
    [
        (4.0, 4.25, "+0.250 ± 0.028 nats a token: it predicts what it learned from better"),
        (4.0, 4.02, "+0.020 ± 0.028 nats a token: no more than chance"),
        (4.25, 4.0, "-0.250 ± 0.028 nats a token: the held-out text is the easier one"),
    ],
)
def test_a_gap_is_called_one_only_beyond_chance(
    train: float, held_out: float, verdict: str
) -> None:
    """The verdict follows the gap and how sure it is."""
    measured = [made_up_perplexity("train", train), made_up_perplexity("held out", held_out)]
    findings = findings_of(replace(made_up_report(), perplexities=measured))
    assert verdict in findings[0]


@pytest.mark.parametrize("held_out", [4.25, 4.02, 3.5])
def test_text_that_may_have_been_learned_tells_nothing_of_overfitting(held_out: float) -> None:
    """Whatever the gap is."""
    report = made_up_report()
    measured = [made_up_perplexity("train", 4.0), made_up_perplexity("held out", held_out)]
    seen = replace(report.model, unseen=False)
    [gap, *_] = findings_of(replace(report, model=seen, perplexities=measured))
    assert "the model may have learned the held-out text too" in gap
    assert "no overfitting is seen" not in gap
    assert "harder texts" not in gap


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.004, 0.021, "The decade works: a wrong one costs 1.21 % of perplexity (0.40 % to"),
        (-0.004, 0.028, "The decade makes no difference beyond chance: a wrong one costs 1.21 %"),
        (-0.03, -0.01, "The decade misleads: "),
    ],
)
def test_the_decade_works_only_beyond_chance(low: float, high: float, verdict: str) -> None:
    """The verdict follows the interval of the whole texts."""
    report = made_up_report()
    assert report.decades is not None
    [stretch] = report.decades.stretches
    found = Difference(0.012, low, high)
    decades = replace(report.decades, stretches=[replace(stretch, wrong_over_right=found)])
    assert findings_of(replace(report, decades=decades))[-1].startswith(verdict)
    assert findings_of(replace(report, decades=None))[-1].startswith("The decade: not measured")


def test_circling_and_copies_are_told_with_their_numbers() -> None:
    """Those of held-out text beside those of the model."""
    text = " ".join(findings_of(made_up_report()))
    assert "39 % of the words of held-out text are among the 128 before them" in text
    assert "61 % at eccentricity 7" in text
    assert "A penalty of the sampler presses this down by itself" in text
    assert "1 of 40 texts share 50 tokens or more in a row" in text
    assert "is 6 in the median, 17 at most" in text
