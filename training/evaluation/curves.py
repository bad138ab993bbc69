"""A run's log as curves: the loss on training text and on held-out text, by the tokens seen."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.errors import EvaluationError

_MOST_POINTS = 300
"""What a picture shows; of more, each point is the mean of several."""


@dataclass(frozen=True)
class Point:
    """A loss in nats a token after so many tokens."""

    tokens: float
    loss: float


@dataclass(frozen=True)
class Curves:
    """The losses of a run."""

    train: list[Point]
    held_out: list[Point]
    minutes: float
    """Of training."""


def read_curves(path: Path) -> Curves:
    """Read `log.jsonl`, or the one of a run's folder. Raises EvaluationError."""
    log = path / "log.jsonl" if path.is_dir() else path
    lines = list(_lines(log))
    train = [
        (int(line["step"]), Point(line["tokens"], line["loss"])) for line in lines if "loss" in line
    ]
    if not train:
        raise EvaluationError(
            f"{log} tells no loss: give the folder of a run that was trained for "
            "at least --log-every steps"
        )
    step, last = train[-1]
    tokens_a_step = last.tokens / max(step, 1)
    held_out = [
        Point(line["step"] * tokens_a_step, line["held_out"]["loss"])
        for line in lines
        if "held_out" in line
    ]
    seconds = max(line["seconds"] for line in lines)
    return Curves(_thinned([point for _, point in train]), held_out, seconds / 60)


def _lines(log: Path) -> Iterator[dict[str, Any]]:
    """Yield what the log says of losses, and what an interrupted run has done twice only once."""
    try:
        content = log.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{log} cannot be read ({error}): give the folder of a run of `finetune`"
        ) from error
    kept: list[dict[str, Any]] = []
    whole = content[: content.rfind("\n") + 1]  # the last line may be being written
    for number, text in enumerate(whole.splitlines(), start=1):
        try:
            line = _checked(json.loads(text))
        except (ValueError, TypeError, KeyError) as error:
            raise EvaluationError(
                f"{log}, line {number}, is not of a run's log ({error!r}): "
                "remove the line, or give another run"
            ) from error
        if "resumed_from" in line:
            kept = [earlier for earlier in kept if earlier["step"] <= _resumed_step(line)]
        kept.append(line)
    yield from kept


def _resumed_step(line: dict[str, Any]) -> int:
    """Return the step of the checkpoint that a run went on from: what came behind it is void."""
    checkpoint = line["resumed_from"]
    return int(str(checkpoint).rpartition("-")[2]) if checkpoint else -1


def _checked(line: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON may be anything
    numbers = [line["step"], line["seconds"]]
    if "loss" in line:
        numbers += [line["loss"], line["tokens"]]
    if "held_out" in line:
        numbers.append(line["held_out"]["loss"])
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers):
        raise ValueError(f"it has {numbers} where finite numbers belong")
    if "resumed_from" in line:
        _resumed_step(line)
    return dict(line)


def _thinned(points: list[Point]) -> list[Point]:
    """Return so few points that a picture shows them, each the mean of its neighbours."""
    group = math.ceil(len(points) / _MOST_POINTS)
    pieces = [points[at : at + group] for at in range(0, len(points), group)]
    return [
        Point(
            sum(point.tokens for point in piece) / len(piece),
            sum(point.loss for point in piece) / len(piece),
        )
        for piece in pieces
    ]
