"""A review that a visitor has hidden, and the operator who is told of it."""

import boto3

from artreview.counters import Counters
from artreview.letters import Letterhead
from artreview.reported import Reported
from artreview.review import Review
from functions.submit.operator_mail import OperatorMail
from functions.submit.telling import Telling
from tests.aws import KEYS, SENDER, Account
from tests.events import report_event
from tests.fakes import FakeWorld, RecordingMailer
from tests.samples import REVIEW_ID, queued_review
from tests.submit.calls import answer

OPERATOR = "operator@example.org"
SITE = "https://reviews.example.org"
MAIL = OperatorMail(Letterhead("Art Review Generator", SITE, SENDER), OPERATOR, KEYS)


def hidden_by_visitor(account: Account, review_id: str = REVIEW_ID, **facts: object) -> Review:
    """Store a review and report it; return it as it is hidden."""
    account.store.add(queued_review(id=review_id, **facts))
    assert answer(report_event(review_id))["statusCode"] == 303
    return account.store.get(review_id)


def telling_of(
    account: Account, world: FakeWorld, *errors: Exception
) -> tuple[Telling, RecordingMailer]:
    """Return what tells the operator, and the stand-in for SES, which raises these errors first."""
    mailer = RecordingMailer(*errors)
    limits = boto3.resource("dynamodb").Table(account.environment["LIMITS_TABLE"])
    counters = Counters(limits, KEYS, world)
    told = Telling(Reported(account.store._table), counters, mailer, MAIL, world)  # type: ignore[arg-type]
    return told, mailer
