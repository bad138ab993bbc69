"""The queue of reviews to be written: SQS, one message a review, holding its id alone."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


class ReviewQueue:
    """Sends ids to the queue; Lambda delivers them to `generate`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        """Keep the client and the queue's address."""
        self._client = client
        self._url = url

    def send(self, review_id: str) -> None:
        """Ask for this review to be written."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"id": review_id}))

    def hide(self, receipt_handle: str, seconds: int) -> None:
        """Let a message that was received come back after so many seconds."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


def review_id(body: str) -> str:
    """Return the id that a message's body holds. Raises ValueError for anything else."""
    try:
        return str(json.loads(body)["id"])
    except (TypeError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(
            'a message holds {"id": …}, got ' + str(len(body)) + " characters"
        ) from error
