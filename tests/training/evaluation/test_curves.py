"""A run's log becomes curves; a log that tells nothing is named."""

import json
from pathlib import Path

import pytest

from training.errors import EvaluationError
from training.evaluation.curves import Point, read_curves


def line(step: int, **entry: object) -> str:
    """Return a line of a log."""
    return json.dumps({"step": step, "seconds": 60.0 * step, "share": 0.1, **entry}) + "\n"


def loss(step: int, value: float) -> str:
    """Return a line that tells a loss: 100 tokens a step."""
    return line(step, loss=value, tokens=100 * step)


def test_a_run_has_both_curves(run_folder: Path) -> None:
    """The log of a real run is read, its held-out loss where the last step was."""
    curves = read_curves(run_folder)
    assert [point.tokens for point in curves.train] == [1280, 2560, 3840, 5120, 6400, 7680]
    assert curves.train[0].loss > curves.train[-1].loss
    assert [point.tokens for point in curves.held_out] == [7680]
    assert curves.minutes > 0


def test_what_an_interruption_made_void_is_left_out(tmp_path: Path) -> None:
    """A run that went on from an older checkpoint did some steps twice: the later count."""
    log = tmp_path / "log.jsonl"
    log.write_text(
        line(0, parameters=1, resumed_from=None)
        + loss(10, 5.0)
        + loss(20, 4.0)
        + loss(30, 3.9)
        + line(0, parameters=1, resumed_from="checkpoint-20")
        + loss(30, 3.8)
        + line(30, held_out={"loss": 4.2})
        + '{"step": 40, "los'
    )
    curves = read_curves(tmp_path)
    assert curves.train == [Point(1000, 5.0), Point(2000, 4.0), Point(3000, 3.8)]
    assert curves.held_out == [Point(3000, 4.2)]
    assert read_curves(log) == curves
    log.write_text(log.read_text()[:-17] + line(0, parameters=1, resumed_from=None) + loss(5, 6.0))
    assert read_curves(log).train == [Point(500, 6.0)]


def test_many_points_become_few(tmp_path: Path) -> None:
    """Neighbours are averaged; none is left out."""
    log = tmp_path / "log.jsonl"
    log.write_text("".join(loss(step, float(step)) for step in range(1, 1001)))
    points = read_curves(log).train
    assert len(points) == 250
    assert points[0] == Point(250.0, 2.5)
    assert sum(point.loss for point in points) / 250 == pytest.approx(500.5)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "tells no loss"),
        (line(0, parameters=1, resumed_from=None), "tells no loss"),
        (loss(1, 5.0) + "what\n", "line 2, is not of a run's log"),
        (loss(1, 5.0) + "[]\n", "line 2, is not of a run's log"),
        (loss(1, float("nan")), "line 1, is not of a run's log"),
        (line(1, loss="low", tokens=100), "line 1, is not of a run's log"),
        (line(1, held_out={}), "line 1, is not of a run's log"),
        (line(0, resumed_from="nowhere"), "line 1, is not of a run's log"),
    ],
)
def test_a_log_without_sense_is_one_line(tmp_path: Path, content: str, message: str) -> None:
    """The error names the file, the line and what to do."""
    (tmp_path / "log.jsonl").write_text(content)
    with pytest.raises(EvaluationError, match=message) as raised:
        read_curves(tmp_path)
    assert "\n" not in str(raised.value)


def test_no_log_is_told(tmp_path: Path) -> None:
    """A folder that is no run's, and a file that is no text."""
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_curves(tmp_path)
    (tmp_path / "log.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_curves(tmp_path)
