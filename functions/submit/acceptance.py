"""From a submission to a queued review: stored first, then announced."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.errors import (
    FieldError,
    ReviewNotFound,
    SubmissionRefused,
    TokenExpired,
    TokenRefused,
    TokenTooFresh,
)
from artreview.permalink import permalink_id
from artreview.queue import ReviewQueue
from artreview.review import Kinship, Mail, Review, State
from artreview.store import ReviewStore
from artreview.tokens import NONCE_BYTES, FormMark, form_mark
from artreview.world import World
from functions.submit.admission import GiveBack, TooMany
from functions.submit.submission import Submission

_SEED_BYTES = 4

logger = Logger(child=True)


def mark_of_form(token: str, keys: Sequence[bytes], now: float) -> FormMark:
    """Return the mark of a form that was handed out by us, not just now and not too long ago.

    Raises SubmissionRefused, with words for the visitor: the form that is shown again has a new
    token.
    """
    if not token:
        problem = FieldError(
            "",
            "form_token_missing",
            "This did not come from the form as it was handed out. Open the form and send that; "
            "a program sends JSON instead, with Content-Type: application/json.",
        )
        raise SubmissionRefused(problem)
    try:
        return form_mark(token, now, keys)
    except TokenTooFresh as error:
        problem = FieldError(
            "", "form_too_fast", "That was quick. Wait two seconds, then send it again."
        )
        raise SubmissionRefused(problem) from error
    except TokenExpired as error:
        problem = FieldError(
            "", "form_expired", "This form had been open for too long. Just send it again."
        )
        raise SubmissionRefused(problem) from error
    except TokenRefused as error:
        problem = FieldError(
            "",
            "form_unknown",
            "The form's token is none of ours, or was damaged on the way. Open the form anew, "
            "and send that.",
        )
        raise SubmissionRefused(problem) from error


def new_mark(keys: Sequence[bytes], world: World) -> FormMark:
    """Return a mark for a client that brings no form."""
    return FormMark(world.random_bytes(NONCE_BYTES), keys[0])


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes submissions in."""

    store: ReviewStore
    queue: ReviewQueue
    world: World

    def accept(self, submission: Submission, mark: FormMark, admit: Callable[[], GiveBack]) -> str:
        """Store the review as `queued`, send its id to the queue, and return the id.

        `admit` counts what is new, and raises TooMany. The same form with the same words is the
        same review: nothing happens twice, and nothing is counted twice; nor is what could not be
        stored. Raises SubmissionRefused
        where the form has made another review already. A queue that does not answer is no reason
        to refuse: the review is stored, and the sweep sends it on.
        """
        review = _queued_review(submission, permalink_id(mark.nonce, mark.key), self.world)
        if self._is_known(review):
            return review.id
        try:
            give_back = admit()
        except TooMany:
            if self._is_known(review):  # sent twice at once, and the other one came in
                return review.id
            raise
        try:
            stored = self._stored(review)
        except Exception:
            give_back()
            raise
        if stored.seed != review.seed:  # else it is our own write, perhaps with its answer lost
            give_back()
            _check_is_same(stored, review)
            return review.id
        self._announce(review)
        return review.id

    def _stored(self, review: Review) -> Review:
        """Store the review; return what is stored under its id, which may be another one."""
        review = self._with_true_lineage(review)
        return review if self.store.add(review) else self.store.get(review.id)

    def _with_true_lineage(self, review: Review) -> Review:
        """Return the review; without a parent where it says to repeat one and has other words.

        Prompts never change, so this holds for good; and what is no kin takes no place among the
        parent's children, of which a page names only the newest.
        """
        if review.kinship is not Kinship.AGAIN:
            return review
        with suppress(ReviewNotFound):
            if self.store.get(review.parent).prompt == review.prompt:
                return review
        return replace(review, kinship=Kinship.NONE, parent="")

    def _announce(self, review: Review) -> None:
        """Send the id to the queue, or leave that to the sweep: the next, or one ten minutes on."""
        try:
            self.queue.send(review.id)
        except (BotoCoreError, ClientError):
            logger.exception("the queue did not take review %s; the sweep will send it", review.id)
        else:
            return
        try:
            self.store.mark_enqueued(review, 0.0)
        except (BotoCoreError, ClientError):
            logger.exception("review %s waits for a later sweep", review.id)

    def _is_known(self, review: Review) -> bool:
        """Tell whether the form has made this review already. Raises SubmissionRefused."""
        try:
            stored = self.store.get(review.id)
        except ReviewNotFound:
            return False
        _check_is_same(stored, review)
        return True


def _queued_review(submission: Submission, review_id: str, world: World) -> Review:
    now = world.now()
    return Review(
        id=review_id,
        state=State.QUEUED,
        prompt=submission.prompt,
        eccentricity=submission.eccentricity,
        seed=int.from_bytes(world.random_bytes(_SEED_BYTES), "big"),
        created_at=now,
        enqueued_at=now,
        decade=submission.decade,
        address=submission.address,
        mail=Mail.DUE if submission.address else Mail.NONE,
        wants_updates=submission.wants_updates,
        in_gallery=submission.in_gallery,
        kinship=submission.kinship,
        parent=submission.parent,
    )


def _check_is_same(stored: Review, sent: Review) -> None:
    def words(review: Review) -> tuple[str, int, str]:
        return review.prompt, review.eccentricity, review.decade

    is_other_address = stored.address not in {"", sent.address}
    if words(stored) != words(sent) or is_other_address:
        raise SubmissionRefused(
            FieldError(
                "",
                "form_used",
                "This form has made a review already, from other words. Send it again.",
            )
        )
