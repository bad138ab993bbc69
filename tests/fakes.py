"""Named stand-ins for what a test cannot have: time, chance, an engine that fails on demand."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import count

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
    """Writes the drafts that it was given; calls `between` before each one but the first."""

    def __init__(self, *texts: str, between: Callable[[], None] = lambda: None) -> None:
        self.texts = texts
        self.between = between

    def drafts(self, commission: Commission, wish: Callable[[], Wish]) -> Iterator[Draft]:
        """Yield a draft for each text where a look is wished for; the last one is done."""
        for number, text in enumerate(self.texts, start=1):
            if number > 1:
                self.between()
            wanted = wish()
            if wanted is Wish.AN_END or number == len(self.texts):
                yield Draft(commission.prompt + text, number, number, is_done=True)
                return
            if wanted is Wish.A_LOOK:
                yield Draft(commission.prompt + text, number, len(self.texts), is_done=False)


class BrokenAuthor:
    """Fails at the first token."""

    def drafts(self, commission: Commission, wish: Callable[[], Wish]) -> Iterator[Draft]:
        """Raise."""
        raise RuntimeError("the engine is broken")


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
