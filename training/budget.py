"""How far the training has come, by steps or by the clock, and what follows from it.

On a shared machine nobody knows beforehand how many steps fit into an hour. So the learning rate
follows the fraction of the budget that is used, whichever budget runs out first: minutes of
training (time that a killed run did not train is not counted) or steps.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from training.errors import SettingsError


@dataclass
class Budget:
    """Minutes, steps or both; `spent_seconds` is what earlier, interrupted runs used."""

    minutes: float | None
    steps: int | None
    warm_up: float = 0.02
    short_until: float = 0.7
    now: Callable[[], float] = time.monotonic
    spent_seconds: float = 0.0
    step: int = 0

    def __post_init__(self) -> None:
        if self.minutes is None and self.steps is None:
            raise SettingsError("neither --minutes nor --steps was given: say when to stop")
        for name, given in (("minutes", self.minutes), ("steps", self.steps)):
            if given is not None and not 0 < given < math.inf:  # NaN neither
                raise SettingsError(
                    f"--{name} must be greater than 0 and finite, got {given}: say when to stop"
                )
        self._started = self.now()

    def start(self, spent_seconds: float, step: int) -> None:
        """Begin, or go on after an interruption."""
        self.spent_seconds = spent_seconds
        self.step = step
        self._started = self.now()

    @property
    def seconds(self) -> float:
        """The seconds trained so far, over all runs."""
        return self.spent_seconds + self.now() - self._started

    @property
    def fraction(self) -> float:
        """The share of the budget that is used, 0 to 1."""
        by_time = self.seconds / (60 * self.minutes) if self.minutes is not None else 0.0
        by_steps = self.step / self.steps if self.steps is not None else 0.0
        return min(1.0, max(by_time, by_steps))

    @property
    def seconds_left(self) -> float | None:
        """The seconds until the end, by the clock or at the speed so far, whichever is less."""
        left = []
        if self.minutes is not None:
            left.append(60 * self.minutes - self.seconds)
        if self.steps is not None and self.step:
            left.append((self.steps - self.step) * self.seconds / self.step)
        return max(0.0, min(left)) if left else None

    @property
    def is_used_up(self) -> bool:
        """Whether it is time to stop."""
        return self.fraction >= 1.0

    @property
    def is_short_phase(self) -> bool:
        """Whether attention still looks at short windows only."""
        return self.fraction < self.short_until

    def learning_rate_factor(self, step: int) -> float:
        """Rise in a line over the warm-up, then fall along a cosine to a hundredth."""
        self.step = step
        fraction = self.fraction
        if fraction < self.warm_up:
            return max(fraction / self.warm_up, 0.01)
        fall = (fraction - self.warm_up) / (1 - self.warm_up)
        return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall))
