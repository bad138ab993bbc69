"""The mail about a review: sent once, once more where nobody can tell, and given up in the end."""

from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from artreview.errors import (
    MailRefused,
    MailUncertain,
    MailUndelivered,
)
from artreview.limits import (
    LEASE_SECONDS,
    MAIL_ATTEMPTS,
    MAIL_PATIENCE_SECONDS,
)
from artreview.review import Mail, Review, State
from functions.generate.links import LinkMaker, Links
from functions.generate.worker import Worker
from tests.aws import Account
from tests.fakes import BrokenAuthor, FakeWorld, RecordingMailer
from tests.generate.working import with_author, work
from tests.samples import REVIEW_ID, queued_review


def test_a_deletion_while_the_mail_is_being_sent_leaves_nothing_either(
    worker: Worker, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail was on its way already; its outcome is not written into what is left."""
    account.store.add(queued_review())
    monkeypatch.setattr(worker.mailer, "send", lambda _message: account.store.delete(REVIEW_ID))
    work(worker)
    assert set(account.item(REVIEW_ID)) == {"id", "state", "created_at", "enqueued_at"}


def test_who_asked_for_news_is_kept_until_they_answer(
    worker: Worker, account: Account, mailer: RecordingMailer
) -> None:
    """The mail asks them; the review forgets the address and the wish."""
    account.store.add(queued_review(wants_updates=True))
    work(worker)
    text = mailer.sent[0].get_body(("plain",))
    assert text is not None
    assert "/subscription/confirm?token=" in text.get_content()
    review = account.store.get(REVIEW_ID)
    assert (review.address, review.wants_updates) == ("", False)
    assert [item["address"] for item in account.items("SUBSCRIBERS_TABLE")] == [
        "reader@example.org"
    ]


def test_a_mail_that_fails_is_sent_when_the_message_comes_again(
    worker: Worker, account: Account, world: FakeWorld
) -> None:
    """The text is not written twice for it."""
    account.store.add(queued_review())
    mailer = RecordingMailer(MailUndelivered("SES is away"))
    troubled = replace(worker, mailer=mailer)  # type: ignore[arg-type]
    with pytest.raises(MailUndelivered):
        work(troubled)
    assert account.store.get(REVIEW_ID).state is State.READY
    world.pass_time(LEASE_SECONDS + 1)
    work(with_author(troubled, BrokenAuthor()))
    assert len(mailer.sent) == 1
    assert account.store.get(REVIEW_ID).mail is Mail.SENT


def test_after_a_day_a_mail_is_given_up(worker: Worker, account: Account, world: FakeWorld) -> None:
    """An address is not kept for a mail that nobody will take."""
    account.store.add(queued_review())
    tries = 9
    mailer = RecordingMailer(*[MailUndelivered("paused")] * tries)
    troubled = replace(worker, mailer=mailer)  # type: ignore[arg-type]
    for _ in range(tries):
        with pytest.raises(MailUndelivered):
            work(troubled)
        world.pass_time(MAIL_PATIENCE_SECONDS / (tries + 1))
    world.pass_time(MAIL_PATIENCE_SECONDS + 1)
    work(troubled)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.mail, review.address) == (State.READY, Mail.REFUSED, "")
    assert mailer.sent == []


def test_a_mail_that_may_have_gone_out_is_sent_once_more(
    worker: Worker, account: Account, world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES takes each mail and its answer never comes: two mails, then the address is forgotten."""
    sent: list[str] = []

    def send(message: EmailMessage) -> None:
        sent.append(str(message["To"]))
        raise MailUncertain("no answer")

    monkeypatch.setattr(worker.mailer, "send", send)
    account.store.add(queued_review())
    for _ in range(MAIL_ATTEMPTS - 1):
        with pytest.raises(MailUncertain):
            work(worker)
        world.pass_time(LEASE_SECONDS + 1)
    for _ in range(3):
        work(worker)
        world.pass_time(LEASE_SECONDS + 1)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.mail, review.address) == (State.READY, Mail.REFUSED, "")
    assert sent == ["reader@example.org"] * MAIL_ATTEMPTS


def test_a_worker_that_dies_behind_each_mail_does_not_send_for_ever(
    worker: Worker, account: Account, world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the sending and the noting: two mails, then the address is forgotten."""
    sent: list[str] = []

    def send(message: EmailMessage) -> None:
        sent.append(str(message["To"]))
        raise KeyboardInterrupt

    monkeypatch.setattr(worker.mailer, "send", send)
    account.store.add(queued_review())
    for _ in range(MAIL_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            work(worker)
        world.pass_time(LEASE_SECONDS + 1)
    work(worker)
    work(worker)
    review = account.store.get(REVIEW_ID)
    assert (review.mail, review.address) == (Mail.REFUSED, "")
    assert sent == ["reader@example.org"] * MAIL_ATTEMPTS


def test_a_worker_whose_claim_grew_old_does_not_send(
    worker: Worker,
    account: Account,
    world: FakeWorld,
    mailer: RecordingMailer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It took so long to make the mail that another worker may have it: one mail all the same."""
    links_for = LinkMaker.links_for

    def slowly(maker: LinkMaker, review: Review, now: float) -> Links:
        world.pass_time(LEASE_SECONDS + 1)
        monkeypatch.setattr(LinkMaker, "links_for", links_for)
        work(with_author(worker, BrokenAuthor()))
        return maker.links_for(review, now)

    monkeypatch.setattr(LinkMaker, "links_for", slowly)
    account.store.add(queued_review())
    with pytest.raises(MailUndelivered, match="grown old"):
        work(worker)
    assert account.store.get(REVIEW_ID).mail is Mail.SENT
    assert len(mailer.sent) == 1


def test_what_ses_did_not_take_does_not_count(
    worker: Worker, account: Account, world: FakeWorld
) -> None:
    """However often SES throttles: the mail goes out, once more even after an answer was lost."""
    account.store.add(queued_review())
    throttled = [MailUndelivered("throttled")] * 5
    mailer = RecordingMailer(*throttled, MailUncertain("no answer"), *throttled)
    troubled = replace(worker, mailer=mailer)  # type: ignore[arg-type]
    for _ in range(11):
        with pytest.raises((MailUndelivered, MailUncertain)):
            work(troubled)
        world.pass_time(LEASE_SECONDS + 1)
    work(troubled)
    assert len(mailer.sent) == 1
    assert account.store.get(REVIEW_ID).mail is Mail.SENT


@pytest.mark.parametrize("broken", ["links", "message"])
def test_a_mail_that_cannot_be_made_does_not_keep_the_address(
    worker: Worker,
    account: Account,
    world: FakeWorld,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    """It is tried for a day, for somebody may mend it; then the address goes; it is logged."""

    def fail(*_: Any) -> None:
        raise ValueError("not ASCII")

    if broken == "links":
        monkeypatch.setattr(LinkMaker, "links_for", fail)
    else:
        monkeypatch.setattr("functions.generate.worker.results_message", fail)
    warned: list[dict[str, str]] = []
    monkeypatch.setattr(
        "functions.generate.worker.logger.warning", lambda _words, extra: warned.append(extra)
    )
    account.store.add(queued_review())
    for _ in range(5):
        with pytest.raises(ValueError, match="not ASCII"):
            work(worker)
        world.pass_time(LEASE_SECONDS + 1)
    assert account.store.get(REVIEW_ID).address
    world.pass_time(MAIL_PATIENCE_SECONDS)
    work(worker)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.mail, review.address) == (State.READY, Mail.REFUSED, "")
    assert [extra["review"] for extra in warned] == [REVIEW_ID]


def test_a_mail_that_is_refused_for_good_is_not_tried_again(
    worker: Worker, account: Account
) -> None:
    """The review stays readable, and the address is forgotten."""
    account.store.add(queued_review())
    mailer = RecordingMailer(MailRefused("no"))
    work(replace(worker, mailer=mailer))  # type: ignore[arg-type]
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.mail, review.address) == (State.READY, Mail.REFUSED, "")


def test_without_an_address_no_mail_is_sent(
    worker: Worker, account: Account, mailer: RecordingMailer
) -> None:
    """The mail is optional."""
    account.store.add(queued_review(address="", mail=Mail.NONE))
    work(worker)
    assert account.store.get(REVIEW_ID).state is State.READY
    assert mailer.sent == []
