"""Limits, from an AWS event to an answer: who asks for too much is told how long to wait."""

import io
import json
from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.review import State
from functions.submit import handler
from functions.submit.admission import in_words, mailbox_of
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.events import report_event, submission_event
from tests.fakes import FakeWorld, RecordingLambda
from tests.samples import REVIEW_ID, queued_review
from tests.submit.asking import MANY, OTHERS, counts, new_form, sent, sent_as_json
from tests.submit.calls import answer, form


def test_one_connection_cannot_use_up_the_day_of_all(
    parts: SubmitParts, render: RecordingLambda
) -> None:
    """Whoever keeps to the hours' limit meets the day's, which is far below the site's."""
    parts.rates = replace(MANY, daily_submissions=1)
    assert sent(parts)["statusCode"] == 303
    assert sent(parts)["statusCode"] == 429
    (page,) = render.asked
    assert "at most 1 reviews a day" in page["errors"][0]["message"]
    assert int(page["headers"]["retry-after"]) <= 24 * 3600
    assert sent(parts, source=OTHERS)["statusCode"] == 303


def test_one_connection_has_its_limit(
    parts: SubmitParts, render: RecordingLambda, account: Account
) -> None:
    """The form comes back filled in, with 429, words, and the time to wait; others go on."""
    parts.rates = replace(MANY, hourly_submissions=2)
    assert [sent(parts)["statusCode"] for _ in range(2)] == [303, 303]
    refused = sent(parts, prompt="Not lost", submission_email="a@example.org", update_check="on")
    assert refused["statusCode"] == 429
    (page,) = render.asked
    assert (page["page"], page["status"]) == ("form", 429)
    assert page["values"]["prompt"] == "Not lost"
    assert page["values"]["update_check"] == "on"
    assert [error["code"] for error in page["errors"]] == ["too_many_submissions"]
    seconds = int(page["headers"]["retry-after"])
    assert 0 < seconds <= 3600
    assert f"Try again in {in_words(seconds)}." in page["errors"][0]["message"]
    assert len(account.queued) == 2
    assert sent(parts, OTHERS)["statusCode"] == 303


def test_a_neighbour_in_the_same_ipv6_network_is_the_same_visitor(parts: SubmitParts) -> None:
    """The first 64 bits count."""
    parts.rates = replace(MANY, hourly_submissions=1)
    assert sent(parts, "2001:db8:1:2::1")["statusCode"] == 303
    assert sent(parts, "2001:db8:1:2:ffff::2")["statusCode"] == 429
    assert sent(parts, "2001:db8:1:3::1")["statusCode"] == 303


def test_a_program_without_a_form_token_has_a_stricter_one(parts: SubmitParts) -> None:
    """429 as JSON with Retry-After; with the token of a form it may go on."""
    parts.rates = replace(MANY, hourly_programs=1)
    assert sent_as_json()["statusCode"] == 202
    refused = sent_as_json()
    assert refused["statusCode"] == 429
    assert int(refused["headers"]["retry-after"]) > 0
    error = json.loads(refused["body"])["error"]
    assert (error["code"], error["field"]) == ("too_many_without_form", "")
    with_token = answer(submission_event(new_form(parts), as_json=True))
    assert with_token["statusCode"] == 202


def test_a_program_counts_as_a_visitor_too(parts: SubmitParts) -> None:
    """Its own limit is within everybody's."""
    parts.rates = replace(MANY, hourly_submissions=1)
    assert sent_as_json()["statusCode"] == 202
    assert sent(parts)["statusCode"] == 429


def test_no_address_is_flooded(
    parts: SubmitParts, render: RecordingLambda, world: FakeWorld
) -> None:
    """From wherever it is asked, however it is written; beside the field; until midnight UTC."""
    parts.rates = replace(MANY, daily_mails=2)
    assert sent(parts, submission_email="me@example.org")["statusCode"] == 303
    assert sent(parts, OTHERS, submission_email="Me+two@example.org")["statusCode"] == 303
    refused = sent(parts, "203.0.113.9", submission_email="ME@Example.ORG")
    assert refused["statusCode"] == 429
    error = render.asked[0]["errors"][0]
    assert (error["field"], error["code"]) == ("submission_email", "too_many_mails")
    assert int(render.asked[0]["headers"]["retry-after"]) == 86400 - world.now() % 86400
    assert sent(parts)["statusCode"] == 303
    assert sent(parts, submission_email="you@example.org")["statusCode"] == 303


def test_the_site_stops_spending(
    parts: SubmitParts, render: RecordingLambda, world: FakeWorld
) -> None:
    """Whoever asks, politely, until midnight UTC."""
    parts.rates = replace(MANY, daily_ceiling=1)
    assert sent(parts)["statusCode"] == 303
    assert sent(parts, OTHERS)["statusCode"] == 429
    (error,) = render.asked[0]["errors"]
    assert error["code"] == "daily_ceiling"
    assert "please" in error["message"]
    assert json.loads(sent_as_json("203.0.113.9")["body"])["error"]["code"] == "daily_ceiling"
    world.pass_time(int(render.asked[0]["headers"]["retry-after"]))
    assert sent(parts)["statusCode"] == 303


def test_reports_have_their_limit(
    parts: SubmitParts, render: RecordingLambda, account: Account
) -> None:
    """As a page and as JSON, with Retry-After; a normal visitor's hides at once."""
    parts.rates = replace(MANY, hourly_reports=1)
    ids = [f"{number:016d}" for number in range(3)]
    for review_id in ids:
        account.store.add(queued_review(id=review_id))
    assert answer(report_event(ids[0]))["statusCode"] == 303
    assert account.store.get(ids[0]).state is State.BLOCKED
    assert answer(report_event(ids[1]))["statusCode"] == 429
    (page,) = render.asked
    assert (page["page"], page["code"]) == ("error", "too_many_reports")
    assert int(page["headers"]["retry-after"]) > 0
    as_json = answer(report_event(ids[1], accept="application/json"))
    assert (as_json["statusCode"], "retry-after" in as_json["headers"]) == (429, True)
    assert json.loads(as_json["body"])["error"]["code"] == "too_many_reports"
    assert account.store.get(ids[1]).state is State.QUEUED
    assert answer(report_event(ids[2], source=OTHERS))["statusCode"] == 303


def test_without_the_render_function_the_wait_is_still_told(
    parts: SubmitParts, render: RecordingLambda
) -> None:
    """The plain page has the status and the header."""
    parts.rates = replace(MANY, daily_ceiling=1)
    sent(parts)
    render.error = EndpointConnectionError(endpoint_url="https://lambda.example")
    refused = sent(parts)
    assert refused["statusCode"] == 429
    assert int(refused["headers"]["retry-after"]) > 0
    assert "its owner can pay for" in refused["body"]


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        ("daily_ceiling", 503),
        ("daily_submissions", 503),
        ("hourly_submissions", 503),
        ("hourly_programs", 403),
        ("daily_mails", 422),
    ],
)
def test_what_is_closed_promises_no_time(
    parts: SubmitParts, account: Account, limit: str, status: int
) -> None:
    """A limit of 0 says that nothing is taken, not that it was used up, and not when to return."""
    parts.rates = replace(MANY, **{limit: 0})
    refused = sent_as_json(submission_email="me@example.org")
    assert refused["statusCode"] == status
    assert "retry-after" not in refused["headers"]
    message = json.loads(refused["body"])["error"]["message"]
    for false in ("today", "0", "again in", "goes on in"):
        assert false not in message
    assert sum(counts(account).values()) == 0


def test_reports_that_are_closed_promise_no_time(
    parts: SubmitParts, render: RecordingLambda, account: Account
) -> None:
    """503 without Retry-After."""
    parts.rates = replace(MANY, hourly_reports=0)
    account.store.add(queued_review())
    assert answer(report_event(REVIEW_ID))["statusCode"] == 503
    assert render.asked[0]["headers"] == {}


@pytest.mark.parametrize("changes", [{"form_token": "x"}, {"form_token": ""}, {"website": "x"}])
def test_no_domain_is_looked_up_for_a_robot(
    parts: SubmitParts, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    """A form that is none of ours, or that fell into the trap, reaches no name server."""
    resolver = object()
    parts.resolver = resolver  # type: ignore[assignment]
    asked: list[object] = []

    def noted(address: str, resolver: object) -> str:
        asked.append(resolver)
        return address

    monkeypatch.setattr(handler, "normalised_address", noted)
    fields = form(parts, submission_email="me@example.org")
    assert answer(submission_event(fields | changes))["statusCode"] == 422
    assert asked == [None]
    assert answer(submission_event(fields))["statusCode"] == 303
    assert asked == [None, resolver]


def test_no_address_is_in_the_table_or_the_log(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the network's nor the mail's, whether it came in or not."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    parts.rates = replace(MANY, daily_mails=1)
    for _ in range(2):
        sent(parts, submission_email="someone@example.org")
    account.store.add(queued_review())
    answer(report_event(REVIEW_ID))
    kept = written.getvalue() + str(account.items("LIMITS_TABLE"))
    assert "too_many_mails" in kept
    for secret in ("someone", "example.org", "192.0.2", "blue horse"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "a minute"),
        (60, "a minute"),
        (61, "2 minutes"),
        (3600, "60 minutes"),
        (3661, "2 hours"),
        (86400, "24 hours"),
    ],
)
def test_a_wait_is_told_in_words(seconds: int, words: str) -> None:
    """Rounded up, so that who waits so long does not come too soon."""
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Me@Example.org", "me@example.org"),
        ("me+shop@example.org", "me@example.org"),
        ("a.b@example.org", "a.b@example.org"),
        ("+@example.org", "@example.org"),
    ],
)
def test_one_mailbox_is_one(address: str, mailbox: str) -> None:
    """Its capitals and its tags are no other one."""
    assert mailbox_of(address) == mailbox
