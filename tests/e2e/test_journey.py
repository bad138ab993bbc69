"""The whole path over the real stack: a prompt, a review, a mail, a report."""

from typing import Any

import pytest
import requests

from local.serve import OPERATOR
from tests.e2e.site import awaited, awaited_state, form_fields, status_of, submitted
from tests.stack import Stack

pytestmark = pytest.mark.stack


def visitors_mails(stack: Stack) -> list[dict[str, Any]]:
    """Return the mails, the newest first, without those that tell the operator of a report."""
    return [mail for mail in stack.outbox() if mail["to"] != OPERATOR]


def test_from_the_form_to_the_mail_to_the_report(stack: Stack) -> None:
    """The form's 303, the review by the real engine, the mail with its link, the report, 410."""
    fields = form_fields(requests.get(stack.url, timeout=30).text)
    fields |= {"prompt": "The portraits in this small room", "submission_email": "a@example.org"}

    def accepted() -> str | None:
        answer = requests.post(
            f"{stack.url}/submission", data=fields, allow_redirects=False, timeout=30
        )
        assert answer.status_code in {303, 422}  # 422: within two seconds it is too fast
        return answer.headers.get("location")

    path = awaited(accepted, "the form to be taken")
    review_url = f"{stack.url}{path}"
    status = awaited_state(review_url, "ready", "failed")
    assert status["state"] == "ready"
    assert status["text"].startswith("The portraits in this small room")
    assert status["text"][-1] in ".!?…'\")"

    mail = awaited(lambda: next(iter(visitors_mails(stack)), None), "the mail")
    assert (mail["to"], mail["subject"]) == ("a@example.org", "Your results are ready")
    assert review_url in mail["text"]
    assert review_url in mail["html"]
    page = requests.get(review_url, timeout=30)
    assert page.status_code == 200
    assert "The portraits in this small room" in page.text

    report = requests.post(f"{review_url}/report", allow_redirects=False, timeout=30)
    assert report.status_code == 303
    assert requests.get(review_url, timeout=30).status_code == 410
    assert requests.get(f"{review_url}/status", timeout=30).status_code == 410
    assert len(visitors_mails(stack)) == 1


def test_killed_in_the_middle_of_a_review_nothing_is_lost(stack: Stack) -> None:
    """After kill -9 and a restart the review is finished, and exactly one mail was sent."""
    before = len(visitors_mails(stack))
    review_url = submitted(stack.url, submission_email="b@example.org")
    awaited_state(review_url, "writing")
    stack.kill()
    stack.restart()
    assert status_of(review_url)["state"] in {"queued", "writing", "ready"}
    assert awaited_state(review_url, "ready", "failed")["state"] == "ready"
    awaited(lambda: visitors_mails(stack)[before:] or None, "the mail")
    again = submitted(stack.url, submission_email="c@example.org")
    awaited_state(again, "ready")
    awaited(lambda: visitors_mails(stack)[before + 1 :] or None, "the second mail")
    addressees = [
        mail["to"] for mail in visitors_mails(stack)[: len(visitors_mails(stack)) - before]
    ]
    assert sorted(addressees) == ["b@example.org", "c@example.org"]


def test_a_kill_right_after_the_answer_loses_nothing(stack: Stack) -> None:
    """What was accepted is on disk before the visitor hears of it."""
    review_url = submitted(stack.url, prompt="Accepted a moment before the end")
    stack.kill()
    stack.restart()
    status = awaited_state(review_url, "ready", "failed")
    assert status["state"] == "ready"
    assert status["text"].startswith("Accepted a moment before the end")
