"""What drawing a token costs beside reading one: our sampler on made-up logits of GPT-2's size."""

import time
from dataclasses import replace

import numpy as np

from bench.engine import Floats
from bench.results import Drawing
from bench.shapes import SEED, SHAPES
from functions.generate.bundle import SamplingDefaults
from functions.generate.sampling import next_token

VOCABULARY = SHAPES["355M"].vocabulary
_TEMPERATURES = (0.1, 0.5, 1.0)
_USED_TOKENS = 350  # distinct ones, in the middle of a review
_DRAWS = 100
"""In a round, of each way."""


def measure_drawing(defaults: SamplingDefaults, drawings: list[Drawing]) -> list[Drawing]:
    """Time single draws, as the shipped bundle asks for them and by nucleus alone, in turn.

    Returns them behind those that were timed in earlier rounds.
    """
    dice = np.random.Generator(np.random.PCG64(SEED))
    logits = _like_a_model(dice)  # (vocabulary,)
    used = dice.choice(VOCABULARY, _USED_TOKENS, replace=False)  # (used,)
    ways = [
        replace(defaults, top_k=top_k).at(temperature)
        for temperature in _TEMPERATURES
        for top_k in (defaults.top_k, 0)
    ]
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(_DRAWS):
        for way, found in zip(ways, seconds, strict=True):
            fresh = logits.copy()
            began = time.perf_counter()
            next_token(fresh, used, way, dice, [0])
            found.append(time.perf_counter() - began)
    earlier = [one.seconds for one in drawings] or [[] for _ in ways]
    return [
        Drawing(way.temperature, way.top_p, way.top_k, [*before, *found])
        for way, before, found in zip(ways, earlier, seconds, strict=True)
    ]


def _like_a_model(dice: np.random.Generator) -> Floats:
    """Return logits (vocabulary,) that fall with the logarithm of the rank, as a model's do.

    The likeliest has a third of the probability, the first thousand have 95 %.
    """
    ranks = dice.permutation(VOCABULARY) + 1  # (vocabulary,)
    noise = dice.normal(scale=0.3, size=VOCABULARY)
    return (-1.4 * np.log(ranks) + noise).astype(np.float32)
