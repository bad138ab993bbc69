"""A visitor's report, which hides a review at once; after a restore it takes three visitors."""

from collections.abc import Callable

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.copies import Copies
from artreview.errors import ReviewNotFound, SettingMissing
from artreview.permalink import is_permalink_id
from artreview.review import Review, State
from artreview.store import ReviewStore
from functions.submit.admission import Admission, GiveBack

_SILENCE = (BotoCoreError, ClientError, SettingMissing)

logger = Logger(child=True)


def report(
    review_id: str, store: ReviewStore, admission: Callable[[], Admission], now: float
) -> State:
    """Hide the review, and return how it stands then.

    Raises ReviewNotFound and TooMany. A review that is hidden already stays so, and that does not
    count. One that the operator restored stays until enough visitors have reported it. Counters
    that do not answer, or cannot even be set up, are no reason to leave a page up. The operator is
    told later, by the sweep (`telling`).
    """
    if not is_permalink_id(review_id):
        raise ReviewNotFound("what was reported has no review's id")
    give_back = _admitted(admission)
    if store.block(review_id, now, tells_operator=True):
        return State.BLOCKED
    review = store.get(review_id)
    if review.state.is_hidden:
        give_back()
        return review.state
    if not _is_enough(review, admission):
        return review.state
    store.block(review_id, now, even_restored=True, tells_operator=True)
    return State.BLOCKED


def purge(copies: Copies | None, review_id: str, now: float) -> None:
    """Drop the copies of a hidden review; where nobody answers they last a minute, and no longer.

    That is no reason to tell a visitor that the report failed: the review is hidden.
    """
    if copies is None:
        return
    try:
        copies.forget(review_id, now)
    except (BotoCoreError, ClientError):
        logger.exception("copies of a hidden review were not purged", extra={"review": review_id})


def _admitted(admission: Callable[[], Admission]) -> GiveBack:
    try:
        return admission().to_report()
    except _SILENCE:
        logger.exception("a report was let in uncounted")
        return lambda: None


def _is_enough(review: Review, admission: Callable[[], Admission]) -> bool:
    try:
        return admission().hides_again(review)
    except _SILENCE:
        logger.exception("a restored review was hidden by one report, for nobody could count")
        return True
