"""One review that the new deployment is given to write, from submission to the ready page.

It is submitted with the token of the form, as a visitor does: where a function takes longer than
the API waits, it is submitted again, and the same form is the same review.
"""

import http.client
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ship.refusals import StackFailed

PROMPT = "The first picture in the new rooms"
_PATIENCE = 600.0
"""Seconds. A first start loads the image and the model; a review itself takes seconds."""
_CLOSED = {403, 429, 503}
"""What a site says that takes no review now, by its limits: it answers, and that is well."""
_TOO_FAST = "form_too_fast"
"""What a site says of a form that it handed out less than two seconds ago."""
_NO_ANSWER = 0
"""In place of a status: a new address that is not known everywhere yet, or no answer in time."""
_NO_FUNCTION = {_NO_ANSWER, 500, 502, 503, 504}
"""What API Gateway says by itself; the site's own answers have an `error`."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was answered, or why nothing was."""

    status: int
    text: str = ""
    error: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """What it holds as JSON; nothing where it is none."""
        return _json(self.text)

    @property
    def code(self) -> str:
        """What the site calls its refusal."""
        error = self.fields.get("error")
        return str(error.get("code", "")) if isinstance(error, dict) else ""

    @property
    def is_no_functions(self) -> bool:
        """Whether no function of the site has answered."""
        return self.status in _NO_FUNCTION and "error" not in self.fields


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the review."""

    review: str | None
    """Its id, or None where the site took none."""
    words: str
    seconds: float


def written(address: str, now: Callable[[], float], pause: Callable[[], None]) -> Outcome:
    """Submit a review and wait until it is ready. Raises StackFailed."""
    visitor = _Visitor(address, now, pause, now())
    taken = visitor.submits()
    if taken.status in _CLOSED and "error" in taken.fields:
        return Outcome(None, str(taken.fields["error"]["message"]), visitor.waited)
    if taken.status == _NO_ANSWER:
        raise StackFailed(
            f"The site is deployed, but {address} does not answer ({taken.error}): look at the "
            "network, and run `make deploy` again."
        )
    if taken.status != 202:
        raise StackFailed(
            f"The site is deployed, but its form answers {taken.status}: "
            "look at the log of the submit function (docs/operating.md)."
        )
    review = str(taken.fields["id"])
    visitor.waits_for(review)
    return Outcome(review, "", visitor.waited)


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Who asks for the review, and looks for it."""

    address: str
    now: Callable[[], float]
    pause: Callable[[], None]
    began: float

    @property
    def waited(self) -> float:
        """Seconds since the visit began."""
        return self.now() - self.began

    def submits(self) -> _Answer:
        """Fill in the form and send it, until it is answered."""
        fields = {"prompt": PROMPT, "eccentricity": 5, **token_in(self._answered("/").text)}
        answer = self._answered("/submission", fields)
        while answer.code == _TOO_FAST and self.waited < _PATIENCE:
            self.pause()
            answer = self._answered("/submission", fields)
        return answer

    def waits_for(self, review: str) -> None:
        """Return once the review is ready. Raises StackFailed."""
        last = ""
        while self.waited < _PATIENCE:
            answer = self._answered(f"/r/{review}/status")
            state = answer.fields.get("state", f"status {answer.status}")
            if state == "ready":
                return
            if answer.status in _NO_FUNCTION:
                last = f" The last look at it was not answered ({answer.error or answer.status})."
            elif state in {"queued", "writing"}:
                last = ""
            else:
                raise StackFailed(
                    f"The site is deployed, but the review {review} ended as {state}: "
                    "look at the log of the generate function (docs/operating.md)."
                )
            self.pause()
        raise StackFailed(
            f"The site is deployed, but the review {review} is not ready after {_PATIENCE:.0f} s: "
            f"look at the log of the generate function, and at `python3 -m operate status`.{last}"
        )

    def _answered(self, path: str, fields: dict[str, Any] | None = None) -> _Answer:
        """Ask until a function answers: the first call of each may take too long for the API."""
        answer = _asked(self.address, path, fields)
        while answer.is_no_functions and self.waited < _PATIENCE:
            self.pause()
            answer = _asked(self.address, path, fields)
        return answer


def token_in(page: str) -> dict[str, str]:
    """Return the field that tells one form from another, as far as the page has a form."""
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    return {"form_token": found[1]} if found else {}


def _asked(address: str, path: str, fields: dict[str, Any] | None) -> _Answer:
    """Return what is answered. Raises StackFailed for a certificate that is not trusted."""
    headers = {"accept": "application/json"}
    if fields is not None:
        headers["content-type"] = "application/json"
    body = None if fields is None else json.dumps(fields).encode()
    request = urllib.request.Request(address + path, body, headers)  # noqa: S310  # the stack's
    try:
        with _opener(address).open(request, timeout=60) as answer:
            return _Answer(int(answer.status), answer.read().decode(errors="replace"))
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(int(error.code), error.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        cause = getattr(error, "reason", error)  # urllib's own error holds the network's
        if isinstance(cause, ssl.SSLCertVerificationError):  # the same a second later
            raise StackFailed(
                f"The site is deployed, but this Python does not trust the certificate of "
                f"{address} ({cause.verify_message}): give it certificates (SSL_CERT_FILE=file; a "
                "Python of python.org on macOS: `Install Certificates.command`), and run `make "
                "deploy` again."
            ) from error
        return _Answer(_NO_ANSWER, error=str(cause) or type(cause).__name__)


def _opener(address: str) -> urllib.request.OpenerDirector:
    """Return what opens addresses: through no proxy where it is this computer's own."""
    own = [urllib.request.ProxyHandler({})] if address.startswith("http://127.") else []
    return urllib.request.build_opener(*own)


def _json(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def sleep_a_second() -> None:
    """Wait between two looks at the review."""
    time.sleep(1)
