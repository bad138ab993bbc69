"""Conditional writes to DynamoDB: what a condition refused, told apart from what went wrong."""

from botocore.exceptions import ClientError


def reraise_unless_condition_failed(error: ClientError) -> None:
    """Raise the error again unless it says that the write's condition did not hold."""
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error
