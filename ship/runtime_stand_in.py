"""A stand-in of the Lambda Runtime API: what a function's image asks for its next event.

Lambda serves this API to each of its environments; a function's runtime client asks it for an
event, and posts what the handler returned. The routes, headers and answers are those of
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. Here one client is served, on
loopback, with the events of one trial.
"""

import json
import queue
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ship.errors import NotShippable

VERSION = "/2018-06-01/runtime"
_NEXT = f"{VERSION}/invocation/next"
_INIT_ERROR = f"{VERSION}/init/error"
_ARN = "arn:aws:lambda:us-east-1:000000000000:function:trial"
_TRACE = "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0"


@dataclass(frozen=True, slots=True)
class _Invocation:
    """One event on its way to the function."""

    number: str
    event: bytes
    deadline: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the function posted: the handler's return value, or an error."""

    number: str
    body: bytes
    is_error: bool


class RuntimeApi:
    """The API's inside: events wait here for the function, outcomes for the trial."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._waiting: queue.Queue[_Invocation] = queue.Queue()
        self._outcomes: queue.Queue[_Outcome] = queue.Queue()
        self.address = ""
        """Host and port, as `AWS_LAMBDA_RUNTIME_API` names them."""

    def invoke(self, event: dict[str, Any], seconds: float) -> Any:  # noqa: ANN401  # JSON
        """Hand an event to the function, which may take so long; return what its handler returned.

        Raises NotShippable where the function reports an error, could not start, or is too late.
        """
        number = str(uuid.uuid4())
        body = json.dumps(event).encode()
        self._waiting.put(_Invocation(number, body, time.time() + seconds))
        while True:
            try:
                outcome = self._outcomes.get(timeout=seconds)
            except queue.Empty as error:
                message = f"The function did not answer within {seconds:.0f} s."
                raise NotShippable(message) from error
            if outcome.is_error:
                raise NotShippable(f"The function reports: {_error_of(outcome.body)}")
            if outcome.number == number:
                return json.loads(outcome.body)

    def next(self) -> _Invocation:
        """Return the next event, as soon as there is one."""
        return self._waiting.get()

    def settle(self, outcome: _Outcome) -> None:
        """Take what the function posted."""
        self._outcomes.put(outcome)


class _Server(ThreadingHTTPServer):
    """Says nothing where the runtime's client was ended while it waited."""

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as there
        """Tell of an error, unless it is that one."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def runtime_api() -> Iterator[RuntimeApi]:
    """Serve the API on a free port of this computer alone."""
    api = RuntimeApi()

    class Routes(_Routes):
        served = api

    with _Server(("127.0.0.1", 0), Routes) as server:
        api.address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield api
        finally:
            server.shutdown()


class _Routes(BaseHTTPRequestHandler):
    """The API's routes; a request for the next event is answered when there is one."""

    protocol_version = "HTTP/1.1"
    served: RuntimeApi

    def do_GET(self) -> None:
        """Answer who asks for the next event."""
        if self.path != _NEXT:
            self._answer(404, {"errorType": "UnknownRoute", "errorMessage": self.path})
            return
        invocation = self.served.next()
        self._send(
            200,
            invocation.event,
            {
                "Lambda-Runtime-Aws-Request-Id": invocation.number,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": _ARN,
                "Lambda-Runtime-Trace-Id": _TRACE,
            },
        )

    def do_POST(self) -> None:
        """Take a return value or an error."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = self.path.removeprefix(f"{VERSION}/invocation/").split("/")
        if self.path == _INIT_ERROR:
            self.served.settle(_Outcome("", body, is_error=True))
        elif len(parts) == 2 and parts[1] in {"response", "error"}:
            self.served.settle(_Outcome(parts[0], body, is_error=parts[1] == "error"))
        else:
            self._answer(404, {"errorType": "UnknownRoute", "errorMessage": self.path})
            return
        self._answer(202, {"status": "OK"})

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: what the function says is what counts."""

    def _answer(self, status: int, content: dict[str, str]) -> None:
        self._send(status, json.dumps(content).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)


def _error_of(body: bytes) -> str:
    """Return an error's kind and message, from what a runtime client posts."""
    try:
        told = json.loads(body)
        return f"{told['errorType']}: {told['errorMessage']}"
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")
