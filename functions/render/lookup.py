"""A review by the id in an address: whether it can be one, where it moved, whether it is there."""

from artreview.errors import ReviewNotFound
from artreview.permalink import is_permalink_id
from artreview.review import Review, State
from artreview.store import ReviewStore
from functions.render import responses
from functions.render.errors import ReviewGone, ReviewUnwritten
from functions.render.responses import Response


def checked(review_id: str) -> str:
    """Return the id. Raises ReviewNotFound for what cannot be one, without asking the store."""
    if not is_permalink_id(review_id):
        raise ReviewNotFound(f"an id of {len(review_id)} characters is none of ours")
    return review_id


def moved(review_id: str, suffix: str) -> Response | None:
    """Return where the review is, if its id was typed in capitals."""
    lower = review_id.lower()
    if lower == review_id or not is_permalink_id(lower):
        return None
    return responses.redirect(301, f"/r/{lower}{suffix}")


def visible(store: ReviewStore, review_id: str) -> Review:
    """Return a review that may be read. Raises ReviewNotFound or ReviewGone."""
    found = store.get(checked(review_id))
    if found.state.is_hidden:
        raise ReviewGone
    return found


def finished(store: ReviewStore, review_id: str) -> Review:
    """Return a review that is ready. Raises ReviewNotFound, ReviewGone or ReviewUnwritten."""
    found = visible(store, review_id)
    if found.state is not State.READY:
        raise ReviewUnwritten
    return found
