"""What the operator decides about a hiding, with the link of the mail that told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from artreview.errors import HidingOver, ReviewNotFound
from artreview.links import hiding_of
from artreview.permalink import is_permalink_id
from artreview.reported import Reported
from artreview.review import State
from artreview.store import ReviewStore
from functions.submit.bodies import Fields, RequestRefused
from functions.submit.second_chances import Return


class Decision(StrEnum):
    """What the page's two buttons say."""

    KEEP = "keep"
    RESTORE = "restore"


def decision_of(fields: Fields) -> Decision:
    """Return which button was pressed. Raises RequestRefused."""
    try:
        return Decision(fields.text("decision"))
    except ValueError as error:
        message = "Say decision=keep or decision=restore; the page's two buttons do."
        raise RequestRefused(400, "decision_missing", message) from error


@dataclass(frozen=True, slots=True)
class Judging:
    """Decides."""

    store: ReviewStore
    reported: Reported
    way_back: Return
    keys: Sequence[bytes]

    def judge(self, review_id: str, token: str, decision: Decision, now: float) -> State:
        """Keep a review hidden, or show it again; return how it stands then. Twice is fine.

        Raises ReviewNotFound; TokenForged where the token is not this review's; and HidingOver
        where the hiding that the token is about was decided otherwise meanwhile.
        """
        if not is_permalink_id(review_id):
            raise ReviewNotFound("what is to be judged has no review's id")
        hidden_at = hiding_of(review_id, token, self.keys)
        if decision is Decision.KEEP:
            is_done = self.reported.keep(review_id, hidden_at, now)
        else:
            is_done = self.way_back.restore_hiding(review_id, hidden_at, now)
        review = self.store.get(review_id)
        was_restored = review.restored_at > hidden_at and not review.state.is_hidden
        if is_done or (decision is Decision.RESTORE and was_restored):
            return review.state
        raise HidingOver(f"review {review_id} is {review.state}, and not since that report")
