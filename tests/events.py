"""Events as AWS sends them."""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass
class LambdaContext:
    """What Lambda tells a function about its invocation."""

    function_name: str = "function"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:function"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"
    seconds_left: float = 120.0

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left."""
        return int(self.seconds_left * 1000)


def http_event(
    method: str,
    path: str,
    *,
    route: str = "$default",
    body: str | None = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    parameters: dict[str, str] | None = None,
    source: str = "192.0.2.7",
) -> dict[str, Any]:
    """Return a request of an HTTP API, payload format 2.0."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {"host": "reviews.example.org", "accept": "text/html"} | (headers or {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "reviews.example.org",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source,
                "userAgent": "test",
            },
            "requestId": "id",
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": 1_800_000_000_000,
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = query
    if parameters:
        event["pathParameters"] = parameters
    if body is not None:
        event["body"] = b64encode(body.encode("utf-8", errors="surrogatepass")).decode()
        event["isBase64Encoded"] = True
    return event


def submission_event(
    fields: dict[str, Any],
    *,
    as_json: bool = False,
    headers: dict[str, str] | None = None,
    source: str = "192.0.2.7",
) -> dict[str, Any]:
    """Return a submission, as a browser or as a program sends it."""
    body = json.dumps(fields) if as_json else urlencode(fields)
    kind = {"content-type": "application/json" if as_json else FORM}
    return http_event(
        "POST",
        "/submission",
        route="POST /submission",
        body=body,
        headers=kind | (headers or {}),
        source=source,
    )


def report_event(
    review_id: str,
    *,
    accept: str = "text/html",
    source: str = "192.0.2.7",
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return a report of a review."""
    return http_event(
        "POST",
        f"/r/{review_id}/report",
        route="POST /r/{id}/report",
        body="",
        headers={"accept": accept} | (headers or {}),
        parameters={"id": review_id},
        source=source,
    )


def decision_event(
    address: str, *, body: str = "", accept: str = "text/html", content_type: str = FORM
) -> dict[str, Any]:
    """Return the press of a button behind a mail's link, or what a mail program sends there."""
    parts = urlsplit(address)
    path = parts.path.split("/")
    is_about_review = path[1] == "r"
    return http_event(
        "POST",
        parts.path,
        route=f"POST /r/{{id}}/{path[3]}" if is_about_review else f"POST {parts.path}",
        body=body,
        headers={"accept": accept, "content-type": content_type},
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        parameters={"id": path[2]} if is_about_review else None,
    )


def queue_event(*bodies: str) -> dict[str, Any]:
    """Return a batch of messages as SQS hands them to Lambda."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": f"receipt-{number}",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1800000000000",
                    "SenderId": "sender",
                    "ApproximateFirstReceiveTimestamp": "1800000000001",
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:queue",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }
