"""The form's function, from an AWS event to an answer."""

import io
import json

import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.review import Kinship, Mail, State
from functions.submit import handler
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.events import LambdaContext, http_event, report_event, submission_event
from tests.fakes import RecordingLambda
from tests.samples import REVIEW_ID, queued_review
from tests.submit.calls import answer, form

BAD_PROMPTS = {"": "prompt_missing", "   ": "prompt_missing", "a" * 256: "prompt_too_long"}


def test_a_form_is_sent_on_to_its_review(parts: SubmitParts, account: Account) -> None:
    """303 to the permalink; the review is stored and announced."""
    response = answer(submission_event(form(parts, submission_email="a@example.org")))
    assert response["statusCode"] == 303
    review_id = response["headers"]["location"].removeprefix("/r/")
    review = account.store.get(review_id)
    assert (review.state, review.mail, review.address) == (State.QUEUED, Mail.DUE, "a@example.org")
    assert account.queued == [review_id]


def test_a_review_is_stored_with_its_parent(parts: SubmitParts, account: Account) -> None:
    """Whether or not that one is there: its page is asked when it is shown."""
    response = answer(submission_event(form(parts, answers="a" * 16)))
    assert response["statusCode"] == 303
    review = account.store.get(response["headers"]["location"].removeprefix("/r/"))
    assert (review.kinship, review.parent) == (Kinship.ANSWER, "a" * 16)


def test_a_replayed_form_leads_to_the_same_review(parts: SubmitParts, account: Account) -> None:
    """Sent twice, it is one review."""
    first, second = (answer(submission_event(form(parts))) for _ in range(2))
    assert first["headers"]["location"] == second["headers"]["location"]
    assert len(account.queued) == 1


def test_a_program_gets_json(parts: SubmitParts) -> None:
    """202 with the id and the whole address; no form token is needed."""
    event = submission_event({"prompt": "A blue horse", "eccentricity": 7}, as_json=True)
    response = answer(event)
    body = json.loads(response["body"])
    assert response["statusCode"] == 202
    assert body["url"] == f"https://reviews.example.org/r/{body['id']}"
    assert json.loads(answer(event)["body"])["id"] != body["id"]


def test_a_form_without_its_token_is_not_taken(parts: SubmitParts, render: RecordingLambda) -> None:
    """Only a program may leave the token out."""
    response = answer(submission_event({"prompt": "A blue horse", "eccentricity": "7"}))
    assert response["statusCode"] == 422
    assert [error["code"] for error in render.asked[0]["errors"]] == ["form_token_missing"]
    message = render.asked[0]["errors"][0]["message"]
    assert "Open the form" in message
    assert "Content-Type: application/json" in message


@pytest.mark.parametrize("prompt", BAD_PROMPTS)
def test_a_refused_form_comes_back_filled_in(
    parts: SubmitParts, render: RecordingLambda, account: Account, prompt: str
) -> None:
    """422, each error beside its field, and nothing that was typed is lost."""
    ticked = {"gallery_check": "on", "again": "a" * 16}
    fields = form(parts, prompt=prompt, submission_email="a@example.org", **ticked)
    response = answer(submission_event(fields))
    assert response["statusCode"] == 422
    (page,) = render.asked
    assert page["errors"][0]["code"] == BAD_PROMPTS[prompt]
    assert page["values"] == {
        "prompt": prompt,
        "eccentricity": "7",
        "decade": "",
        "submission_email": "a@example.org",
        "answers": "",
        "again": "a" * 16,
        "gallery_check": "on",
    }
    assert account.queued == []


def test_a_refused_program_gets_every_error(parts: SubmitParts) -> None:
    """A JSON error names its code, its message and its field; the others stand beside the first."""
    response = answer(submission_event({"prompt": "", "eccentricity": 11}, as_json=True))
    assert response["statusCode"] == 422
    body = json.loads(response["body"])
    assert [(error["code"], error["field"]) for error in body["errors"]] == [
        ("prompt_missing", "prompt"),
        ("eccentricity_out_of_range", "eccentricity"),
    ]
    assert all(error["message"] for error in body["errors"])
    assert body["error"] == body["errors"][0]
    assert "retry-after" not in response["headers"]


@pytest.mark.parametrize("breakage", ["unreachable", "failed", "nonsense"])
def test_without_the_render_function_there_are_still_words(
    parts: SubmitParts, render: RecordingLambda, breakage: str
) -> None:
    """A plain page says what is wrong, with the visitor's text nowhere in it as markup."""
    if breakage == "unreachable":
        render.error = EndpointConnectionError(endpoint_url="https://lambda.example")
    elif breakage == "failed":
        render.answer = {"FunctionError": "Unhandled"}
    else:
        render.answer = {"Payload": io.BytesIO(b"[1]")}
    response = answer(submission_event(form(parts, prompt="<script>" * 40)))
    assert response["statusCode"] == 422
    assert "320 characters" in response["body"]
    assert "<script" not in response["body"]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", "prompt=x", 415),
        ("application/x-www-form-urlencoded", "a" * 1_000_000, 413),
        ("application/json", "{", 400),
        ("application/json", '{"prompt": "a\\ud800", "eccentricity": 5}', 202),
    ],
)
def test_other_bodies_have_a_status_of_their_own(
    parts: SubmitParts, content_type: str, body: str, status: int
) -> None:
    """Never a 5xx, whatever is sent."""
    headers = {"content-type": content_type}
    event = http_event("POST", "/submission", route="POST /submission", body=body, headers=headers)
    assert answer(event)["statusCode"] == status


def test_a_report_hides_the_review_at_once(parts: SubmitParts, account: Account) -> None:
    """The reporter is sent back to the page, which is gone."""
    account.store.add(queued_review())
    response = answer(report_event(REVIEW_ID))
    assert (response["statusCode"], response["headers"]["location"]) == (303, f"/r/{REVIEW_ID}")
    assert account.store.get(REVIEW_ID).state is State.BLOCKED
    again = answer(report_event(REVIEW_ID, accept="application/json"))
    assert (again["statusCode"], json.loads(again["body"])["state"]) == (200, "blocked")


@pytest.mark.parametrize("review_id", [REVIEW_ID, "..", "a/b", "x" * 5000, "", "%00"])
def test_reports_of_nothing_are_not_found(
    parts: SubmitParts, render: RecordingLambda, review_id: str
) -> None:
    """404, whatever the id is."""
    assert answer(report_event(review_id))["statusCode"] == 404
    assert render.asked[0]["code"] == "not_found"
    assert answer(report_event(review_id, accept="application/json"))["statusCode"] == 404


def test_the_log_holds_nothing_personal(
    parts: SubmitParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No address, no prompt and no IP, of good and of refused submissions."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    answer(submission_event(form(parts, submission_email="someone@example.org")))
    answer(submission_event(form(parts, submission_email="someone@@example.org")))
    log = written.getvalue()
    assert "submission accepted" in log
    assert "submission refused" in log
    for secret in ("someone", "blue horse", "192.0.2.7"):
        assert secret not in log


def test_the_sweep_answers_with_what_it_did(parts: SubmitParts, account: Account) -> None:
    """The schedule's log shows the counts."""
    account.store.add(queued_review(created_at=1.0, enqueued_at=1.0))
    told = handler.sweep({}, LambdaContext())  # type: ignore[arg-type]
    assert told == {"requeued": 1, "failed": 0, "undelivered": 0}
    assert account.queued == [REVIEW_ID]
