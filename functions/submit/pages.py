"""Pages of this function's errors, drawn by the render function, which alone has the templates.

One Lambda invocation, and only when something was wrong: a visitor who got the form a moment ago
keeps the render function warm. Where it cannot be asked, a page of plain sentences has to do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.errors import FieldError
from functions.submit.answers import Answer, retry_header

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

_PLAIN_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}

logger = Logger(child=True)


class Pages:
    """The pages that the render function draws for us."""

    def __init__(self, client: "LambdaClient", render_function: str) -> None:
        """Keep the client and the name of the render function."""
        self._client = client
        self._render_function = render_function

    def form(
        self,
        values: Mapping[str, str],
        errors: Sequence[FieldError],
        status: int = 422,
        retry_after: int = 0,
    ) -> Answer:
        """Return the form, filled in again, each error beside its field."""
        headers = retry_header(retry_after)
        page = {
            "page": "form",
            "status": status,
            "values": dict(values),
            "errors": [asdict(error) for error in errors],
            "headers": headers,
        }
        return self._drawn(page) or _plain_page(
            status, [error.message for error in errors], headers
        )

    def error(self, status: int, code: str, message: str, retry_after: int = 0) -> Answer:
        """Return a page that says what went wrong."""
        headers = retry_header(retry_after)
        page = {
            "page": "error",
            "status": status,
            "code": code,
            "message": message,
            "headers": headers,
        }
        return self._drawn(page) or _plain_page(status, [message], headers)

    def _drawn(self, page: dict[str, Any]) -> Answer | None:
        try:
            answer = self._client.invoke(
                FunctionName=self._render_function, Payload=json.dumps(page).encode()
            )
            drawn = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError):
            logger.exception("the render function could not be asked for a page")
            return None
        if answer.get("FunctionError") or not isinstance(drawn, dict) or "statusCode" not in drawn:
            logger.error("the render function failed to draw the page %r", page["page"])
            return None
        return drawn


def _plain_page(status: int, messages: Sequence[str], headers: dict[str, str]) -> Answer:
    sentences = "".join(f"<p>{escape(message)}</p>" for message in messages)
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Not sent</title>'
        f'<h1>Not sent</h1>{sentences}<p><a href="/generate">Back to the form</a></p></html>'
    )
    return {"statusCode": status, "headers": _PLAIN_HEADERS | headers, "body": body}
