"""Reviews to test with."""

from typing import Any

from artreview.review import Mail, Review, State

REVIEW_ID = "0123456789abcdef"
NOW = 1_800_000_000.0


def queued_review(**changes: Any) -> Review:
    """Return a review that was just accepted, changed as asked."""
    facts: dict[str, Any] = {
        "id": REVIEW_ID,
        "state": State.QUEUED,
        "prompt": "A blue horse in the rain",
        "eccentricity": 7,
        "seed": 42,
        "created_at": NOW,
        "enqueued_at": NOW,
        "address": "reader@example.org",
        "mail": Mail.DUE,
    }
    return Review(**facts | changes)
