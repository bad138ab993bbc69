"""Every error that the domain raises.

    ArtReviewError
    ├── SettingMissing             a function was started without a setting that it needs
    ├── SubmissionRefused          what a visitor sent cannot become a review
    ├── TokenRefused               a signed token that is not to be trusted
    │   ├── TokenForged            not signed by us, or damaged
    │   ├── TokenTooFresh          signed a moment ago: nobody fills a form in that fast
    │   └── TokenExpired           signed too long ago
    ├── LimitReached               somebody, or everybody together, has had as much as is allowed
    ├── SubscriptionUnknown        nobody subscribed with this token, or it was too long ago
    ├── ReviewNotFound             no review has this id
    ├── HidingOver                 what is to be judged was hidden at another time, or is shown
    ├── ReviewLeased               another worker is writing this review right now
    ├── ReviewSettled              nothing is left to be written: ready, failed, blocked or deleted
    ├── LeaseLost                  this worker's claim on a review is over
    ├── MailRefused                the mail service will never take this mail
    ├── MailUndelivered            the mail service did not take this mail now
    │   └── MailUnwritable         this mail could not be written down; others may be
    └── MailUncertain              the mail service may have taken this mail, or not

The functions add their own branches below `ArtReviewError` (the engine's, for one). A message says
what was got and what is allowed. It holds no prompt and no address: messages are logged.
"""

from dataclasses import dataclass


class ArtReviewError(Exception):
    """The root of the tree."""


class SettingMissing(ArtReviewError):
    """A function was started without a setting that it needs."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a form.

    `code` is for programs and stays the same; `message` is for the visitor; `field` names the form
    field, or is empty where the form as a whole is meant.
    """

    field: str
    code: str
    message: str


class SubmissionRefused(ArtReviewError):
    """What a visitor sent cannot become a review."""

    def __init__(self, *errors: FieldError) -> None:
        """Hold the errors, in the order of the form's fields."""
        super().__init__(", ".join(f"{error.field or 'form'}: {error.code}" for error in errors))
        self.errors = errors


class TokenRefused(ArtReviewError):
    """A signed token that is not to be trusted."""


class TokenForged(TokenRefused):
    """The token was not signed by us, or was damaged on the way."""


class TokenTooFresh(TokenRefused):
    """The token was signed a moment ago."""


class TokenExpired(TokenRefused):
    """The token was signed too long ago."""


class LimitReached(ArtReviewError):
    """Somebody, or everybody together, has had as much as is allowed."""

    def __init__(self, kind: str, seconds_left: float) -> None:
        """`kind` names the limit; `seconds_left` says when it begins anew."""
        super().__init__(f"the limit {kind!r} is reached for another {seconds_left:.0f} s")
        self.kind = kind
        self.seconds_left = seconds_left


class SubscriptionUnknown(ArtReviewError):
    """Nobody waits to be subscribed under this id: it was too long ago, or they have left."""


class ReviewNotFound(ArtReviewError):
    """No review has this id."""


class HidingOver(ArtReviewError):
    """The hiding that is to be judged is over: the review is shown again, or was hidden anew."""


class ReviewLeased(ArtReviewError):
    """Another worker is writing this review right now."""

    def __init__(self, review_id: str, seconds_left: float) -> None:
        """`seconds_left` says how long the other worker's lease still runs."""
        super().__init__(f"review {review_id} is leased for another {seconds_left:.0f} s")
        self.seconds_left = seconds_left


class ReviewSettled(ArtReviewError):
    """Nothing is left to be written: the review is ready, failed, blocked or deleted."""


class LeaseLost(ArtReviewError):
    """This worker's claim on a review is over: it expired, or the review was hidden or deleted."""


class MailRefused(ArtReviewError):
    """The mail service will never take this mail, so trying again is no use."""


class MailUndelivered(ArtReviewError):
    """The mail service did not take this mail now; it may later."""


class MailUnwritable(MailUndelivered):
    """This mail could not be written down for the mail service, which was not asked."""


class MailUncertain(ArtReviewError):
    """The mail service may have taken this mail, or not: nobody can tell."""
