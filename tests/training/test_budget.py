"""A run has an end."""

import math

import pytest

from training.budget import Budget
from training.errors import SettingsError


@pytest.mark.parametrize("minutes", [0.0, -1.0, math.nan, math.inf])
def test_minutes_that_never_end_are_refused(minutes: float) -> None:
    """Neither zero nor what is no time means "without end", whether or not steps are given too."""
    for steps in (None, 5):
        with pytest.raises(SettingsError, match=f"--minutes must be greater than 0 .*{minutes}"):
            Budget(minutes, steps)


@pytest.mark.parametrize("steps", [0, -1])
def test_steps_that_never_end_are_refused(steps: int) -> None:
    """The same for steps, whether or not minutes are given too."""
    for minutes in (None, 1.0):
        with pytest.raises(SettingsError, match=f"--steps must be greater than 0 .*{steps}"):
            Budget(minutes, steps)


def test_no_end_at_all_is_refused() -> None:
    """One of the two must be given."""
    with pytest.raises(SettingsError, match="say when to stop"):
        Budget(None, None)


def test_whichever_runs_out_first_ends_the_run() -> None:
    """By the clock or by the steps; time of earlier runs counts."""
    budget = Budget(minutes=1.0, steps=10, now=lambda: 0.0)
    budget.start(spent_seconds=30.0, step=2)
    assert budget.fraction == 0.5
    budget.step = 10
    assert budget.is_used_up
    budget.start(spent_seconds=60.0, step=2)
    assert budget.is_used_up
    assert budget.seconds_left == 0.0
