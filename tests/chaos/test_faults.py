"""Every fault at every step: nothing is lost, doubled, or left behind."""

import os

import pytest

from tests.chaos.cases import (
    PLAIN,
    STORIES,
    Case,
    Stage,
    Story,
    cases_of,
    pairs_of,
    spread,
)
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.table import Table

PAIRS = 24
_SEED = 7
_LONGEST_SECONDS = 600
STRUCK = [
    fault
    for fault in FAULTS
    if os.environ.get("CHAOS") == "whole" or fault.lasts <= _LONGEST_SECONDS
]
"""Hours of false time are many deliveries: only `make chaos` has them."""


def broken_promises(fault: str, cases: list[Case], stage: Stage, table: Table) -> list[str]:
    """Run the cases; return what was broken in each."""
    found: list[str] = []
    for case in cases:
        outcome = stage.run(case)
        table.add(fault, outcome.ending, outcome.seconds, is_broken=bool(outcome.violations))
        found += [f"{case}: {violation}" for violation in outcome.violations]
    return found


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_without_a_fault_every_story_ends_well(stage: Stage, table: Table, story: Story) -> None:
    """Messages lost, out of order, delivered again at the end, or ten times in vain: one text."""
    assert broken_promises("none", [Case(story, ())], stage, table) == []


@pytest.mark.parametrize("fault", STRUCK, ids=lambda fault: fault.name)
def test_a_fault_at_any_step_breaks_no_promise(
    stage: Stage, table: Table, is_whole: bool, fault: Fault
) -> None:
    """Each review ends as it may, with the text that nothing had disturbed, and one mail."""
    if is_whole:
        cases = cases_of(fault, stage)
    else:
        cases = spread(cases_of(fault, stage, [PLAIN]), 1, 5 * FAULTS.index(fault) + 3)
    assert cases
    assert broken_promises(fault.name, cases, stage, table) == []


def test_nothing_depends_on_a_disk(stage: Stage, table: Table) -> None:
    """With a full one (no file can be written) a review is taken, written and mailed."""
    case = Case(PLAIN, (), is_disk_full=True)
    assert broken_promises("the disk is full throughout", [case], stage, table) == []


def test_two_faults_break_no_promise_either(stage: Stage, table: Table, is_whole: bool) -> None:
    """Drawn by lot, with a seed: the second may strike what comes right after the first."""
    cases = [*pairs_of(stage, PAIRS if is_whole else 4, _SEED)]
    assert broken_promises("two faults, drawn by lot", cases, stage, table) == []
