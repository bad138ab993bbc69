"""The two functions that visitors reach, over HTTP on loopback, as API Gateway calls them."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.events import http_event
from tests.gateway import Event, for_submit

Function = Callable[[Event], dict[str, Any]]

_PATIENCE_SECONDS = 30
_STOP_SECONDS = 0.02
"""How often a server looks whether it is to stop."""


class Gateway(ThreadingHTTPServer):
    """Listens on a free port; `render` and `submit` are to be set before it serves.

    One request is answered at a time, as in a function's own environment.
    """

    daemon_threads = True
    render: Function
    submit: Function

    def __init__(self, lock: Lock) -> None:
        """Bind the port. Whoever shares the lock is never answered at the same time."""
        super().__init__(("127.0.0.1", 0), _Request)
        self._lock = lock

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://localhost:{self.server_port}"

    def answer(self, event: Event) -> dict[str, Any]:
        """Return what the function that the event is for answers."""
        with self._lock:
            submitted = for_submit(event)
            return self.render(event) if submitted is None else self.submit(submitted)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve within the block."""
        thread = Thread(target=self.serve_forever, args=(_STOP_SECONDS,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()


class _Request(BaseHTTPRequestHandler):
    """Turns a request into an event, and the answer into a response."""

    server: Gateway
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE_SECONDS

    def do_GET(self) -> None:
        """Answer it."""
        self._send(self.server.answer(self._event()))

    do_HEAD = do_POST = do_GET  # noqa: N815  # http.server's names

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # its name
        """Keep quiet: the functions log for themselves."""

    def _event(self) -> Event:
        parts = urlsplit(self.path)
        size = int(self.headers.get("content-length", 0))
        event = http_event(
            self.command,
            parts.path,
            body=self.rfile.read(size).decode() if size else None,
            headers={name.lower(): value for name, value in self.headers.items()},
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        )
        return event | {"rawQueryString": parts.query}

    def _send(self, answer: dict[str, Any]) -> None:
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        self.send_response(answer["statusCode"])
        for name, value in answer["headers"].items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
