"""How the site is: what waits, what came of today's reviews, how fast and how dear they are."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from artreview.review import Review, State
from artreview.site import Pace

FREE_GB_SECONDS = 400_000
"""A month, on Lambda's free tier (https://aws.amazon.com/lambda/pricing/)."""
_MEGABYTES_PER_GB = 1024


@dataclass(frozen=True, slots=True)
class Status:
    """What `status` shows."""

    waiting: int
    """Reviews that something is still to be done for: writing, or the mail."""
    oldest_seconds: float
    """How long the oldest of them has waited."""
    dead_letters: int
    """Messages that came too often, until the next sweep gives their reviews up."""
    today: dict[str, int]
    """Reviews settled since midnight UTC, by state."""
    daily_ceiling: int
    tokens_per_second: float | None
    seconds_per_review: float | None
    gb_seconds_this_month: float
    """Of writing, about: reviews that were written together count as if each were alone; what was
    deleted, or failed, does not count."""
    free_share: float
    """Of the free tier's GB-seconds, as a part of 1."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read of the site, all at one time."""

    waiting: list[Review]
    settled_this_month: list[Review]
    dead_letters: int
    pace: Pace | None
    memory_megabytes: int
    """Of the writing function."""
    daily_ceiling: int
    now: float


def status_of(seen: Observed) -> Status:
    """Put the facts together."""
    settled, pace = seen.settled_this_month, seen.pace
    midnight = day_of(seen.now).timestamp()
    today = Counter(review.state.value for review in settled if review.settled_at >= midnight)
    seconds = sum(review.provenance.seconds for review in settled if review.provenance)
    used = seconds * seen.memory_megabytes / _MEGABYTES_PER_GB
    oldest = min((review.created_at for review in seen.waiting), default=seen.now)
    return Status(
        waiting=len(seen.waiting),
        oldest_seconds=max(0.0, seen.now - oldest),
        dead_letters=seen.dead_letters,
        today={state.value: today[state.value] for state in _SHOWN},
        daily_ceiling=seen.daily_ceiling,
        tokens_per_second=pace.tokens_per_second if pace else None,
        seconds_per_review=pace.seconds_per_review if pace else None,
        gb_seconds_this_month=used,
        free_share=used / FREE_GB_SECONDS,
    )


_SHOWN = (State.READY, State.FAILED, State.BLOCKED)


def day_of(now: float) -> datetime:
    """Return the last midnight, UTC."""
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def month_of(now: float) -> datetime:
    """Return the beginning of the month, UTC."""
    return day_of(now).replace(day=1)
