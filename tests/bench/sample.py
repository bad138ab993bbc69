"""A small made-up run, with numbers that a person can check by hand."""

from itertools import product

from bench.results import (
    BATCHES,
    FAR,
    NEAR,
    Bandwidth,
    Drawing,
    Failure,
    Results,
    Started,
    Stretch,
    Turn,
)
from bench.shapes import SHAPES

SHAPE = SHAPES["355M"]
ROUNDS = 3

_SPEEDS = {
    ("ours-4", 2): {1: 100.0, 4: 300.0, 8: 400.0},
    ("ours-4", 1): {1: 60.0, 4: 160.0},
    ("llama-q4", 2): {1: 80.0, 4: 150.0, 8: 200.0},
    ("pytorch-fp32", 2): {1: 10.0, 4: 30.0, 8: 50.0},
}
"""Tokens a second near the start, by engine, threads and batch; far from it, four fifths."""
_DISTURBANCE = (1.0, 0.5, 1.25)
"""How fast the machine was in each round: the same for all."""


def made_up() -> Results:
    """Return a run of three rounds, in which llama.cpp Q8_0 failed and most did not take part."""
    return Results(
        command="python -m bench --made-up",
        date="2026-11-25",
        threads=2,
        rounds=ROUNDS,
        shapes=[SHAPE],
        machine={"processor": "Abacus", "cores": "2"},
        versions={"torch": "1.2.3"},
        stretches=_stretches(),
        starts=[
            Started(SHAPE.name, "ours-4", 2, 1, 1.0, 0.2, 0.5, 500.0),
            Started(SHAPE.name, "ours-4", 2, 1, 1.2, 0.2, 0.7, None),
            Started(SHAPE.name, "ours-4", 2, 4, 9.0, 0.2, 0.5, 1700.0),
            Started(SHAPE.name, "llama-q4", 2, 1, 0.6, 0.2, 0.3, 600.0),
        ],
        failures=[Failure(SHAPE.name, "llama-q8", "its logits correlate by 0.1")],
        bandwidths=[
            Bandwidth(SHAPE.name, number, 40e9 * factor)
            for number, factor in enumerate(_DISTURBANCE)
        ],
        correlations={SHAPE.name: {"ours-4": 0.9876, "pytorch-fp32": 1.0}},
        handler_import_seconds=[0.3, 0.9, 0.4],
        drawings=[
            Drawing(0.5, 0.9, 40, [0.0001, 0.0009, 0.0001]),
            Drawing(1.0, 0.9, 40, [0.0005, 0.0005, 0.0004]),
            Drawing(1.0, 0.9, 0, [0.002, 0.002, 0.002]),
        ],
        turns=[
            Turn(SHAPE.name, 80.0 * factor, 100.0 * factor, four * factor, 400.0, 0.0005)
            for factor, four in zip(_DISTURBANCE, (300.0, 200.0, 310.0), strict=True)
        ],
    )


def _stretches() -> list[Stretch]:
    found = []
    cells = product(_SPEEDS.items(), BATCHES, (NEAR, FAR), enumerate(_DISTURBANCE))
    for ((engine, threads), speeds), batch, position, (number, factor) in cells:
        if batch not in speeds:
            continue
        speed = speeds[batch] * factor * (1.0 if position == NEAR else 0.8)
        steps = 10
        seconds = steps * batch / speed
        found.append(
            Stretch(SHAPE.name, engine, threads, batch, position, number, steps, seconds, 0.1)
        )
    return found
