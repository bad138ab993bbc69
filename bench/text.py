"""The text that every engine reads: random tokens, the same for all."""

import numpy as np

from bench.shapes import SEED, Shape


def text_of(shape: Shape) -> list[int]:
    """Return as many token ids as fit into the context.

    The last id is left out: in GPT-2 it ends a text, which some engines treat apart.
    """
    dice = np.random.Generator(np.random.PCG64(SEED))
    return [int(token) for token in dice.integers(0, shape.vocabulary - 1, shape.context)]


def token_name(token: int) -> str:
    """Return how the made-up tokenizer spells a token, for engines that want words."""
    return f"t{token}"
