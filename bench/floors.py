"""What the engine must reach, and whether it did in this run."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

from bench.figures import Engine, ours, peers
from bench.import_time import HANDLER_SECONDS
from bench.kinds import KINDS
from bench.plan import Cell
from bench.results import BATCHES, FAR, NEAR, Results, Turn
from bench.shapes import Shape

_AHEAD_ALONE = 1.3
_AHEAD_TOGETHER = 1.0
_BATCH_4 = 2.4
_KEPT_AT_FAR = 0.75
_FIRST_TOKEN_SECONDS = 1.5
_PEAKS = {1: 900.0, 4: 1600.0}
_LARGEST = "355M"
_DRAWING_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Floor:
    """Something to be reached; `found` and `is_met` are None where it was not measured."""

    what: str
    wanted: str
    found: str | None
    is_met: bool | None


def floors_of(results: Results) -> list[Floor]:
    """Return every floor, as far as it was measured."""
    floors = [floor for shape in results.shapes for floor in _of_shape(results, shape)]
    for shape in results.shapes:
        if shape.name == _LARGEST:
            floors += _of_largest(ours(results, shape))
    seconds = results.handler_import_seconds
    floors.append(
        _at_most(
            "import of the handler without the model, from process start",
            median(seconds) if seconds else None,
            HANDLER_SECONDS,
            "s",
        )
    )
    return floors


def _of_shape(results: Results, shape: Shape) -> list[Floor]:
    mine, name = ours(results, shape), shape.name
    others = peers(results, shape)
    floors = [
        _against_fastest(
            f"{name}, batch {batch}, at {NEAR}: ours ÷ the fastest peer",
            mine,
            others,
            Cell(batch, NEAR),
            wanted,
        )
        for batch, wanted in ((1, _AHEAD_ALONE), (4, _AHEAD_TOGETHER), (8, _AHEAD_TOGETHER))
    ]
    turns = [turn for turn in results.turns if turn.shape == name]
    together = [turn.four / turn.one for turn in turns]
    late = [turn.far / turn.one for turn in turns]
    floors.append(_of_turns(f"{name}: batch 4 ÷ batch 1", together, _BATCH_4))
    floors.append(_of_turns(f"{name}, batch 1: at {FAR} ÷ at {NEAR}", late, _KEPT_AT_FAR))
    floors += [_of_drawing(name, turns, batch) for batch in BATCHES]
    return floors


def _of_turns(what: str, ratios: list[float], least: float) -> Floor:
    """Compare the median of the turns, and tell where the middle half of them lies."""
    wanted = f"at least {least:g}"
    if len(ratios) < 2:
        return Floor(what, wanted, None, None)
    low, found, high = quantiles(ratios, n=4)
    return Floor(what, wanted, f"{found:.2f} ({low:.2f} to {high:.2f})", found >= least)


def _of_largest(mine: Engine) -> list[Floor]:
    name = mine.shape.name
    first = mine.first_token_seconds()
    floors = [_at_most(f"{name}: process start to first token", first, _FIRST_TOKEN_SECONDS, "s")]
    for batch, most in _PEAKS.items():
        peak = mine.peak_megabytes(batch)
        floors.append(_at_most(f"{name}: peak memory at batch {batch}", peak, most, "MB"))
    return floors


def _of_drawing(name: str, turns: list[Turn], batch: int) -> Floor:
    """Compare a step with sampling for it as the shipped bundle asks, in the slowest case."""
    return _floor(
        f"{name}, batch {batch}: drawing the tokens ÷ the whole step",
        f"at most {_DRAWING_SHARE:.0%}",
        median(turn.drawing_share(batch) for turn in turns) if turns else None,
        lambda value: f"{value:.2%}",
        _DRAWING_SHARE.__ge__,
    )


def _against_fastest(
    what: str, mine: Engine, others: list[Engine], cell: Cell, wanted: float
) -> Floor:
    measured = [other for other in others if other.speed(cell) is not None]
    if mine.speed(cell) is None or not measured:
        return _at_least(what, None, wanted)
    fastest = max(measured, key=lambda other: other.speed(cell) or 0.0)
    return _at_least(f"{what}, {KINDS[fastest.name].title}", mine.ratio(fastest, cell), wanted)


def _at_least(what: str, found: float | None, least: float) -> Floor:
    return _floor(what, f"at least {least:g}", found, lambda value: f"{value:.2f}", least.__le__)


def _at_most(what: str, found: float | None, most: float, unit: str) -> Floor:
    digits = 2 if unit == "s" else 0
    wanted = f"at most {most:g} {unit}"
    return _floor(what, wanted, found, lambda value: f"{value:.{digits}f} {unit}", most.__ge__)


def _floor(
    what: str,
    wanted: str,
    found: float | None,
    shown: Callable[[float], str],
    holds: Callable[[float], bool],
) -> Floor:
    if found is None:
        return Floor(what, wanted, None, None)
    return Floor(what, wanted, shown(found), bool(holds(found)))
