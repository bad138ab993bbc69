"""Our own cells side by side, a second apart, for the ratios of one to another.

In a round one cell comes minutes after another. On a machine that others share, the speed of memory
changes threefold within minutes, and then a ratio of two cells is mostly that. So our engine takes
turns of its own besides: a ratio is taken within a turn, then the median.
"""

from statistics import median

from bench.drawing import measure_drawing
from bench.hand import Hand
from bench.results import FAR, NEAR, Turn
from functions.generate.bundle import SamplingDefaults

TURNS = 3
"""In a round."""


def measure_turns(hand: Hand, shape: str, sampling: SamplingDefaults) -> list[Turn]:
    """Return a round's turns of the engine at hand. Raises PeerFailed."""
    return [_turn(hand, shape, sampling) for _ in range(TURNS)]


def _turn(hand: Hand, shape: str, sampling: SamplingDefaults) -> Turn:
    return Turn(
        shape=shape,
        far=_speed(hand, 1, FAR),
        one=_speed(hand, 1, NEAR),
        four=_speed(hand, 4, NEAR),
        eight=_speed(hand, 8, NEAR),
        draw_seconds=max(median(way.seconds) for way in measure_drawing(sampling, []) if way.top_k),
    )


def _speed(hand: Hand, texts: int, position: int) -> float:
    """Return tokens a second of all texts together."""
    answer = hand.measure(texts, position)
    return texts * float(answer["steps"]) / float(answer["seconds"])
