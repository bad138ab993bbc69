"""The operator is told of what a visitor hides, whatever fault strikes at whatever step."""

from collections import Counter

import pytest

from tests.chaos.cases import Case, Stage, Story, spread
from tests.chaos.faults import FAULTS, HIDDEN, Fault
from tests.chaos.site import Site, id_of

_ROLES = frozenset({"sweep"})
TROUBLE = [
    fault
    for fault in FAULTS
    if fault.name
    in {
        "killed before a step",
        "killed behind a step",
        "DynamoDB throttles every try",
        "AWS cannot be reached",
        "one answer is lost",
        "every answer is lost",
        "error 500 behind the effect",
        "SES throttles",
        "SES pauses the account",
        "SES refuses the mail",
    }
]
_UNKNOWN = frozenset(fault.name for fault in FAULTS if fault.leaves_mail_unknown)


def _hidden(site: Site) -> list[str]:
    """Let a visitor report a review that is ready, and the schedule call the sweep."""
    review = site.submit()
    site.settle()
    assert site.report(review) == 303
    site.settle()
    return [review]


STORY = Story("a visitor reports it", _hidden, _ROLES, frozenset({HIDDEN}))


def told_of(stage: Stage, case: Case, monkeypatch: pytest.MonkeyPatch) -> Counter[float]:
    """Run a case; return how often the operator was told of each hiding."""
    seen: list[Site] = []

    def play(site: Site) -> list[str]:
        seen.append(site)
        return _hidden(site)

    monkeypatch.setattr("tests.chaos.cases._mail_window", lambda _steps: frozenset())
    story = Story(case.story.name, play, _ROLES, frozenset({HIDDEN}))
    outcome = stage.run(Case(story, case.strikes))
    assert list(outcome.violations) == []
    return Counter(seen[0].evidence.notices[id_of(0)])


def test_one_mail_tells_of_one_hiding(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing goes wrong."""
    assert [*told_of(stage, Case(STORY, ()), monkeypatch).values()] == [1]


@pytest.mark.parametrize("fault", TROUBLE, ids=lambda fault: fault.name)
def test_the_operator_is_told_whatever_fails(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, is_whole: bool, fault: Fault
) -> None:
    """At each step of the sweep: once, or twice where nobody can tell whether a mail went out."""
    steps = [step for step in stage.clean(STORY).steps if step.role == "sweep"]
    cases = [Case(STORY, ((fault, step),)) for step in steps if fault.strikes(step)]
    assert cases
    for case in cases if is_whole else spread(cases, 1, TROUBLE.index(fault)):
        counts = [*told_of(stage, case, monkeypatch).values()]
        assert counts == [1] or (counts == [2] and fault.name in _UNKNOWN), f"{case}: {counts}"
