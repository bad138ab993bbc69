"""The wire between the functions and what is outside them, where steps are counted and struck.

Every try of a request to AWS passes here, below boto3's own retries; so do the look-ups of names
and the readings of the network. Each is a step with a number of its own in its role, so that a
fault can be told to strike exactly there.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from functions.generate.network.reading import Floats, Ids, Network, Wanted


class Killed(BaseException):
    """The process was killed: no `except Exception` catches it, as none catches SIGKILL."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a function asks of the outside."""

    role: str
    """Who asks: submit, generate, sweep, or retry (the operator)."""
    number: int
    """The how manieth it is in this role, from 1."""
    name: str
    """What is asked, as `dynamodb.UpdateItem`."""

    @property
    def service(self) -> str:
        """Return whom it is asked of."""
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.role} {self.number} ({self.name})"


@dataclass(frozen=True, slots=True)
class Call:
    """One try of a step, in the hands of a fault."""

    step: Step
    attempt: int
    """1 for the first try; boto3 counts."""
    take_effect: Callable[[], Any]
    """Does what was asked, and returns the answer."""


Blow = Callable[[Call], Any]
Asked = Callable[[str, bytes, AWSResponse], None]


class Wire:
    """Counts the steps, and lets a fault have its way with each."""

    def __init__(self, saw: Asked) -> None:
        """`saw` is told of every request that took effect, with its answer."""
        self.steps: list[Step] = []
        self.blow: Blow = lambda call: call.take_effect()
        self._saw = saw
        self._role = ""
        self._counts: Counter[str] = Counter()
        self._by_invocation: dict[str, Step] = {}

    @contextmanager
    def acting(self, role: str) -> Iterator[None]:
        """Count what happens inside as steps of a role; outside nothing is counted or struck."""
        before, self._role = self._role, role
        try:
            yield
        finally:
            self._role = before

    def asked(self, name: str, take_effect: Callable[[], Any]) -> Any:
        """Pass on what is asked once."""
        if not self._role:
            return take_effect()
        return self.blow(Call(self._new_step(name), 1, take_effect))

    def requested(
        self, name: str, request: AWSPreparedRequest, send: Callable[[], AWSResponse]
    ) -> AWSResponse:
        """Pass on a try of a request to AWS."""
        if not self._role:
            return send()

        def take_effect() -> AWSResponse:
            answer = send()
            self._saw(name, _body(request), answer)
            return answer

        attempt = _attempt(request)
        invocation = _header(request, "amz-sdk-invocation-id")
        if invocation not in self._by_invocation:
            self._by_invocation[invocation] = self._new_step(name)
        answer: AWSResponse = self.blow(Call(self._by_invocation[invocation], attempt, take_effect))
        return answer

    def _new_step(self, name: str) -> Step:
        self._counts[self._role] += 1
        step = Step(self._role, self._counts[self._role], name)
        self.steps.append(step)
        return step

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let all that boto3 sends pass here before it comes to moto."""
        answer_of = cast("Callable[..., AWSResponse]", BotocoreStubber.__call__)

        def intercepted(
            stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **rest: Any
        ) -> AWSResponse:
            _, service, operation = event_name.split(".")
            name = f"{service}.{operation}"
            return self.requested(
                name, request, lambda: answer_of(stubber, event_name, request, **rest)
            )

        patch.setattr(BotocoreStubber, "__call__", intercepted)


class WatchedNetwork:
    """A network whose every reading is a step."""

    def __init__(self, network: Network, wire: Wire) -> None:
        self.places = network.places
        self.network = network
        self._wire = wire

    def read(self, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> Floats:
        """Read tokens."""
        logits: Floats = self._wire.asked(
            "engine.read", lambda: self.network.read(tokens, places, positions, wanted)
        )
        return logits

    def close(self) -> None:
        """Leave the network open: it is the next worker's."""


def refusal(code: str, status: int) -> AWSResponse:
    """Return an error as AWS answers it, in JSON and with the header that REST services use."""
    body = json.dumps({"__type": code, "message": "Rate exceeded"}).encode()
    headers: Any = {"x-amzn-ErrorType": code, "Content-Type": "application/json"}
    raw = MockRawResponse(body)
    assert isinstance(raw, BytesIO)
    return AWSResponse("https://aws.example", status, headers, raw)


def _attempt(request: AWSPreparedRequest) -> int:
    parts = (part.strip() for part in _header(request, "amz-sdk-request").split(";"))
    return int(dict(part.split("=") for part in parts)["attempt"])


def _header(request: AWSPreparedRequest, name: str) -> str:
    value = request.headers[name]
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(request: AWSPreparedRequest) -> bytes:
    body: Any = request.body
    return body.encode() if isinstance(body, str) else bytes(body or b"")
