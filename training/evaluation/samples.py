"""Texts out of what ships: the engine's author writes behind openings of held-out documents."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from functions.generate.author import Author, Commission, Wish
from functions.generate.bundle import Bundle
from functions.generate.engine import Ending, Engine, Event
from functions.generate.network.reading import Network
from functions.generate.originality.steering import MOST_SHARED_WORDS

_NO_LIMIT = 1_000_000
"""More words than a text can share: nothing is steered away from."""


@dataclass(frozen=True)
class Condition:
    """How a group of texts is written."""

    eccentricity: int
    is_steered: bool
    """Whether it is kept from going on as the corpus does, as on the site."""


@dataclass(frozen=True)
class Task:
    """A text to be written. The number gives its opening and its seed."""

    condition: Condition
    number: int
    prompt: str
    seed: int


@dataclass(frozen=True)
class Sample:
    """A text that was written."""

    eccentricity: int
    is_steered: bool
    number: int
    seed: int
    prompt: str
    text: str
    """What follows the prompt, up to its last whole sentence: what a reader gets."""
    tokens: list[int]
    """What the model drew behind the prompt, the end of text left out."""
    has_ended: bool
    """Whether the model ended it; otherwise the limit did."""

    @property
    def condition(self) -> Condition:
        """How it was written."""
        return Condition(self.eccentricity, self.is_steered)


@dataclass
class _Written:
    tokens: list[int] = field(default_factory=list)
    has_ended: bool = False


class WatchedEngine(Engine):
    """An engine that remembers which tokens it drew: the author tells texts only."""

    def __init__(self, bundle: Bundle, network: Network) -> None:
        """Take the bundle and the network that runs its weights, or others of the same tokens."""
        super().__init__(bundle, network, time.monotonic)
        self._written: dict[int, _Written] = {}

    def step(self) -> list[Event]:
        """Draw the next token of every text that has a place."""
        events = super().step()
        for event in events:
            written = self._written.setdefault(event.text, _Written())
            del written.tokens[len(written.tokens) - event.taken_back :]
            if event.token is not None:
                written.tokens.append(event.token)
            written.has_ended = event.ending is Ending.END_OF_TEXT
        return events

    def take(self, text: int) -> tuple[list[int], bool]:
        """Return a text's tokens and whether the model ended it, and forget them."""
        written = self._written.pop(text)
        return written.tokens, written.has_ended


class Writer:
    """Writes tasks several at once, with steering and without."""

    def __init__(
        self, bundle: Bundle, network: Network, most_shared_words: int = MOST_SHARED_WORDS
    ) -> None:
        """Take the bundle, and the network that runs its weights, or others of the same tokens.

        A steered text may share so many words in a row with the corpus.
        """
        self._engine = WatchedEngine(bundle, network)
        self._authors = {
            True: Author(bundle, self._engine, most_shared_words),
            False: Author(bundle, self._engine, _NO_LIMIT),
        }

    def write(self, tasks: Sequence[Task]) -> Iterator[Sample]:
        """Yield the text of each task, as they are done."""
        for is_steered, author in self._authors.items():
            begun = {
                author.begin(_commission(task)): task
                for task in tasks
                if task.condition.is_steered == is_steered
            }
            for draft in author.drafts(lambda _: Wish.MORE):
                task = begun[draft.piece]
                tokens, has_ended = self._engine.take(draft.piece)
                text = draft.text[len(task.prompt) :]
                yield Sample(
                    task.condition.eccentricity,
                    is_steered,
                    task.number,
                    task.seed,
                    task.prompt,
                    text,
                    tokens,
                    has_ended,
                )


def _commission(task: Task) -> Commission:
    return Commission(task.prompt, task.condition.eccentricity, task.seed)
