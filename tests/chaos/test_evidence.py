"""The suite can fail: where a promise is not kept, it says so."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from boto3.dynamodb.conditions import Attr

from artreview.changes import Changes
from artreview.errors import ReviewSettled
from artreview.review import Mail, Review, State
from artreview.store import ReviewStore
from functions.generate import worker
from functions.generate.author import Commission
from functions.submit import handler
from functions.submit.sweep import Swept
from tests.chaos.cases import DEAD, LOST, PLAIN, Case, Stage, Story, cases_of
from tests.chaos.faults import FAULTS

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
    patch.setattr(handler.dead_letters, "give_up_dead_letters", lambda *_: 0)


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


CAUGHT: tuple[tuple[Mutation, Story, str], ...] = (
    (unconditional_writes, PLAIN, "delivered twice at once"),
    (mail_marked_behind_the_sending_only, PLAIN, "delivered twice at once"),
    (address_kept_behind_the_mail, PLAIN, ""),
    (no_sweep, LOST, ""),
    (dead_letters_left_alone, DEAD, ""),
    (another_seed_at_each_try, PLAIN, "killed before a step"),
    (hidden_reviews_finished, PLAIN, "reported in between"),
)


@pytest.mark.parametrize(
    ("mutation", "story", "fault"), CAUGHT, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_broken_site_is_caught(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, mutation: Mutation, story: Story, fault: str
) -> None:
    """A guard is taken away, and some run finds a promise broken."""
    cases = [Case(story, ())]
    if fault:
        (struck,) = [known for known in FAULTS if known.name == fault]
        cases = cases_of(struck, stage, [story])
    stage.clean(PLAIN)
    mutation(monkeypatch)
    assert any(stage.run(case).violations for case in cases)
