"""What makes one run differ from another: the time, waiting, and chance."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class World:
    """The clock and the dice, passed to whoever needs them; a test passes its own."""

    now: Callable[[], float] = time.time
    """Seconds since 1970, UTC."""
    sleep: Callable[[float], None] = time.sleep
    between: Callable[[float, float], float] = random.uniform
    """A number between two bounds, by chance."""
