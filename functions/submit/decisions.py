"""What the readers of a mail decide with its links: delete, subscribe, leave."""

from collections.abc import Sequence

from artreview.errors import ReviewNotFound
from artreview.links import check_delete_token, who_confirms, who_leaves
from artreview.permalink import is_permalink_id
from artreview.store import ReviewStore
from artreview.subscribers import Subscribers


def delete(review_id: str, token: str, store: ReviewStore, keys: Sequence[bytes]) -> None:
    """Remove all of a review, for whoever asked for it. Twice is fine.

    Raises ReviewNotFound, and TokenForged where the token is not this review's.
    """
    if not is_permalink_id(review_id):
        raise ReviewNotFound("what is to be deleted has no review's id")
    check_delete_token(review_id, token, keys)
    store.delete(review_id)


def confirm(token: str, subscribers: Subscribers, keys: Sequence[bytes], now: float) -> None:
    """Subscribe whoever the mail went to. Twice is fine.

    Raises TokenForged, and SubscriptionUnknown where the mail is too old.
    """
    subscriber_id, mailed_at = who_confirms(token, keys)
    subscribers.confirm(subscriber_id, mailed_at, now)


def leave(token: str, subscribers: Subscribers, keys: Sequence[bytes]) -> None:
    """Forget whoever the mail went to. Twice is fine. Raises TokenForged."""
    subscribers.leave(who_leaves(token, keys))


def is_one_click(body: str) -> bool:
    """Tell whether a mail program asks, on its reader's behalf (RFC 8058, section 3.1).

    It sends `List-Unsubscribe=One-Click` as a form, urlencoded or in parts; our page sends nothing.
    """
    return "List-Unsubscribe" in body and "One-Click" in body
