"""Medians and ratios out of the raw numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.kinds import KINDS, OURS
from bench.plan import Cell
from bench.results import FAR, NEAR, Results, Started, Stretch
from bench.shapes import Shape

REVIEW_TOKENS = 700


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine on one shape with so many threads; what it is asked of was measured, or None."""

    results: Results
    shape: Shape
    name: str
    threads: int

    def speed(self, cell: Cell) -> float | None:
        """Tokens a second, of all texts together."""
        return _median([one.tokens_per_second for one in self.stretches(cell)])

    def ratio(self, other: "Engine", cell: Cell) -> float | None:
        """How many times as fast as another engine it is: round by round, then the median."""
        theirs = {one.round: one for one in other.stretches(cell)}
        return _median(
            [
                one.tokens_per_second / theirs[one.round].tokens_per_second
                for one in self.stretches(cell)
                if one.round in theirs
            ]
        )

    def review_seconds(self, batch: int) -> float | None:
        """How long so many reviews of 700 tokens take together.

        A step's time grows with its position in a straight line, through the two positions that
        were measured; the reviews' tokens stand at 32 and the 699 positions behind it.
        """
        near, far = self.speed(Cell(batch, NEAR)), self.speed(Cell(batch, FAR))
        if near is None or far is None:
            return None
        middle = (REVIEW_TOKENS - 1) / 2 / (FAR - NEAR)  # of the review, on the way to FAR
        step = batch / near * (1 - middle) + batch / far * middle
        return REVIEW_TOKENS * step

    def bandwidth_share(self, cell: Cell) -> float | None:
        """Which part of what the machine can read meanwhile it reads in a step, round by round."""
        kind = KINDS[self.name]
        size = kind.step_bytes(self.shape, cell.batch, cell.position)
        limits = {
            one.round: one.bytes_per_second
            for one in self.results.bandwidths
            if one.shape == self.shape.name
        }
        return _median(
            [
                size * one.steps / one.seconds / limits[one.round]
                for one in self.stretches(cell)
                if one.round in limits
            ]
        )

    def load_seconds(self) -> float | None:
        """To load the model, its library being imported."""
        return self._of_starts(lambda start: start.load_seconds)

    def first_token_seconds(self) -> float | None:
        """From the start of its process until its first token."""
        return self._of_starts(lambda start: start.first_token_seconds)

    def peak_megabytes(self, batch: int) -> float | None:
        """Of its process, when so many texts have grown long."""
        return _median(
            [
                start.peak_megabytes
                for start in self._starts()
                if start.batch == batch and start.peak_megabytes is not None
            ]
        )

    def _of_starts(self, figure: Callable[[Started], float]) -> float | None:
        return _median([figure(start) for start in self._starts() if start.batch == 1])

    def _starts(self) -> list[Started]:
        return [
            start
            for start in self.results.starts
            if (start.shape, start.engine) == (self.shape.name, self.name)
        ]

    def stretches(self, cell: Cell) -> list[Stretch]:
        """Every stretch of a cell, one a round."""
        mine = (self.shape.name, self.name, self.threads, cell.batch, cell.position)
        return [
            one
            for one in self.results.stretches
            if (one.shape, one.engine, one.threads, one.batch, one.position) == mine
        ]


def ours(results: Results, shape: Shape, threads: int | None = None) -> Engine:
    """Return our engine on a shape."""
    return Engine(results, shape, OURS, threads or results.threads)


def peers(results: Results, shape: Shape) -> list[Engine]:
    """Return the engines that others made."""
    return [
        Engine(results, shape, name, results.threads)
        for name in KINDS
        if not name.startswith("ours")
    ]


def _median(values: list[float]) -> float | None:
    return median(values) if values else None
