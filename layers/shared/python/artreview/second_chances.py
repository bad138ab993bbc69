"""What the operator brings back: reviews that failed, and reviews that were hidden.

Their addresses were forgotten when they failed or were hidden, so no mail is due for them.
"""

from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, ConditionBase

from artreview.changes import Changes, ConditionFailed
from artreview.gallery import gallery_values
from artreview.items import number
from artreview.review import Mail, Review, State
from artreview.store import NOTICE_ATTRIBUTES, WAITING, ReviewStore

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

_SPENT = ("failure", "attempts", "mail_attempts", "mail_until", *NOTICE_ATTRIBUTES)


class SecondChances:
    """Brings reviews back, each by one conditional write."""

    def __init__(self, table: "Table") -> None:
        """Keep the reviews' table."""
        self._changes = Changes(table)
        self._store = ReviewStore(table)

    def retry(self, review_id: str, now: float) -> Review | None:
        """Queue a failed review again, with all its attempts before it; None for any other."""
        is_failed = Attr("state").eq(State.FAILED)
        return self._changed(review_id, is_failed, _queued_anew(now), ("text", "settled_at"))

    def restore(self, review_id: str, now: float, hidden_at: float = 0.0) -> Review | None:
        """Show a hidden review again; None for one that is not hidden, or was deleted.

        What was written is ready again, with the date that it had, and where that was agreed to it
        is in the gallery, as the newest. What was not is queued. From now on one report hides it no
        more. With `hidden_at` it is shown only where it was hidden then, and not once more since.
        Raises ReviewNotFound.
        """
        hidden = self._store.get(review_id)
        is_hidden: ConditionBase = Attr("state").eq(State.BLOCKED)
        if hidden_at:
            is_hidden &= Attr("settled_at").eq(number(hidden_at))
        restored = {"restored_at": number(now)}
        if hidden.provenance is None:
            values = _queued_anew(now) | restored
            return self._changed(review_id, is_hidden, values, ("text", "settled_at"))
        written_at = hidden.written_at or hidden.settled_at  # for want of it, when it was hidden
        values = {"state": State.READY, "settled_at": number(written_at)} | restored
        listed = gallery_values(review_id, now) if hidden.in_gallery else {}
        return self._changed(review_id, is_hidden, values | listed, ("waiting",))

    def _changed(
        self,
        review_id: str,
        when: ConditionBase,
        values: dict[str, Any],
        remove: tuple[str, ...],
    ) -> Review | None:
        try:
            return self._changes.make(
                review_id,
                values | {"mail": Mail.NONE},
                when=when,
                remove=(*_SPENT, *remove),
            )
        except ConditionFailed:
            return None


def _queued_anew(now: float) -> dict[str, Any]:
    return {"state": State.QUEUED, "waiting": WAITING, "enqueued_at": number(now)}
