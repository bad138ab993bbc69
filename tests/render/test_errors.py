"""What goes wrong, and how it is told."""

import io
import json
from typing import Any
from urllib.parse import quote

import pytest

from artreview.review import State
from functions.render import handler
from functions.render.requests import wants_json
from tests.render.visit import Visit
from tests.samples import REVIEW_ID

JSON = "application/json"


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/r/",
        "/r",
        "/r/a/b/c",
        "//",
        "/static/",
        "/🐎",
        "/%00",
    ],
)
def test_an_unknown_address_is_a_page_that_leads_on(site: Visit, address: str) -> None:
    """404, in words, with a way to the form."""
    answer = site.get(address)
    assert answer.status == 404
    assert "There is no page here" in answer.main
    assert answer.page.select('main a[href="/generate"]')


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize("address", ["/", "/generate", f"/r/{REVIEW_ID}", "/nowhere"])
def test_what_only_shows_takes_nothing(site: Visit, address: str, method: str) -> None:
    """405, and what is allowed."""
    answer = site.get(address, method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_the_forms_own_address_leads_to_a_form(site: Visit) -> None:
    """Whoever reloads it, or has it in a bookmark, finds a form."""
    answer = site.get("/submission")
    assert (answer.status, answer.headers["location"]) == (303, "/generate")


def test_a_program_gets_its_error_as_json(site: Visit) -> None:
    """In the one form that the contract names."""
    answer = site.get("/nowhere", accept=JSON)
    assert answer.status == 404
    assert answer.json == {
        "error": {
            "code": "page_not_found",
            "message": "The address may be mistyped, or the page may have moved.",
            "field": "",
        }
    }


@pytest.mark.parametrize(
    ("path", "accept", "is_json"),
    [
        ("/x", "", False),
        ("/x", "*/*", False),
        ("/x", JSON, True),
        ("/x", "text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("/x", "text/html, application/json;q=0.9", False),
        ("/x", "text/html;q=0.5, application/json", True),
        ("/x", "application/json;q=banana", False),
        ("/x", ";;;,,,;q=1", False),
        ("/r/x/status", "text/html", True),
        ("/r/x.json", "text/html", True),
    ],
)
def test_json_is_for_whoever_likes_it_better(path: str, accept: str, is_json: bool) -> None:
    """By the address or by `Accept`, however odd."""
    assert wants_json(path, {"accept": accept}) is is_json


def test_an_error_of_ours_is_a_page_too_and_tells_nothing(
    site: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500, without a word of what broke; the operator finds it in the log."""

    def broken(*_: Any) -> None:
        raise RuntimeError("the table is on fire")

    monkeypatch.setattr(type(site.account.store), "get", broken)
    answer = site.get(f"/r/{REVIEW_ID}")
    assert answer.status == 500
    assert "could not be shown" in answer.main
    assert "fire" not in answer.text
    assert site.get(f"/r/{REVIEW_ID}/status").json["error"]["code"] == "internal_error"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what the function logs from now on."""
    log = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", log)
    return log


def test_no_visitor_can_fill_the_log_with_errors(site: Visit, log: io.StringIO) -> None:
    """A format that oEmbed has to answer with 501 is no fault of ours."""
    site.plant(State.READY)
    address = quote(f"https://reviews.example.org/r/{REVIEW_ID}")
    assert site.get(f"/oembed?url={address}&format=yaml").status == 501
    assert {json.loads(line)["level"] for line in log.getvalue().splitlines()} == {"INFO"}


def test_the_log_holds_no_words_and_no_addresses(site: Visit, log: io.StringIO) -> None:
    """Neither a prompt, nor a mail address, nor where the visitor is, nor what they asked for."""
    site.plant(State.QUEUED)
    site.get(f"/r/{REVIEW_ID}")
    site.get("/generate?prompt=A+secret&submission_email=who%40example.org")
    logged = log.getvalue()
    lines = [json.loads(line) for line in logged.splitlines()]
    assert [line["status"] for line in lines if line["message"] == "answered"] == [200, 200]
    for secret in ("horse", "reader@", "192.0.2.7", "secret", "who", REVIEW_ID):
        assert secret not in logged
