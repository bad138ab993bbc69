"""Which reviews answer another one, or were begun with its words.

A review keeps the id of its parent. The index `lineage` is made of that and of the place in the
gallery, which only a review has that is ready and may be listed (`artreview.gallery`). So it is
sparse by itself: a child that few were meant to read is not in it, and what is reported or deleted
leaves it in the same write that hides it. It holds keys alone; what a page shows is read from the
table.
"""

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Key

from artreview.batch import MOST_AT_ONCE, ready_reviews
from artreview.review import Review

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

LINEAGE_INDEX = "lineage"
LINEAGE_ATTRIBUTES = ("parent", "gallery_place")
"""What the index is made of; a review without one of them is not in it."""


class Lineage:
    """Reads the lineage; `artreview.store` alone writes it."""

    def __init__(self, table: "Table") -> None:
        """Keep the table, whose key is `id` and whose index is `lineage`."""
        self._table = table

    def children(self, parent_id: str, most: int) -> tuple[Review, ...]:
        """Return the newest listed reviews (1 to 100) that name this one as their parent."""
        if not 1 <= most <= MOST_AT_ONCE:
            raise ValueError(f"1 to {MOST_AT_ONCE} children can be read, got {most}")
        answer = self._table.query(
            IndexName=LINEAGE_INDEX,
            KeyConditionExpression=Key("parent").eq(parent_id),
            ScanIndexForward=False,
            Limit=most,
        )
        ids = [str(item["id"]) for item in answer["Items"]]
        found = ready_reviews(self._table, ids) if ids else ()
        return tuple(child for child in found if child.gallery_place and child.parent == parent_id)
