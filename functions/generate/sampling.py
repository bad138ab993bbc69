"""From logits to the next token: temperature, top-k, top-p and a repetition penalty, in numpy.

The order is that of transformers' `generate`: penalty, temperature, top-k, top-p. A vocabulary of
50,257 is never sorted: what cannot be drawn is left out first. A sample of the scores tells about
where the bound is, and whether it was low enough is then seen for certain.
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

_APART = 64
"""Every so manyeth score is in the sample."""


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


@np.errstate(over="ignore")  # what is absurdly unlikely becomes impossible
def next_token(
    logits: Floats, used: Ids, sampling: Sampling, dice: np.random.Generator, banned: Sequence[int]
) -> int:
    """Draw a token from `logits` (vocabulary,), which are changed on the way.

    `used` are the distinct tokens of the text so far; `banned` may not come now. Logits that are
    not finite count as impossible.
    """
    scores = logits
    if sampling.repetition_penalty != 1.0 and used.size:
        scores[used] = _penalised(scores[used], np.float32(sampling.repetition_penalty))
    for token in banned:
        scores[token] = -np.inf
    if not scores.max() <= _HIGHEST:  # or one of them is NaN
        scores = _finite(scores)
    temperature = np.float32(max(sampling.temperature, _COLDEST))
    candidates, total = _candidates(scores, sampling, temperature)  # (k,), the likeliest first
    probabilities = _softmax(scores[candidates] / temperature, total)  # (k,)
    cumulative = probabilities.cumsum(dtype=np.float64)
    last = cumulative.size - 1
    if sampling.top_p < 1.0:
        last = min(int(cumulative.searchsorted(sampling.top_p)), last)
    place = int(cumulative.searchsorted(dice.random() * cumulative[last], side="right"))
    return int(candidates[min(place, last)])


def _penalised(scores: Floats, penalty: np.float32) -> Floats:
    """Return the scores divided where they are positive, multiplied where they are negative."""
    farther = np.minimum if penalty >= 1 else np.maximum
    penalised: Floats = farther(scores / penalty, scores * penalty)
    return penalised


def _finite(logits: Floats) -> Floats:
    """Return the logits with what is not finite made impossible, and what is absurd cut."""
    scores = np.minimum(logits, np.float32(_HIGHEST))
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
        ids = _ids_of_the_top(scores, sampling.top_k)
    elif sampling.top_p < 1.0:
        ids, total = _ids_of_the_nucleus(scores, sampling.top_p, temperature)
    else:
        ids = np.arange(scores.size)
    ranked = ids[(-scores[ids]).argsort(kind="stable")]
    return (ranked[: sampling.top_k] if sampling.top_k else ranked), total


def _ids_of_the_top(scores: Floats, count: int) -> Ids:
    """Return the ids of the `count` highest scores, and of some more, in their own order."""
    sample = scores[::_APART]
    rank = count // _APART + 4  # far enough down that `count` scores are hardly ever missed
    if rank < sample.size:
        ids = np.flatnonzero(scores >= np.partition(sample, -rank)[-rank])
        if ids.size >= count:
            return ids
    return np.flatnonzero(scores >= np.partition(scores, -count)[-count])


def _ids_of_the_nucleus(scores: Floats, top_p: float, temperature: np.float32) -> tuple[Ids, float]:
    """Return the ids that reach `top_p` together, and some more, in their own order.

    And what e to the power of each score, over that of the highest, adds up to.
    """
    highest = scores.max()
    if not np.isfinite(highest):
        return np.arange(scores.size), float(scores.size)
    weights = scores - highest  # (vocabulary,)
    weights /= temperature
    np.exp(weights, out=weights)
    total = float(weights.sum(dtype=np.float64))
    sample = np.sort(scores[::_APART])
    rank = 8
    while rank < sample.size:
        ids = np.flatnonzero(scores >= sample[-rank])
        if weights[ids].sum(dtype=np.float64) > top_p * total * 1.000_001:  # rounding set apart
            return ids, total
        rank *= 4
    # Tokens less likely than (1 - p) / vocabulary are together less than what p leaves out.
    least = 0.999 * max(1.0 - top_p, 1e-12) * total / weights.size
    return np.flatnonzero(weights >= min(least, 1.0)), total


def _softmax(scores: Floats, total: float | None) -> Floats:
    highest = scores[0]
    if not np.isfinite(highest):  # nothing is possible: every candidate is as good
        return np.full(scores.shape, 1 / scores.size, dtype=np.float32)
    weights: Floats = np.exp(scores - highest)
    weights /= np.float32(total or weights.sum())
    return weights
