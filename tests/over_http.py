"""The functions behind WSGI, as API Gateway stands before them: for tools that speak HTTP."""

import base64
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from functions.render import handler as render_handler
from functions.submit import handler as submit_handler
from tests.events import LambdaContext
from tests.gateway import for_submit

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

_BODY_LIMIT = 10 * 1024 * 1024
"""API Gateway takes no larger body."""


def site_over_http(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request (PEP 3333)."""
    event, context = _event_of(environ), LambdaContext()
    submitted = for_submit(event)
    if submitted is None:
        answer = render_handler.handler(event, context)  # type: ignore[arg-type]
    else:
        answer = submit_handler.handler(submitted, context)  # type: ignore[arg-type]
    status = HTTPStatus(answer["statusCode"])
    headers = [(name, str(value)) for name, value in answer["headers"].items()]
    start_response(f"{status.value} {status.phrase}", headers)
    body = answer.get("body") or ""
    return [base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()]


def _event_of(environ: Environ) -> dict[str, Any]:
    method = environ["REQUEST_METHOD"]
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", errors="replace")
    query = environ.get("QUERY_STRING", "")
    body = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), _BODY_LIMIT))
    http = {"method": method, "path": path, "sourceIp": environ.get("REMOTE_ADDR", "192.0.2.7")}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "queryStringParameters": dict(parse_qsl(query, keep_blank_values=True, errors="replace")),
        "headers": dict(_headers_of(environ)),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "reviews.example.org",
            "http": http | {"protocol": "HTTP/1.1", "userAgent": "test"},
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 1_800_000_000_000,
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def _headers_of(environ: Environ) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-").lower(), value
        elif name == "CONTENT_TYPE" and value:
            yield "content-type", value
