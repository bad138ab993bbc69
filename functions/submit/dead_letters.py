"""What the queue gave up.

A message that came to `generate` ten times in vain lands in the dead-letter queue. Its review would
wait for ever, or until the sweep sends it into the same trouble again; so it is given up, its page
says so, and the operator is told by the log (`given_up`). When the trouble is over, the operator
brings it back (`second_chances`).
"""

from aws_lambda_powertools import Logger

from artreview.queue import DeadLetters, Letter, review_id
from artreview.store import ReviewStore

REASON = "undelivered"
"""Why such a review failed, for the operator."""

logger = Logger(child=True)


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
