"""What a visitor gets where something behind the function does not answer."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    ParamValidationError,
)

from artreview.errors import SettingMissing
from artreview.links import delete_path
from artreview.store import ReviewStore
from functions.submit import handler
from functions.submit.parts import SubmitParts
from tests.aws import KEYS
from tests.events import http_event, report_event, submission_event
from tests.fakes import RecordingLambda
from tests.samples import REVIEW_ID
from tests.submit.calls import answer, form

THROTTLED: Any = {"Error": {"Code": "Throttling", "Message": "someone@example.org: too fast"}}
ERRORS = [
    EndpointConnectionError(endpoint_url="https://dynamodb.example"),
    ClientError(THROTTLED, "PutItem"),
    ParamValidationError(report="someone@example.org is no string"),
    SettingMissing("LIMITS_TABLE: is not set"),
]


def fail_with(error: Exception) -> Any:
    """Return what always raises this."""

    def fail(*_: Any, **_named: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("as_json", [False, True], ids=["page", "JSON"])
def test_a_submission_that_cannot_be_stored_is_answered(
    parts: SubmitParts,
    render: RecordingLambda,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    as_json: bool,
) -> None:
    """503 with Retry-After: as JSON, or as the form with what was typed; no address is logged."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    monkeypatch.setattr(ReviewStore, "get", fail_with(error))
    typed = form(parts, submission_email="someone@example.org")
    response = answer(submission_event(typed, as_json=as_json))
    assert response["statusCode"] == 503
    if as_json:
        assert response["headers"]["retry-after"] == "60"
        assert json.loads(response["body"])["error"]["code"] == "unavailable"
    else:
        (page,) = render.asked
        assert (page["page"], page["headers"]) == ("form", {"retry-after": "60"})
        assert page["values"]["prompt"] == "A blue horse"
        assert page["values"]["submission_email"] == "someone@example.org"
        assert [told["code"] for told in page["errors"]] == ["unavailable"]
    log = written.getvalue()
    assert type(error).__name__ in log
    for secret in ("someone", "blue horse", "192.0.2.7"):
        assert secret not in log


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("route", ["report", "delete"])
def test_a_decision_that_cannot_be_stored_is_answered(
    parts: SubmitParts,
    render: RecordingLambda,
    monkeypatch: pytest.MonkeyPatch,
    route: str,
    accept: str,
) -> None:
    """503 with Retry-After, as a page or as JSON."""
    for write in ("block", "delete"):
        monkeypatch.setattr(ReviewStore, write, fail_with(ClientError(THROTTLED, "UpdateItem")))
    if route == "report":
        event = report_event(REVIEW_ID, accept=accept)
    else:
        event = http_event(
            "POST",
            f"/r/{REVIEW_ID}/delete",
            route="POST /r/{id}/delete",
            headers={"accept": accept},
            query={"token": delete_path(REVIEW_ID, KEYS).partition("token=")[2]},
            parameters={"id": REVIEW_ID},
        )
    response = answer(event)
    assert response["statusCode"] == 503
    if accept == "application/json":
        assert response["headers"]["retry-after"] == "60"
        assert json.loads(response["body"])["error"]["code"] == "unavailable"
    else:
        (page,) = render.asked
        assert (page["page"], page["code"]) == ("error", "unavailable")
        assert page["headers"] == {"retry-after": "60"}


def test_without_any_setting_there_are_still_words(
    parts: SubmitParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain page, where not even the name of the render function is known."""
    monkeypatch.setenv("RENDER_FUNCTION", "")
    monkeypatch.setenv("LIMITS_TABLE", "")
    handler.submit_parts.cache_clear()
    response = answer(submission_event(form(parts)))
    assert (response["statusCode"], response["headers"]["retry-after"]) == (503, "60")
    assert "does not answer just now" in response["body"]
