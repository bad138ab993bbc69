"""The functions behind WSGI, as API Gateway stands before them: for tools that speak HTTP."""

import base64
import io
import json
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from functions.render import handler as render_handler
from functions.submit import handler as submit_handler
from tests.events import LambdaContext

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

_BODY_LIMIT = 10 * 1024 * 1024
"""API Gateway takes no larger body."""
_SUBMITS = frozenset({"/submission", "/subscription/confirm", "/subscription/leave"})
_ON_A_REVIEW = frozenset({"report", "delete"})


class RenderClient:
    """Stands for the Lambda client: the submit function asks the render function for its pages."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # boto3's names
        """Call the render function's handler."""
        answer = render_handler.handler(json.loads(Payload), LambdaContext())  # type: ignore[arg-type]
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}


def site_over_http(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request (PEP 3333)."""
    event = _event_of(environ)
    is_for_submit = event["routeKey"] != "$default"
    function = submit_handler.handler if is_for_submit else render_handler.handler
    answer = function(event, LambdaContext())  # type: ignore[arg-type]
    status = HTTPStatus(answer["statusCode"])
    headers = [(name, str(value)) for name, value in answer["headers"].items()]
    start_response(f"{status.value} {status.phrase}", headers)
    body = answer.get("body") or ""
    return [base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()]


def _event_of(environ: Environ) -> dict[str, Any]:
    method = environ["REQUEST_METHOD"]
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", errors="replace")
    route, parameters = _route_of(method, path)
    query = environ.get("QUERY_STRING", "")
    body = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), _BODY_LIMIT))
    http = {"method": method, "path": path, "sourceIp": environ.get("REMOTE_ADDR", "192.0.2.7")}
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query,
        "queryStringParameters": dict(parse_qsl(query, keep_blank_values=True, errors="replace")),
        "pathParameters": parameters,
        "headers": dict(_headers_of(environ)),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "reviews.example.org",
            "http": http | {"protocol": "HTTP/1.1", "userAgent": "test"},
            "requestId": "id",
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": 1_800_000_000_000,
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def _route_of(method: str, path: str) -> tuple[str, dict[str, str]]:
    """Return the template's route for a request, and the parameters in its path."""
    if method != "POST":
        return "$default", {}
    if path in _SUBMITS:
        return f"POST {path}", {}
    parts = path.split("/")
    is_on_a_review = len(parts) == 4 and parts[:2] == ["", "r"] and parts[3] in _ON_A_REVIEW
    if is_on_a_review and parts[2]:
        return f"POST /r/{{id}}/{parts[3]}", {"id": parts[2]}
    return "$default", {}


def _headers_of(environ: Environ) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-").lower(), value
        elif name == "CONTENT_TYPE" and value:
            yield "content-type", value
