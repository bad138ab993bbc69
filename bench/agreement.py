"""Whether an engine computes what PyTorch computes: else its speed means nothing."""

from collections.abc import Sequence

import numpy as np

from bench.engine import Floats
from bench.errors import PeerFailed
from bench.hand import Hand
from bench.kinds import Kind
from bench.place import Place
from bench.shapes import Shape

_BATCH = 4
_AMONG_THE_FIRST = 5
"""So high on its own list, from reading the text at once, must stand what an engine writes step by
step: with random weights the first few are all but equally likely. PyTorch's list would ask 4 bits
for an order that they cannot keep; how near the lists are is the correlation's affair."""


Logits = dict[int, Floats]
"""Position → what the text's token there makes likely (vocabulary,)."""


def logits_of(
    hand: Hand, name: str, shape: Shape, place: Place, positions: Sequence[int]
) -> Logits:
    """Let a worker read the text up to each position, and its token there."""
    read = {}
    for position in positions:
        path = place.logits(f"{name}-{position}", shape)
        hand.ask(do="read", length=position + 1, into=str(path))
        read[position] = np.load(path)
        path.unlink()
    return read


def check(hand: Hand, kind: Kind, found: Logits, right: Logits) -> float:
    """Return the lowest correlation of the logits with PyTorch's. Raises PeerFailed.

    What the engine writes step by step, in a batch, must be what it found reading at once: the far
    position comes first, while only the text itself has been read.
    """
    pairs = [(logits, right[position]) for position, logits in found.items()]
    # numpy's least of several is NaN where one is; Python's may not be
    lowest = float(np.min([np.corrcoef(mine, theirs)[0, 1] for mine, theirs in pairs]))
    if not lowest >= kind.least_correlation:
        raise PeerFailed(
            f"its logits correlate with PyTorch's by {lowest:.4f}; "
            f"at least {kind.least_correlation} is allowed"
        )
    for position, logits in sorted(found.items(), reverse=True):
        answer = hand.ask(do="write", batch=_BATCH, position=position, steps=1)
        _check_tokens(answer["tokens"][0], logits, position)
    return lowest


def _check_tokens(tokens: list[int], logits: Floats, position: int) -> None:
    likeliest = np.argsort(logits)[::-1][:_AMONG_THE_FIRST]
    if len(tokens) != _BATCH or len(set(tokens)) != 1 or tokens[0] not in likeliest:
        raise PeerFailed(
            f"behind position {position} it writes the tokens {tokens} for {_BATCH} equal texts; "
            f"read at once, it finds {likeliest.tolist()} the likeliest"
        )
