"""From logits to the next token: temperature, top-k, top-p and a repetition penalty, in numpy.

The order is that of transformers' `generate`: penalty, temperature, top-k, top-p. A vocabulary of
50,257 is never sorted: what cannot be drawn is left out first. A sample of the scores tells about
where the bound is, and whether it was low enough is then seen for certain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

_HIGHEST = 1e4
"""No trained model's logits come near it; beyond it, float32 would overflow below."""

_COLDEST = 1e-3
"""Below this temperature a float32 overflows; the choice is the likeliest token there anyway."""

_APART = 32
"""Every so manyeth score is in the sample."""

_ROUNDING = 1e-5
"""A sum of float32 numbers over a vocabulary is better than this."""


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
    penalised_stretch: int = 0
    """Only what is among so many of the last tokens is penalised; 0 for all of the text."""
    unrepeated_tokens: int = 0
    """No run of so many tokens comes twice in a text; 0 allows it."""
    min_tokens: int = 0
    """No end of text before so many tokens."""
    max_tokens: int = 1024


class _Candidates(NamedTuple):
    """What can be drawn, the likeliest first, equal ones in the order of their ids."""

    ids: Ids  # (k,)
    cumulative: NDArray[np.float64]
    """(k,): how likely each is together with those before it; the first alone counts 1."""
    total: float | None = None
    """How likely the whole vocabulary is, where that is not the last of these."""


@np.errstate(over="ignore")  # what is absurdly unlikely becomes impossible
def next_token(
    logits: Floats, used: Ids, sampling: Sampling, dice: np.random.Generator, banned: Sequence[int]
) -> int:
    """Draw a token from `logits` (vocabulary,), which are changed on the way.

    `used` are the distinct tokens of the text so far; `banned` may not come now. Logits that are
    not finite count as impossible.
    """
    if sampling.repetition_penalty != 1.0 and used.size:
        logits[used] = _penalised(logits[used], np.float32(sampling.repetition_penalty))
    for token in banned:
        logits[token] = -np.inf
    temperature = np.float32(max(sampling.temperature, _COLDEST))
    candidates = _top_at_a_glance(logits, sampling.top_k, temperature)
    if candidates is None:
        scores = logits if logits.max() <= _HIGHEST else _finite(logits)  # not so if one is NaN
        candidates = _candidates(scores, sampling, temperature)
    cumulative = candidates.cumulative
    last = cumulative.size - 1
    if sampling.top_p < 1.0:
        wanted = sampling.top_p * (candidates.total or cumulative[last])
        last = min(int(cumulative.searchsorted(wanted)), last)
    place = int(cumulative.searchsorted(dice.random() * cumulative[last], side="right"))
    return int(candidates.ids[min(place, last)])


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


def _top_at_a_glance(scores: Floats, top_k: int, temperature: np.float32) -> _Candidates | None:
    """Return the `top_k` highest of many scores; None where a glance does not tell.

    What is NaN is not higher than anything; what is too high is seen at the top.
    """
    rank = top_k // _APART + 4  # far enough down that `top_k` scores are hardly ever missed
    if not 0 < top_k < scores.size or rank * _APART >= scores.size:
        return None
    sample = scores[::_APART].copy()
    sample.partition(sample.size - rank)
    (ids,) = (scores >= sample[-rank]).nonzero()
    if ids.size < top_k:
        return None
    candidates = _ranked(ids, scores[ids], top_k, temperature)
    return candidates if scores[candidates.ids[0]] <= _HIGHEST else None


def _candidates(scores: Floats, sampling: Sampling, temperature: np.float32) -> _Candidates:
    """Return what can be drawn; the scores are finite, or minus infinity."""
    if 0 < sampling.top_k < scores.size:
        ids = np.flatnonzero(scores >= np.partition(scores, -sampling.top_k)[-sampling.top_k])
        return _ranked(ids, scores[ids], sampling.top_k, temperature)
    if sampling.top_p < 1.0:
        return _nucleus(scores, sampling.top_p, temperature)
    return _ranked(np.arange(scores.size), scores, scores.size, temperature)


def _ranked(ids: Ids, scores: Floats, count: int, temperature: np.float32) -> _Candidates:
    """Return the `count` likeliest of some ids with these scores."""
    order = (-scores).argsort(kind="stable")[:count]
    scores = scores[order]  # (k,)
    weights = _weights(scores, scores[0], temperature)
    return _Candidates(ids[order], weights.astype(np.float64).cumsum())


def _weights(scores: Floats, highest: np.float32, temperature: np.float32) -> Floats:
    """Return how likely each is beside the highest; where nothing is possible all are as good."""
    if highest == -np.inf:
        return np.ones_like(scores)
    weights: Floats = scores - highest
    weights /= temperature
    return np.exp(weights, out=weights)


def _nucleus(scores: Floats, top_p: float, temperature: np.float32) -> _Candidates:
    """Return the ids that reach `top_p` together, and some more."""
    weights = _weights(scores, scores.max(), temperature)  # (vocabulary,)
    total = float(weights.sum())
    sample = np.sort(scores[::_APART])
    rank = 8
    while rank < sample.size:
        (ids,) = (scores >= sample[-rank]).nonzero()
        if weights[ids].sum() > top_p * total * (1 + _ROUNDING):
            break
        rank *= 4
    else:
        # Tokens less likely than (1 - p) / vocabulary are together less than what p leaves out.
        least = 0.999 * max(1.0 - top_p, 1e-12) * total / weights.size
        (ids,) = (weights >= min(least, 1.0)).nonzero()
    ranked = ids[(-scores[ids]).argsort(kind="stable")]
    return _Candidates(ranked, weights[ranked].astype(np.float64).cumsum(), total)
