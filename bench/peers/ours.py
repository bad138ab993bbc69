"""What our two networks have in common for the bench: texts in places, read row by row."""

import numpy as np

from bench.engine import Floats, Watch
from bench.shapes import Shape
from bench.text import text_of
from functions.generate.network.reading import Network

_GROUP = 16
"""Keys of so many positions lie together in the kernels: such a group is read anew as a whole."""

_PIECE = 128
"""Tokens of a prompt that are read at once."""


class Ours:
    """A network, and how far the text has been read in each of its places."""

    def __init__(self, network: Network, shape: Shape) -> None:
        self._network = network
        self._text = np.array(text_of(shape), dtype=np.int64)  # (context,)
        self._lengths = [0] * network.places

    def read(self, length: int) -> Floats:
        """See `bench.engine`."""
        self._fill(0, 0, length - 1)
        last = np.array([length - 1])
        logits = self._network.read(
            self._text[last], np.zeros(1, dtype=np.int64), last, np.ones(1, dtype=np.bool_)
        )  # (1, vocabulary)
        self._lengths[0] = max(self._lengths[0], length)
        row: Floats = logits[0]
        return row

    def write(self, batch: int, position: int, watch: Watch) -> None:
        """See `bench.engine`."""
        places = np.arange(batch, dtype=np.int64)  # (batch,)
        for place in range(batch):
            self._fill(place, self._lengths[place], position)
        at = position - position % _GROUP
        tokens = np.repeat(self._text[position], batch)  # (batch,)
        wanted = np.ones(batch, dtype=np.bool_)
        while True:
            positions = np.repeat(position, batch).astype(np.int64)
            tokens = self._network.read(tokens, places, positions, wanted).argmax(axis=-1)
            position += 1
            if watch(tokens.tolist()):
                break
        self._lengths[:batch] = [at] * batch  # what stands behind is no longer the text's

    def _fill(self, place: int, begin: int, end: int) -> None:
        """Read the text into a place, from `begin` to before `end`."""
        for first in range(begin, end, _PIECE):
            positions = np.arange(first, min(first + _PIECE, end))  # (piece,)
            self._network.read(
                self._text[positions],
                np.full_like(positions, place),
                positions,
                np.zeros(positions.size, dtype=np.bool_),
            )
        self._lengths[place] = max(self._lengths[place], end)
