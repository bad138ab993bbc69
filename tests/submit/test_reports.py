"""Reports: one hides at once; after the operator's restore it takes three visitors of a day."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from artreview.counters import DAY, Counters
from artreview.review import State
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.events import report_event
from tests.fakes import FakeWorld
from tests.samples import NOW, REVIEW_ID, queued_review
from tests.submit.calls import answer

FIRST, SECOND, THIRD, FOURTH = (f"198.51.100.{number}" for number in range(1, 5))


@pytest.fixture
def restored(parts: SubmitParts, account: Account, world: FakeWorld) -> str:
    """Return the id of a review that one visitor had hidden and the operator has restored."""
    account.store.add(queued_review())
    assert reported_by(FIRST) == State.BLOCKED
    parts.way_back.restore([REVIEW_ID], world.now())
    return REVIEW_ID


def reported_by(visitor: str) -> str:
    """Report the review; return how it stands then."""
    response = answer(report_event(REVIEW_ID, source=visitor, accept="application/json"))
    assert response["statusCode"] == 200
    return str(json.loads(response["body"])["state"])


@pytest.mark.usefixtures("parts")
def test_an_id_in_capitals_is_the_same(account: Account) -> None:
    """As for the page: whoever typed the address may report what stands there."""
    account.store.add(queued_review())
    response = answer(report_event(REVIEW_ID.upper()))
    assert (response["statusCode"], response["headers"]["location"]) == (303, f"/r/{REVIEW_ID}")
    assert account.store.get(REVIEW_ID).state is State.BLOCKED


@pytest.mark.usefixtures("restored")
def test_a_restored_review_is_hidden_by_the_third_visitor() -> None:
    """The one who had hidden it counts as any other, and nobody counts twice."""
    visitors = [FIRST, FIRST, SECOND, FIRST, SECOND, THIRD]
    assert [reported_by(visitor) for visitor in visitors] == ["queued"] * 5 + ["blocked"]


@pytest.mark.usefixtures("restored")
def test_who_reports_it_with_a_form_is_told_that_it_counts() -> None:
    """Until it is hidden; then its own page says so."""
    reports = [report_event(REVIEW_ID, source=visitor) for visitor in (FIRST, SECOND, THIRD)]
    addresses = [answer(report)["headers"]["location"] for report in reports]
    page = f"/r/{REVIEW_ID}"
    assert addresses == [f"{page}/reported", f"{page}/reported", page]


@pytest.mark.usefixtures("restored")
def test_an_answer_that_is_lost_counts_nobody_twice(parts: SubmitParts) -> None:
    """boto3 repeats the write: two visitors are two, and the third hides the review."""

    def lose_the_first(attempts: int, **_: Any) -> float | None:
        return 0.0 if attempts == 1 else None

    events: Any = parts.counters._table.meta.client.meta.events
    events.register_first("needs-retry.dynamodb.UpdateItem", lose_the_first)
    states = [reported_by(visitor) for visitor in (FIRST, SECOND, THIRD)]
    assert states == ["queued", "queued", "blocked"]


@pytest.mark.usefixtures("restored")
def test_a_network_is_one_visitor() -> None:
    """The addresses of one IPv6 network are one home, however many report."""
    homes = [f"2001:db8:1:2::{number}" for number in range(1, 6)]
    assert {reported_by(home) for home in homes} == {"queued"}


def test_a_second_restore_counts_anew(restored: str, parts: SubmitParts, world: FakeWorld) -> None:
    """Who reported before may report again, and it takes three of them again."""
    for visitor in (FIRST, SECOND, THIRD):
        reported_by(visitor)
    world.pass_time(60)
    assert parts.way_back.restore([restored], world.now()).queued == (restored,)
    states = [reported_by(visitor) for visitor in (FOURTH, FIRST, SECOND)]
    assert states == ["queued", "queued", "blocked"]


@pytest.mark.usefixtures("restored")
def test_reporters_are_forgotten_with_the_day(world: FakeWorld) -> None:
    """Two of yesterday's and one of today's hide nothing."""
    assert {reported_by(FIRST), reported_by(SECOND)} == {"queued"}
    world.pass_time(DAY)
    assert reported_by(THIRD) == "queued"


@pytest.mark.usefixtures("restored")
def test_no_reporter_s_address_is_kept(account: Account) -> None:
    """Only keyed hashes that expire; nothing in the review itself."""
    for visitor in (FIRST, SECOND):
        reported_by(visitor)
    kept = repr(account.items("LIMITS_TABLE")) + repr(account.items("REVIEWS_TABLE"))
    assert "198.51" not in kept
    counted = [item for item in account.items("LIMITS_TABLE") if "restored" in str(item["name"])]
    assert [len(item["members"]) for item in counted] == [2]
    assert [item["expires_at"] for item in counted] == [(NOW // DAY + 1) * DAY]
    assert REVIEW_ID not in repr(account.items("LIMITS_TABLE"))


@pytest.mark.usefixtures("restored")
def test_where_nobody_can_count_one_report_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Better one page too few than one that should not be up; the operator can restore it."""

    def fail(*_: Any) -> None:
        raise ClientError({"Error": {"Code": "Throttling", "Message": ""}}, "UpdateItem")

    monkeypatch.setattr(Counters, "take", fail)
    monkeypatch.setattr(Counters, "gather", fail)
    assert reported_by(FIRST) == "blocked"


def test_what_is_hidden_already_is_told_as_it_is(parts: SubmitParts, account: Account) -> None:
    """A second report says `blocked`, and one of a deleted review `deleted`."""
    account.store.add(queued_review())
    assert [reported_by(FIRST), reported_by(SECOND)] == ["blocked", "blocked"]
    account.store.delete(REVIEW_ID)
    assert reported_by(FIRST) == "deleted"
