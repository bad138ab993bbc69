"""The review that a new deployment is given to write: what its site may answer."""

import itertools
import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ship.first_review import Outcome, written
from ship.refusals import StackFailed

Answers = list[tuple[int, dict[str, Any]]]
TAKEN = (202, {"id": "0123456789abcdef", "url": "http://site.example/r/0123456789abcdef"})
SLOW = (502, {"message": "Bad Gateway"})
TOO_FAST = (422, {"error": {"code": "form_too_fast", "message": "That was quick.", "field": ""}})
FORM = b'<form><input type="hidden" name="form_token" value="signed"></form>'


@contextmanager
def site(answers: Answers, sent: list[dict[str, Any]] | None = None) -> Iterator[str]:
    """Serve a form, and these answers one after another; the last one stays.

    What is submitted is noted in `sent`.
    """
    left = list(answers)

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/":
                self.answer(200, FORM)
            else:
                status, body = left.pop(0) if len(left) > 1 else left[0]
                self.answer(status, json.dumps(body).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if sent is not None:
                sent.append(json.loads(body))
            self.do_GET()

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def outcome(answers: Answers, sent: list[dict[str, Any]] | None = None) -> Outcome:
    """Return what comes of it, by a clock that goes on by ten seconds a look."""
    clock = itertools.count(step=10)
    with site(answers, sent) as address:
        return written(address, lambda: float(next(clock)), lambda: None)


def test_it_waits_until_the_review_is_ready() -> None:
    """Queued, being written, ready."""
    states = [(200, {"state": state}) for state in ("queued", "writing", "ready")]
    assert outcome([TAKEN, *states]).review == TAKEN[1]["id"]


def test_a_function_that_starts_slowly_is_asked_again() -> None:
    """API Gateway gives up before a first start does."""
    assert outcome([SLOW, TAKEN, SLOW, SLOW, (200, {"state": "ready"})]).review == TAKEN[1]["id"]


def test_a_form_that_is_sent_again_is_the_same_form() -> None:
    """The API may give up on a submission that was taken: no second review comes of it."""
    sent: list[dict[str, Any]] = []
    assert outcome([SLOW, SLOW, TAKEN, (200, {"state": "ready"})], sent).review == TAKEN[1]["id"]
    assert [fields["form_token"] for fields in sent] == ["signed"] * 3


def test_a_form_that_was_filled_in_too_fast_is_sent_again() -> None:
    """People take longer than two seconds."""
    sent: list[dict[str, Any]] = []
    assert outcome([TOO_FAST, TAKEN, (200, {"state": "ready"})], sent).review == TAKEN[1]["id"]
    assert len(sent) == 2


def test_a_site_that_takes_no_reviews_is_well() -> None:
    """Its limits say so, in words."""
    closed = (503, {"error": {"code": "closed", "message": "No reviews are taken.", "field": ""}})
    found = outcome([closed])
    assert (found.review, found.words) == (None, "No reviews are taken.")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([TAKEN, (200, {"state": "failed"})], "ended as failed"),
        ([TAKEN, (200, {"state": "queued"})], "not ready after 600 s"),
        ([SLOW], "its form answers 502"),
        ([(404, {})], "its form answers 404"),
    ],
)
def test_a_site_that_does_not_write_is_told_with_the_log(answers: Answers, said: str) -> None:
    """The operator is told where to look."""
    with pytest.raises(StackFailed, match=f"{said}.*look at the log"):
        outcome(answers)


def test_a_site_that_does_not_answer_is_asked_again_for_a_while() -> None:
    """A new address takes its time; after ten minutes the operator is told."""
    clock = itertools.count(step=10)
    refused = r"does not answer \(.*refused\).*run `make deploy` again"
    with pytest.raises(StackFailed, match=refused):
        written("http://127.0.0.1:9", lambda: float(next(clock)), lambda: None)
    assert next(clock) >= 600


def test_a_review_that_can_no_longer_be_asked_for_is_told_with_the_reason() -> None:
    """The last look at it, in the API's words or the network's."""
    with pytest.raises(StackFailed, match=r"not ready after 600 s.*not answered \(502\)"):
        outcome([TAKEN, SLOW])


def test_a_certificate_that_is_not_trusted_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Python without certificates would ask in vain for ten minutes."""
    asked = []

    class Distrustful(urllib.request.BaseHandler):
        def https_open(self, _request: object) -> None:
            asked.append(1)
            error = ssl.SSLCertVerificationError(1, "certificate verify failed")
            error.verify_message = "unable to get local issuer certificate"
            raise urllib.error.URLError(error)

    clock = itertools.count(step=10)
    opener = urllib.request.OpenerDirector()
    opener.add_handler(Distrustful())
    monkeypatch.setattr("ship.first_review._opener", lambda _address: opener)
    with pytest.raises(StackFailed, match=r"unable to get local issuer.*SSL_CERT_FILE"):
        written("https://site.example", lambda: float(next(clock)), lambda: None)
    assert len(asked) == 1
