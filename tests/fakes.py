"""Named stand-ins for what a test cannot have: time, chance, an engine that fails on demand."""

import io
import json
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import count
from typing import Any

from artreview.world import World
from functions.generate.author import Commission, Draft, Wish


class FakeWorld(World):
    """A clock that stands still until it is told to go on, and dice that fall the same way."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        throws = count(1)
        super().__init__(
            now=lambda: self.moment,
            random_bytes=lambda size: next(throws).to_bytes(size, "big"),
        )
        object.__setattr__(self, "moment", start)  # World is frozen; a test's clock is not

    moment: float

    def pass_time(self, seconds: float) -> None:
        """Let the clock go on."""
        object.__setattr__(self, "moment", self.moment + seconds)


class ScriptedAuthor:
    """Writes the drafts that it was given, several reviews in turn.

    Calls `between` before each round of drafts but the first. At a deadline that is past a review
    ends with the draft that it is at.
    """

    def __init__(
        self,
        *texts: str,
        between: Callable[[], object] = lambda: None,
        places: int = 4,
        now: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.texts = texts
        self.now = now
        self.between = between
        self.places = places
        self.in_hand: dict[int, tuple[Commission, float, int]] = {}
        self.count = 0
        self.most_at_once = 0

    @property
    def free_places(self) -> int:
        """How many more can be begun."""
        return self.places - len(self.in_hand)

    def begin(self, commission: Commission, deadline: float) -> int:
        """Take one in hand."""
        self.count += 1
        self.in_hand[self.count] = (commission, deadline, 0)
        self.most_at_once = max(self.most_at_once, len(self.in_hand))
        return self.count

    def drafts(self, wish: Callable[[int], Wish]) -> Iterator[Draft]:
        """Yield a draft for each text where a look is wished for; the last one is done."""
        rounds = 0
        while self.in_hand:
            if rounds:
                self.between()
            rounds += 1
            for piece, (commission, deadline, before) in [*self.in_hand.items()]:
                number = before + 1
                text = commission.prompt + self.texts[before]
                if number == len(self.texts) or deadline <= self.now():
                    del self.in_hand[piece]
                    yield Draft(piece, text, number, number, is_done=True)
                    continue
                self.in_hand[piece] = (commission, deadline, number)
                wanted = wish(piece)
                if wanted is Wish.NO_MORE:
                    del self.in_hand[piece]
                elif wanted is Wish.A_LOOK:
                    yield Draft(piece, text, number, len(self.texts), is_done=False)


class BrokenAuthor(ScriptedAuthor):
    """Fails at the first token."""

    def drafts(self, wish: Callable[[int], Wish]) -> Iterator[Draft]:
        """Raise."""
        self.in_hand.clear()
        raise RuntimeError("the engine is broken")


class RecordingLambda:
    """Stands for the Lambda service: keeps what the render function is asked, answers as told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {}
        self.error: Exception | None = None

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # boto3's
        """Keep the payload; raise or answer."""
        if self.error:
            raise self.error
        page = json.loads(Payload)
        self.asked.append(page)
        drawn = {"statusCode": page["status"], "headers": {}, "body": "<p>drawn</p>"}
        return {"Payload": io.BytesIO(json.dumps(drawn).encode())} | self.answer


class RecordingMailer:
    """Keeps what it is asked to send; raises the errors that it was given, one a mail, first."""

    def __init__(self, *errors: Exception) -> None:
        self.sent: list[EmailMessage] = []
        self.errors = list(errors)

    def send(self, message: EmailMessage) -> None:
        """Keep the message, or raise."""
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(message)
