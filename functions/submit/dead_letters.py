"""What the queue gave up, and how it is brought back.

A message that came to `generate` ten times in vain lands in the dead-letter queue. Its review would
wait for ever, or until the sweep sends it into the same trouble again; so it is given up, its page
says so, and the operator is told by the log (`given_up`). When the trouble is over, the operator
brings it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.permalink import is_permalink_id
from artreview.queue import DeadLetters, Letter, ReviewQueue, review_id
from artreview.store import ReviewStore

REASON = "undelivered"
"""Why such a review failed, for the operator."""

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Revived:
    """What became of the wish to bring reviews back."""

    queued: tuple[str, ...]
    refused: tuple[str, ...]
    """No failed review has these ids."""


def give_up_dead_letters(letters: DeadLetters, store: ReviewStore, now: float) -> int:
    """Give the reviews of all dead letters up that nobody writes; return how many there were.

    A letter is deleted only when its review is known to have failed, or not to need it: it is
    ready (a mail that is still due is the sweep's affair), hidden, or a living worker has it.
    """
    given_up = 0
    for letter in letters.received():
        given_up += _give_up(letter, store, now)
        letters.delete(letter)
    return given_up


def revive(ids: Sequence[str], store: ReviewStore, queue: ReviewQueue, now: float) -> Revived:
    """Queue failed reviews again, by their ids; what did not fail stays as it is.

    A queue that does not answer is no matter: the sweep sends what is stored.
    """
    queued: list[str] = []
    refused: list[str] = []
    for wanted in ids:
        review = store.revive(wanted, now) if is_permalink_id(wanted) else None
        if review is None:
            refused.append(wanted)
            continue
        queued.append(wanted)
        try:
            queue.send(wanted)
        except (BotoCoreError, ClientError):
            logger.exception("the queue did not take a review", extra={"review": wanted})
            store.mark_enqueued(review, 0.0)
    return Revived(tuple(queued), tuple(refused))


def _give_up(letter: Letter, store: ReviewStore, now: float) -> bool:
    try:
        review = review_id(letter.body)
    except ValueError:
        logger.exception("a dead letter that holds no id was dropped")
        return False
    has_failed = store.fail(review, REASON, now)
    if has_failed:
        facts = {"review": review, "reason": REASON, "given_up": 1}
        logger.error("a review was given up", extra=facts)
    return has_failed
