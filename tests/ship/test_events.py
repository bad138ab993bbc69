"""Events are made in AWS's own shape."""

from ship import events


def test_a_message_becomes_a_record_of_lambda() -> None:
    """What SQS calls by one name, Lambda calls by another."""
    message = {
        "MessageId": "number",
        "ReceiptHandle": "handle",
        "Body": "{}",
        "MD5OfBody": "99914b93",
        "Attributes": {"ApproximateReceiveCount": "1"},
    }
    (record,) = events.queue_event([message], "arn:aws:sqs:eu-central-1:0:queue")["Records"]
    assert record["messageId"] == "number"
    assert record["receiptHandle"] == "handle"
    assert record["attributes"] == {"ApproximateReceiveCount": "1"}
    assert record["awsRegion"] == "eu-central-1"


def test_a_request_with_a_body_says_what_it_is() -> None:
    """The form's function reads JSON only where it is told that it comes."""
    event = events.http_event("POST", "/submission", "POST /submission", "{}")
    assert event["headers"]["content-type"] == "application/json"
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "POST /submission"
