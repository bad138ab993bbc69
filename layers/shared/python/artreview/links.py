"""The links of a mail that let its reader decide: delete the review, subscribe, leave, judge.

Each carries a signed token (see `tokens`) with an id in it, and never a mail address: what a link
holds ends in logs. A link of one kind is no good for another, and none changes anything until the
button on its page is pressed. They are good for as long as one of the keys is the one that signed.
A link to subscribe also holds the second of its mail, so that it is good for seven days, and no
more once its reader has left. The operator's link to judge a report holds the moment of the hiding,
so that it is good for that one and for none that comes later.
"""

from collections.abc import Sequence

from artreview.errors import TokenForged
from artreview.subscribers import ID_BYTES
from artreview.tokens import sign, verified_payload

_DELETE = "delete"
_JUDGE = "judge"
_TIME_BYTES = 8
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


def judge_path(review_id: str, hidden_at: float, keys: Sequence[bytes]) -> str:
    """Return the path, with its token, of the page where the operator judges one hiding."""
    payload = review_id.encode("ascii") + round(hidden_at * 1000).to_bytes(_TIME_BYTES, "big")
    return f"/r/{review_id}/judge?token={sign(_JUDGE, payload, keys)}"


def hiding_of(review_id: str, token: str, keys: Sequence[bytes]) -> float:
    """Return when the review was hidden that a token to judge is about, in seconds since 1970.

    Raises TokenForged where it was not signed for this very review.
    """
    payload, _key = verified_payload(_JUDGE, token, keys)
    if payload[:-_TIME_BYTES] != review_id.encode("utf-8", errors="replace"):
        raise TokenForged("the token is another review's")
    return int.from_bytes(payload[-_TIME_BYTES:], "big") / 1000


def confirm_path(subscriber_id: bytes, mailed_at: float, keys: Sequence[bytes]) -> str:
    """Return the path, with its token, of the page to subscribe, for a mail of this second."""
    payload = subscriber_id + int(mailed_at).to_bytes(_TIME_BYTES, "big")
    return _subscription_path(CONFIRM, payload, keys)


def leave_path(subscriber_id: bytes, keys: Sequence[bytes]) -> str:
    """Return the path, with its token, of the page to leave."""
    return _subscription_path(LEAVE, subscriber_id, keys)


def who_confirms(token: str, keys: Sequence[bytes]) -> tuple[bytes, int]:
    """Return the subscriber's id in a token to subscribe, and the second of its mail.

    Raises TokenForged.
    """
    payload = _payload(CONFIRM, token, keys, ID_BYTES + _TIME_BYTES)
    return payload[:ID_BYTES], int.from_bytes(payload[ID_BYTES:], "big")


def who_leaves(token: str, keys: Sequence[bytes]) -> bytes:
    """Return the subscriber's id in a token to leave. Raises TokenForged."""
    return _payload(LEAVE, token, keys, ID_BYTES)


def _subscription_path(purpose: str, payload: bytes, keys: Sequence[bytes]) -> str:
    return f"/subscription/{purpose}?token={sign(purpose, payload, keys)}"


def _payload(purpose: str, token: str, keys: Sequence[bytes], size: int) -> bytes:
    payload, _key = verified_payload(purpose, token, keys)
    if len(payload) != size:
        raise TokenForged(f"a token to {purpose} carries {size} bytes")
    return payload
