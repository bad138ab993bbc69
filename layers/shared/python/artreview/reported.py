"""What visitors have hidden: whether the operator was told of it, and has decided.

The write that hides a review puts it into a partition of its own of the index `waiting`, so nothing
that is due is forgotten. It leaves that partition when the operator was told, or has decided. One
hiding is told apart from the next by its moment, the review's `settled_at`.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from artreview.changes import Changes, ConditionFailed
from artreview.items import number
from artreview.limits import LEASE_SECONDS
from artreview.review import Review, State
from artreview.store import UNTOLD, WAITING_INDEX, ReviewStore

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

_MOST_AT_ONCE = 100
_NOTICE = ("waiting", "notice_until", "notice_attempts")


class Reported:
    """The reviews that are hidden, as the operator has to do with them."""

    def __init__(self, table: "Table") -> None:
        """Keep the reviews' table, whose index is `waiting`."""
        self._table = table
        self._changes = Changes(table)
        self._store = ReviewStore(table)

    def untold(self) -> list[str]:
        """Return the ids of hidden reviews that the operator is yet to be told of, some of many."""
        page = self._table.query(
            IndexName=WAITING_INDEX,
            KeyConditionExpression=Key("waiting").eq(UNTOLD),
            Limit=_MOST_AT_ONCE,
        )
        return [str(item["id"]) for item in page["Items"]]

    def claim(self, review_id: str, now: float) -> Review | None:
        """Take the mail about a hiding in hand for `LEASE_SECONDS`; None where none is due.

        The claims are counted (`notice_attempts`). A claim whose answer was lost on the way is
        recognised by its moment when it is tried again.
        """
        until = number(now + LEASE_SECONDS)
        is_free = Attr("notice_until").not_exists() | Attr("notice_until").lt(number(now))
        try:
            return self._changes.make(
                review_id,
                {"notice_until": until},
                when=Attr("waiting").eq(UNTOLD) & is_free,
                count={"notice_attempts": 1},
            )
        except ConditionFailed:
            review = self._store.get(review_id)
        return review if number(review.notice_until) == until else None

    def release(self, claimed: Review) -> None:
        """Leave a mail that certainly did not go out to the next try; its claim does not count."""
        is_mine = Attr("notice_until").eq(number(claimed.notice_until))
        with suppress(ConditionFailed):
            self._changes.make(
                claimed.id,
                {"notice_until": 0},
                when=Attr("waiting").eq(UNTOLD) & is_mine,
                count={"notice_attempts": -1},
            )

    def settle(self, claimed: Review) -> None:
        """Note that nothing more is to be told of this hiding."""
        with suppress(ConditionFailed):
            self._changes.make(
                claimed.id,
                {"state": State.BLOCKED},  # as it is: a change has to set something
                when=Attr("waiting").eq(UNTOLD) & _is_hidden_since(claimed.settled_at),
                remove=_NOTICE,
            )

    def keep(self, review_id: str, hidden_at: float, now: float) -> bool:
        """Note that the operator keeps it hidden; False where it was not hidden then, or is not."""
        try:
            self._changes.make(
                review_id,
                {"judged_at": number(now)},
                when=_is_hidden_since(hidden_at),
                remove=_NOTICE,
            )
        except ConditionFailed:
            return False
        return True


def _is_hidden_since(moment: float) -> ConditionBase:
    return Attr("state").eq(State.BLOCKED) & Attr("settled_at").eq(number(moment))
