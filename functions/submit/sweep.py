"""The sweep: a review whose message or whose worker was lost is queued again, a mail likewise.

Storing a review and sending its id are two writes, and a worker can die at any moment. Every few
minutes the sweep reads the short index of what is still to be written and puts that right.
"""

from dataclasses import dataclass, replace

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.limits import MAX_ATTEMPTS, REQUEUE_SECONDS
from artreview.queue import ReviewQueue
from artreview.review import Review, State
from artreview.store import ReviewStore

_REASON = "worker_died"

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    requeued: int
    failed: int


def sweep(store: ReviewStore, queue: ReviewQueue, now: float) -> Swept:
    """Queue lost reviews again; give up those that were tried `MAX_ATTEMPTS` times."""
    requeued = failed = 0
    for review in store.waiting():
        if _died_for_good(review, now):
            failed += _given_up(review, store, now)
        elif _is_lost(review, now) and store.mark_enqueued(review, now):
            requeued += _sent(review, store, queue, now)
    if requeued or failed:
        logger.warning("the sweep queued %d reviews again and gave up %d", requeued, failed)
    return Swept(requeued, failed)


def _given_up(review: Review, store: ReviewStore, now: float) -> bool:
    has_failed = store.fail(review.id, _REASON, now)
    if has_failed:
        facts = {"review": review.id, "reason": _REASON, "given_up": 1}
        logger.error("a review was given up", extra=facts)
    return has_failed


def _sent(review: Review, store: ReviewStore, queue: ReviewQueue, now: float) -> bool:
    """Send the id; where the queue does not take it, leave the review to the next sweep."""
    try:
        queue.send(review.id)
    except (BotoCoreError, ClientError):
        logger.exception("the queue did not take a review", extra={"review": review.id})
        store.mark_enqueued(replace(review, enqueued_at=now), 0.0)
        return False
    return True


def _has_dead_worker(review: Review, now: float) -> bool:
    return review.state is State.WRITING and review.lease_until < now


def _died_for_good(review: Review, now: float) -> bool:
    return _has_dead_worker(review, now) and review.attempts >= MAX_ATTEMPTS


def _is_lost(review: Review, now: float) -> bool:
    if _has_dead_worker(review, now) and review.enqueued_at <= review.lease_until:
        return True
    is_being_written = review.state is State.WRITING and review.lease_until >= now
    return review.enqueued_at < now - REQUEUE_SECONDS and not is_being_written
