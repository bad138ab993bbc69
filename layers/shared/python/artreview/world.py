"""The two things that make a run differ from the one before: the time and chance."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class World:
    """The clock and the dice, passed to whoever needs them; a test passes its own."""

    now: Callable[[], float] = time.time
    """Seconds since 1970, UTC."""
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
