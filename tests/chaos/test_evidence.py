"""The suite can fail: where a promise is not kept, it says so."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from boto3.dynamodb.conditions import Attr

from artreview.changes import Changes
from artreview.errors import ReviewSettled
from artreview.review import Mail, Review, State
from artreview.store import ReviewStore
from functions.generate import worker
from functions.generate.author import Commission
from functions.submit import dead_letters, handler
from functions.submit.sweep import Swept
from tests.chaos.cases import DEAD, LOST, PLAIN, Case, Stage, Story, cases_of
from tests.chaos.faults import FAULTS, HOUR

Mutation = Callable[[pytest.MonkeyPatch], None]


def unconditional_writes(patch: pytest.MonkeyPatch) -> None:
    """Let every change of a review go through, whatever its state."""
    make = Changes.make

    def careless(changes: Changes, review_id: str, values: Any, **rest: Any) -> Review:
        return make(changes, review_id, values, **rest | {"when": Attr("id").exists()})

    patch.setattr(Changes, "make", careless)


def mail_marked_behind_the_sending_only(patch: pytest.MonkeyPatch) -> None:
    """Let a worker claim no mail before it sends it."""

    def unmarked(store: ReviewStore, review_id: str, _now: float) -> Review:
        review = store.get(review_id)
        if review.state is not State.READY or review.mail is not Mail.DUE:
            raise ReviewSettled("no mail is due")
        return review

    patch.setattr(ReviewStore, "claim_mail", unmarked)


def address_kept_behind_the_mail(patch: pytest.MonkeyPatch) -> None:
    """Let the note that a mail is out forget to erase the address."""
    patch.setattr("artreview.store._PERSONAL_ATTRIBUTES", ())


def no_sweep(patch: pytest.MonkeyPatch) -> None:
    """Let the sweep find nothing."""
    patch.setattr(handler, "sweep_reviews", lambda *_: Swept(0, 0))


def dead_letters_left_alone(patch: pytest.MonkeyPatch) -> None:
    """Let nobody look at what the queue gave up."""
    patch.setattr(dead_letters, "give_up_dead_letters", lambda *_: 0)


def hidden_reviews_finished(patch: pytest.MonkeyPatch) -> None:
    """Let a worker store its text whether or not it still holds the lease."""

    def careless(store: ReviewStore, writing: Review, values: Any, remove: Any = ()) -> Review:
        when = Attr("id").exists()
        return store._changes.make(writing.id, values, when=when, remove=remove)

    patch.setattr(ReviewStore, "_change_leased", careless)


def another_seed_at_each_try(patch: pytest.MonkeyPatch) -> None:
    """Let a worker that takes a review over write another text."""
    commission = worker._commission

    def other(review: Review) -> Commission:
        return replace(commission(review), seed=review.seed + review.attempts - 1)

    patch.setattr(worker, "_commission", other)


class Broken(NamedTuple):
    """What is taken away, and the story, the fault and the step that show it."""

    mutation: Mutation
    story: Story
    fault: str = ""
    step: str = ""


CAUGHT = (
    Broken(unconditional_writes, PLAIN, "delivered twice at once", "engine.read"),
    Broken(
        mail_marked_behind_the_sending_only, PLAIN, "delivered twice at once", "sesv2.SendEmail"
    ),
    Broken(hidden_reviews_finished, PLAIN, "reported in between", "engine.read"),
    Broken(another_seed_at_each_try, PLAIN, "killed before a step", "engine.read"),
    Broken(address_kept_behind_the_mail, PLAIN),
    Broken(no_sweep, LOST),
    Broken(dead_letters_left_alone, DEAD),
)


@pytest.mark.parametrize("broken", CAUGHT, ids=lambda broken: broken.mutation.__name__)
def test_a_broken_site_is_caught(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, broken: Broken
) -> None:
    """A guard is taken away, and some run finds a promise broken that was kept before."""
    cases = [Case(broken.story, ())]
    if broken.fault:
        (fault,) = [known for known in FAULTS if known.name == broken.fault]
        found = cases_of(fault, stage, [broken.story])
        cases = [case for case in found if case.strikes[0][1].name == broken.step]
    monkeypatch.setattr("tests.chaos.site.HORIZON_SECONDS", 3 * HOUR)
    assert not stage.run(cases[0]).violations
    broken.mutation(monkeypatch)
    assert any(stage.run(case).violations for case in cases)
