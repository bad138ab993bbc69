"""A review's states, each change one conditional write."""

import pytest

from artreview.errors import LeaseLost, ReviewLeased, ReviewNotFound, ReviewSettled
from artreview.limits import LEASE_SECONDS
from artreview.review import Mail, Provenance, Review, State
from tests.aws import Account
from tests.samples import NOW, REVIEW_ID, queued_review

MADE_BY = Provenance("small", "0123456789ab", 3.25, shared_words=6)


def written(account: Account, review: Review) -> Review:
    """Take a queued review to `ready`."""
    account.store.add(review)
    return account.store.finish(account.store.claim(review.id, "lease", NOW), MADE_BY, NOW + 9)


def test_what_is_stored_comes_back(account: Account) -> None:
    """A review survives the table unchanged."""
    review = queued_review(
        decade="1890s", wants_updates=True, in_gallery=True, enqueued_at=NOW + 0.5
    )
    assert account.store.add(review)
    assert account.store.get(REVIEW_ID) == review


def test_an_id_is_taken_once(account: Account) -> None:
    """A second review with the same id changes nothing, and is told so."""
    account.store.add(queued_review())
    assert not account.store.add(queued_review(prompt="Another"))
    assert account.store.get(REVIEW_ID).prompt == "A blue horse in the rain"


def test_unknown_reviews_are_not_found(account: Account) -> None:
    """Reading, claiming or hiding what does not exist says so and creates nothing."""
    with pytest.raises(ReviewNotFound):
        account.store.get(REVIEW_ID)
    with pytest.raises(ReviewNotFound):
        account.store.claim(REVIEW_ID, "lease", NOW)
    with pytest.raises(ReviewNotFound):
        account.store.block(REVIEW_ID, NOW)
    with pytest.raises(ReviewNotFound):
        account.store.get(REVIEW_ID)


def test_a_claimed_review_cannot_be_claimed_again_until_its_lease_is_over(account: Account) -> None:
    """A slow worker is not doubled, a dead one is replaced, and each try is counted."""
    account.store.add(queued_review())
    first = account.store.claim(REVIEW_ID, "first", NOW)
    assert (first.state, first.attempts) == (State.WRITING, 1)
    with pytest.raises(ReviewLeased) as leased:
        account.store.claim(REVIEW_ID, "second", NOW + 10)
    assert leased.value.seconds_left == LEASE_SECONDS - 10
    second = account.store.claim(REVIEW_ID, "second", NOW + LEASE_SECONDS + 1)
    assert second.attempts == 2
    with pytest.raises(LeaseLost):
        account.store.record_progress(first, NOW + LEASE_SECONDS + 2)
    with pytest.raises(LeaseLost):
        account.store.finish(first, MADE_BY, NOW + LEASE_SECONDS + 2)


def test_a_claim_whose_answer_was_lost_is_still_one(account: Account) -> None:
    """boto3 tries it again; the worker goes on with its own lease, and that counts once."""
    account.store.add(queued_review())
    first = account.store.claim(REVIEW_ID, "lease", NOW)
    assert account.store.claim(REVIEW_ID, "lease", NOW + 2) == first
    assert account.store.get(REVIEW_ID).attempts == 1


def test_progress_keeps_the_lease(account: Account) -> None:
    """A worker that reports is never replaced."""
    account.store.add(queued_review())
    review = account.store.claim(REVIEW_ID, "lease", NOW)
    account.store.record_progress(review, NOW + LEASE_SECONDS - 1)
    with pytest.raises(ReviewLeased):
        account.store.claim(REVIEW_ID, "other", NOW + LEASE_SECONDS + 1)


def test_a_finished_review_is_never_written_again(account: Account) -> None:
    """`ready` is final for the writers."""
    ready = written(account, queued_review())
    assert (ready.state, ready.provenance, ready.settled_at) == (State.READY, MADE_BY, NOW + 9)
    with pytest.raises(ReviewSettled):
        account.store.claim(REVIEW_ID, "lease", NOW + 99)


@pytest.mark.parametrize("is_written", [True, False])
def test_hiding_works_from_any_state_and_forgets_the_address(
    account: Account, is_written: bool
) -> None:
    """A report hides at once; a writer that is at it loses its lease; nothing personal stays."""
    if is_written:
        written(account, queued_review())
    else:
        account.store.add(queued_review())
        review = account.store.claim(REVIEW_ID, "lease", NOW)
    account.store.block(REVIEW_ID, NOW + 1)
    account.store.block(REVIEW_ID, NOW + 2)
    hidden = account.store.get(REVIEW_ID)
    assert (hidden.state, hidden.address, hidden.settled_at) == (State.BLOCKED, "", NOW + 1)
    assert list(account.store.waiting()) == []
    if not is_written:
        with pytest.raises(LeaseLost):
            account.store.finish(review, MADE_BY, NOW + 3)


def test_a_released_review_can_be_claimed_at_once(account: Account) -> None:
    """After an error the next try need not wait for the lease."""
    account.store.add(queued_review())
    account.store.release(account.store.claim(REVIEW_ID, "first", NOW))
    assert account.store.claim(REVIEW_ID, "second", NOW).attempts == 2


def test_a_failed_review_keeps_its_reason_and_no_address(account: Account) -> None:
    """Giving up is recorded, and a finished review cannot fail afterwards."""
    account.store.add(queued_review())
    account.store.fail(REVIEW_ID, "EngineError", NOW)
    failed = account.store.get(REVIEW_ID)
    assert (failed.state, failed.failure, failed.address) == (State.FAILED, "EngineError", "")
    account.store.fail(REVIEW_ID, "later", NOW + 1)
    assert account.store.get(REVIEW_ID).failure == "EngineError"


def test_nobody_gives_up_what_another_one_writes(account: Account) -> None:
    """Neither a worker whose lease was taken over, nor whoever holds none; the holder may."""
    account.store.add(queued_review())
    account.store.claim(REVIEW_ID, "slow", NOW)
    later = NOW + LEASE_SECONDS + 1
    account.store.claim(REVIEW_ID, "other", later)
    assert not account.store.fail(REVIEW_ID, "RuntimeError", later, "slow")
    assert not account.store.fail(REVIEW_ID, "undelivered", later)
    assert account.store.get(REVIEW_ID).state is State.WRITING
    assert account.store.fail(REVIEW_ID, "RuntimeError", later, "other")
    assert account.store.get(REVIEW_ID).failure == "RuntimeError"


def test_a_mail_is_claimed_once_and_the_address_forgotten(account: Account) -> None:
    """Two workers never send the same mail; one that died is replaced after its lease."""
    written(account, queued_review())
    assert account.store.claim_mail(REVIEW_ID, NOW).address == "reader@example.org"
    with pytest.raises(ReviewLeased):
        account.store.claim_mail(REVIEW_ID, NOW + 1)
    account.store.claim_mail(REVIEW_ID, NOW + LEASE_SECONDS + 1)
    account.store.settle_mail(REVIEW_ID, Mail.SENT)
    with pytest.raises(ReviewSettled):
        account.store.claim_mail(REVIEW_ID, NOW + 999)
    item = account.item(REVIEW_ID)
    assert item["mail"] == "sent"
    assert "reader@example.org" not in str(item)


def test_the_claims_of_a_mail_are_counted_but_not_those_put_back(account: Account) -> None:
    """A mail that certainly did not go out is due at once; who comes late puts nothing back."""
    written(account, queued_review())
    first = account.store.claim_mail(REVIEW_ID, NOW)
    account.store.release_mail(first)
    second = account.store.claim_mail(REVIEW_ID, NOW + 1)
    third = account.store.claim_mail(REVIEW_ID, NOW + LEASE_SECONDS + 2)
    account.store.release_mail(second)
    claims = [review.mail_attempts for review in (first, second, third)]
    assert claims == [1, 1, 2]
    assert account.store.get(REVIEW_ID) == third
    account.store.delete(REVIEW_ID)
    account.store.release_mail(third)
    assert set(account.item(REVIEW_ID)) == {"id", "state", "created_at", "enqueued_at"}


def test_no_mail_for_who_asked_for_none_or_was_hidden(account: Account) -> None:
    """A mail is due only for a review that can be read."""
    written(account, queued_review(address="", mail=Mail.NONE))
    with pytest.raises(ReviewSettled):
        account.store.claim_mail(REVIEW_ID, NOW)
    other = "fedcba9876543210"
    written(account, queued_review(id=other))
    account.store.block(other, NOW)
    with pytest.raises(ReviewSettled):
        account.store.claim_mail(other, NOW)


def test_the_place_in_the_queue_counts_who_came_before(account: Account) -> None:
    """The first is number one; who is being written counts, who is done does not."""
    ids = [f"{number:016d}" for number in range(4)]
    reviews = [
        queued_review(id=review_id, created_at=NOW + number) for number, review_id in enumerate(ids)
    ]
    for review in reviews:
        account.store.add(review)
    account.store.claim(ids[0], "lease", NOW)
    assert [account.store.place_in_queue(review) for review in reviews] == [1, 2, 3, 4]
    account.store.finish(account.store.claim(ids[1], "lease", NOW), MADE_BY, NOW)
    assert account.store.place_in_queue(reviews[3]) == 3


def test_the_index_holds_what_is_still_to_be_done(account: Account) -> None:
    """A finished review leaves the index when its mail is out, and at once where none is due."""
    written(account, queued_review())
    assert [review.id for review in account.store.waiting()] == [REVIEW_ID]
    account.store.claim_mail(REVIEW_ID, NOW)
    account.store.settle_mail(REVIEW_ID, Mail.SENT)
    written(account, queued_review(id="fedcba9876543210", address="", mail=Mail.NONE))
    assert list(account.store.waiting()) == []


@pytest.mark.parametrize("state", ["queued", "writing", "ready", "failed", "blocked", "deleted"])
def test_deleting_leaves_nothing_from_any_state(account: Account, state: str) -> None:
    """One write, twice is fine; what stays is the id, and that it was deleted."""
    account.store.add(queued_review(decade="1890s", wants_updates=True, in_gallery=True))
    if state in {"writing", "ready"}:
        claimed = account.store.claim(REVIEW_ID, "lease", NOW)
        if state == "ready":
            account.store.finish(claimed, MADE_BY, NOW + 9)
    elif state == "failed":
        account.store.fail(REVIEW_ID, "EngineError", NOW)
    elif state == "blocked":
        account.store.block(REVIEW_ID, NOW)
    elif state == "deleted":
        account.store.delete(REVIEW_ID)
    account.store.delete(REVIEW_ID)
    nothing = {"created_at": 0, "enqueued_at": 0}
    assert account.item(REVIEW_ID) == {"id": REVIEW_ID, "state": "deleted", **nothing}
    assert account.store.get(REVIEW_ID).state is State.DELETED
    assert list(account.store.waiting()) == []


def test_after_a_deletion_no_worker_brings_anything_back(account: Account) -> None:
    """The lease is lost, no mail is due, and the id stays taken."""
    account.store.add(queued_review())
    writing = account.store.claim(REVIEW_ID, "lease", NOW)
    account.store.delete(REVIEW_ID)
    before = account.item(REVIEW_ID)
    with pytest.raises(LeaseLost):
        account.store.record_progress(writing, NOW + 1)
    with pytest.raises(LeaseLost):
        account.store.finish(writing, MADE_BY, NOW + 1)
    with pytest.raises(LeaseLost):
        account.store.release(writing)
    with pytest.raises(ReviewSettled):
        account.store.claim(REVIEW_ID, "other", NOW + 99)
    with pytest.raises(ReviewSettled):
        account.store.claim_mail(REVIEW_ID, NOW + 99)
    account.store.fail(REVIEW_ID, "late", NOW + 1)
    account.store.settle_mail(REVIEW_ID, Mail.SENT)
    assert not account.store.mark_enqueued(writing, NOW + 1)
    assert not account.store.block(REVIEW_ID, NOW + 1)
    assert not account.store.add(queued_review())
    assert account.item(REVIEW_ID) == before


def test_what_does_not_exist_cannot_be_deleted(account: Account) -> None:
    """And deleting it creates nothing."""
    with pytest.raises(ReviewNotFound):
        account.store.delete(REVIEW_ID)
    with pytest.raises(ReviewNotFound):
        account.store.get(REVIEW_ID)


def test_a_second_report_changes_nothing(account: Account) -> None:
    """It is told apart from the first, so that it need not count."""
    account.store.add(queued_review())
    assert account.store.block(REVIEW_ID, NOW)
    assert not account.store.block(REVIEW_ID, NOW + 1)
