"""What the operator decides with the link of a mail, from an AWS event to an answer."""

import io
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from artreview.links import delete_path, judge_path
from artreview.review import Review, State
from functions.submit import handler
from functions.submit.parts import SubmitParts
from tests.aws import KEYS, Account
from tests.events import decision_event, report_event
from tests.fakes import FakeWorld, RecordingLambda
from tests.samples import REVIEW_ID, queued_review
from tests.submit.calls import answer
from tests.submit.hidden import hidden_by_visitor

OTHER_ID = "fedcba9876543210"
JSON = "application/json"


def path_of(review: Review) -> str:
    """Return the link of the mail about a hidden review."""
    return judge_path(review.id, review.settled_at, KEYS)


def pressed(path: str, decision: str, accept: str = "text/html") -> dict[str, Any]:
    """Press one of the two buttons."""
    return answer(decision_event(path, body=urlencode({"decision": decision}), accept=accept))


def test_restore_is_what_the_command_does(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """303 to the page; from then on it takes three visitors. Pressing it twice is fine."""
    path = path_of(hidden_by_visitor(account))
    world.pass_time(60)
    for _ in range(2):
        response = pressed(path, "restore")
        assert (response["statusCode"], response["headers"]["location"]) == (303, path)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.restored_at) == (State.QUEUED, world.now())
    assert account.queued == [REVIEW_ID]
    answer(report_event(REVIEW_ID))
    assert account.store.get(REVIEW_ID).state is State.QUEUED
    as_json = pressed(path, "restore", JSON)
    assert json.loads(as_json["body"]) == {"id": REVIEW_ID, "state": "queued"}


def test_an_id_in_capitals_is_the_same(parts: SubmitParts, account: Account) -> None:
    """The link's token is for the review, however its id is typed."""
    path = path_of(hidden_by_visitor(account))
    response = pressed(path.replace(REVIEW_ID, REVIEW_ID.upper()), "restore")
    assert (response["statusCode"], response["headers"]["location"]) == (303, path)
    assert account.store.get(REVIEW_ID).state is State.QUEUED


def test_keep_leaves_it_hidden_and_the_operator_can_think_again(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """It says since when; the same link restores it."""
    path = path_of(hidden_by_visitor(account))
    world.pass_time(60)
    for _ in range(2):
        assert pressed(path, "keep")["statusCode"] == 303
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.judged_at) == (State.BLOCKED, world.now())
    assert "waiting" not in account.item(REVIEW_ID)
    assert json.loads(pressed(path, "keep", JSON)["body"])["state"] == "blocked"
    pressed(path, "restore")
    assert account.store.get(REVIEW_ID).state is State.QUEUED
    assert account.store.get(REVIEW_ID).judged_at == 0


@pytest.mark.parametrize("decision", ["keep", "restore"])
def test_a_link_is_good_for_one_hiding(
    parts: SubmitParts, account: Account, world: FakeWorld, decision: str
) -> None:
    """Once it was hidden anew an old link decides nothing: the page tells, JSON gets 409."""
    old = path_of(hidden_by_visitor(account))
    world.pass_time(60)
    pressed(old, "restore")
    for number in range(3):
        answer(report_event(REVIEW_ID, source=f"198.51.100.{number}"))
    before = account.item(REVIEW_ID)
    assert before["state"] == State.BLOCKED
    assert pressed(old, decision)["headers"]["location"] == old
    refused = pressed(old, decision, JSON)
    assert refused["statusCode"] == 409
    assert json.loads(refused["body"])["error"]["code"] == "hiding_over"
    assert account.item(REVIEW_ID) == before
    pressed(path_of(account.store.get(REVIEW_ID)), decision)
    assert account.item(REVIEW_ID) != before


def test_keep_comes_too_late_for_what_is_shown_again(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """An old page that is still open hides nothing."""
    path = path_of(hidden_by_visitor(account))
    world.pass_time(60)
    pressed(path, "restore")
    assert pressed(path, "keep", JSON)["statusCode"] == 409
    assert account.store.get(REVIEW_ID).state is State.QUEUED


def test_what_was_deleted_stays_so(parts: SubmitParts, account: Account) -> None:
    """Neither button brings anything back."""
    path = path_of(hidden_by_visitor(account))
    account.store.delete(REVIEW_ID)
    for decision in ("keep", "restore"):
        assert pressed(path, decision, JSON)["statusCode"] == 409
    assert set(account.item(REVIEW_ID)) == {"id", "state", "created_at", "enqueued_at"}


def test_another_token_decides_nothing(
    parts: SubmitParts, account: Account, render: RecordingLambda
) -> None:
    """Another review's, one to delete, one that nobody signed, none at all: 403."""
    hidden = hidden_by_visitor(account)
    before = account.item(REVIEW_ID)
    tokens = [
        judge_path(OTHER_ID, hidden.settled_at, KEYS),
        delete_path(REVIEW_ID, KEYS),
        judge_path(REVIEW_ID, hidden.settled_at, [bytes(32)]),
        "token=",
        "token=rubbish",
    ]
    for token in tokens:
        path = f"/r/{REVIEW_ID}/judge?token={token.partition('token=')[2]}"
        for decision in ("keep", "restore"):
            assert pressed(path, decision)["statusCode"] == 403
    assert account.item(REVIEW_ID) == before
    deletion = f"/r/{REVIEW_ID}/delete?{path_of(hidden).partition('?')[2]}"
    assert answer(decision_event(deletion))["statusCode"] == 403


@pytest.mark.parametrize("body", ["", "decision=", "decision=delete", "restore"])
def test_no_button_at_all_decides_nothing(parts: SubmitParts, account: Account, body: str) -> None:
    """400 with what to say."""
    path = path_of(hidden_by_visitor(account))
    before = account.item(REVIEW_ID)
    response = answer(decision_event(path, body=body, accept=JSON))
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["error"]["code"] == "decision_missing"
    assert account.item(REVIEW_ID) == before


@pytest.mark.parametrize("review_id", [OTHER_ID, "..", "x" * 16])
def test_what_does_not_exist_is_not_found(
    parts: SubmitParts, account: Account, world: FakeWorld, review_id: str
) -> None:
    """404, whatever was signed."""
    path = judge_path(review_id, world.now(), KEYS)
    for decision in ("keep", "restore"):
        assert pressed(path, decision, JSON)["statusCode"] == 404
    assert account.items("REVIEWS_TABLE") == []


def test_the_log_tells_the_decision_and_no_token(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads it cannot press a button; no answer tells the token to another page."""
    account.store.add(queued_review(id=OTHER_ID))
    path = path_of(hidden_by_visitor(account))
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    response = pressed(path, "keep")
    assert response["headers"]["referrer-policy"] == "no-referrer"
    assert response["headers"]["cache-control"] == "no-store"
    assert "report judged" in written.getvalue()
    assert path.partition("=")[2] not in written.getvalue()
