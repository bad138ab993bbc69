"""What every network does: it reads tokens, and says what may come next."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from functions.generate.errors import PromptRefused

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Wanted = NDArray[np.bool_]


class Network(Protocol):
    """A model that has several texts in mind at once, each in a place of its own."""

    places: int
    """How many texts."""

    def read(self, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> Floats:
        """Read one token a row; return the logits of the wanted rows (wanted, vocabulary).

        `tokens`, `places` and `positions` are (rows,): which token, of the text in which place, at
        which position of that text. Rows of one place come in order, and every earlier position
        has been read. A text begins anew at position 0. Raises PromptRefused.
        """

    def close(self) -> None:
        """Give back threads and memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many tokens, places and positions there are."""

    tokens: int
    places: int
    positions: int


def check_rows(limits: Limits, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> None:
    """Refuse rows that the model cannot read. Raises PromptRefused."""
    if not tokens.size:
        raise PromptRefused("there is nothing to read: give at least one token")
    if not tokens.shape == places.shape == positions.shape == wanted.shape == (tokens.size,):
        raise PromptRefused("tokens, places, positions and wanted must be as long as each other")
    for name, values, limit in (
        ("token ids", tokens, limits.tokens),
        ("places", places, limits.places),
        ("positions", positions, limits.positions),
    ):
        if values.min() < 0 or values.max() >= limit:
            raise PromptRefused(
                f"{name} go from 0 to {limit - 1}, got {values.min()} to {values.max()}"
            )
