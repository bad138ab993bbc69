"""Limits, from an AWS event to an answer: what is too much is refused, and costs nothing else."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.counters import Counters, Limit, Taken
from artreview.errors import ReviewNotFound, SettingMissing
from artreview.review import Review, State
from artreview.store import ReviewStore
from artreview.tokens import NONCE_BYTES, issue_form_token
from functions.submit import handler
from functions.submit.admission import Rates, in_words, mailbox_of
from functions.submit.parts import SubmitParts
from tests.aws import KEYS, Account
from tests.events import report_event, submission_event
from tests.fakes import FakeWorld, RecordingLambda
from tests.samples import REVIEW_ID, queued_review
from tests.submit.calls import answer, form

MANY = Rates(
    hourly_submissions=100,
    daily_submissions=100,
    hourly_programs=100,
    hourly_reports=100,
    daily_mails=100,
    daily_ceiling=100,
)
SILENCE = EndpointConnectionError(endpoint_url="https://dynamodb.example")
OTHERS = "198.51.100.1"


def new_form(parts: SubmitParts, **changes: Any) -> dict[str, Any]:
    """Return a form that nobody has sent yet."""
    nonce = parts.world.random_bytes(NONCE_BYTES)
    return form(parts, form_token=issue_form_token(nonce, parts.world.now() - 10, KEYS), **changes)


def sent(parts: SubmitParts, source: str = "192.0.2.7", **changes: Any) -> dict[str, Any]:
    """Send a new form."""
    return answer(submission_event(new_form(parts, **changes), source=source))


def sent_as_json(source: str = "192.0.2.7", **changes: Any) -> dict[str, Any]:
    """Submit as a program without a form token."""
    fields = {"prompt": "A blue horse", "eccentricity": 7} | changes
    return answer(submission_event(fields, as_json=True, source=source))


def counts(account: Account) -> dict[str, int]:
    """Return what is counted, by limit; empty counters left out."""
    items = [item for item in account.items("LIMITS_TABLE") if item["name"] != "secret"]
    taken = [(str(item["name"]).partition(" ")[0], int(item["taken"])) for item in items]
    return {kind: number for kind, number in taken if number}


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


def test_what_is_refused_costs_nothing_else(parts: SubmitParts, account: Account) -> None:
    """No counter moves but for those who came in; nothing is stored or queued."""
    parts.rates = replace(MANY, daily_ceiling=1)
    sent(parts, submission_email="me@example.org")
    before = counts(account)
    assert before == {"visitor": 1, "visitor-of-the-day": 1, "address": 1, "site": 1}
    sent(parts, submission_email="you@example.org")
    sent_as_json(OTHERS)
    parts.rates = replace(MANY, daily_mails=1)
    sent(parts, submission_email="me@example.org")
    assert counts(account) == before
    assert len(account.items("REVIEWS_TABLE")) == len(account.queued) == 1


@pytest.mark.parametrize("changes", [{"prompt": ""}, {"form_token": "x"}, {"website": "x"}])
def test_what_is_wrong_is_not_counted(
    parts: SubmitParts, account: Account, changes: dict[str, str]
) -> None:
    """Mistakes, old forms and robots use nothing up."""
    assert answer(submission_event(form(parts, **changes)))["statusCode"] == 422
    assert account.items("LIMITS_TABLE") == []


def test_the_same_form_counts_once(parts: SubmitParts, account: Account) -> None:
    """Sent twice, also when the limit has been reached, it leads to its review."""
    parts.rates = replace(MANY, hourly_submissions=1, daily_ceiling=1)
    first, second = (answer(submission_event(form(parts))) for _ in range(2))
    assert first["statusCode"] == second["statusCode"] == 303
    assert first["headers"]["location"] == second["headers"]["location"]
    assert counts(account) == {"visitor": 1, "visitor-of-the-day": 1, "site": 1}
    other_words = answer(submission_event(form(parts, prompt="A red horse")))
    assert other_words["statusCode"] == 422
    assert counts(account) == {"visitor": 1, "visitor-of-the-day": 1, "site": 1}


@pytest.mark.parametrize("most", [1, 5])
def test_a_form_that_is_sent_twice_at_once_counts_once(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """The second one comes while the first is being counted; both lead to the one review."""
    parts.rates = replace(MANY, hourly_submissions=most)
    take = Counters.take
    answers: list[dict[str, Any]] = []

    def take_while_the_other_one_comes(*arguments: Any) -> Any:
        monkeypatch.setattr(Counters, "take", take)
        answers.append(answer(submission_event(form(parts))))
        return take(*arguments)

    monkeypatch.setattr(Counters, "take", take_while_the_other_one_comes)
    answers.append(answer(submission_event(form(parts))))
    assert [each["statusCode"] for each in answers] == [303, 303]
    assert answers[0]["headers"]["location"] == answers[1]["headers"]["location"]
    assert counts(account) == {"visitor": 1, "visitor-of-the-day": 1, "site": 1}
    assert len(account.queued) == 1


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


def test_a_report_of_what_is_hidden_does_not_count(parts: SubmitParts, account: Account) -> None:
    """A button that was pressed twice uses nothing up."""
    parts.rates = replace(MANY, hourly_reports=2)
    account.store.add(queued_review())
    for _ in range(4):
        assert answer(report_event(REVIEW_ID))["statusCode"] == 303
    assert counts(account) == {"report": 1}


@pytest.mark.parametrize("silent", ["counters", "keys", "settings"])
@pytest.mark.parametrize(
    "error",
    [EndpointConnectionError(endpoint_url="https://aws.example"), SettingMissing("not there")],
    ids=["no answer", "not set"],
)
def test_a_report_hides_even_where_nothing_can_be_counted(
    parts: SubmitParts,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    silent: str,
    error: Exception,
) -> None:
    """Better one uncounted than a page that stays up."""

    def fail(*_: Any) -> None:
        raise error

    if silent == "counters":
        monkeypatch.setattr(Counters, "take", fail)
    else:
        monkeypatch.setattr(SubmitParts, silent, property(fail))
    account.store.add(queued_review())
    assert answer(report_event(REVIEW_ID))["statusCode"] == 303
    assert account.store.get(REVIEW_ID).state is State.BLOCKED


@pytest.mark.parametrize(
    ("broken", "method"), [(ReviewStore, "add"), (Counters, "take")], ids=["store", "counters"]
)
def test_what_could_not_be_stored_is_not_counted(
    parts: SubmitParts,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    broken: type,
    method: str,
) -> None:
    """Neither where the review cannot be written, nor where the last of the counters is silent."""
    parts.rates = MANY
    whole = getattr(broken, method)

    def fail(self: Any, first: Any, *rest: Any) -> Any:
        if isinstance(first, Limit) and first.kind != "site":
            return whole(self, first, *rest)
        raise SILENCE

    monkeypatch.setattr(broken, method, fail)
    assert sent(parts, submission_email="a@example.org")["statusCode"] == 503
    assert counts(account) == {}


@pytest.mark.parametrize("outcome", ["too many", "stored already", "not stored", "hidden already"])
def test_counters_that_are_not_given_back_change_no_answer(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    """A 429 stays one, a review that is stored is shown, and each counter is tried."""
    tried: list[Taken] = []

    def fail(_counters: Counters, taken: Taken) -> None:
        tried.append(taken)
        raise SILENCE

    def silent(*_: Any) -> None:
        raise SILENCE

    monkeypatch.setattr(Counters, "give_back", fail)
    parts.rates = replace(MANY, daily_ceiling=0) if outcome == "too many" else MANY
    event = submission_event(form(parts, submission_email="a@example.org"))
    if outcome == "too many":
        assert answer(event)["statusCode"] == 429
    elif outcome == "stored already":
        first = answer(event)
        unknown = iter([True])
        get = ReviewStore.get

        def get_late(store: ReviewStore, review_id: str) -> Review:
            if next(unknown, False):
                raise ReviewNotFound(review_id)
            return get(store, review_id)

        monkeypatch.setattr(ReviewStore, "get", get_late)
        assert answer(event)["headers"]["location"] == first["headers"]["location"]
    elif outcome == "not stored":
        monkeypatch.setattr(ReviewStore, "add", silent)
        assert answer(event)["statusCode"] == 503
    else:
        account.store.add(queued_review())
        assert answer(report_event(REVIEW_ID))["statusCode"] == 303
        assert answer(report_event(REVIEW_ID))["statusCode"] == 303
    counted = {"too many": 3, "hidden already": 1}
    assert len(tried) == counted.get(outcome, 4)


def test_without_the_render_function_the_wait_is_still_told(
    parts: SubmitParts, render: RecordingLambda
) -> None:
    """The plain page has the status and the header."""
    parts.rates = replace(MANY, daily_ceiling=0)
    render.error = EndpointConnectionError(endpoint_url="https://lambda.example")
    refused = sent(parts)
    assert refused["statusCode"] == 429
    assert int(refused["headers"]["retry-after"]) > 0
    assert "its owner can pay for" in refused["body"]


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
