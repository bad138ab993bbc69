"""Reviews to test with."""

from typing import Any

from artreview.review import Mail, Review, State
from artreview.site import ModelFacts

REVIEW_ID = "0123456789abcdef"
NOW = 1_800_000_000.0
MODEL = ModelFacts(
    name="lectern-11m",
    hash="9f3ab20c41d7",
    base_model="trained from scratch",
    parameters=11_400_000,
    license_of_weights="CC0-1.0",
    license_of_corpus="public domain",
    decades=("1880s", "1890s"),
    corpus_books=43,
    corpus_words=3_812_000,
)


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
