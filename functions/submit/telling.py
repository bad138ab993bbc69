"""The operator hears of what visitors have hidden: by the sweep, so that no visitor waits for it.

A report notes in the same write that hides a review that the operator is to be told. The sweep
sends the mails: one for each review, and beyond `OPERATOR_MAILS` of a day one an hour for several.
What does not go out stays due, and the next sweep tries again, for a day; what is hidden is on the
operator's list (`python -m operate reported`) whether or not a mail told of it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from aws_lambda_powertools import Logger

from artreview.counters import DAY, HOUR, Counters, Limit, Taken
from artreview.errors import (
    LimitReached,
    MailRefused,
    MailUncertain,
    MailUndelivered,
    MailUnwritable,
)
from artreview.limits import (
    MAIL_ATTEMPTS,
    MAIL_PATIENCE_SECONDS,
    OPERATOR_MAILS,
    OPERATOR_SUMMARIES,
    SENDING_SECONDS,
    SUMMARY_REVIEWS,
)
from artreview.mailer import Mailer
from artreview.reported import Reported
from artreview.review import Review
from artreview.world import World
from functions.submit.operator_mail import OperatorMail

_SINGLE = Limit("operator-mail", OPERATOR_MAILS, DAY)
_SUMMARY = Limit("operator-summary", OPERATOR_SUMMARIES, HOUR)

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class _Envelope:
    """Leave to send one mail, and how many reviews it may be about."""

    taken: Taken
    places: int


class _Outcome(Enum):
    """What became of one mail."""

    TOLD = auto()
    KEPT = auto()
    """This mail did not go out; the next one may."""
    STUCK = auto()
    """This mail did not go out, and the next one would not either."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells the operator."""

    reported: Reported
    counters: Counters
    mailer: Mailer
    mail: OperatorMail
    world: World

    def tell(self) -> int:
        """Send the mails that are due, and return how many reviews they were about.

        A mail that SES refuses, or that cannot be made, holds up no other. Where SES takes none, or
        nobody can tell, the others wait for the next sweep as well.
        """
        due = deque(self.reported.untold())
        told = 0
        while due and (envelope := self._envelope()):
            batch = [due.popleft() for _ in range(min(envelope.places, len(due)))]
            claimed = [review for one in batch if (review := self._claimed(one))]
            if not claimed:
                self.counters.give_back(envelope.taken)
                continue
            outcome = self._send(claimed, envelope)
            if outcome is _Outcome.STUCK:
                break
            told += len(claimed) if outcome is _Outcome.TOLD else 0
        return told

    def _envelope(self) -> _Envelope | None:
        """Count one more mail; None where the day and the hour have had theirs."""
        try:
            return _Envelope(self.counters.take(_SINGLE, ""), 1)
        except LimitReached:
            pass
        try:
            return _Envelope(self.counters.take(_SUMMARY, ""), SUMMARY_REVIEWS)
        except LimitReached:
            return None

    def _claimed(self, review_id: str) -> Review | None:
        """Take a review in hand; None where it is another's, or is not told of any more."""
        now = self.world.now()
        review = self.reported.claim(review_id, now)
        if review is None:
            return None
        is_too_late = now > review.settled_at + MAIL_PATIENCE_SECONDS
        if is_too_late or review.notice_attempts > MAIL_ATTEMPTS:
            self._give_up(review, "too late" if is_too_late else "tried too often")
            return None
        return review

    def _send(self, reviews: Sequence[Review], envelope: _Envelope) -> _Outcome:
        is_single = envelope.places == 1
        try:
            message = self.mail.about(reviews[0]) if is_single else self.mail.summary(reviews)
            self._check_claims(reviews)
            self.mailer.send(message)
        except (MailRefused, MailUndelivered) as error:
            for review in reviews:
                self.reported.release(review)
            self.counters.give_back(envelope.taken)
            self._warn(reviews, str(error))
            is_about_this_one = isinstance(error, MailRefused | MailUnwritable)
            return _Outcome.KEPT if is_about_this_one else _Outcome.STUCK
        except MailUncertain as error:  # the claims end by themselves, and each is tried once more
            self._warn(reviews, str(error))
            return _Outcome.STUCK
        for review in reviews:
            self.reported.settle(review)
        logger.info("the operator was told", extra={"reviews": [review.id for review in reviews]})
        return _Outcome.TOLD

    def _check_claims(self, reviews: Sequence[Review]) -> None:
        """Raise MailUndelivered where a claim may end before SES has answered."""
        oldest = min(review.notice_until for review in reviews)
        if self.world.now() > oldest - SENDING_SECONDS:
            raise MailUndelivered("the claims had grown old before the mail was made")

    def _give_up(self, review: Review, reason: str) -> None:
        self.reported.settle(review)
        facts = {"review": review.id, "reason": reason}
        logger.warning("no mail told the operator of a report", extra=facts)

    def _warn(self, reviews: Sequence[Review], reason: str) -> None:
        facts = {"reviews": [review.id for review in reviews], "reason": reason}
        logger.warning("the mail to the operator may not have gone out", extra=facts)
