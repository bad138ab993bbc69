"""The front door: what visitors reach. The site's API and the outbox; never the emulated AWS."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from local import asgi
from local.emulator import Answer
from local.outbox import Outbox

_LOCAL_PREFIX = "/_local"
_BODY_LIMIT = 10 * 1024 * 1024
"""API Gateway takes no larger body."""
_CONCURRENCY = 4
"""Requests worked on at once; the others wait. Each needs a process of its function."""

Api = Callable[[asgi.Request], Awaitable[Answer]]

_JSON = {"content-type": "application/json"}
_STARTING = "The site is starting. One moment."
_STARTING_PAGE = f"<!doctype html><title>Starting</title><p>{_STARTING}".encode()
_STARTING_DATA = {"error": {"code": "starting", "message": _STARTING, "field": ""}}
"""In the form that the site's own errors have."""


class FrontDoor:
    """The ASGI application on the visitors' port."""

    def __init__(self, outbox: Outbox, committed: Callable[[], Awaitable[None]]) -> None:
        """Take the outbox, and what returns when all that was written is on disk."""
        self._outbox = outbox
        self._committed = committed
        self._api: Api | None = None
        self._places = asyncio.Semaphore(_CONCURRENCY)

    def open(self, api: Api) -> None:
        """Let visitors in: from now on the API answers."""
        self._api = api

    def close(self) -> None:
        """Let nobody in any more."""
        self._api = None

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await _refuse_websocket(receive, send)
            return
        try:
            body = await asgi.body_of(receive, _BODY_LIMIT)
            status, headers, content = await self._answer(scope, body)
        except asgi.BodyTooLarge:
            status, headers, content = _message(413, "Request Entity Too Large")
        except asgi.Disconnected:
            return
        await asgi.answer(send, scope, status, headers, content)

    async def _answer(self, scope: asgi.Scope, body: bytes) -> Answer:
        path = scope["path"]
        if path == _LOCAL_PREFIX or path.startswith(_LOCAL_PREFIX + "/"):
            return await self._local(scope["method"], path, scope["query_string"].decode("latin-1"))
        if self._api is None:
            return _starting(asgi.headers_of(scope).get("accept", ""))
        async with self._places:
            answer = await self._api(asgi.request_of(scope, body))
        if scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            await self._committed()
        return answer

    async def _local(self, method: str, path: str, query: str) -> Answer:
        if method not in {"GET", "HEAD"}:
            return _message(405, "Only GET is answered here")
        return await asyncio.to_thread(self._outbox.page, path.removeprefix(_LOCAL_PREFIX), query)


def _starting(accept: str) -> Answer:
    """Return the answer for who comes too early: a page for browsers, data for programs."""
    again = {"retry-after": "2"}
    if "text/html" in accept:
        return 503, {"content-type": "text/html; charset=utf-8"} | again, _STARTING_PAGE
    return 503, _JSON | again, json.dumps(_STARTING_DATA).encode()


def _message(status: int, text: str) -> Answer:
    return status, dict(_JSON), json.dumps({"message": text}).encode()


async def _refuse_websocket(receive: asgi.Receive, send: asgi.Send) -> None:
    message: Any = await receive()
    if message["type"] == "websocket.connect":
        await send({"type": "websocket.close", "code": 1008})
