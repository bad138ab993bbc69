"""From logits to the next token: temperature, top-k, top-p and a repetition penalty, in numpy.

The order is that of transformers' `generate`: penalty, temperature, top-k, top-p. A vocabulary of
50,257 is never sorted: what cannot be drawn is left out first, by a bound that is exact.
"""

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

_STRETCH = 64
"""The highest score of so many neighbours stands for all of them when the top k are looked for."""


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


def next_token(
    logits: Floats, used: Ids, sampling: Sampling, dice: np.random.Generator, banned: Sequence[int]
) -> int:
    """Draw a token from `logits` (vocabulary,), which are changed on the way.

    `used` are the distinct tokens of the text so far; `banned` may not come now. Logits that are
    not finite count as impossible.
    """
    scores = _finite(logits)  # (vocabulary,)
    if sampling.repetition_penalty != 1.0 and used.size:
        seen = scores[used]
        penalty = np.float32(sampling.repetition_penalty)
        scores[used] = np.where(seen > 0, seen / penalty, seen * penalty)
    if banned:
        scores[list(banned)] = -np.inf
    temperature = np.float32(max(sampling.temperature, _COLDEST))
    candidates, total = _candidates(scores, sampling, temperature)  # (k,), the likeliest first
    probabilities = _softmax(scores[candidates] / temperature, total)  # (k,)
    kept = _nucleus(probabilities, sampling.top_p)
    cumulative = np.cumsum(probabilities[:kept], dtype=np.float64)
    place = int(np.searchsorted(cumulative, dice.random() * cumulative[-1], side="right"))
    return int(candidates[min(place, kept - 1)])


def _finite(logits: Floats) -> Floats:
    """Return the logits with what is not finite made impossible, and what is absurd cut."""
    lowest, highest = logits.min(), logits.max()  # either is NaN where any logit is
    if lowest >= -_HIGHEST and highest <= _HIGHEST:
        return logits
    with np.errstate(invalid="ignore"):
        scores = np.clip(logits, -_HIGHEST, _HIGHEST).astype(np.float32)
    scores[~np.isfinite(logits)] = -np.inf
    return scores


def _candidates(
    scores: Floats, sampling: Sampling, temperature: np.float32
) -> tuple[Ids, float | None]:
    """Return the ids that can be drawn, the highest score first, equal ones in their own order.

    And what all probabilities add up to, before they are normed, where that is not what those of
    the ids do: the share of a nucleus is one of the whole vocabulary.
    """
    total: float | None = None
    if 0 < sampling.top_k < scores.size:
        ids = _at_least(scores, _bound_of_the_top(scores, sampling.top_k))
    elif sampling.top_p < 1.0:
        total = _sum_of_weights(scores, temperature)
        ids = _at_least(scores, _bound_of_the_nucleus(scores, sampling.top_p, temperature, total))
    else:
        ids = np.arange(scores.size)
    ranked = ids[np.argsort(-scores[ids], kind="stable")]
    return (ranked[: sampling.top_k] if sampling.top_k else ranked), total


def _at_least(scores: Floats, bound: np.float32) -> Ids:
    ids = np.flatnonzero(scores >= bound)
    return ids if ids.size else np.arange(scores.size)


def _bound_of_the_top(scores: Floats, count: int) -> np.float32:
    """Return a score that at least `count` tokens reach, near that of the last of them."""
    whole = scores.size // _STRETCH * _STRETCH
    if whole < count * _STRETCH:
        return np.float32(np.partition(scores, -count)[-count])
    highest = scores[:whole].reshape(-1, _STRETCH).max(axis=1)  # (stretches,)
    return np.float32(np.partition(highest, -count)[-count])


def _sum_of_weights(scores: Floats, temperature: np.float32) -> float:
    """Return what e to the power of each score adds up to, over that of the highest."""
    highest = scores.max()
    if not np.isfinite(highest):
        return float(scores.size)
    return float(np.exp((scores - highest) / temperature).sum(dtype=np.float64))


def _bound_of_the_nucleus(
    scores: Floats, top_p: float, temperature: np.float32, total: float
) -> np.float32:
    """Return a score below which nobody is in the nucleus.

    Tokens less likely than (1 - p) / vocabulary are together less than what p leaves out.
    """
    least = np.log(max(1.0 - top_p, 1e-12) / scores.size * total)  # never above 0
    return np.float32(scores.max() + temperature * np.float32(least) * np.float32(1.0001))


def _softmax(scores: Floats, total: float | None) -> Floats:
    highest = scores[0]
    if not np.isfinite(highest):  # nothing is possible: every candidate is as good
        return np.full(scores.shape, 1 / scores.size, dtype=np.float32)
    weights: Floats = np.exp(scores - highest)
    weights /= np.float32(total or weights.sum())
    return weights


def _nucleus(probabilities: Floats, top_p: float) -> int:
    """Return how many of the sorted probabilities reach `top_p` together; at least one."""
    if top_p >= 1.0:
        return probabilities.size
    reached = np.searchsorted(np.cumsum(probabilities, dtype=np.float64), top_p, side="left")
    return min(int(reached) + 1, probabilities.size)
