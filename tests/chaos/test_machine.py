"""Random interleavings of all that can happen to three reviews keep every promise.

A state machine of hypothesis: it submits, delivers, kills, loses, reports, deletes, sweeps, brings
back, turns the clock, in any order. Each write is judged when it happens; at the end of a run the
site goes on by itself until nothing is left to be done.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from artreview.limits import LEASE_SECONDS, REQUEUE_SECONDS
from artreview.review import State
from tests.chaos.cases import Stage, nothing_personal_is_left
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.site import Site, id_of
from tests.chaos.wire import Call

NUMBERS = st.integers(0, 2)
"""Which of the three forms, and so which review."""
_NAMES = (
    "killed before a step",
    "killed behind a step",
    "DynamoDB throttles every try",
    "AWS cannot be reached",
    "one answer is lost",
    "every answer is lost",
    "error 500 behind the effect",
    "the disk is full",
)
_TROUBLE = [fault for fault in FAULTS if fault.name in _NAMES]
TROUBLES = st.one_of(st.none(), st.tuples(st.sampled_from(_TROUBLE), st.integers(1, 45)))
"""Nothing, or a fault at one of the next steps."""


class Reviews(RuleBasedStateMachine):
    """Three reviews, and all that can happen to them."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self._patch = pytest.MonkeyPatch()
        self._site = Site(self.stage.account, self.stage.studio, self._patch)
        self._submitted: set[int] = set()

    @rule(number=NUMBERS, trouble=TROUBLES)
    def submit(self, number: int, trouble: tuple[Fault, int] | None) -> None:
        """Send a form, perhaps one that was sent before."""
        self._strike(trouble)
        self._site.submit(number, tries=2)
        self._submitted.add(number)

    @rule(trouble=TROUBLES)
    def deliver(self, trouble: tuple[Fault, int] | None) -> None:
        """Hand over what the queue has."""
        self._strike(trouble)
        self._site.deliver()

    @precondition(lambda self: self._submitted)
    @rule(number=NUMBERS, trouble=TROUBLES)
    def deliver_again(self, number: int, trouble: tuple[Fault, int] | None) -> None:
        """Hand a message over that was there before."""
        self._strike(trouble)
        self._site.hand_over(self._site.copy_of_message(id_of(number)))

    @rule(trouble=TROUBLES)
    def sweep(self, trouble: tuple[Fault, int] | None) -> None:
        """Let the schedule call the sweep."""
        self._strike(trouble)
        self._site.sweep()

    @rule()
    def lose_messages(self) -> None:
        """Empty the queue."""
        self._site.lose_messages()

    @precondition(lambda self: self._submitted)
    @rule(number=NUMBERS, visitor=st.integers(0, 3))
    def report(self, number: int, visitor: int) -> None:
        """Report a review."""
        state = self._site.state_of(id_of(number))
        status = self._site.report(id_of(number), f"198.51.100.{visitor}")
        assert status == (404 if state is None else 303)

    @rule(number=NUMBERS, trouble=TROUBLES)
    def restore(self, number: int, trouble: tuple[Fault, int] | None) -> None:
        """Show a review again, hidden or not."""
        self._strike(trouble)
        self._site.restore(id_of(number))

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        """Delete a review that there is."""
        if self._site.state_of(id_of(number)) is not None:
            self._site.delete(id_of(number))

    @rule(number=NUMBERS, trouble=TROUBLES)
    def bring_back(self, number: int, trouble: tuple[Fault, int] | None) -> None:
        """Bring a review back, failed or not."""
        self._strike(trouble)
        self._site.retry(id_of(number))

    @rule(seconds=st.sampled_from([1, 6, LEASE_SECONDS + 1, REQUEUE_SECONDS + 1, 3 * 3600]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._site.world.pass_time(seconds)

    @rule(seconds=st.sampled_from([-3600, -60, 60, 3600]))
    def turn_clock(self, seconds: float) -> None:
        """Turn the functions' clock."""
        self._site.world.turn(seconds)

    @rule(is_broken=st.booleans())
    def change_bundle(self, is_broken: bool) -> None:
        """Break the bundle, or mend it, for the workers that start from now on."""
        self._site.is_bundle_broken = is_broken

    @invariant()
    def no_promise_is_broken(self) -> None:
        """Look at what has been written so far, and mailed."""
        assert self._site.evidence.violations == []

    def teardown(self) -> None:
        """Let the site come to rest, and look at what is left."""
        try:
            self._strike(None)
            self._site.is_bundle_broken = False
            self._site.settle()
            reviews = [id_of(number) for number in self._submitted]
            assert {self._site.state_of(review) for review in reviews} <= {
                None,
                State.READY,
                State.FAILED,
                State.BLOCKED,
                State.DELETED,
            }
            assert set(self._site.accepted) <= set(self._site.evidence.histories)
            nothing_personal_is_left(self._site)
            assert self._site.evidence.violations == []
        finally:
            self._site.close()
            self._patch.undo()

    def _strike(self, trouble: tuple[Fault, int] | None) -> None:
        """Let a fault strike at one of the next steps, if it can, and then no more."""
        self._site.wire.blow = lambda call: call.take_effect()
        if trouble is None:
            return
        fault, distance = trouble
        act = fault.make(self._site, "")
        target = len(self._site.wire.steps) + distance

        def blow(call: Call) -> object:
            is_there = self._site.wire.steps.index(call.step) + 1 == target
            return act(call) if is_there and fault.strikes(call.step) else call.take_effect()

        self._site.wire.blow = blow


def test_any_interleaving_keeps_every_promise(stage: Stage, is_whole: bool) -> None:
    """The same runs each time in `make test`, many more and longer ones in `make chaos`."""
    bound = settings(
        max_examples=250 if is_whole else 15,
        stateful_step_count=25 if is_whole else 12,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[*HealthCheck],
    )

    class OnStage(Reviews):
        """The machine on this stage."""

    OnStage.stage = stage
    run_state_machine_as_test(OnStage, settings=bound)
