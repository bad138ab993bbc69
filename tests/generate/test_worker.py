"""A review from its message to its text."""

from dataclasses import replace
from typing import Any

import pytest

from artreview.errors import (
    MailUndelivered,
    ReviewLeased,
    ReviewNotFound,
)
from artreview.limits import (
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    PROGRESS_SECONDS,
)
from artreview.review import Mail, Review, State
from artreview.site import SiteFacts
from artreview.store import ReviewStore
from functions.generate import worker as worker_module
from functions.generate.author import Commission
from functions.generate.bundle import Bundle
from functions.generate.errors import PromptRefused
from functions.generate.worker import Worker
from tests.aws import Account
from tests.fakes import BrokenAuthor, FakeWorld, RecordingMailer, ScriptedAuthor
from tests.generate.working import FAR, with_author, work
from tests.samples import REVIEW_ID, queued_review


def test_a_queued_review_is_written_and_mailed(
    worker: Worker, account: Account, mailer: RecordingMailer, bundle: Bundle
) -> None:
    """Text, provenance and pace are stored; one mail goes out; the address is gone."""
    account.store.add(queued_review())
    work(worker)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.text) == (State.READY, "A blue horse in the rain a b c.")
    assert review.provenance is not None
    assert review.provenance.model_hash == bundle.hash
    assert (review.mail, review.address) == (Mail.SENT, "")
    assert [message["To"] for message in mailer.sent] == ["reader@example.org"]


@pytest.mark.parametrize(("prompt", "listed"), [("A blue nude", 1), ("What a fucking daub", 0)])
def test_abuse_is_written_but_not_listed(
    worker: Worker, account: Account, prompt: str, listed: int
) -> None:
    """The gallery alone has a list of words; the page is there either way."""
    account.store.add(queued_review(prompt=prompt, in_gallery=True))
    work(worker)
    review = account.store.get(REVIEW_ID)
    assert (review.state, bool(review.gallery_place)) == (State.READY, bool(listed))
    assert len(account.gallery.page(10).reviews) == listed
    assert review.in_gallery == bool(listed)  # so that a restored one is not listed either


def test_a_check_that_breaks_costs_a_place_in_the_gallery_and_no_review(
    worker: Worker, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The review is ready, and not listed."""

    def broken(*_: str) -> bool:
        raise ImportError("glin_profanity")

    monkeypatch.setattr(worker_module, "is_fit_for_gallery", broken)
    account.store.add(queued_review(in_gallery=True))
    work(worker)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.gallery_place) == (State.READY, "")


def test_a_message_that_comes_again_does_nothing(
    worker: Worker, account: Account, mailer: RecordingMailer
) -> None:
    """One text, one mail, however often SQS delivers."""
    account.store.add(queued_review())
    work(worker)
    before = account.store.get(REVIEW_ID)
    work(worker)
    assert account.store.get(REVIEW_ID) == before
    assert len(mailer.sent) == 1


def test_progress_is_shown_at_most_every_two_seconds(
    worker: Worker, account: Account, world: FakeWorld
) -> None:
    """A look is stored when two seconds have passed, not sooner, and keeps the lease alive."""
    account.store.add(queued_review())
    seen: list[tuple[int, float]] = []

    def between() -> None:
        review = account.store.get(REVIEW_ID)
        seen.append((review.tokens, review.lease_until - world.now()))
        world.pass_time(PROGRESS_SECONDS / 2)

    author = ScriptedAuthor(*(f" {number}" for number in range(7)), between=between)
    work(with_author(worker, author))
    stale = LEASE_SECONDS - PROGRESS_SECONDS / 2
    assert seen == [
        (0, LEASE_SECONDS),
        (0, stale),
        (3, LEASE_SECONDS),
        (3, stale),
        (5, LEASE_SECONDS),
        (5, stale),
    ]
    pace = account.site.pace()
    assert pace is not None
    assert pace.seconds_per_review == 3 * PROGRESS_SECONDS


def test_a_review_that_is_hidden_while_it_is_written_stays_hidden(
    worker: Worker, account: Account, mailer: RecordingMailer, world: FakeWorld
) -> None:
    """The writing stops, nothing is stored, no mail goes out, and the message is done with."""
    account.store.add(queued_review())
    author = ScriptedAuthor(
        " a", " a b.", between=lambda: account.store.block(REVIEW_ID, world.now())
    )
    work(with_author(worker, author))
    assert account.store.get(REVIEW_ID).state is State.BLOCKED
    assert mailer.sent == []


@pytest.mark.parametrize("when", ["queued", "writing", "before the mail", "after the mail"])
def test_a_review_that_is_deleted_stays_deleted(
    worker: Worker, account: Account, mailer: RecordingMailer, when: str
) -> None:
    """Whenever it happens: nothing of it comes back, and no mail goes out afterwards."""

    def delete() -> None:
        account.store.delete(REVIEW_ID)

    account.store.add(queued_review(wants_updates=True))
    if when == "queued":
        delete()
    elif when == "writing":
        worker = with_author(worker, ScriptedAuthor(" a", " a b.", between=delete))
    elif when == "before the mail":
        silent = replace(worker, mailer=RecordingMailer(MailUndelivered("away")))  # type: ignore[arg-type]
        with pytest.raises(MailUndelivered):
            work(silent)
        delete()
    else:
        work(worker)
        delete()
    work(worker)
    assert len(mailer.sent) == (when == "after the mail")
    assert set(account.item(REVIEW_ID)) == {"id", "state", "created_at", "enqueued_at"}
    assert account.store.get(REVIEW_ID).state is State.DELETED


def test_an_error_puts_the_review_back_until_the_last_attempt(
    worker: Worker, account: Account
) -> None:
    """The message comes again at once; after the last attempt the page says `failed`."""
    account.store.add(queued_review())
    broken = with_author(worker, BrokenAuthor())
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(RuntimeError):
            work(broken)
        review = account.store.get(REVIEW_ID)
        assert review.state is (State.QUEUED if attempt < MAX_ATTEMPTS else State.FAILED)
    assert (review.failure, review.address) == ("RuntimeError", "")


def test_another_workers_review_is_left_to_it(
    worker: Worker, account: Account, world: FakeWorld
) -> None:
    """The message is told how long to wait; after that the review is taken over."""
    account.store.add(queued_review())
    account.store.claim(REVIEW_ID, "another", world.now())
    with pytest.raises(ReviewLeased):
        work(worker)
    world.pass_time(LEASE_SECONDS + 1)
    work(worker)
    assert account.store.get(REVIEW_ID).state is State.READY


def test_at_the_deadline_the_text_ends(worker: Worker, account: Account, world: FakeWorld) -> None:
    """Better a shorter review than none."""
    account.store.add(queued_review())
    work(worker, deadline=0.0)
    assert account.store.get(REVIEW_ID).text == "A blue horse in the rain a"


OTHERS = ("1111111111111111", "2222222222222222", "3333333333333333", "4444444444444444")


def test_a_batch_is_written_together(
    worker: Worker, account: Account, mailer: RecordingMailer
) -> None:
    """All of it is in hand at once, and each becomes what it would have become alone."""
    for number, review_id in enumerate(OTHERS):
        account.store.add(queued_review(id=review_id, prompt=f"Prompt {number}"))
    work(worker, *OTHERS)
    texts = [account.store.get(review_id).text for review_id in OTHERS]
    assert texts == [f"Prompt {number} a b c." for number in range(4)]
    assert worker.author.most_at_once == 4  # type: ignore[attr-defined]
    assert len(mailer.sent) == 4


def test_a_review_is_claimed_only_when_there_is_room(worker: Worker, account: Account) -> None:
    """More messages than places: a lease is never taken to wait in line."""
    for review_id in OTHERS:
        account.store.add(queued_review(id=review_id, address="", mail=Mail.NONE))
    states: list[list[State]] = []

    def between() -> None:
        states.append([account.store.get(review_id).state for review_id in OTHERS])

    author = ScriptedAuthor(" a", " a b.", between=between, places=2)
    work(with_author(worker, author), *OTHERS)
    assert states[0] == [State.WRITING, State.WRITING, State.QUEUED, State.QUEUED]
    assert all(account.store.get(review_id).state is State.READY for review_id in OTHERS)
    assert author.most_at_once == 2


def test_what_goes_wrong_with_one_does_not_stop_the_others(
    worker: Worker, account: Account, world: FakeWorld
) -> None:
    """One is unknown, one leased, one hidden while it is written, one's prompt refused."""
    unknown, leased, hidden, fine = OTHERS
    for review_id in (leased, hidden, fine):
        account.store.add(queued_review(id=review_id))
    account.store.add(queued_review(prompt="refused"))
    account.store.claim(leased, "another", world.now())
    author = ScriptedAuthor(" a", " a b.", between=lambda: account.store.block(hidden, world.now()))
    begin = author.begin

    def choosy(commission: Commission, deadline: float) -> int:
        if commission.prompt == "refused":
            raise PromptRefused("too odd")
        return begin(commission, deadline)

    author.begin = choosy  # type: ignore[method-assign]
    errors = with_author(worker, author).work([unknown, leased, hidden, REVIEW_ID, fine], FAR)
    kinds = {review_id: type(error) for review_id, error in errors.items()}
    assert kinds == {unknown: ReviewNotFound, leased: ReviewLeased, REVIEW_ID: PromptRefused}
    assert account.store.get(fine).state is State.READY
    assert account.store.get(hidden).state is State.BLOCKED
    assert account.store.get(REVIEW_ID).state is State.QUEUED


def test_a_store_that_fails_for_one_review_fails_that_one(
    worker: Worker, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is dropped and put back; the others are written to their ends."""
    broken, fine = OTHERS[:2]
    for review_id in (broken, fine):
        account.store.add(queued_review(id=review_id))
    finish = ReviewStore.finish

    def picky(store: ReviewStore, review: Review, *rest: Any) -> Review:
        if review.id == broken:
            raise ConnectionError("throttled")
        return finish(store, review, *rest)

    monkeypatch.setattr(ReviewStore, "finish", picky)
    errors = worker.work([broken, fine], FAR)
    assert [*errors] == [broken]
    assert account.store.get(broken).state is State.QUEUED
    assert account.store.get(fine).state is State.READY


def test_a_text_whose_answer_was_lost_is_mailed_at_once(
    worker: Worker, account: Account, mailer: RecordingMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write took effect and boto3 tried it again, which the condition refused: it is ready."""
    account.store.add(queued_review())
    finish = ReviewStore.finish

    def twice(store: ReviewStore, review: Review, *rest: Any) -> Review:
        finish(store, review, *rest)
        return finish(store, review, *rest)

    monkeypatch.setattr(ReviewStore, "finish", twice)
    work(worker)
    assert account.store.get(REVIEW_ID).mail is Mail.SENT
    assert len(mailer.sent) == 1


def test_a_pace_that_is_not_recorded_is_no_matter(
    worker: Worker,
    account: Account,
    mailer: RecordingMailer,
    world: FakeWorld,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The review is ready and its mail goes out, and its message does not come again."""

    def fail(*_: Any) -> None:
        raise ConnectionError("throttled")

    monkeypatch.setattr(SiteFacts, "record_pace", fail)
    account.store.add(queued_review())
    author = ScriptedAuthor(" a", " a b.", between=lambda: world.pass_time(1))
    work(with_author(worker, author))
    assert account.store.get(REVIEW_ID).mail is Mail.SENT
    assert len(mailer.sent) == 1


def test_an_engine_that_breaks_puts_every_review_back(worker: Worker, account: Account) -> None:
    """What was in hand is released at once, and what was not begun comes again untouched."""
    for review_id in OTHERS:
        account.store.add(queued_review(id=review_id))
    errors = with_author(worker, BrokenAuthor(places=2)).work(list(OTHERS), FAR)
    assert sorted(errors) == sorted(OTHERS)
    reviews = [account.store.get(review_id) for review_id in OTHERS]
    assert {review.state for review in reviews} == {State.QUEUED}
    assert [review.attempts for review in reviews] == [1, 1, 0, 0]
