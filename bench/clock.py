"""A stopwatch that is told after each step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.neighbours import Ticks, share_of_others, ticks


@dataclass(slots=True)
class Stopwatch:
    """Times the steps behind the first one, which only warms up."""

    clock: Callable[[], float]
    least_seconds: float
    least_steps: int
    most_steps: int
    seconds: float = 0.0
    steps: int = 0
    others: float | None = None
    """Which part of the processors' time others had meanwhile."""
    _began: float | None = field(default=None, init=False)
    _before: Ticks | None = field(default=None, init=False)

    def __call__(self, tokens: Sequence[int]) -> bool:  # noqa: ARG002 - as every watch
        """Take the time; True when it has been long enough."""
        now = self.clock()
        if self._began is None:
            self._before = ticks()
            self._began = self.clock()
            return False
        self.steps += 1
        self.seconds = now - self._began
        is_long = self.seconds >= self.least_seconds and self.steps >= self.least_steps
        if not (is_long or self.steps >= self.most_steps):
            return False
        self.others = share_of_others(self._before, ticks(), self.seconds)
        return True


@dataclass(slots=True)
class Notebook:
    """Keeps the tokens of the first steps."""

    most_steps: int
    tokens: list[list[int]] = field(default_factory=list)

    def __call__(self, tokens: Sequence[int]) -> bool:
        """Note them; True when there are enough."""
        self.tokens.append([int(token) for token in tokens])
        return len(self.tokens) >= self.most_steps
