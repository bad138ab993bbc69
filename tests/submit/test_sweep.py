"""The sweep."""

import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.limits import LEASE_SECONDS, MAX_ATTEMPTS, REQUEUE_SECONDS
from artreview.review import Mail, Provenance, State
from functions.submit.sweep import Swept, sweep
from tests.aws import Account
from tests.samples import NOW, REVIEW_ID, queued_review

NOTHING = Swept(requeued=0, failed=0)


def test_what_is_on_its_way_is_left_alone(account: Account) -> None:
    """A review that waits, or that a living worker writes, is not announced twice."""
    account.store.add(queued_review())
    assert sweep(account.store, account.queue, NOW + REQUEUE_SECONDS - 1) == NOTHING
    account.store.claim(REVIEW_ID, "lease", NOW + REQUEUE_SECONDS)
    assert sweep(account.store, account.queue, NOW + REQUEUE_SECONDS + 5) == NOTHING


def test_a_lost_message_is_sent_again_once(account: Account) -> None:
    """A review that was announced long ago is announced again, and then left alone."""
    account.store.add(queued_review())
    late = NOW + REQUEUE_SECONDS + 1
    assert sweep(account.store, account.queue, late) == Swept(requeued=1, failed=0)
    assert account.queued == [REVIEW_ID]
    assert sweep(account.store, account.queue, late + 60) == NOTHING


def test_a_dead_worker_is_replaced_at_once(account: Account) -> None:
    """As soon as its lease is over, not only after the queue's own time."""
    account.store.add(queued_review())
    account.store.claim(REVIEW_ID, "lease", NOW)
    late = NOW + LEASE_SECONDS + 1
    assert sweep(account.store, account.queue, late) == Swept(requeued=1, failed=0)
    assert sweep(account.store, account.queue, late + 60) == NOTHING


def test_a_queue_that_does_not_answer_stops_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep goes on to the next review, and the next sweep sends what was not taken."""
    other = "fedcba9876543210"
    account.store.add(queued_review(enqueued_at=NOW - 9999))
    account.store.add(queued_review(id=other, enqueued_at=NOW - 9999, created_at=NOW + 1))
    send = account.queue.send

    def send_all_but_one(review_id: str) -> None:
        if review_id == REVIEW_ID:
            raise EndpointConnectionError(endpoint_url="https://sqs.example")
        send(review_id)

    with monkeypatch.context() as troubled:
        troubled.setattr(account.queue, "send", send_all_but_one)
        assert sweep(account.store, account.queue, NOW) == Swept(requeued=1, failed=0)
    assert sweep(account.store, account.queue, NOW + 60) == Swept(requeued=1, failed=0)
    assert account.queued == [other, REVIEW_ID]


def test_what_kills_every_worker_is_given_up(account: Account) -> None:
    """After the last attempt the review is `failed`, and says why."""
    account.store.add(queued_review())
    moment = NOW
    for _ in range(MAX_ATTEMPTS):
        account.store.claim(REVIEW_ID, "lease", moment)
        moment += LEASE_SECONDS + 1
    assert sweep(account.store, account.queue, moment) == Swept(requeued=0, failed=1)
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.failure) == (State.FAILED, "worker_died")
    assert sweep(account.store, account.queue, moment + 9999) == NOTHING


def test_a_mail_that_was_never_sent_is_asked_for_again(account: Account) -> None:
    """A worker that died between the text and the mail is replaced too."""
    account.store.add(queued_review())
    review = account.store.claim(REVIEW_ID, "lease", NOW)
    account.store.finish(review, Provenance("small", "0123", 1.0), NOW + 5)
    late = NOW + REQUEUE_SECONDS + 1
    assert sweep(account.store, account.queue, late) == Swept(requeued=1, failed=0)
    account.store.claim_mail(REVIEW_ID, late)
    account.store.settle_mail(REVIEW_ID, Mail.SENT)
    assert sweep(account.store, account.queue, late + REQUEUE_SECONDS + 1) == NOTHING
