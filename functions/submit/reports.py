"""A visitor's report, which hides a review at once."""

from artreview.errors import ReviewNotFound
from artreview.permalink import is_permalink_id
from artreview.store import ReviewStore


def report(review_id: str, store: ReviewStore, now: float) -> None:
    """Hide the review. Raises ReviewNotFound; a review that is hidden already stays so."""
    if not is_permalink_id(review_id):
        raise ReviewNotFound("what was reported has no review's id")
    store.block(review_id, now)
