"""What a text has used so far: its distinct tokens, and the runs that may not come again."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class UsedTokens:
    """The distinct tokens of a text, as an array that is not made anew for each token."""

    def __init__(self, vocabulary: int) -> None:
        """Take the size of the vocabulary."""
        self._is_used = np.zeros(vocabulary, dtype=bool)  # (vocabulary,)
        self._ids = np.empty(64, dtype=np.int64)  # it doubles when it is full
        self._count = 0

    def add(self, token: int) -> None:
        """Take a token; one that was there already changes nothing."""
        if not self._is_used[token]:
            self._is_used[token] = True
            if self._count == self._ids.size:
                self._ids = np.concatenate([self._ids, np.empty_like(self._ids)])
            self._ids[self._count] = token
            self._count += 1

    def ids(self) -> Ids:
        """Return the distinct tokens (distinct,), in the order of their first coming."""
        return self._ids[: self._count]


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
