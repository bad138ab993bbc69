"""What counts against a limit, and what is given back."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.counters import Counters, Limit, Taken
from artreview.errors import ReviewNotFound, SettingMissing
from artreview.review import Review, State
from artreview.store import ReviewStore
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.events import report_event, submission_event
from tests.samples import REVIEW_ID, queued_review
from tests.submit.asking import MANY, OTHERS, counts, sent, sent_as_json
from tests.submit.calls import answer, form

SILENCE = EndpointConnectionError(endpoint_url="https://dynamodb.example")


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
    parts.rates = replace(MANY, daily_ceiling=1) if outcome == "too many" else MANY
    if outcome == "too many":
        sent(parts, prompt="The last that the day allows")
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
