"""From logits to the next token: temperature, top-k, top-p and a repetition penalty, in numpy.

The order is that of transformers' `generate`: penalty, temperature, top-k, top-p.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

_HIGHEST = 1e4
"""No trained model's logits come near it; beyond it, float32 would overflow below."""

_COLDEST = 1e-3
"""Below this temperature a float32 overflows; the choice is the likeliest token there anyway."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a text is drawn."""

    temperature: float
    top_p: float = 1.0
    """Keep the likeliest tokens that together reach this probability; 1.0 keeps all."""
    top_k: int = 0
    """Keep so many of the likeliest tokens; 0 keeps all."""
    repetition_penalty: float = 1.0
    """Divide a positive logit of a token that was used, multiply a negative one
    (CTRL, https://arxiv.org/abs/1909.05858, section 4.1)."""
    unrepeated_tokens: int = 0
    """No run of so many tokens comes twice in a text; 0 allows it."""
    min_tokens: int = 0
    """No end of text before so many tokens."""
    max_tokens: int = 1024


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


def next_token(
    logits: Floats, used: Ids, sampling: Sampling, dice: np.random.Generator, banned: Sequence[int]
) -> int:
    """Draw a token from `logits` (vocabulary,).

    `used` are the distinct tokens of the text so far; `banned` may not come now. Logits that are
    not finite count as impossible.
    """
    scores = np.clip(logits, -_HIGHEST, _HIGHEST).astype(np.float32)  # (vocabulary,)
    scores[~np.isfinite(logits)] = -np.inf
    if sampling.repetition_penalty != 1.0 and used.size:
        seen = scores[used]
        penalty = np.float32(sampling.repetition_penalty)
        scores[used] = np.where(seen > 0, seen / penalty, seen * penalty)
    if banned:
        scores[list(banned)] = -np.inf
    candidates = _likeliest(scores, sampling.top_k)  # (k,), the likeliest first
    temperature = np.float32(max(sampling.temperature, _COLDEST))
    probabilities = _softmax(scores[candidates] / temperature)  # (k,)
    kept = _nucleus(probabilities, sampling.top_p)
    cumulative = np.cumsum(probabilities[:kept], dtype=np.float64)
    place = int(np.searchsorted(cumulative, dice.random() * cumulative[-1], side="right"))
    return int(candidates[min(place, kept - 1)])


def _likeliest(scores: Floats, top_k: int) -> Ids:
    """Return the ids of the `top_k` highest scores (all where it is 0), the highest first."""
    if 0 < top_k < scores.size:
        top = np.argpartition(scores, -top_k)[-top_k:]
        top = np.sort(top)  # equal scores in one order, whatever the partition did
        return top[np.argsort(-scores[top], kind="stable")]
    return np.argsort(-scores, kind="stable")


def _softmax(scores: Floats) -> Floats:
    highest = scores[0]
    if not np.isfinite(highest):  # nothing is possible: every candidate is as good
        return np.full(scores.shape, 1 / scores.size, dtype=np.float32)
    weights: Floats = np.exp(scores - highest)
    weights /= weights.sum()
    return weights


def _nucleus(probabilities: Floats, top_p: float) -> int:
    """Return how many of the sorted probabilities reach `top_p` together; at least one."""
    if top_p >= 1.0:
        return probabilities.size
    reached = np.searchsorted(np.cumsum(probabilities, dtype=np.float64), top_p, side="left")
    return min(int(reached) + 1, probabilities.size)
