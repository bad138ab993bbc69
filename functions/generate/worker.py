"""One review from its message to its mail: claim, write, store, send.

Every step can be the last one before a crash, and a message can come twice. So each step asks the
store whether it is still to be done, and a step that was done is not done again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from aws_lambda_powertools import Logger

from artreview.errors import LeaseLost, MailRefused, MailUndelivered, ReviewSettled
from artreview.limits import MAIL_PATIENCE_SECONDS, MAX_ATTEMPTS, PROGRESS_SECONDS
from artreview.mailer import Mailer
from artreview.review import Mail, Provenance, Review
from artreview.site import Pace, SiteFacts
from artreview.store import ReviewStore
from artreview.world import World
from functions.generate.author import Author, Commission, Draft, Wish
from functions.generate.bundle import Bundle
from functions.generate.mail import Letterhead, results_message

_LEASE_BYTES = 8

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Worker:
    """Does what a message asks for."""

    bundle: Bundle
    author: Author
    store: ReviewStore
    site: SiteFacts
    mailer: Mailer
    letterhead: Letterhead
    world: World

    def work(self, review_id: str, deadline: float) -> None:
        """Write the review if it is still to be written, and send its mail if one is still due.

        At `deadline` (seconds since 1970) the writing ends with the sentence it is in. Raises
        ReviewLeased while another worker is at it, ReviewNotFound, and whatever went wrong, after
        the review was put back for the next try or, after the last, given up.
        """
        lease = self.world.random_bytes(_LEASE_BYTES).hex()
        try:
            review = self.store.claim(review_id, lease, self.world.now())
        except ReviewSettled:
            logger.info("nothing to write", extra={"review": review_id})
        else:
            self._write_or_put_back(review, deadline)
        self._send_mail(review_id)

    def _write_or_put_back(self, review: Review, deadline: float) -> None:
        try:
            self._write(review, deadline)
        except LeaseLost:
            logger.info("stopped: hidden, or taken over", extra={"review": review.id})
        except Exception as error:
            if review.attempts >= MAX_ATTEMPTS:
                self.store.fail(review.id, type(error).__name__, self.world.now())
            else:
                with suppress(LeaseLost):
                    self.store.release(review)
            raise

    def _write(self, review: Review, deadline: float) -> None:
        wish = _wishes(self.world.now, deadline)
        for draft in self.author.drafts(_commission(review), wish):
            drafted = _with_draft(review, draft)
            now = self.world.now()
            if draft.is_done:
                seconds = now - review.writing_since
                made_by = Provenance(self.bundle.name, self.bundle.hash, seconds)
                self.store.finish(drafted, made_by, now)
                self._report(drafted, seconds)
            else:
                self.store.record_progress(drafted, now)

    def _report(self, written: Review, seconds: float) -> None:
        facts = {"review": written.id, "attempt": written.attempts, "tokens": written.tokens}
        logger.info("review written", extra=facts | {"seconds": round(seconds, 2)})
        if seconds > 0:
            self.site.record_pace(Pace(written.tokens / seconds, seconds))

    def _send_mail(self, review_id: str) -> None:
        try:
            review = self.store.claim_mail(review_id, self.world.now())
        except ReviewSettled:
            return
        try:
            self.mailer.send(results_message(review, self.letterhead))
        except (MailRefused, MailUndelivered) as error:
            logger.warning("no mail", extra={"review": review_id, "reason": str(error)})
            is_late = self.world.now() > review.settled_at + MAIL_PATIENCE_SECONDS
            if isinstance(error, MailUndelivered) and not is_late:
                raise
            self.store.settle_mail(review_id, Mail.REFUSED)
        else:
            self.store.settle_mail(review_id, Mail.SENT)
            logger.info("mail sent", extra={"review": review_id})


def _commission(review: Review) -> Commission:
    return Commission(review.prompt, review.eccentricity, review.seed, review.decade)


def _with_draft(review: Review, draft: Draft) -> Review:
    return replace(review, text=draft.text, tokens=draft.tokens, target_tokens=draft.target_tokens)


def _wishes(now: Callable[[], float], deadline: float) -> Callable[[], Wish]:
    """Return what to wish for after each token: a look every `PROGRESS_SECONDS`, an end in time."""
    last_look = now()

    def wish() -> Wish:
        nonlocal last_look
        moment = now()
        if moment >= deadline:
            return Wish.AN_END
        if moment - last_look >= PROGRESS_SECONDS:
            last_look = moment
            return Wish.A_LOOK
        return Wish.MORE

    return wish
