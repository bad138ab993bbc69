"""A bar on a terminal, a line now and then elsewhere: how many, how fast, how long still."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 60.0


class Progress:
    """Counts what is done of a total that may grow. Use it with `with`."""

    def __init__(
        self,
        what: str,
        total: int,
        done: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._quiet = not sys.stderr.isatty()
        self._bar = tqdm(total=total, initial=done, desc=what, unit="page", disable=self._quiet)
        self._total, self._done, self._began_with = total, done, done
        self._clock = clock
        self._started = self._said = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def advance(self, steps: int = 1, total: int | None = None) -> None:
        """Count so many more; the total may have become another."""
        self._done += steps
        if total is not None and total != self._total:
            self._total = self._bar.total = total
        self._bar.update(steps)
        now = self._clock()
        if self._quiet and now - self._said >= _SECONDS_BETWEEN_LINES:
            self._said = now
            print(self._line(now), file=sys.stderr, flush=True)

    def _line(self, now: float) -> str:
        rate = (self._done - self._began_with) / max(now - self._started, 1e-9)
        left = (self._total - self._done) / rate / 60 if rate else float("inf")
        return (
            f"{self._what}: {self._done} of {self._total}, {rate:.2f} pages/s, {left:.0f} min left"
        )
