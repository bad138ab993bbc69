"""The log is JSON for programs; a person at a terminal reads sentences and a bar."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from training.budget import Budget
from training.run_log import JsonLines, RunLog, Terminal, display_for, sentence_of

HELD_OUT = {"step": 30, "held_out": {"loss": 4.5, "bits_per_character": 1.5}, "best": True}


class FakeTerminal(io.StringIO):
    """A text that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def _budget(**limits: Any) -> Budget:
    budget = Budget(now=lambda: 100.0, **{"minutes": None, "steps": None, **limits})
    budget.start(spent_seconds=60.0, step=30)
    return budget


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({"minutes": 3.0}, 120.0),
        ({"steps": 120}, 180.0),
        ({"minutes": 3.0, "steps": 120}, 120.0),
        ({"minutes": 5.0, "steps": 120}, 180.0),
        ({"minutes": 0.5}, 0.0),
    ],
)
def test_the_time_left_is_what_ends_first(limits: dict[str, Any], left: float) -> None:
    """30 steps took 60 seconds: the rest is told by the clock or by the steps."""
    assert _budget(**limits).seconds_left == pytest.approx(left)


def test_before_the_first_step_nobody_knows() -> None:
    """Without a clock there is nothing to tell the time left from."""
    budget = Budget(minutes=None, steps=10)
    assert budget.seconds_left is None


def test_a_terminal_shows_a_bar_with_speed_and_time_left() -> None:
    """The bar tells share, step, loss, tokens a second and time left; above it are sentences."""
    output = FakeTerminal()
    display = display_for(output)
    assert isinstance(display, Terminal)
    display.show({"step": 30, "loss": 4.25, "tokens_per_second": 3210})
    display.show(HELD_OUT)
    display.advance(_budget(steps=120))
    display.close()
    shown = output.getvalue()
    assert " 25 %|" in shown
    assert "step 30, loss 4.250, 3,210 tokens/s, 03:00 left" in shown
    assert "step 30: held-out loss 4.5000, 1.5000 bits a character, the best yet\n" in shown


def test_elsewhere_the_log_is_shown_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is shown and what is in the file are the same lines of JSON."""
    display = display_for(io.StringIO())
    assert isinstance(display, JsonLines)
    log = RunLog(tmp_path / "log.jsonl", _budget(steps=120), display)
    log.report({"sample": "Ein Gemälde"})
    log.advance()
    log.close()
    line = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert capsys.readouterr().out == line
    assert json.loads(line) == {"step": 30, "seconds": 60.0, "share": 0.25, "sample": "Ein Gemälde"}


@pytest.mark.parametrize(
    ("entry", "start"),
    [
        ({"step": 3, "sample": "A text"}, "step 3 writes:\nA text"),
        ({"step": 3, "finished": "no more"}, "finished: no more"),
        (
            {
                "parameters": 2000,
                "trained": 10,
                "resumed_from": None,
                "precision": "fp32",
                "optimizer": "adamw",
            },
            "10 of 2,000 parameters are trained in fp32 with adamw, from the beginning on",
        ),
        ({"step": 3, "loss": 4.0}, ""),
    ],
)
def test_every_kind_of_entry_has_its_sentence(entry: dict[str, Any], start: str) -> None:
    """A loss has none: the bar shows it."""
    assert sentence_of(entry).startswith(start)
