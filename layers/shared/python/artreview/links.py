"""The links of a mail that let its reader decide: delete the review, subscribe, leave.

Each carries a signed token (see `tokens`) with an id in it, and never a mail address: what a link
holds ends in logs. A link of one kind is no good for another, and none changes anything until the
button on its page is pressed. They are good for as long as one of the keys is the one that signed.
"""

from collections.abc import Sequence

from artreview.errors import TokenForged
from artreview.subscribers import ID_BYTES
from artreview.tokens import sign, verified_payload

_DELETE = "delete"
CONFIRM = "confirm"
LEAVE = "leave"


def delete_path(review_id: str, keys: Sequence[bytes]) -> str:
    """Return the path, with its token, of the page where a review can be deleted."""
    return f"/r/{review_id}/delete?token={sign(_DELETE, review_id.encode('ascii'), keys)}"


def check_delete_token(review_id: str, token: str, keys: Sequence[bytes]) -> None:
    """Return where the token was signed for this very review. Raises TokenForged."""
    payload, _key = verified_payload(_DELETE, token, keys)
    if payload != review_id.encode("utf-8", errors="replace"):
        raise TokenForged("the token is another review's")


def subscription_path(purpose: str, subscriber_id: bytes, keys: Sequence[bytes]) -> str:
    """Return the path, with its token, of the page to `CONFIRM` or to `LEAVE`."""
    return f"/subscription/{purpose}?token={sign(purpose, subscriber_id, keys)}"


def subscriber_of(purpose: str, token: str, keys: Sequence[bytes]) -> bytes:
    """Return the subscriber's id that a token to `CONFIRM` or to `LEAVE` holds.

    Raises TokenForged.
    """
    payload, _key = verified_payload(purpose, token, keys)
    if len(payload) != ID_BYTES:
        raise TokenForged(f"a subscriber's id has {ID_BYTES} bytes")
    return payload
