"""How busy others keep the processors while something is measured."""

import os
from dataclasses import dataclass
from pathlib import Path

_WAITING = (3, 4)  # idle and iowait, of the columns in /proc/stat
_COUNTED = 8  # behind those columns, guests are counted twice


@dataclass(frozen=True, slots=True)
class Ticks:
    """Processor time that has been used so far, by all and by this process."""

    by_all: int
    by_this: int


def ticks() -> Ticks | None:
    """Return what has been used; None where there is no /proc."""
    try:
        columns = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1 : 1 + _COUNTED]
        mine = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return None
    busy = sum(int(column) for place, column in enumerate(columns) if place not in _WAITING)
    return Ticks(busy, sum(int(column) for column in mine))


def share_of_others(before: Ticks | None, after: Ticks | None, seconds: float) -> float | None:
    """Return which part of all processors' time others had, in between; what the host took too."""
    if before is None or after is None or seconds <= 0:
        return None
    theirs = (after.by_all - before.by_all) - (after.by_this - before.by_this)
    every = seconds * os.sysconf("SC_CLK_TCK") * (os.cpu_count() or 1)
    return min(max(theirs / every, 0.0), 1.0)
