"""What goes back over HTTP, for a browser or for a program."""

import json
from typing import Any

from artreview.errors import FieldError

Answer = dict[str, Any]
"""A response of an HTTP API, payload format 2.0
(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html)."""

_NEVER_CACHED = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def see_other(path: str) -> Answer:
    """Send a browser to another page, which it gets with a GET."""
    return {"statusCode": 303, "headers": {"location": path, **_NEVER_CACHED}, "body": ""}


def json_answer(status: int, body: dict[str, Any]) -> Answer:
    """Return a JSON body."""
    headers = {"content-type": "application/json; charset=utf-8", **_NEVER_CACHED}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body, ensure_ascii=False)}


def json_error(status: int, error: FieldError) -> Answer:
    """Return an error as `{"error": {"code", "message", "field"}}`."""
    return json_answer(
        status,
        {"error": {"code": error.code, "message": error.message, "field": error.field}},
    )
