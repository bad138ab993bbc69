"""A person on a terminal sees a bar, a log gets a line a minute."""

from itertools import count

import pytest

from scraper.progress import Progress


def test_a_log_gets_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    """One page every half minute: a line each minute, with what is left."""
    ticks = count(0, 30)
    with Progress("pages", total=10, done=2, clock=lambda: float(next(ticks))) as shown:
        for _ in range(4):
            shown.advance()
    assert capsys.readouterr().err.splitlines() == [
        "pages: 4 of 10, 0.03 pages/s, 3 min left",
        "pages: 6 of 10, 0.03 pages/s, 2 min left",
    ]
