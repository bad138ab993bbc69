"""What a text has used: the distinct tokens of late, and the runs that may not come again."""

from collections import defaultdict, deque

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class UsedTokens:
    """The distinct tokens of a text's last stretch, as an array that is not made anew each time."""

    def __init__(self, vocabulary: int, stretch: int) -> None:
        """Take the size of the vocabulary, and how many of the last tokens count; 0 for all."""
        self._stretch = stretch
        self._recent: deque[int] = deque()
        self._counts = [0] * vocabulary
        self._places = [0] * vocabulary  # where each used token is in the array
        self._ids = np.empty(64, dtype=np.int64)  # it doubles when it is full
        self._count = 0

    def add(self, token: int) -> None:
        """Take a token; the one that falls out of the stretch is no longer used."""
        self._enter(token)
        if self._stretch:
            self._recent.append(token)
            if len(self._recent) > self._stretch:
                self._leave(self._recent.popleft())

    def ids(self) -> Ids:
        """Return the distinct tokens (distinct,), in no order."""
        return self._ids[: self._count]

    def _enter(self, token: int) -> None:
        self._counts[token] += 1
        if self._counts[token] > 1:
            return
        if self._count == self._ids.size:
            self._ids = np.concatenate([self._ids, np.empty_like(self._ids)])
        self._ids[self._count] = token
        self._places[token] = self._count
        self._count += 1

    def _leave(self, token: int) -> None:
        self._counts[token] -= 1
        if self._counts[token]:
            return
        self._count -= 1
        last, place = int(self._ids[self._count]), self._places[token]
        self._ids[place] = last  # the gap is filled with the last one
        self._places[last] = place


class Repeats:
    """Knows which tokens would repeat a run of `length` tokens of the text so far."""

    def __init__(self, length: int) -> None:
        """Take the length of the runs; 0 knows of none."""
        self._length = length
        self._text: list[int] = []
        self._followers: defaultdict[tuple[int, ...], set[int]] = defaultdict(set)

    def add(self, token: int) -> None:
        """Take the text's next token."""
        if self._length and len(self._text) >= self._length - 1:
            self._followers[self._last_run()].add(token)
        self._text.append(token)

    def next(self) -> list[int]:
        """Return the tokens that would end a run which has been there."""
        if not self._length or len(self._text) < self._length - 1:
            return []
        return sorted(self._followers.get(self._last_run(), ()))

    def _last_run(self) -> tuple[int, ...]:
        return tuple(self._text[len(self._text) - self._length + 1 :])
