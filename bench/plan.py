"""What is measured in which order."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

from bench.kinds import KINDS, OURS, REFERENCE, SHIPPED, Kind
from bench.results import BATCHES, FAR, NEAR

LEAST_SECONDS = 0.3
STEPS = (3, 64)
"""A stretch lasts at least so long and so many steps, but never more steps than the second."""

HOPELESS = 10
"""An engine that is so many times slower than the fastest is measured in the first round alone."""

_FEWER_BATCHES = (1, 4)
"""What the cost table asks for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An engine with so many threads, and the batches that it is measured at."""

    kind: Kind
    threads: int
    batches: tuple[int, ...] = BATCHES
    positions: tuple[int, ...] = (NEAR, FAR)

    @property
    def name(self) -> str:
        """For a person."""
        return self.kind.name if self.batches == BATCHES else f"{self.kind.name}/{self.threads}"


@dataclass(frozen=True, slots=True)
class Cell:
    """So many texts at once, at a position."""

    batch: int
    position: int


CELLS = tuple(Cell(*cell) for cell in product(BATCHES, (NEAR, FAR)))


def entries_of(names: list[str], threads: int, instructions: Collection[str]) -> list[Entry]:
    """Return the engines to be measured on a shape with random weights, the reference first.

    One that lacks the processor's instructions for its number format works it out bit by bit:
    reading as far as 900 would take it many minutes, so it is measured near the start alone.
    """
    kinds = sorted(
        (kind for name, kind in KINDS.items() if name in names),
        key=lambda kind: kind.name != REFERENCE,
    )
    entries = [
        Entry(kind, threads, positions=(NEAR, FAR) if kind.is_at_home(instructions) else (NEAR,))
        for kind in kinds
    ]
    if OURS in names:
        entries += [Entry(KINDS[OURS], fewer, _FEWER_BATCHES) for fewer in range(1, threads)]
    return entries


def shipped_entries(threads: int) -> list[Entry]:
    """Return how the bundle that ships is measured."""
    fewer = [Entry(SHIPPED, fewer, _FEWER_BATCHES) for fewer in range(1, threads)]
    return [Entry(SHIPPED, threads), *fewer]


def order_of(entries: list[Entry], cell: Cell, number: int) -> list[Entry]:
    """Return who takes part in a cell, in an order of this round's own."""
    taking_part = [
        entry
        for entry in entries
        if cell.batch in entry.batches and cell.position in entry.positions
    ]
    random.Random(f"{number} {cell}").shuffle(taking_part)  # noqa: S311 - an order, not a secret
    return taking_part
