"""What the operator brings back: failed reviews are tried again, hidden ones shown again."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.limits import LEASE_SECONDS, MAX_ATTEMPTS
from artreview.review import Mail, Provenance, Review, State
from functions.submit import handler
from functions.submit.parts import SubmitParts
from functions.submit.second_chances import BroughtBack
from tests.aws import Account
from tests.events import LambdaContext
from tests.samples import NOW, REVIEW_ID, queued_review

MADE_BY = Provenance("small", "0123456789ab", 3.25, shared_words=6)
OTHER_ID = "fedcba9876543210"
LATER = NOW + 3600


def brought_back(*queued: str, shown: tuple[str, ...] = (), **rest: Any) -> BroughtBack:
    """Return what is told of reviews that were brought back."""
    return BroughtBack(queued=queued, shown=shown, **{"refused": ()} | rest)


def failed_review(account: Account) -> Review:
    """Store a review that failed at its last attempt."""
    account.store.add(queued_review(wants_updates=True))
    for attempt in range(MAX_ATTEMPTS):
        review = account.store.claim(REVIEW_ID, "lease", NOW + attempt * (LEASE_SECONDS + 1))
    account.store.fail(REVIEW_ID, "RuntimeError", NOW + 99, "lease")
    return review


def hidden_review(account: Account, *, is_written: bool = True) -> Review:
    """Store a review that was reported, before or after it was written."""
    account.store.add(queued_review(in_gallery=True))
    if is_written:
        account.store.finish(account.store.claim(REVIEW_ID, "lease", NOW), MADE_BY, NOW + 9)
    account.store.block(REVIEW_ID, NOW + 10)
    return account.store.get(REVIEW_ID)


def test_a_failed_review_is_tried_again(parts: SubmitParts, account: Account) -> None:
    """It is queued with all its attempts before it, keeps its words and seed, and mails nobody."""
    failed = failed_review(account)
    assert parts.way_back.retry([REVIEW_ID], LATER) == brought_back(REVIEW_ID)
    assert account.queued == [REVIEW_ID]
    assert [review.id for review in account.store.waiting()] == [REVIEW_ID]
    review = account.store.claim(REVIEW_ID, "lease", LATER)
    assert (review.attempts, review.failure, review.mail) == (1, "", Mail.NONE)
    assert (review.prompt, review.seed) == (failed.prompt, failed.seed)
    account.store.finish(review, MADE_BY, LATER)
    assert list(account.store.waiting()) == []


def test_what_did_not_fail_is_not_tried_again(parts: SubmitParts, account: Account) -> None:
    """A review that waits, is hidden or unknown, and what is no id at all, are named as refused."""
    account.store.add(queued_review())
    account.store.add(queued_review(id=OTHER_ID))
    account.store.block(OTHER_ID, NOW)
    wanted = (REVIEW_ID, OTHER_ID, "0" * 16, "../etc")
    assert parts.way_back.retry(wanted, LATER) == brought_back(refused=wanted)
    assert account.queued == []
    assert account.store.get(OTHER_ID).state is State.BLOCKED


def test_a_silent_queue_leaves_it_to_the_sweep(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next sweep sends what was brought back."""
    failed_review(account)

    def fail(_review_id: str) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs.example")

    with monkeypatch.context() as troubled:
        troubled.setattr(parts.queue, "send", fail)
        assert parts.way_back.retry([REVIEW_ID], LATER).queued == (REVIEW_ID,)
    assert account.queued == []
    found = handler.sweep({}, LambdaContext())  # type: ignore[arg-type]
    assert found["requeued"] == 1
    assert account.queued == [REVIEW_ID]


def test_a_hidden_review_is_shown_again(parts: SubmitParts, account: Account) -> None:
    """With its text and what wrote it, in the gallery where that was agreed to, without a mail."""
    hidden = hidden_review(account)
    assert account.gallery.page(10).reviews == ()
    assert parts.way_back.restore([REVIEW_ID], LATER) == brought_back(shown=(REVIEW_ID,))
    shown = account.store.get(REVIEW_ID)
    assert (shown.state, shown.text, shown.provenance) == (State.READY, hidden.text, MADE_BY)
    assert (shown.restored_at, shown.mail, shown.address) == (LATER, Mail.NONE, "")
    assert (hidden.settled_at, shown.settled_at) == (NOW + 10, NOW + 9)
    assert [review.id for review in account.gallery.page(10).reviews] == [REVIEW_ID]
    assert list(account.store.waiting()) == []
    assert account.queued == []


def test_it_keeps_its_date_however_often_it_is_hidden(parts: SubmitParts, account: Account) -> None:
    """It was written when it was written; in the gallery it is the newest each time."""
    hidden_review(account)
    for restored_at in (LATER, LATER + 60):
        parts.way_back.restore([REVIEW_ID], restored_at)
        assert account.store.get(REVIEW_ID).settled_at == NOW + 9
        assert [listing.settled_at for listing in account.gallery.listings(9)] == [restored_at]
        account.store.block(REVIEW_ID, restored_at + 1, even_restored=True)
        assert account.store.get(REVIEW_ID).settled_at == restored_at + 1


def test_where_nothing_says_when_it_was_written_it_has_the_date_of_its_hiding(
    parts: SubmitParts, account: Account
) -> None:
    """What was stored before that was kept apart is shown again as well."""
    hidden_review(account)
    account.store._table.update_item(Key={"id": REVIEW_ID}, UpdateExpression="REMOVE written_at")
    parts.way_back.restore([REVIEW_ID], LATER)
    assert account.store.get(REVIEW_ID).settled_at == NOW + 10


def test_what_was_hidden_before_it_was_written_is_written(
    parts: SubmitParts, account: Account
) -> None:
    """It goes back to the queue."""
    hidden_review(account, is_written=False)
    assert parts.way_back.restore([REVIEW_ID], LATER) == brought_back(REVIEW_ID)
    assert account.queued == [REVIEW_ID]
    review = account.store.claim(REVIEW_ID, "lease", LATER)
    assert account.store.finish(review, MADE_BY, LATER).state is State.READY


def test_a_mail_that_was_under_way_loses_nothing(parts: SubmitParts, account: Account) -> None:
    """Who sent it before the review was hidden notes that after it was shown and queued again."""
    account.store.add(queued_review())
    account.store.block(REVIEW_ID, NOW)
    parts.way_back.restore([REVIEW_ID], LATER)
    account.store.settle_mail(REVIEW_ID, Mail.SENT)
    assert [review.id for review in account.store.waiting()] == [REVIEW_ID]


def test_what_is_not_hidden_cannot_be_shown_again(parts: SubmitParts, account: Account) -> None:
    """Neither what can be read, nor what its submitter has deleted, nor what never was."""
    hidden_review(account)
    account.store.delete(REVIEW_ID)
    account.store.add(queued_review(id=OTHER_ID))
    wanted = (REVIEW_ID, OTHER_ID, "0" * 16, "no id")
    assert parts.way_back.restore(wanted, LATER) == brought_back(refused=wanted)
    assert set(account.item(REVIEW_ID)) == {"id", "state", "created_at", "enqueued_at"}


def test_the_operator_asks_the_sweep_s_function(parts: SubmitParts, account: Account) -> None:
    """One call by name, with the ids; AWS and the local cloud take it alike."""
    failed_review(account)
    account.store.add(queued_review(id=OTHER_ID))
    account.store.block(OTHER_ID, NOW)

    def called(**event: Any) -> dict[str, Any]:
        found: dict[str, Any] = handler.sweep(event, LambdaContext())  # type: ignore[arg-type]
        return found

    ids = [REVIEW_ID, OTHER_ID]
    assert called(retry=ids) == {"queued": (REVIEW_ID,), "shown": (), "refused": (OTHER_ID,)}
    assert called(restore=ids) == {"queued": (OTHER_ID,), "shown": (), "refused": (REVIEW_ID,)}
