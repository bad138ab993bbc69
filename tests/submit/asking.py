"""Visitors who ask for more than one review."""

from typing import Any

from artreview.tokens import NONCE_BYTES, issue_form_token
from functions.submit.admission import Rates
from functions.submit.parts import SubmitParts
from tests.aws import KEYS, Account
from tests.events import submission_event
from tests.submit.calls import answer, form

MANY = Rates(
    hourly_submissions=100,
    daily_submissions=100,
    hourly_programs=100,
    hourly_reports=100,
    daily_mails=100,
    daily_ceiling=100,
)


OTHERS = "198.51.100.1"


def new_form(parts: SubmitParts, **changes: Any) -> dict[str, Any]:
    """Return a form that nobody has sent yet."""
    nonce = parts.world.random_bytes(NONCE_BYTES)
    return form(parts, form_token=issue_form_token(nonce, parts.world.now() - 10, KEYS), **changes)


def sent(parts: SubmitParts, source: str = "192.0.2.7", **changes: Any) -> dict[str, Any]:
    """Send a new form."""
    return answer(submission_event(new_form(parts, **changes), source=source))


def sent_as_json(source: str = "192.0.2.7", **changes: Any) -> dict[str, Any]:
    """Submit as a program without a form token."""
    fields = {"prompt": "A blue horse", "eccentricity": 7} | changes
    return answer(submission_event(fields, as_json=True, source=source))


def counts(account: Account) -> dict[str, int]:
    """Return what is counted, by limit; empty counters left out."""
    items = [item for item in account.items("LIMITS_TABLE") if item["name"] != "secret"]
    taken = [(str(item["name"]).partition(" ")[0], int(item["taken"])) for item in items]
    return {kind: number for kind, number in taken if number}
