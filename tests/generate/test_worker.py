"""A review from its message to its mail."""

from dataclasses import replace
from typing import Any

import pytest

from artreview.errors import MailRefused, MailUndelivered, ReviewLeased
from artreview.limits import (
    LEASE_SECONDS,
    MAIL_PATIENCE_SECONDS,
    MAX_ATTEMPTS,
    PROGRESS_SECONDS,
)
from artreview.review import Mail, State
from functions.generate.bundle import Bundle
from functions.generate.mail import Letterhead
from functions.generate.worker import Worker
from tests.aws import Account
from tests.fakes import BrokenAuthor, FakeWorld, RecordingMailer, ScriptedAuthor
from tests.samples import REVIEW_ID, queued_review

FAR = 9e9


@pytest.fixture
def mailer() -> RecordingMailer:
    """Return a mailer that keeps what it sends."""
    return RecordingMailer()


@pytest.fixture
def worker(account: Account, world: FakeWorld, mailer: RecordingMailer, bundle: Bundle) -> Worker:
    """Return a worker whose author writes two drafts and a text."""
    parts: dict[str, Any] = {"author": ScriptedAuthor(" a", " a b", " a b c."), "mailer": mailer}
    return Worker(
        bundle=bundle,
        store=account.store,
        site=account.site,
        letterhead=Letterhead("Site", "https://reviews.example.org", "art@example.org"),
        world=world,
        **parts,
    )


def with_author(worker: Worker, author: Any) -> Worker:
    """Return the worker with another author."""
    return replace(worker, author=author)


def test_a_queued_review_is_written_and_mailed(
    worker: Worker, account: Account, mailer: RecordingMailer, bundle: Bundle
) -> None:
    """Text, provenance and pace are stored; one mail goes out; the address is gone."""
    account.store.add(queued_review())
    worker.work(REVIEW_ID, FAR)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.text) == (State.READY, "A blue horse in the rain a b c.")
    assert review.provenance is not None
    assert review.provenance.model_hash == bundle.hash
    assert (review.mail, review.address) == (Mail.SENT, "")
    assert [message["To"] for message in mailer.sent] == ["reader@example.org"]


def test_a_message_that_comes_again_does_nothing(
    worker: Worker, account: Account, mailer: RecordingMailer
) -> None:
    """One text, one mail, however often SQS delivers."""
    account.store.add(queued_review())
    worker.work(REVIEW_ID, FAR)
    before = account.store.get(REVIEW_ID)
    worker.work(REVIEW_ID, FAR)
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
    with_author(worker, author).work(REVIEW_ID, FAR)
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
    with_author(worker, author).work(REVIEW_ID, FAR)
    assert account.store.get(REVIEW_ID).state is State.BLOCKED
    assert mailer.sent == []


def test_an_error_puts_the_review_back_until_the_last_attempt(
    worker: Worker, account: Account
) -> None:
    """The message comes again at once; after the last attempt the page says `failed`."""
    account.store.add(queued_review())
    broken = with_author(worker, BrokenAuthor())
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(RuntimeError):
            broken.work(REVIEW_ID, FAR)
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
        worker.work(REVIEW_ID, FAR)
    world.pass_time(LEASE_SECONDS + 1)
    worker.work(REVIEW_ID, FAR)
    assert account.store.get(REVIEW_ID).state is State.READY


def test_a_mail_that_fails_is_sent_when_the_message_comes_again(
    worker: Worker, account: Account, world: FakeWorld
) -> None:
    """The text is not written twice for it."""
    account.store.add(queued_review())
    mailer = RecordingMailer(MailUndelivered("SES is away"))
    troubled = replace(worker, mailer=mailer)  # type: ignore[arg-type]
    with pytest.raises(MailUndelivered):
        troubled.work(REVIEW_ID, FAR)
    assert account.store.get(REVIEW_ID).state is State.READY
    world.pass_time(LEASE_SECONDS + 1)
    with_author(troubled, BrokenAuthor()).work(REVIEW_ID, FAR)
    assert len(mailer.sent) == 1
    assert account.store.get(REVIEW_ID).mail is Mail.SENT


def test_after_a_day_a_mail_is_given_up(worker: Worker, account: Account, world: FakeWorld) -> None:
    """An address is not kept for a mail that nobody will take."""
    account.store.add(queued_review())
    mailer = RecordingMailer(MailUndelivered("paused"), MailUndelivered("paused"))
    troubled = replace(worker, mailer=mailer)  # type: ignore[arg-type]
    with pytest.raises(MailUndelivered):
        troubled.work(REVIEW_ID, FAR)
    world.pass_time(MAIL_PATIENCE_SECONDS + 1)
    troubled.work(REVIEW_ID, FAR)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.mail, review.address) == (State.READY, Mail.REFUSED, "")


def test_a_mail_that_is_refused_for_good_is_not_tried_again(
    worker: Worker, account: Account
) -> None:
    """The review stays readable, and the address is forgotten."""
    account.store.add(queued_review())
    mailer = RecordingMailer(MailRefused("no"))
    replace(worker, mailer=mailer).work(REVIEW_ID, FAR)  # type: ignore[arg-type]
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.mail, review.address) == (State.READY, Mail.REFUSED, "")


def test_without_an_address_no_mail_is_sent(
    worker: Worker, account: Account, mailer: RecordingMailer
) -> None:
    """The mail is optional."""
    account.store.add(queued_review(address="", mail=Mail.NONE))
    worker.work(REVIEW_ID, FAR)
    assert account.store.get(REVIEW_ID).state is State.READY
    assert mailer.sent == []


def test_at_the_deadline_the_text_ends(worker: Worker, account: Account, world: FakeWorld) -> None:
    """Better a shorter review than none."""
    account.store.add(queued_review())
    worker.work(REVIEW_ID, world.now() - 1)
    assert account.store.get(REVIEW_ID).text == "A blue horse in the rain a"
