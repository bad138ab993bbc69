"""What the readers of a mail decide, from an AWS event to an answer."""

import io
import json

import pytest

from artreview.errors import LeaseLost
from artreview.limits import CONFIRMATION_SECONDS
from artreview.links import CONFIRM, LEAVE, confirm_path, delete_path, leave_path
from artreview.review import State
from functions.submit import handler
from functions.submit.parts import SubmitParts
from tests.aws import KEYS, Account
from tests.events import decision_event
from tests.fakes import FakeWorld, RecordingLambda
from tests.samples import REVIEW_ID, queued_review
from tests.submit.calls import answer

OTHER_ID = "fedcba9876543210"
ADDRESS = "reader@example.org"
JSON = "application/json"


def test_the_button_deletes_all_of_a_review(parts: SubmitParts, account: Account) -> None:
    """303 to the page, which is gone; pressing it twice is fine."""
    account.store.add(queued_review())
    path = delete_path(REVIEW_ID, KEYS)
    for _ in range(2):
        response = answer(decision_event(path))
        assert (response["statusCode"], response["headers"]["location"]) == (303, f"/r/{REVIEW_ID}")
        assert account.store.get(REVIEW_ID).state is State.DELETED
    assert "blue horse" not in str(account.item(REVIEW_ID))
    as_json = answer(decision_event(path, accept=JSON))
    assert json.loads(as_json["body"]) == {"id": REVIEW_ID, "state": "deleted"}


def test_an_id_in_capitals_is_the_same(parts: SubmitParts, account: Account) -> None:
    """The link's token is for the review, however its id is typed."""
    account.store.add(queued_review())
    path = delete_path(REVIEW_ID, KEYS).replace(REVIEW_ID, REVIEW_ID.upper())
    response = answer(decision_event(path))
    assert (response["statusCode"], response["headers"]["location"]) == (303, f"/r/{REVIEW_ID}")
    assert account.store.get(REVIEW_ID).state is State.DELETED


def test_a_review_that_is_being_written_is_deleted_under_its_writer(
    parts: SubmitParts, account: Account, world: FakeWorld
) -> None:
    """The worker's lease is lost."""
    account.store.add(queued_review())
    writing = account.store.claim(REVIEW_ID, "lease", world.now())
    answer(decision_event(delete_path(REVIEW_ID, KEYS)))
    with pytest.raises(LeaseLost):
        account.store.record_progress(writing, world.now())


def with_token(path: str, token: str) -> str:
    """Return the link with another token."""
    return f"{path.partition('?')[0]}?token={token}"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "rubbish",
        "A" * 43,
        delete_path(OTHER_ID, KEYS).partition("=")[2],
        leave_path(b"0" * 16, KEYS).partition("=")[2],
        delete_path(REVIEW_ID, [bytes(32)]).partition("=")[2],
    ],
)
def test_another_token_deletes_nothing(
    parts: SubmitParts, render: RecordingLambda, account: Account, token: str
) -> None:
    """403, and what to do; as a page and as JSON."""
    account.store.add(queued_review())
    event = decision_event(with_token(delete_path(REVIEW_ID, KEYS), token))
    assert answer(event)["statusCode"] == 403
    assert render.asked[0]["code"] == "link_refused"
    assert "Open it from the mail again" in render.asked[0]["message"]
    event["headers"]["accept"] = JSON
    assert json.loads(answer(event)["body"])["error"]["code"] == "link_refused"
    assert account.store.get(REVIEW_ID).state is State.QUEUED


def test_no_token_at_all_deletes_nothing(parts: SubmitParts, account: Account) -> None:
    """403 as well."""
    account.store.add(queued_review())
    assert answer(decision_event(f"/r/{REVIEW_ID}/delete"))["statusCode"] == 403
    assert account.store.get(REVIEW_ID).state is State.QUEUED


@pytest.mark.parametrize("review_id", [OTHER_ID, "..", "x" * 50])
def test_what_does_not_exist_is_not_found(
    parts: SubmitParts, account: Account, review_id: str
) -> None:
    """404, and nothing is created."""
    token = delete_path(review_id, KEYS).partition("=")[2]
    assert answer(decision_event(f"/r/{review_id}/delete?token={token}"))["statusCode"] == 404
    assert account.items("REVIEWS_TABLE") == []


def test_an_old_link_outlives_a_change_of_keys(parts: SubmitParts, account: Account) -> None:
    """It was signed with what is now the second key."""
    account.store.add(queued_review())
    assert answer(decision_event(delete_path(REVIEW_ID, KEYS[1:])))["statusCode"] == 303
    assert account.store.get(REVIEW_ID).state is State.DELETED


def test_who_confirms_is_subscribed(parts: SubmitParts, account: Account, world: FakeWorld) -> None:
    """Twice is fine; the item says since when."""
    asked = account.subscribers.propose(ADDRESS, world.now())
    path = confirm_path(asked.id, world.now(), KEYS)
    for _ in range(2):
        response = answer(decision_event(path))
        assert response["statusCode"] == 303
        assert response["headers"]["location"] == "/subscription/confirmed"
    (item,) = account.items("SUBSCRIBERS_TABLE")
    assert (item["address"], item["confirmed_at"]) == (ADDRESS, int(world.now()))
    as_json = answer(decision_event(path, accept=JSON))
    assert json.loads(as_json["body"]) == {"state": "subscribed"}


def test_who_confirms_too_late_is_told_what_to_do(
    parts: SubmitParts, render: RecordingLambda, account: Account, world: FakeWorld
) -> None:
    """403 with words, and nobody is subscribed."""
    asked = account.subscribers.propose(ADDRESS, world.now())
    path = confirm_path(asked.id, world.now(), KEYS)
    world.pass_time(CONFIRMATION_SECONDS + 1)
    assert answer(decision_event(path))["statusCode"] == 403
    assert render.asked[0]["code"] == "link_expired"
    assert "tick the box" in render.asked[0]["message"]
    assert account.subscribers.find(ADDRESS, world.now()) is None


ONE_CLICK_IN_PARTS = (
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (ONE_CLICK_IN_PARTS, "multipart/form-data; boundary=x"),
    ],
)
def test_one_click_is_enough_to_leave(
    parts: SubmitParts, account: Account, world: FakeWorld, body: str, content_type: str
) -> None:
    """A mail program sends it without our page, and follows no redirect (RFC 8058)."""
    asked = account.subscribers.propose(ADDRESS, world.now())
    account.subscribers.confirm(asked.id, int(world.now()), world.now())
    path = leave_path(asked.id, KEYS)
    event = decision_event(path, body=body, content_type=content_type, accept="*/*")
    for _ in range(2):
        assert answer(event)["statusCode"] == 200
        assert account.items("SUBSCRIBERS_TABLE") == []


def test_the_button_leaves_too(parts: SubmitParts, account: Account, world: FakeWorld) -> None:
    """And leads to a page that says so."""
    asked = account.subscribers.propose(ADDRESS, world.now())
    path = leave_path(asked.id, KEYS)
    response = answer(decision_event(path))
    assert (response["statusCode"], response["headers"]["location"]) == (303, "/subscription/left")
    assert account.items("SUBSCRIBERS_TABLE") == []
    assert json.loads(answer(decision_event(path, accept=JSON))["body"]) == {"state": "left"}


@pytest.mark.parametrize("purpose", [CONFIRM, LEAVE])
def test_a_link_for_one_thing_does_not_do_the_other(
    parts: SubmitParts, account: Account, world: FakeWorld, purpose: str
) -> None:
    """403, and nothing changes."""
    asked = account.subscribers.propose(ADDRESS, world.now())
    before = account.items("SUBSCRIBERS_TABLE")
    to_confirm, to_leave = confirm_path(asked.id, world.now(), KEYS), leave_path(asked.id, KEYS)
    token = (to_leave if purpose == CONFIRM else to_confirm).partition("=")[2]
    for bad in (token, "", "rubbish"):
        event = decision_event(f"/subscription/{purpose}?token={bad}")
        assert answer(event)["statusCode"] == 403
    assert account.items("SUBSCRIBERS_TABLE") == before


def test_the_log_holds_no_token(
    parts: SubmitParts, account: Account, world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads it cannot press a button."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    account.store.add(queued_review())
    asked = account.subscribers.propose(ADDRESS, world.now())
    paths = [
        delete_path(REVIEW_ID, KEYS),
        confirm_path(asked.id, world.now(), KEYS),
        leave_path(asked.id, KEYS),
        with_token(delete_path(REVIEW_ID, KEYS), "refused"),
    ]
    for path in paths:
        answer(decision_event(path))
    log = written.getvalue()
    for event in ("review deleted", "subscription confirmed", "subscription ended", "refused"):
        assert event in log
    for path in paths[:3]:
        assert path.partition("=")[2] not in log
    assert asked.id.hex() not in log
    assert "reader@" not in log


@pytest.mark.parametrize("accept", ["text/html", JSON])
def test_no_answer_tells_its_token_to_another_page(
    parts: SubmitParts, account: Account, accept: str
) -> None:
    """The headers that the site's pages have: over HTTPS alone, no referrer, nothing guessed."""
    account.store.add(queued_review())
    headers = answer(decision_event(delete_path(REVIEW_ID, KEYS), accept=accept))["headers"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
