"""Reviews as the operator sees them: also those that nobody else can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.conditions import Attr

from artreview.errors import ReviewNotFound
from artreview.items import review_of
from artreview.permalink import is_permalink_id
from artreview.reported import Reported
from artreview.review import Review, State
from artreview.store import ReviewStore
from operate.errors import Refused


@dataclass(frozen=True, slots=True)
class Desk:
    """The reviews' table, and what the operator does with it.

    Listing reads the whole table: there is no index for what only the operator asks, and a scan
    of ten thousand reviews costs a fraction of a cent.
    """

    table: Any
    store: ReviewStore
    now: float

    def in_state(self, *states: State) -> list[Review]:
        """Return the reviews in one of these states, the newest first."""
        found = [review_of(item) for item in self._scanned(Attr("state").is_in(list(states)))]
        return sorted(found, key=lambda review: review.settled_at, reverse=True)

    def in_gallery(self) -> list[Review]:
        """Return what the gallery lists, the oldest first, as one reads a book."""
        listed = [review_of(item) for item in self._scanned(Attr("gallery_place").exists())]
        return sorted(listed, key=lambda review: review.settled_at)

    def settled_since(self, moment: float) -> list[Review]:
        """Return what was finished, given up or hidden since then, without prompts and texts."""
        names = ("id", "state", "settled_at", "created_at", "enqueued_at", "provenance", "failure")
        return [
            review_of(item) for item in self._scanned(Attr("settled_at").gte(int(moment)), *names)
        ]

    def review(self, review_id: str) -> Review:
        """Return a review, whatever its state. Raises Refused."""
        try:
            return self.store.get(id_of(review_id))
        except ReviewNotFound as error:
            raise Refused(f"No review has the id {review_id}.") from error

    def block(self, review_id: str) -> bool:
        """Hide a review, also one that was restored; False where it is hidden. Raises Refused.

        Either way it is judged: no mail tells the operator of it any more.
        """
        try:
            is_new = self.store.block(id_of(review_id), self.now, even_restored=True)
        except ReviewNotFound as error:
            raise Refused(f"No review has the id {review_id}.") from error
        hidden = self.review(review_id)
        Reported(self.table).keep(hidden.id, hidden.settled_at, self.now)
        return is_new

    def delete(self, review_id: str) -> None:
        """Remove all of a review for good. Raises Refused."""
        try:
            self.store.delete(id_of(review_id))
        except ReviewNotFound as error:
            raise Refused(f"No review has the id {review_id}.") from error

    def _scanned(self, condition: Any, *names: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # boto3's
        request: dict[str, Any] = {"FilterExpression": condition}
        if names:
            request["ProjectionExpression"] = ", ".join(f"#{name}" for name in names)
            request["ExpressionAttributeNames"] = {f"#{name}": name for name in names}
        while True:
            page = self.table.scan(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def id_of(wanted: str) -> str:
    """Return the id of what was typed: an id, in capitals too, or a page's address.

    Raises Refused.
    """
    review_id = wanted.rstrip("/").rpartition("/")[2].lower()
    if not is_permalink_id(review_id):
        message = f"{wanted!r} is no review's id: those are sixteen lower-case letters and digits."
        raise Refused(message)
    return review_id
