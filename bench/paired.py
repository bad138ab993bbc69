"""Our own speeds side by side, a second apart: what a ratio is when the machine holds still.

    .venv/bench/bin/python -m bench.paired    (minutes; after `make bench`, which makes the files)

In a round of the bench one cell comes minutes after another. On a machine that others share, the
speed of memory changes threefold within minutes, and then a ratio of two cells is mostly that.
Here the same process measures them in turn; the ratio is taken of each turn, then the median.
"""

import argparse
import statistics
import sys
import time

from bench.place import ROOT, Place

sys.path.append(str(ROOT / "layers" / "shared" / "python"))

from bench.drawing import measure_drawing
from bench.hand import Hand, at_hand
from bench.job import Job
from bench.kinds import KINDS, OURS
from bench.place import SHIPPED_BUNDLE
from bench.plan import LEAST_SECONDS, STEPS
from bench.results import FAR, NEAR
from bench.shapes import MEASURED, SHAPES, Shape
from functions.generate.bundle import load_bundle

_TURNS = 15
_THREADS = 2


def main() -> None:
    """Measure both shapes, and print."""
    argparse.ArgumentParser(
        prog="python -m bench.paired",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    for name in MEASURED:
        print(_pairs_of(SHAPES[name]), flush=True)


def _pairs_of(shape: Shape) -> str:
    place, kind = Place(ROOT / ".bench"), KINDS[OURS]
    defaults = load_bundle(SHIPPED_BUNDLE).sampling
    job = Job(kind, shape, place.files(kind, shape), _THREADS, places=8)
    far_near, four_one = [], []
    shares: dict[int, list[float]] = {1: [], 4: [], 8: []}
    with at_hand(job, place.log(kind, shape)) as hand:
        for _ in range(_TURNS):
            near, far = _speed(hand, 1, NEAR), _speed(hand, 1, FAR)
            far_near.append(far / near)
            four_one.append(_speed(hand, 4, NEAR) / _speed(hand, 1, NEAR))
            for texts, found in shares.items():
                step = texts / _speed(hand, texts, NEAR)
                drawn = measure_drawing(defaults, [])
                draw = max(statistics.median(one.seconds) for one in drawn if one.top_k)
                found.append(texts * draw / (step + texts * draw))
    drawing = ", ".join(f"{statistics.median(found):.2%} of {n}" for n, found in shares.items())
    return (
        f"{shape.name}: at {FAR} ÷ at {NEAR} {_told(far_near)}; "
        f"batch 4 ÷ batch 1 {_told(four_one)}; drawing's share of a step, by texts: {drawing}"
    )


def _speed(hand: Hand, texts: int, position: int) -> float:
    """Return tokens a second of all texts together."""
    answer = hand.ask(
        do="measure", batch=texts, position=position, least_seconds=LEAST_SECONDS, steps=STEPS
    )
    return texts * float(answer["steps"]) / float(answer["seconds"])


def _told(ratios: list[float]) -> str:
    low, _, high = statistics.quantiles(ratios, n=4)
    return f"{statistics.median(ratios):.2f} (half of the turns: {low:.2f} to {high:.2f})"


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
