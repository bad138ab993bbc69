"""What goes back over HTTP, for a browser or for a program."""

import json
from collections.abc import Sequence
from typing import Any

from artreview.errors import FieldError

Answer = dict[str, Any]
"""A response of an HTTP API, payload format 2.0
(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html)."""

_NEVER_CACHED = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

_SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
"""The address that was posted to may hold a token, which is told to no other page."""
_ONE_YEAR_OF_HTTPS = {"strict-transport-security": "max-age=31536000"}


def secured(answer: Answer, site_url: str) -> Answer:
    """Return the answer with the headers that every one carries; what it has itself stays."""
    headers = _SECURITY_HEADERS
    if site_url.startswith("https://"):
        headers = headers | _ONE_YEAR_OF_HTTPS
    own = {name.lower() for name in answer["headers"]}
    missing = {name: value for name, value in headers.items() if name not in own}
    return answer | {"headers": missing | answer["headers"]}


def see_other(path: str) -> Answer:
    """Send a browser to another page, which it gets with a GET."""
    return {"statusCode": 303, "headers": {"location": path, **_NEVER_CACHED}, "body": ""}


def said(message: str) -> Answer:
    """Say something to a mail program, which shows it to nobody and follows no redirect."""
    headers = {"content-type": "text/plain; charset=utf-8", **_NEVER_CACHED}
    return {"statusCode": 200, "headers": headers, "body": f"{message}\n"}


def json_answer(status: int, body: dict[str, Any], retry_after: int = 0) -> Answer:
    """Return a JSON body; `retry_after` are seconds, 0 for none."""
    headers = {"content-type": "application/json; charset=utf-8", **_NEVER_CACHED}
    headers |= retry_header(retry_after)
    return {"statusCode": status, "headers": headers, "body": json.dumps(body, ensure_ascii=False)}


def json_error(status: int, errors: Sequence[FieldError], retry_after: int = 0) -> Answer:
    """Return errors as `{"error": {"code", "message", "field"}, "errors": […]}`.

    `error` is the first of them, `errors` all, in the order of the form's fields.
    """
    told = [
        {"code": error.code, "message": error.message, "field": error.field} for error in errors
    ]
    return json_answer(status, {"error": told[0], "errors": told}, retry_after)


def retry_header(seconds: int) -> dict[str, str]:
    """Return the header that says when to try again, or none."""
    return {"retry-after": str(seconds)} if seconds else {}
