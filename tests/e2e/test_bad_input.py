"""Bad input over the real stack: clear words, the right status, never a 5xx, nothing lost."""

import json
from typing import Any

import pytest
import requests

from tests.e2e.site import awaited_state, submitted
from tests.stack import Stack

pytestmark = pytest.mark.stack

GOOD: dict[str, Any] = {"prompt": "A blue horse", "eccentricity": 7}
UNKNOWN = "0" * 16


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": "   "}, "prompt"),
        ({"prompt": "a" * 256}, "prompt"),
        ({"prompt": "\u0000\u0007"}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": ["a"]}, "prompt"),
        ({"eccentricity": 0}, "eccentricity"),
        ({"eccentricity": 11}, "eccentricity"),
        ({"eccentricity": "abc"}, "eccentricity"),
        ({"eccentricity": None}, "eccentricity"),
        ({"eccentricity": 5.5}, "eccentricity"),
        ({"eccentricity": "0" * 5000 + "7"}, "eccentricity"),
        ({"decade": "1390s"}, "decade"),
        ({"submission_email": "nobody"}, "submission_email"),
        ({"submission_email": "a@no-such-domain.invalid"}, "submission_email"),
        ({"submission_email": "a@example.org\r\nBcc: b@example.org"}, "submission_email"),
        ({"website": "https://spam.example"}, "website"),
        ({"form_token": "forged"}, ""),
    ],
)
def test_a_bad_field_is_named(stack: Stack, changes: dict[str, Any], field: str) -> None:
    """422 with the field, a code and words."""
    answer = requests.post(f"{stack.url}/submission", json=GOOD | changes, timeout=30)
    error = answer.json()["error"]
    assert (answer.status_code, error["field"]) == (422, field)
    assert error["code"]
    assert error["message"]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b'"prompt"', 400),
        ("application/json", b"\xff\xfe", 400),
        ("application/json", b'{"prompt": "' + b"a" * 1_000_000 + b'"}', 413),
        ("application/x-www-form-urlencoded", b"prompt=" + b"a" * 1_000_000, 413),
        ("application/x-www-form-urlencoded", b"", 422),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff%zz", 422),
        ("text/plain", b"prompt=horse", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("image/png", b"\x89PNG", 415),
    ],
)
def test_other_bodies_have_their_own_status(
    stack: Stack, content_type: str, body: bytes, status: int
) -> None:
    """Too large, of another type, or not what it says."""
    answer = requests.post(
        f"{stack.url}/submission", data=body, headers={"content-type": content_type}, timeout=30
    )
    assert answer.status_code == status
    assert answer.text


def test_a_form_that_is_refused_comes_back_filled_in(stack: Stack) -> None:
    """Nothing that was typed is lost, and none of it is markup."""
    fields = {"prompt": "<script>" * 40, "eccentricity": "7", "submission_email": "me@example.org"}
    answer = requests.post(f"{stack.url}/submission", data=fields, timeout=30)
    assert answer.status_code == 422
    assert "me@example.org" in answer.text
    assert "<script>" * 2 not in answer.text
    assert "&lt;script&gt;" * 40 in answer.text


@pytest.mark.parametrize(
    "prompt",
    [
        "🐎🎨👩\u200d🎨",
        "עברית ועוד \u202eקצת",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "<script>alert(1)</script>",
        "tabs\tand\r\nlines",
        "\u0301" * 20 + "a",
        "w" * 255,
    ],
)
def test_strange_prompts_are_prompts(stack: Stack, prompt: str) -> None:
    """They are accepted, and their page shows them as text."""
    review_url = submitted(stack.url, prompt=prompt, eccentricity=1)
    page = requests.get(review_url, timeout=30)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "{{7*7}}" in page.text or "7*7" not in prompt
    requests.post(f"{review_url}/report", timeout=30)  # nobody needs its text


@pytest.mark.parametrize(
    "path",
    [
        f"/r/{UNKNOWN}",
        f"/r/{UNKNOWN}/status",
        "/r/..",
        "/r/%2e%2e",
        "/r/a%2fb",
        "/r/a/b/c",
        "/r/" + "x" * 5000,
        "/r/",
        "/r/%00",
        "/r/%f0%9f%90%8e",
        "/static/../handler.py",
        "/static/%2e%2e/handler.py",
        "/no-such-page",
        "/_ministack/health",
        "/restapis",
    ],
)
def test_what_does_not_exist_is_not_found(stack: Stack, path: str) -> None:
    """404 with a page of ours, whatever the address is."""
    request = requests.Request("GET", stack.url).prepare()
    request.url = stack.url + path  # requests would tidy the dots away
    with requests.Session() as session:
        answer = session.send(request, timeout=30)
    assert answer.status_code == 404
    assert "Art Review Generator" in answer.text or json.loads(answer.text)["error"]["code"]


@pytest.mark.parametrize("review_id", [UNKNOWN, "..%2f", "x" * 5000])
def test_reports_of_nothing_are_not_found(stack: Stack, review_id: str) -> None:
    """404, or 405 where the id holds a slash and the address is no report's; nothing is created."""
    status = 405 if "%2f" in review_id else 404
    assert requests.post(f"{stack.url}/r/{review_id}/report", timeout=30).status_code == status
    assert requests.get(f"{stack.url}/r/{review_id}", timeout=30).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(stack: Stack, method: str) -> None:
    """405, with what is allowed."""
    answer = requests.request(method, f"{stack.url}/generate", timeout=30)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_after_all_that_a_good_submission_still_becomes_a_review(stack: Stack) -> None:
    """Bad input harms nobody else."""
    assert awaited_state(submitted(stack.url), "ready", "failed")["state"] == "ready"
