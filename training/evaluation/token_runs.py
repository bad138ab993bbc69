"""Runs of tokens that texts share with a shard: exact, whatever the shard's size.

Every run of `length` tokens of the shard is looked for among those of the texts by a 64-bit hash,
piece by piece; what is found is compared token by token. So a hash that two runs share costs time,
and never a mistake.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.prepared import Tokens
from training.run_hashes import run_hashes

LENGTH = 50
"""The run that counts as copied, as in Carlini et al. 2023 (https://arxiv.org/abs/2202.07646)."""

_PIECE = 4_000_000  # tokens of the shard that are hashed together


@dataclass(frozen=True)
class TokenRun:
    """A run of a text's tokens that the shard has too; it cannot be made longer."""

    start: int  # in the text
    place: int  # in the shard
    length: int


def longest_runs(
    texts: Sequence[Sequence[int]], shard: Tokens, length: int = LENGTH, piece: int = _PIECE
) -> list[TokenRun | None]:
    """Return the longest run of `length` or more of each text; None for a text without one."""
    lines = [np.asarray(text, dtype=np.int64) for text in texts]
    wanted = defaultdict(list)  # hash → (text, where its run begins)
    for number, line in enumerate(lines):
        for start, value in enumerate(run_hashes(line, length).tolist()):
            wanted[value].append((number, start))
    longest: list[TokenRun | None] = [None] * len(texts)
    for place, places in _candidates(shard, wanted, length, piece):
        for number, start in places:
            known = longest[number]
            if known and known.place - known.start == place - start and place > known.place:
                continue  # a part of the run found last
            run = _extended(lines[number], shard, start, place)
            if run.length >= length and (known is None or run.length > known.length):
                longest[number] = run
    return longest


def _candidates(
    shard: Tokens, wanted: Mapping[int, list[tuple[int, int]]], length: int, piece: int
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield places of the shard whose run has the hash of a text's run, and where those are."""
    looked_for = np.array(sorted(wanted), dtype=np.uint64)
    if not looked_for.size:
        return
    for begin in range(0, len(shard), piece):
        # The runs that begin in this piece reach into the next one.
        hashes = run_hashes(shard[begin : begin + piece + length - 1].astype(np.int64), length)
        nearest = np.searchsorted(looked_for, hashes).clip(max=looked_for.size - 1)
        for place in np.flatnonzero(looked_for[nearest] == hashes).tolist():
            yield begin + place, wanted[int(hashes[place])]


def _extended(line: npt.NDArray[np.int64], shard: Tokens, start: int, place: int) -> TokenRun:
    """Return the run through this place of both, as far as it goes to either side."""
    before = 0
    while before < min(start, place) and line[start - before - 1] == shard[place - before - 1]:
        before += 1
    behind = 0
    most = min(line.size - start, len(shard) - place)
    while behind < most and line[start + behind] == shard[place + behind]:
        behind += 1
    return TokenRun(start - before, place - before, before + behind)
