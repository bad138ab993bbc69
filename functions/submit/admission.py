"""How much one visitor may ask for, and all of them together, and what is said to who wants more.

What is refused here has cost one read, a conditional write for each limit, and before them the
look-up of the address's domain, if one was given with a good form; nothing is stored, queued or
sent. Counters that were taken before whatever refused are given back, as far as they answer: one
that stays counted is no reason for another answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.counters import DAY, HOUR, Counters, Limit, Taken, home_of
from artreview.errors import ArtReviewError, FieldError, LimitReached
from artreview.review import Review

GiveBack = Callable[[], None]
"""Undoes the counting of what came to nothing, as far as the counters answer. Raises nothing."""

logger = Logger(child=True)

_PROGRAMS = "program"
_VISITORS = "visitor"
_VISITORS_A_DAY = "visitor-of-the-day"
_ADDRESSES = "address"
_SITE = "site"
_REPORTS = "report"
_REPORTERS_AGAIN = "reporters-of-restored"

REPORTERS_TO_HIDE_AGAIN = 3
"""So many visitors hide, within a day, what one had hidden and the operator has restored."""

_WORDS = {
    _PROGRAMS: (
        "",
        "too_many_without_form",
        (
            "Without a form token, one network address may submit {most} times an hour. "
            "Send the token of a form (GET /generate), or try again in {wait}."
        ),
    ),
    _VISITORS: (
        "",
        "too_many_submissions",
        (
            "From one connection come at most {most} reviews an hour, and yours has had them. "
            "Try again in {wait}."
        ),
    ),
    _VISITORS_A_DAY: (
        "",
        "too_many_submissions",
        (
            "From one connection come at most {most} reviews a day, and yours has had them. "
            "Try again in {wait}."
        ),
    ),
    _ADDRESSES: (
        "submission_email",
        "too_many_mails",
        (
            "One address gets at most {most} mails a day from here, and this one has had them. "
            "Leave it empty, or try again in {wait}."
        ),
    ),
    _SITE: (
        "",
        "daily_ceiling",
        (
            "The machine has written as much today as its owner can pay for. "
            "It goes on in {wait}; come back then, please."
        ),
    ),
    _REPORTS: (
        "",
        "too_many_reports",
        (
            "From one connection come at most {most} reports an hour, and yours has sent them. "
            "Try again in {wait}."
        ),
    ),
}
"""By limit: the field that it is about, the code for programs, the words for the visitor."""

_NO_REVIEWS = (503, "The site takes no new reviews at present. Those that are there can be read.")
_CLOSED = {
    _PROGRAMS: (403, "Without a form token nothing is taken here. Send that of GET /generate."),
    _VISITORS: _NO_REVIEWS,
    _VISITORS_A_DAY: _NO_REVIEWS,
    _ADDRESSES: (422, "No mails are sent from here at present. Leave it empty, please."),
    _SITE: _NO_REVIEWS,
    _REPORTS: (503, "Reports are not taken at present."),
}
"""By limit that is 0: the status, and the words for the visitor. No wait would help."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The limits, as the template sets them."""

    hourly_submissions: int
    """From one network address."""
    daily_submissions: int
    """From one network address, well below the ceiling: nobody uses up the site alone."""
    hourly_programs: int
    """From one network address, without a form token; they count as submissions too."""
    hourly_reports: int
    """From one network address."""
    daily_mails: int
    """To one mail address."""
    daily_ceiling: int
    """Reviews of the whole site: what it may spend."""


class TooMany(ArtReviewError):
    """A limit is reached, or is 0; the words are for the visitor."""

    def __init__(self, error: FieldError, seconds_left: int, status: int = 429) -> None:
        """`seconds_left` is for Retry-After; 0 where waiting does not help."""
        super().__init__(error.code)
        self.error = error
        self.seconds_left = seconds_left
        self.status = status


@dataclass(frozen=True, slots=True)
class Admission:
    """Counts what one visitor asks for."""

    counters: Counters
    rates: Rates
    visitor: str
    """The network address that the request came from."""

    def to_submit(self, address: str, *, is_program: bool) -> GiveBack:
        """Let one more submission in, with a mail to this address where there is one.

        Raises TooMany.
        """
        home = home_of(self.visitor)
        wanted = [
            (Limit(_VISITORS, self.rates.hourly_submissions, HOUR), home),
            (Limit(_VISITORS_A_DAY, self.rates.daily_submissions, DAY), home),
        ]
        if is_program:
            wanted.insert(0, (Limit(_PROGRAMS, self.rates.hourly_programs, HOUR), home))
        if address:
            wanted.append((Limit(_ADDRESSES, self.rates.daily_mails, DAY), mailbox_of(address)))
        wanted.append((Limit(_SITE, self.rates.daily_ceiling, DAY), ""))
        return self._taken(wanted)

    def to_report(self) -> GiveBack:
        """Let one more report in. Raises TooMany."""
        limit = Limit(_REPORTS, self.rates.hourly_reports, HOUR)
        return self._taken([(limit, home_of(self.visitor))])

    def hides_again(self, review: Review) -> bool:
        """Note a report of a restored review; tell whether three visitors have sent one that day.

        Who has reported it is kept as the counters keep everybody: hashed, and for the day.
        """
        restored = f"{review.id} {review.restored_at:.3f}"  # a second restore is counted anew
        reporters = self.counters.gather(_REPORTERS_AGAIN, restored, home_of(self.visitor))
        return reporters >= REPORTERS_TO_HIDE_AGAIN

    def _taken(self, wanted: Sequence[tuple[Limit, str]]) -> GiveBack:
        taken: list[Taken] = []

        def give_back() -> None:
            for one in taken:
                self._give_back(one)

        for limit, who in wanted:
            try:
                taken.append(self.counters.take(limit, who))
            except LimitReached as reached:
                give_back()
                raise _too_many(limit, reached.seconds_left) from reached
            except Exception:
                give_back()
                raise
        return give_back

    def _give_back(self, taken: Taken) -> None:
        try:
            self.counters.give_back(taken)
        except (BotoCoreError, ClientError) as error:
            logger.warning("a counter was not given back", extra={"kind": type(error).__name__})


def mailbox_of(address: str) -> str:
    """Return what of an address tells one mailbox from another: not its case, nor its `+tag`."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _too_many(limit: Limit, seconds_left: float) -> TooMany:
    field, code, words = _WORDS[limit.kind]
    if limit.most < 1:
        status, closed_words = _CLOSED[limit.kind]
        return TooMany(FieldError(field, code, closed_words), 0, status)
    seconds = max(1, ceil(seconds_left))
    message = words.format(most=f"{limit.most:,}", wait=in_words(seconds))
    return TooMany(FieldError(field, code, message), seconds)


def in_words(seconds: int) -> str:
    """Return how long that is, rounded up: a minute, 12 minutes, 5 hours."""
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return "a minute"
    if minutes <= 60:
        return f"{minutes} minutes"
    return f"{ceil(minutes / 60)} hours"
