"""What the operator asks for: failed reviews are tried again, hidden ones are shown again.

The sweep's function is called with `{"retry": ["id", …]}` or `{"restore": ["id", …]}`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.errors import ReviewNotFound
from artreview.permalink import is_permalink_id
from artreview.queue import ReviewQueue
from artreview.review import Review, State
from artreview.second_chances import SecondChances
from artreview.store import ReviewStore

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What became of the wish to bring reviews back."""

    queued: tuple[str, ...]
    """These are going to be written."""
    shown: tuple[str, ...]
    """These can be read."""
    refused: tuple[str, ...]
    """Of these ids there is no review that failed, or is hidden; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Return:
    """The way back."""

    chances: SecondChances
    store: ReviewStore
    queue: ReviewQueue

    def retry(self, ids: Sequence[str], now: float) -> BroughtBack:
        """Queue failed reviews again."""
        return self._brought_back(ids, lambda wanted: self.chances.retry(wanted, now))

    def restore(self, ids: Sequence[str], now: float) -> BroughtBack:
        """Show hidden reviews again; what had not been written is queued."""
        return self._brought_back(ids, lambda wanted: self.chances.restore(wanted, now))

    def restore_hiding(self, review_id: str, hidden_at: float, now: float) -> bool:
        """Show a review again that was hidden then; False where it is not, or was hidden since."""
        done = self._brought_back(
            [review_id], lambda wanted: self.chances.restore(wanted, now, hidden_at)
        )
        return not done.refused

    def _brought_back(
        self, ids: Sequence[str], change: Callable[[str], Review | None]
    ) -> BroughtBack:
        changed = {wanted: _changed(wanted, change) for wanted in ids}
        reviews = {wanted: review for wanted, review in changed.items() if review}
        queued = [wanted for wanted, review in reviews.items() if review.state is State.QUEUED]
        for wanted in queued:
            self._send(reviews[wanted])
        logger.info("brought back", extra={"reviews": [*reviews]})
        return BroughtBack(
            queued=tuple(queued),
            shown=tuple(wanted for wanted in reviews if wanted not in queued),
            refused=tuple(wanted for wanted in changed if wanted not in reviews),
        )

    def _send(self, review: Review) -> None:
        """Send the id; a queue that does not answer is no matter, for the sweep sends it then."""
        try:
            self.queue.send(review.id)
        except (BotoCoreError, ClientError):
            logger.exception("the queue did not take a review", extra={"review": review.id})
            self.store.mark_enqueued(review, 0.0)


def _changed(wanted: str, change: Callable[[str], Review | None]) -> Review | None:
    try:
        return change(wanted) if is_permalink_id(wanted) else None
    except ReviewNotFound:
        return None
