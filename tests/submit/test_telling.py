"""The operator is told of what visitors hide: once each, tried again, and never in a flood."""

import io
from dataclasses import replace
from typing import Any

import pytest

from artreview.counters import DAY, HOUR
from artreview.errors import MailRefused, MailUncertain, MailUndelivered, MailUnwritable
from artreview.limits import (
    LEASE_SECONDS,
    MAIL_PATIENCE_SECONDS,
    OPERATOR_MAILS,
    SUMMARY_REVIEWS,
)
from artreview.reported import Reported
from artreview.store import UNTOLD
from functions.submit import handler, telling
from functions.submit.parts import SubmitParts
from functions.submit.telling import Telling
from tests.aws import Account
from tests.events import LambdaContext, report_event
from tests.fakes import FakeWorld
from tests.samples import REVIEW_ID, queued_review
from tests.submit.calls import answer
from tests.submit.hidden import OPERATOR, hidden_by_visitor, telling_of


def is_due(account: Account, review_id: str = REVIEW_ID) -> bool:
    """Tell whether the operator is still to be told of a review."""
    return account.item(review_id).get("waiting") == UNTOLD


FEW, SEVERAL = 3, 4
"""So many mails a day, and so many reviews in a summary, are enough to try it with."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a day have few mails, and a summary few reviews."""
    assert FEW < OPERATOR_MAILS
    assert SEVERAL < SUMMARY_REVIEWS
    monkeypatch.setattr(telling, "_SINGLE", replace(telling._SINGLE, most=FEW))
    monkeypatch.setattr(telling, "SUMMARY_REVIEWS", SEVERAL)


def many_hidden(account: Account, number: int) -> None:
    """Store so many reviews that visitors have hidden."""
    for one in range(number):
        account.store.add(queued_review(id=f"{one:016d}"))
        account.store.block(f"{one:016d}", queued_review().created_at, tells_operator=True)


def test_one_mail_for_a_review_however_many_report_it(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """The next sweep has nothing to tell."""
    hidden_by_visitor(account)
    for visitor in ("198.51.100.1", "198.51.100.2"):
        answer(report_event(REVIEW_ID, source=visitor))
    teller, mailer = telling_of(account, world)
    assert [teller.tell(), teller.tell()] == [1, 0]
    (mail,) = mailer.sent
    assert mail["To"] == OPERATOR
    assert not is_due(account)


def test_each_hiding_has_its_mail(parts: SubmitParts, account: Account, world: FakeWorld) -> None:
    """After a restore, the third report of a day hides it, and the operator hears again."""
    hidden_by_visitor(account)
    teller, mailer = telling_of(account, world)
    teller.tell()
    world.pass_time(60)
    parts.way_back.restore([REVIEW_ID], world.now())
    assert teller.tell() == 0
    for number in range(3):
        answer(report_event(REVIEW_ID, source=f"198.51.100.{number}"))
    assert teller.tell() == 1
    assert len(mailer.sent) == 2


def test_what_the_operator_hides_is_no_news(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """Nor is what is decided before the mail went out."""
    account.store.add(queued_review())
    account.store.block(REVIEW_ID, world.now())
    other, third = "1" * 16, "2" * 16
    hidden = hidden_by_visitor(account, other)
    hidden_by_visitor(account, third)
    Reported(account.store._table).keep(other, hidden.settled_at, world.now())
    parts.way_back.restore([third], world.now())
    teller, _ = telling_of(account, world)
    assert teller.tell() == 0
    assert [review.id for review in account.store.waiting()] == [third]


@pytest.mark.parametrize("error", [MailUndelivered("throttled"), MailRefused("MessageRejected")])
def test_what_did_not_go_out_is_tried_again_for_a_day(
    parts: SubmitParts, account: Account, world: FakeWorld, error: Exception
) -> None:
    """Who is verified meanwhile gets the mail; then it is given up, and the review still hidden."""
    hidden_by_visitor(account)
    teller, mailer = telling_of(account, world, *[error] * 5)
    for _ in range(5):
        assert teller.tell() == 0
        assert is_due(account)
        world.pass_time(300)
    assert teller.tell() == 1
    assert len(mailer.sent) == 1

    late = hidden_by_visitor(account, "1" * 16)
    world.pass_time(MAIL_PATIENCE_SECONDS + 1)
    assert teller.tell() == 0
    assert not is_due(account, late.id)
    assert account.store.get(late.id).state.is_hidden


@pytest.mark.parametrize("error", [MailRefused("MessageRejected"), MailUnwritable("a title")])
def test_one_mail_that_cannot_go_out_holds_up_no_other(
    parts: SubmitParts, account: Account, world: FakeWorld, error: Exception
) -> None:
    """It is the oldest, so every sweep begins with it; the others go out all the same."""
    many_hidden(account, FEW)
    teller, mailer = telling_of(account, world, error)
    assert teller.tell() == FEW - 1
    assert len(mailer.sent) == FEW - 1
    assert sum(is_due(account, f"{one:016d}") for one in range(FEW)) == 1
    assert teller.tell() == 1


@pytest.mark.parametrize("error", [MailUndelivered("throttled"), MailUncertain("no answer")])
def test_where_ses_takes_none_it_is_not_asked_for_each(
    parts: SubmitParts, account: Account, world: FakeWorld, error: Exception
) -> None:
    """The sweep has a minute; the next one tries again."""
    many_hidden(account, FEW)
    teller, mailer = telling_of(account, world, error)
    assert teller.tell() == 0
    assert mailer.sent == []


def test_where_nobody_can_tell_it_is_sent_once_more(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """After the lease, and no third time."""
    hidden_by_visitor(account)
    teller, mailer = telling_of(account, world, *[MailUncertain("no answer")] * 2)
    assert teller.tell() == 0
    world.pass_time(1)
    assert teller.tell() == 0
    assert len(mailer.errors) == 1
    for _ in range(3):
        world.pass_time(LEASE_SECONDS + 1)
        assert teller.tell() == 0
    assert (mailer.errors, mailer.sent) == ([], [])
    assert not is_due(account)


def test_two_sweeps_at_once_send_one_mail(
    parts: SubmitParts, account: Account, world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second finds the first one's claim."""
    hidden_by_visitor(account)
    teller, mailer = telling_of(account, world)
    send = mailer.send

    def interrupted(message: Any) -> None:
        world.pass_time(1)
        assert teller.tell() == 0
        send(message)

    monkeypatch.setattr(mailer, "send", interrupted)
    assert teller.tell() == 1
    assert len(mailer.sent) == 1


@pytest.mark.usefixtures("few")
def test_a_flood_ends_in_one_mail_an_hour(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """The mails of the day one by one, then all the others in one; nothing is left out."""
    many_hidden(account, FEW + 3)
    teller, mailer = telling_of(account, world)
    assert teller.tell() == FEW + 3
    assert len(mailer.sent) == FEW + 1
    assert mailer.sent[-1]["Subject"] == "Hidden after reports: 3 reviews"
    hidden_by_visitor(account)
    assert teller.tell() == 0
    assert is_due(account)
    world.pass_time(HOUR)
    assert teller.tell() == 1
    world.pass_time(DAY)
    hidden_by_visitor(account, "1" * 16)
    teller.tell()
    assert mailer.sent[-1]["Subject"].startswith("Hidden after a report: ")


@pytest.mark.usefixtures("few")
def test_a_summary_names_no_more_than_can_be_read(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """The rest comes an hour later."""
    many_hidden(account, FEW + SEVERAL + 3)
    teller, _ = telling_of(account, world)
    assert teller.tell() == FEW + SEVERAL
    world.pass_time(HOUR)
    assert teller.tell() == 3


@pytest.mark.usefixtures("few")
def test_a_mail_that_failed_counts_for_nothing(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """Trouble with SES does not use up the day."""
    many_hidden(account, FEW)
    teller, mailer = telling_of(account, world, *[MailUndelivered("away")] * 5)
    for _ in range(5):
        teller.tell()
    teller.tell()
    assert len(mailer.sent) == FEW


def test_the_sweep_tells_where_there_is_an_operator(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one nothing is asked for, and what is hidden waits a day for one."""
    hidden_by_visitor(account)
    assert "told" not in handler.sweep({}, LambdaContext())  # type: ignore[arg-type]
    monkeypatch.setenv("OPERATOR_ADDRESS", OPERATOR)
    handler.sweep_parts.cache_clear()
    handler.sweep_parts().world = parts.world
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    assert handler.sweep({}, LambdaContext())["told"] == 1  # type: ignore[arg-type]
    assert "the operator was told" in written.getvalue()
    for private in (OPERATOR, "blue horse", "token"):
        assert private not in written.getvalue()


def test_a_report_does_not_wait_for_the_mail(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hides, and sends nothing itself."""

    def fail(_self: Telling) -> int:
        raise AssertionError("a visitor waited for a mail")

    monkeypatch.setattr(Telling, "tell", fail)
    assert hidden_by_visitor(account).state.is_hidden
    assert is_due(account)
