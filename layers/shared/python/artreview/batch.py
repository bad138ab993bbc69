"""Several reviews at once, as they are now: what an index names is read from the table itself.

An index follows its table a moment later, and a review that was just reported must not be shown any
more. So the reads are consistent, and what is not ready is left out.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from artreview.items import review_of
from artreview.review import Review, State

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

MOST_AT_ONCE = 100
"""A BatchGetItem takes no more keys
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)."""


def ready_reviews(table: "Table", ids: Sequence[str]) -> tuple[Review, ...]:
    """Return the reviews of these ids, at most `MOST_AT_ONCE`, in this order.

    Those that are not ready, or not there, are left out.
    """
    items = _items(table, ids)
    reviews = [review_of(items[review_id]) for review_id in ids if review_id in items]
    return tuple(review for review in reviews if review.state is State.READY)


def _items(table: "Table", ids: Sequence[str]) -> dict[str, Any]:
    """Return the items by id. Each round returns some of them, or DynamoDB raises."""
    client, name = table.meta.client, table.name
    wanted: Any = [{"id": review_id} for review_id in ids]
    items: dict[str, Any] = {}
    while wanted:
        asked: Any = {name: {"Keys": wanted, "ConsistentRead": True}}
        answer: Any = client.batch_get_item(RequestItems=asked)
        items |= {str(item["id"]): item for item in answer["Responses"].get(name, [])}
        wanted = answer.get("UnprocessedKeys", {}).get(name, {}).get("Keys", [])
    return items
