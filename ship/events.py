"""Events as AWS sends them, for whatever is tried before it is shipped.

Their shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/
http-api-develop-integrations-lambda.html (payload format 2.0),
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

_ACCOUNT = "000000000000"
_DOMAIN = "reviews.example.org"


def http_event(method: str, path: str, route: str = "$default", body: str = "") -> dict[str, Any]:
    """Return a request of a program, with a JSON body where it has one."""
    headers = {"host": _DOMAIN, "accept": "*/*"}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": _ACCOUNT,
            "apiId": "api",
            "domainName": _DOMAIN,
            "domainPrefix": "reviews",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "ship",
            },
            "requestId": "request",
            "routeKey": route,
            "stage": "$default",
            "time": f"{datetime.now(UTC):%d/%b/%Y:%H:%M:%S %z}",
            "timeEpoch": int(time.time() * 1000),
        },
        "isBase64Encoded": False,
    }
    if body:
        headers["content-type"] = "application/json"
        event["body"] = body
    return event


def schedule_event() -> dict[str, Any]:
    """Return what a schedule sends."""
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": _ACCOUNT,
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:{_ACCOUNT}:rule/sweep"],
        "detail": {},
    }


def queue_event(messages: Sequence[Mapping[str, Any]], queue_arn: str) -> dict[str, Any]:
    """Return messages, as SQS's ReceiveMessage tells them, the way that Lambda passes them on."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": dict(message["Attributes"]),
                "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": queue_arn.split(":")[3],
            }
            for message in messages
        ]
    }
