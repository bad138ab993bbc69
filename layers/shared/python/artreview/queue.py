"""The queue of reviews to be written: SQS, one message a review, holding its id alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was received, and is to be deleted when it is done with."""

    body: str
    receipt: str


class DeadLetters:
    """The messages that came to `generate` too often, each time in vain."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        """Keep the client and the dead-letter queue's address."""
        self._client = client
        self._url = url

    def received(self) -> Iterator[Letter]:
        """Yield what lies there. What is not deleted comes again with a later call."""
        while True:
            answer = self._client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            for message in messages:
                yield Letter(message["Body"], message["ReceiptHandle"])
            if not messages:
                return

    def delete(self, letter: Letter) -> None:
        """Forget a message that was received."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)


def review_id(body: str) -> str:
    """Return the id that a message's body holds. Raises ValueError for anything else."""
    try:
        return str(json.loads(body)["id"])
    except (TypeError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(
            'a message holds {"id": …}, got ' + str(len(body)) + " characters"
        ) from error
