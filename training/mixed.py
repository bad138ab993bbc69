"""Choose which matrices get 8 bits, so that a rounded model loses little and stays small.

All begin with 4 bits. The matrices stand in a queue, first those whose rounding to 4 bits costs
most for each byte that it saves; as many from its front get 8 bits as the measured cost demands.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping

from training.quantise import Choices
from training.rounding import Rounded

FEW, MANY = 4, 8

Chosen = dict[str, Rounded]


def choose(
    choices: Choices,
    costs: Mapping[str, float],
    cost_of: Callable[[Chosen], float],
    most_loss: float,
) -> Chosen:
    """Give 8 bits to the fewest matrices with which the measured cost stays within `most_loss`.

    `costs` tells what 4 bits in each matrix alone cost, `cost_of` measures a whole choice, both in
    nats a token; `most_loss` is a share of the perplexity. Where even all but one are too few, all
    get 8 bits.
    """
    queue = sorted(choices, key=lambda name: _price(choices[name], costs[name]), reverse=True)

    def with_front(count: int) -> Chosen:
        front = set(queue[:count])
        return {name: both[MANY if name in front else FEW] for name, both in choices.items()}

    allowed = math.log1p(most_loss)
    count = bisect_left(
        range(len(queue)), True, key=lambda count: cost_of(with_front(count)) <= allowed
    )
    return with_front(count)


def _price(both: Mapping[int, Rounded], cost: float) -> float:
    """Return what a saved byte costs; in rows of a single block either way, none is saved."""
    saved = both[MANY].size - both[FEW].size
    return cost / saved if saved else math.inf
