"""The few words of ASGI that the rest speaks: read a request's body, send an answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_BODYLESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the site's API takes it."""

    method: str
    raw_path: str
    """The path as it came, its escapes left as they are."""
    query: str
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes


class BodyTooLarge(Exception):  # the caller turns it into an answer
    """The body is larger than is taken."""


class Disconnected(Exception):  # nobody is left to be told
    """The client went away before the body was whole."""


async def body_of(receive: Receive, limit: int) -> bytes:
    """Return a request's whole body. Raises BodyTooLarge and Disconnected."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Disconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def request_of(scope: Scope, body: bytes) -> Request:
    """Return the request that a scope and a body make."""
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers_of(scope),
        body=body,
    )


async def answer(
    send: Send, scope: Scope, status: int, headers: dict[str, Any], body: bytes
) -> None:
    """Send a whole answer; a header whose value is a list takes several lines."""
    bodyless = scope["method"] == "HEAD" or status in _BODYLESS or status < 200
    names = {name.lower() for name in headers}
    lines: list[tuple[bytes, bytes]] = []
    for name, value in headers.items():
        values = value if isinstance(value, list | tuple) else [value]
        lines.extend((name.lower().encode("latin-1"), str(one).encode()) for one in values)
    if "content-length" not in names and status not in _BODYLESS and status >= 200:
        lines.append((b"content-length", str(len(body)).encode()))
    if "date" not in names:
        lines.append((b"date", formatdate(usegmt=True).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if bodyless else body})


def headers_of(scope: Scope) -> dict[str, str]:
    """Return a request's headers by lower-case name; what comes twice is joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in headers:
            value = headers[name] + ("; " if name == "cookie" else ",") + value
        headers[name] = value
    return headers
