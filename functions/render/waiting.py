"""How far a review is: its place in the queue, and an honest estimate of what is left."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from artreview.limits import QUEUE_PLACES
from artreview.review import Review, State
from artreview.site import Pace
from functions.render.reading import set_text

_MINUTE = 60
_HOUR = 60 * _MINUTE
_TRUSTED_TOKENS = 20
"""A review's own speed counts from here on: before that, the first word's delay is most of it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a review stands now."""

    review: Review
    position: int
    """1 for the next in line; 0 once it is being written, or settled."""
    eta_seconds: int | None
    """None where nobody can know, and where nothing is left to wait for."""

    def as_status(self, *, is_set: bool = False) -> dict[str, Any]:
        """Return the body of `/r/{id}/status`; the text of a hidden review stays out.

        The text is as it is stored or, for the page that follows it, as print sets it.
        """
        review = self.review
        text = set_text(review.prompt, review.text) if is_set else review.text
        return {
            "state": review.state.value,
            "position": self.position,
            "tokens": review.tokens,
            "target_tokens": review.target_tokens,
            "text": "" if review.state.is_hidden else text,
            "eta_seconds": self.eta_seconds,
        }

    @property
    def place(self) -> str:
        """The place in words."""
        if self.position <= 1:
            return "Next in line"
        if self.position > QUEUE_PLACES:
            return f"More than {QUEUE_PLACES:,} are ahead"
        ahead = self.position - 1
        return "One review is ahead" if ahead == 1 else f"{ahead} reviews are ahead"

    @property
    def estimate(self) -> str:
        """The estimate in words; empty where there is none."""
        return "" if self.eta_seconds is None else duration(self.eta_seconds)


def standing(review: Review, place: int, pace: Pace | None, at_once: int, now: float) -> Standing:
    """Return where the review stands, given its place in the queue and how fast things go.

    `at_once` is how many reviews are written at a time, by all workers together.
    """
    if review.state is State.QUEUED:
        eta = _turns(place, at_once) * pace.seconds_per_review if pace else None
        return Standing(review, place, _whole(eta))
    if review.state is State.WRITING:
        is_in_hand = review.lease_until > now  # else its worker died, and another is to come
        left = _left_to_write(review, pace, now) if is_in_hand else None
        return Standing(review, 0, _whole(left))
    return Standing(review, 0, None)


def duration(seconds: int) -> str:
    """Return a length of time as one would say it, rounded up rather than down."""
    if seconds <= 5:
        return "a few seconds"
    if seconds <= 50:
        return f"about {ceil(seconds / 10) * 10} seconds"
    minutes = ceil(seconds / _MINUTE - 0.25)
    if seconds < _HOUR:
        return "about a minute" if minutes <= 1 else f"about {minutes} minutes"
    hours = ceil(seconds / _HOUR - 0.25)
    return "about an hour" if hours <= 1 else f"about {hours} hours"


def _turns(place: int, at_once: int) -> int:
    """Return how many times the workers have to write what they take until this one is done."""
    return ceil(place / max(at_once, 1))


def _left_to_write(review: Review, pace: Pace | None, now: float) -> float | None:
    elapsed = max(now - review.writing_since, 0.0)
    left = review.target_tokens - review.tokens
    if review.tokens >= _TRUSTED_TOKENS and elapsed > 0:
        return left * elapsed / review.tokens
    if pace is None:
        return None
    if review.target_tokens and pace.tokens_per_second > 0:
        return left / pace.tokens_per_second
    return pace.seconds_per_review - elapsed


def _whole(seconds: float | None) -> int | None:
    """Return whole seconds, never fewer than one: what is not done takes a moment yet."""
    return None if seconds is None else max(ceil(seconds), 1)
