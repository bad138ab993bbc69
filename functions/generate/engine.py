"""The engine: token ids in, token ids out. It knows nothing of AWS, and nothing of text.

Several texts are written together: each step of the network reads one new token of every text, and
the weights are read from memory once for all of them. A text leaves when it is done, and its place
is free for the next. What a text becomes does not depend on which others are written beside it.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from functions.generate.bundle import Bundle
from functions.generate.errors import PromptRefused
from functions.generate.network.reading import Ids, Network
from functions.generate.repeats import Repeats, UsedTokens
from functions.generate.sampling import Floats, Sampling, next_token

_PROMPT_SHARE = 0.5
"""A prompt may take so much of the context; of a longer one the end is kept."""

_REFUSED_AT_A_PLACE = 32
"""Where so many tokens were taken back, the place is a dead end: the token before it goes too."""

Objection = Callable[[Sequence[int]], int]
"""Is told the tokens that a text has behind its prompt, the end of text maybe the last of them, and
returns how many of the last ones have to go, 0 for none."""


@dataclass(frozen=True, slots=True)
class Request:
    """A text to be written."""

    prompt: Sequence[int]
    sampling: Sampling
    seed: int
    objection: Objection | None = None
    """Asked after each token. What has to go is taken back, and written otherwise."""


class Ending(Enum):
    """Why a text has ended."""

    END_OF_TEXT = auto()
    """The model said so."""
    FULL = auto()
    """It has as many tokens as were asked for, or as the context holds."""
    DEADLINE = auto()
    """No time was left."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a step did to one text: it drew a token, or ended the text, or both."""

    text: int
    """Which text, by the number that `add` gave it."""
    token: int | None
    """The token drawn; None where the text ended without one. Never the end-of-text token."""
    ending: Ending | None
    """Why the text has ended; None while it goes on."""
    taken_back: int = 0
    """How many of the tokens that were told of are no longer in the text."""


class Engine:
    """A model that writes several texts at once. Calls from several threads must not overlap."""

    def __init__(self, bundle: Bundle, network: Network, now: Callable[[], float]) -> None:
        """Take the bundle, the network that runs its weights, and a clock for deadlines."""
        self._bundle = bundle
        self._network = network
        self._now = now
        self._waiting: deque[_Text] = deque()
        self._places: list[_Text | None] = [None] * network.places
        self._count = 0

    @property
    def free_places(self) -> int:
        """How many more texts can be added that need not wait."""
        return self._places.count(None) - len(self._waiting)

    def add(self, request: Request, deadline: float = float("inf")) -> int:
        """Take a text in hand and return its number; without a free place it waits for one.

        It ends at `deadline` (on the engine's clock) at the latest; where that is past already, it
        ends at the next step without a token. Raises PromptRefused.
        """
        prompt = _usable_prompt(request.prompt, self._bundle)
        self._count += 1
        self._waiting.append(_Text(self._count, request, prompt, self._bundle, deadline))
        return self._count

    def drop(self, text: int) -> None:
        """Stop writing a text; its place is free. One that has ended already is no matter."""
        self._waiting = deque(waiting for waiting in self._waiting if waiting.number != text)
        self._places = [
            None if place is not None and place.number == text else place for place in self._places
        ]

    def step(self) -> list[Event]:
        """Draw the next token of every text that has a place; nothing is left where it is empty."""
        events = self._end_what_is_late()
        self._seat_who_waits()
        reading = [(place, text) for place, text in enumerate(self._places) if text is not None]
        room_left = [(place, text) for place, text in reading if text.room > 0]
        events += [self._end(place, text, None) for place, text in reading if text.room <= 0]
        if not room_left:
            return events
        for (place, text), logits in zip(room_left, self._read(room_left), strict=True):
            events.append(self._draw(place, text, logits))
        return events

    def _read(self, texts: list[tuple[int, "_Text"]]) -> Floats:
        """Read what is new in each text; return the logits behind it (texts, vocabulary).

        Of a text that has just come the prompt is new, of the others one token each.
        """
        counts = [text.fresh.size for _, text in texts]
        tokens = np.concatenate([text.fresh for _, text in texts])  # (rows,)
        places = np.repeat([place for place, _ in texts], counts)
        positions = np.concatenate(
            [np.arange(text.length, text.length + text.fresh.size) for _, text in texts]
        )
        wanted = np.zeros(tokens.size, dtype=bool)
        wanted[np.cumsum(counts) - 1] = True
        logits = self._network.read(tokens, places, positions, wanted)
        for _, text in texts:
            text.length += text.fresh.size
        return logits

    def _draw(self, place: int, text: "_Text", logits: Floats) -> Event:
        told = text.count
        token = text.draw(logits)
        if token is None:
            return Event(text.number, None, None, taken_back=told - text.count)
        if token == self._bundle.end_of_text_id:
            self._places[place] = None
            return Event(text.number, None, Ending.END_OF_TEXT)
        if text.room > 0:
            return Event(text.number, token, None)
        return self._end(place, text, token)

    def _end(self, place: int, text: "_Text", token: int | None) -> Event:
        self._places[place] = None
        return Event(text.number, token, Ending.FULL)

    def _end_what_is_late(self) -> list[Event]:
        moment = self._now()
        in_places = [text for text in self._places if text is not None]
        late = [text for text in (*in_places, *self._waiting) if moment >= text.deadline]
        for text in late:
            self.drop(text.number)
        return [Event(text.number, None, Ending.DEADLINE) for text in late]

    def _seat_who_waits(self) -> None:
        for place, text in enumerate(self._places):
            if text is None and self._waiting:
                self._places[place] = self._waiting.popleft()


class _Text:
    """One text in the engine's hands."""

    def __init__(
        self, number: int, request: Request, prompt: Ids, bundle: Bundle, deadline: float
    ) -> None:
        self.number = number
        self.deadline = deadline
        self.fresh = prompt  # (n,): what the network has not read yet
        self.length = 0
        """How many tokens the network has read."""
        self._prompt = prompt
        self._tokens: list[int] = []
        self._sampling = request.sampling
        self._objection = request.objection
        self._refused: dict[int, set[int]] = {}
        """What was taken back, by the number of its place behind the prompt."""
        self._most = min(request.sampling.max_tokens, bundle.context_length - prompt.size)
        self._end = bundle.end_of_text_id
        self._vocabulary = bundle.vocabulary
        self._dice = np.random.Generator(np.random.PCG64(request.seed))
        self._remember_from_the_start()

    @property
    def count(self) -> int:
        """How many tokens there are behind the prompt."""
        return len(self._tokens)

    @property
    def room(self) -> int:
        """How many more there may be."""
        return self._most - len(self._tokens)

    def draw(self, logits: Floats) -> int | None:
        """Draw the next token from `logits` (vocabulary,); None where tokens were taken back."""
        is_too_soon = self.count < self._sampling.min_tokens
        banned = self._repeats.next() + ([self._end] if is_too_soon else [])
        banned += sorted(self._refused.get(self.count, ()))
        token = next_token(logits, self._used.ids(), self._sampling, self._dice, banned)
        excess = self._objection([*self._tokens, token]) if self._objection else 0
        if excess:
            self._take_back(excess, token)
            return None
        self.fresh = np.array([token], dtype=np.int64)  # (1,)
        if token != self._end:
            self._tokens.append(token)
            self._remember(token)
        return token

    def _take_back(self, count: int, newest: int) -> None:
        """Go back to before the last `count` tokens, the newest included; refuse the first."""
        tokens = [*self._tokens, newest]
        kept = len(tokens) - count
        while self._refuse(kept, tokens[kept]) >= _REFUSED_AT_A_PLACE and kept > 0:
            kept -= 1
        self._tokens = tokens[:kept]
        # The last of what is kept is read again: what may follow it is no longer known.
        self.length = self._prompt.size + kept - 1
        self.fresh = np.concatenate([self._prompt, self._tokens])[-1:].astype(np.int64)
        self._remember_from_the_start()

    def _refuse(self, place: int, token: int) -> int:
        """Refuse a token at its place; return how many are refused there, and forget farther ones.

        What was refused behind it followed on a token that is no longer there.
        """
        self._refused = {at: ids for at, ids in self._refused.items() if at <= place}
        refused = self._refused.setdefault(place, set())
        refused.add(token)
        return len(refused)

    def _remember_from_the_start(self) -> None:
        self._repeats = Repeats(self._sampling.unrepeated_tokens)
        self._used = UsedTokens(self._vocabulary, self._sampling.penalised_stretch)
        for token in self._prompt.tolist():
            if token != self._end:  # the mark before a text is no reason to put off the one behind
                self._used.add(token)
        for token in self._tokens:
            self._remember(token)

    def _remember(self, token: int) -> None:
        self._used.add(token)
        self._repeats.add(token)


def _usable_prompt(prompt: Sequence[int], bundle: Bundle) -> Ids:
    if not prompt:
        raise PromptRefused("a prompt has at least one token, got none")
    ids = np.asarray(prompt, dtype=np.int64)  # (n,)
    if ids.min() < 0 or ids.max() >= bundle.vocabulary:
        raise PromptRefused(
            f"token ids go from 0 to {bundle.vocabulary - 1}, got {ids.min()} to {ids.max()}"
        )
    return ids[-int(bundle.context_length * _PROMPT_SHARE) :]
