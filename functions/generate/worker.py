"""Reviews from their messages to their mails: claim, write, store, send.

Every step can be the last one before a crash, and a message can come twice. So each step asks the
store whether it is still to be done, and a step that was done is not done again. The reviews of one
batch are written together; what goes wrong with one of them is its own affair.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from aws_lambda_powertools import Logger

from artreview.errors import (
    LeaseLost,
    MailRefused,
    MailUncertain,
    MailUndelivered,
    ReviewSettled,
)
from artreview.letters import Letterhead
from artreview.limits import (
    MAIL_ATTEMPTS,
    MAIL_PATIENCE_SECONDS,
    MAX_ATTEMPTS,
    PROGRESS_SECONDS,
    SENDING_SECONDS,
)
from artreview.mailer import Mailer
from artreview.review import Mail, Provenance, Review
from artreview.site import Pace, SiteFacts
from artreview.store import ReviewStore
from artreview.world import World
from functions.generate.author import Author, Commission, Draft, Wish
from functions.generate.bundle import Bundle
from functions.generate.decency import is_fit_for_gallery
from functions.generate.links import LinkMaker
from functions.generate.mail import results_message

_LEASE_BYTES = 8

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Worker:
    """Does what messages ask for."""

    bundle: Bundle
    author: Author
    store: ReviewStore
    site: SiteFacts
    mailer: Mailer
    letterhead: Letterhead
    links: LinkMaker
    world: World

    def work(self, review_ids: Sequence[str], deadline: float) -> dict[str, Exception]:
        """Write the reviews that are still to be written; send the mails that are still due.

        At `deadline` (seconds since 1970) the writing ends with the sentences it is in. Returns
        what went wrong, by id: ReviewLeased while another worker is at it, ReviewNotFound, and
        whatever else, after the review was put back for the next try or, after the last, given up.
        """
        return _Shift(self, deque(review_ids), deadline).outcome()

    def send_mail(self, review_id: str) -> None:
        """Send the mail about a finished review where one is due.

        What certainly did not go out is raised, and tried again for `MAIL_PATIENCE_SECONDS`: it
        could not be built, or SES did not take it. Where nobody can tell (no answer, or a worker
        that died), it is sent `MAIL_ATTEMPTS` times in all. Then the address is forgotten.
        """
        now = self.world.now()
        try:
            review = self.store.claim_mail(review_id, now)
        except ReviewSettled:
            return
        if now > review.settled_at + MAIL_PATIENCE_SECONDS:
            self._give_up(review, "it was tried for too long")
        elif review.mail_attempts > MAIL_ATTEMPTS:
            self._give_up(review, "a worker died over it too often")
        else:
            self._send(review, now)

    def _send(self, review: Review, now: float) -> None:
        try:
            message = results_message(review, self.letterhead, self.links.links_for(review, now))
            self._check_claim(review)
        except Exception:
            self.store.release_mail(review)
            raise
        try:
            self.mailer.send(message)
        except MailRefused as error:
            self._give_up(review, str(error))
        except MailUndelivered:
            self.store.release_mail(review)
            raise
        except MailUncertain as error:
            if review.mail_attempts < MAIL_ATTEMPTS:
                raise
            self._give_up(review, str(error))
        else:
            self.store.settle_mail(review.id, Mail.SENT)
            logger.info("mail sent", extra={"review": review.id})

    def _check_claim(self, review: Review) -> None:
        """Raise MailUndelivered where the claim may end before SES has answered.

        Another worker would send the mail as well.
        """
        if self.world.now() > review.mail_until - SENDING_SECONDS:
            raise MailUndelivered("the claim had grown old before the mail was made")

    def _give_up(self, review: Review, reason: str) -> None:
        logger.warning("no mail", extra={"review": review.id, "reason": reason})
        self.store.settle_mail(review.id, Mail.REFUSED)


@dataclass(slots=True)
class _InHand:
    """A review that is being written."""

    review: Review
    last_look: float
    is_wanted: bool = True


class _Shift:
    """One batch of messages, from the first claim to the last mail."""

    def __init__(self, worker: Worker, to_do: deque[str], deadline: float) -> None:
        self._worker = worker
        self._to_do = to_do
        self._deadline = deadline
        self._in_hand: dict[int, _InHand] = {}
        self._errors: dict[str, Exception] = {}

    def outcome(self) -> dict[str, Exception]:
        """Do it all; return what went wrong, by id."""
        self._begin_what_there_is_room_for()
        try:
            for draft in self._worker.author.drafts(self._wish):
                self._take(draft)
                self._begin_what_there_is_room_for()
        except Exception as error:  # noqa: BLE001 - the engine's, so it is every review's in hand
            for in_hand in self._in_hand.values():
                self._put_back(in_hand.review, error)
            self._errors |= dict.fromkeys(self._to_do, error)
        return self._errors

    def _begin_what_there_is_room_for(self) -> None:
        """Claim a review only when it can be written at once: a lease does not wait in line."""
        while self._to_do and self._worker.author.free_places > 0:
            review_id = self._to_do.popleft()
            with self._charging(review_id):
                self._begin(review_id)

    def _begin(self, review_id: str) -> None:
        worker = self._worker
        now = worker.world.now()
        lease = worker.world.random_bytes(_LEASE_BYTES).hex()
        try:
            review = worker.store.claim(review_id, lease, now)
        except ReviewSettled:
            logger.info("nothing to write", extra={"review": review_id})
            worker.send_mail(review_id)
            return
        try:
            piece = worker.author.begin(_commission(review), self._deadline)
        except Exception as error:  # noqa: BLE001 - whatever it is, the review goes back
            self._put_back(review, error)
        else:
            self._in_hand[piece] = _InHand(review, now)

    def _wish(self, piece: int) -> Wish:
        """Look at a review every `PROGRESS_SECONDS`; drop it when nobody wants it any more."""
        in_hand = self._in_hand[piece]
        if not in_hand.is_wanted:
            del self._in_hand[piece]
            return Wish.NO_MORE
        moment = self._worker.world.now()
        if moment - in_hand.last_look < PROGRESS_SECONDS:
            return Wish.MORE
        in_hand.last_look = moment
        return Wish.A_LOOK

    def _take(self, draft: Draft) -> None:
        """Store a draft, and mail a finished one."""
        in_hand = self._in_hand[draft.piece]
        review = replace(
            in_hand.review,
            text=draft.text,
            tokens=draft.tokens,
            target_tokens=draft.target_tokens,
        )
        try:
            if draft.is_done:
                del self._in_hand[draft.piece]
                self._finish(review, draft.shared_words)
            else:
                self._worker.store.record_progress(review, self._worker.world.now())
        except LeaseLost:
            logger.info("stopped: hidden, or taken over", extra={"review": review.id})
            in_hand.is_wanted = False
        except Exception as error:  # noqa: BLE001 - this review's affair, not the others'
            in_hand.is_wanted = False
            self._put_back(review, error)
            return
        if draft.is_done:  # a lease that was lost, too: by our own write, if its answer was lost
            with self._charging(review.id):
                self._worker.send_mail(review.id)

    def _finish(self, review: Review, shared_words: int | None) -> None:
        worker = self._worker
        now = worker.world.now()
        seconds = now - review.writing_since
        made_by = Provenance(worker.bundle.name, worker.bundle.hash, seconds, shared_words)
        if review.in_gallery and not _is_fit(review):
            review = replace(review, in_gallery=False)
            logger.info("kept out of the gallery", extra={"review": review.id})
        worker.store.finish(review, made_by, now)
        facts = {"review": review.id, "attempt": review.attempts, "tokens": review.tokens}
        logger.info("review written", extra=facts | {"seconds": round(seconds, 2)})
        if seconds > 0:
            self._record(Pace(review.tokens / seconds, seconds))

    def _record(self, pace: Pace) -> None:
        """Tell the site how fast it was; an average can do without one review."""
        try:
            self._worker.site.record_pace(pace)
        except Exception:
            logger.exception("the pace was not recorded")

    def _put_back(self, review: Review, error: Exception) -> None:
        """Leave a review to the next try or, after the last, give it up; note the error."""
        self._errors[review.id] = error
        try:
            if review.attempts >= MAX_ATTEMPTS:
                self._give_up(review, type(error).__name__)
            else:
                with suppress(LeaseLost):
                    self._worker.store.release(review)
        except Exception as worse:  # noqa: BLE001 - its lease will end by itself
            self._errors[review.id] = worse

    def _give_up(self, review: Review, reason: str) -> None:
        worker = self._worker
        if worker.store.fail(review.id, reason, worker.world.now(), review.lease):
            facts = {"review": review.id, "reason": reason, "given_up": 1}
            logger.error("a review was given up", extra=facts)  # the operator is told of these

    @contextmanager
    def _charging(self, review_id: str) -> Iterator[None]:
        """Note an error as this review's, and go on with the others."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the handler reports it, with its trace
            self._errors[review_id] = error


def _commission(review: Review) -> Commission:
    return Commission(review.prompt, review.eccentricity, review.seed, review.decade)


def _is_fit(review: Review) -> bool:
    """Tell whether the gallery may list it; a check that breaks costs a place there, no review."""
    try:
        return is_fit_for_gallery(review.prompt, review.text)
    except Exception:
        logger.exception("the gallery's check broke")
        return False
