"""Stand-ins for the clock, the dice, the network and the name servers."""

from collections.abc import Callable, Mapping

from scraper.errors import TemporaryFault
from scraper.transport import Answer, Form, Limits
from scraper.world import World


class FakeWorld(World):
    """A clock that goes on only while somebody sleeps, and dice that always fall in the middle."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self.slept: list[float]
        super().__init__(
            now=lambda: self.moment, sleep=self._sleep, between=lambda low, high: (low + high) / 2
        )
        object.__setattr__(self, "moment", start)  # World is frozen; a test's clock is not
        object.__setattr__(self, "slept", [])

    moment: float

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        object.__setattr__(self, "moment", self.moment + seconds)


class FakeTransport:
    """Answers from a table of addresses; what is not in it cannot be reached."""

    def __init__(self, answers: Mapping[str, Answer | Callable[[], Answer]]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, dict[str, str]]] = []

    def send(
        self, address: str, headers: Mapping[str, str], limits: Limits, form: Form | None = None
    ) -> Answer:
        """Return what the table has."""
        self.asked.append((address, dict(headers)))
        found = self.answers.get(address)
        if found is None:
            raise TemporaryFault(f"{address}: nobody answers")
        answer = found() if callable(found) else found
        return Answer(
            address, answer.status, answer.headers, answer.content[: limits.most_bytes], 0.01
        )


def answer(content: bytes | str = b"", status: int = 200, **headers: str) -> Answer:
    """Return an answer; headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = content.encode() if isinstance(content, str) else content
    return Answer("", status, {"content-type": "text/html; charset=utf-8", **named}, body, 0.01)
