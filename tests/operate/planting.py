"""Reviews for the operator to look at."""

from dataclasses import replace
from typing import Any

from artreview.review import Provenance
from tests.aws import Account
from tests.samples import NOW, queued_review

WROTE = Provenance(model="lectern-11m", model_hash="9f3ab20c41d7", seconds=10.0, shared_words=7)


def plant_ready(account: Account, review_id: str, settled_at: float = NOW, **changes: Any) -> None:
    """Store a review that is written."""
    account.store.add(queued_review(id=review_id, **changes))
    claimed = account.store.claim(review_id, "lease", settled_at - 10)
    account.store.finish(replace(claimed, text="A text."), WROTE, settled_at)
