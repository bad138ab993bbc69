"""One change of a review's item, under a condition: `UpdateItem`."""

from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import ConditionBase
from botocore.exceptions import ClientError

from artreview.conditions import reraise_unless_condition_failed
from artreview.items import review_of
from artreview.review import Review

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table


class ConditionFailed(Exception):
    """The item is not as the condition asked; whoever changes it says what that means."""


class Changes:
    """Changes reviews, one write at a time."""

    def __init__(self, table: "Table") -> None:
        """Keep the reviews' table."""
        self._table = table

    def make(
        self,
        review_id: str,
        values: dict[str, Any],
        *,
        when: ConditionBase,
        remove: tuple[str, ...] = (),
        count: dict[str, int] | None = None,
    ) -> Review:
        """Write the values, add to the counts, and return the review as it is.

        Attributes to `remove` need not be there. Raises ConditionFailed.
        """
        counts = count or {}
        parts = ["SET " + ", ".join(f"#{name} = :{name}" for name in values)]
        if counts:
            parts.append("ADD " + ", ".join(f"#{name} :{name}" for name in counts))
        if remove:
            parts.append("REMOVE " + ", ".join(f"#{name}" for name in remove))
        names = {f"#{name}": name for name in (*values, *remove, *counts)}
        given = {f":{name}": value for name, value in (values | counts).items()}
        try:
            answer = self._table.update_item(
                Key={"id": review_id},
                UpdateExpression=" ".join(parts),
                ConditionExpression=when,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=given,
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            reraise_unless_condition_failed(error)
            raise ConditionFailed from error
        return review_of(answer["Attributes"])
