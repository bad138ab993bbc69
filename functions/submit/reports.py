"""A visitor's report, which hides a review at once."""

from collections.abc import Callable

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.errors import ReviewNotFound, SettingMissing
from artreview.permalink import is_permalink_id
from artreview.store import ReviewStore
from functions.submit.admission import GiveBack

logger = Logger(child=True)


def report(review_id: str, store: ReviewStore, admit: Callable[[], GiveBack], now: float) -> None:
    """Hide the review.

    Raises ReviewNotFound and TooMany. A review that is hidden already stays so, and that does not
    count. Counters that do not answer, or cannot even be set up, are no reason to leave a page up.
    """
    if not is_permalink_id(review_id):
        raise ReviewNotFound("what was reported has no review's id")
    give_back = _admitted(admit)
    if not store.block(review_id, now):
        give_back()


def _admitted(admit: Callable[[], GiveBack]) -> GiveBack:
    try:
        return admit()
    except (BotoCoreError, ClientError, SettingMissing):
        logger.exception("a report was let in uncounted")
        return lambda: None
