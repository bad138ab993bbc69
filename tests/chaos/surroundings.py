"""What surrounds the site and is not AWS: a clock to be turned, name servers, boto3 that waits."""

from typing import Any

from tests.chaos.wire import Wire
from tests.fakes import FakeWorld

_LOOK_SECONDS = 0.25
"""How long each look at the clock takes."""


class TurnableWorld(FakeWorld):
    """A clock that goes on a little with each look, and can be turned."""

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "skew", 0.0)
        object.__setattr__(self, "now", self._look)

    skew: float

    def turn(self, seconds: float) -> None:
        """Turn the functions' clocks, and not those of AWS."""
        object.__setattr__(self, "skew", self.skew + seconds)

    def _look(self) -> float:
        self.pass_time(_LOOK_SECONDS)
        return self.moment + self.skew


class Names:
    """The resolver's stand-in: every domain takes mail, and every question is a step."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def resolve(self, _domain: str, kind: str) -> list[Any]:
        """Answer with one mail server."""

        class MailServer:
            preference = 10
            exchange = "mail.example.org."

        answers: list[Any] = self._wire.asked(f"dns.{kind}", lambda: [MailServer()])
        return answers


class Pause:
    """boto3's pause before it tries again: the clock goes on instead."""

    def __init__(self, world: FakeWorld) -> None:
        self._world = world

    def sleep(self, _seconds: float) -> None:
        """Let a second pass; how long boto3 would wait is chance."""
        self._world.pass_time(1)
