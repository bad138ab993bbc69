"""One review that the new deployment is given to write, from submission to the ready page."""

import http.client
import json
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
_NO_ANSWER = 0
"""In place of a status: a new address that is not known everywhere yet, or no answer in time."""
_NO_FUNCTION = {_NO_ANSWER, 500, 502, 503, 504}
"""What API Gateway says by itself; the site's own answers have an `error`."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was answered, or why nothing was."""

    status: int
    fields: dict[str, Any]
    error: str = ""

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
    began = now()

    def answered(path: str, fields: dict[str, Any] | None) -> _Answer:
        """Ask until a function answers: the first call of each may take too long for the API."""
        answer = _asked(address, path, fields)
        while answer.is_no_functions and now() - began < _PATIENCE:
            pause()
            answer = _asked(address, path, fields)
        return answer

    taken = answered("/submission", {"prompt": PROMPT, "eccentricity": 5})
    if taken.status in _CLOSED and "error" in taken.fields:
        return Outcome(None, str(taken.fields["error"]["message"]), now() - began)
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
    review, last = str(taken.fields["id"]), ""
    while now() - began < _PATIENCE:
        answer = answered(f"/r/{review}/status", None)
        if answer.status in _NO_FUNCTION:
            last = f" The last look at it was not answered ({answer.error or answer.status})."
            pause()
            continue
        state = answer.fields.get("state", f"status {answer.status}")
        if state == "ready":
            return Outcome(review, "", now() - began)
        if state not in {"queued", "writing"}:
            raise StackFailed(
                f"The site is deployed, but the review {review} ended as {state}: "
                "look at the log of the generate function (docs/operating.md)."
            )
        last = ""
        pause()
    raise StackFailed(
        f"The site is deployed, but the review {review} is not ready after {_PATIENCE:.0f} s: "
        f"look at the log of the generate function, and at `python3 -m operate status`.{last}"
    )


def _asked(address: str, path: str, fields: dict[str, Any] | None) -> _Answer:
    """Return what is answered. Raises StackFailed for a certificate that is not trusted."""
    headers = {"accept": "application/json"}
    if fields is not None:
        headers["content-type"] = "application/json"
    body = None if fields is None else json.dumps(fields).encode()
    request = urllib.request.Request(address + path, body, headers)  # noqa: S310  # the stack's
    try:
        with _opener(address).open(request, timeout=60) as answer:
            return _Answer(int(answer.status), _json(answer.read()))
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(int(error.code), _json(error.read()))
    except (OSError, http.client.HTTPException) as error:
        cause = getattr(error, "reason", error)  # urllib's own error holds the network's
        if isinstance(cause, ssl.SSLCertVerificationError):  # the same a second later
            raise StackFailed(
                f"The site is deployed, but this Python does not trust the certificate of "
                f"{address} ({cause.verify_message}): give it certificates (SSL_CERT_FILE=file; a "
                "Python of python.org on macOS: `Install Certificates.command`), and run `make "
                "deploy` again."
            ) from error
        return _Answer(_NO_ANSWER, {}, str(cause) or type(cause).__name__)


def _opener(address: str) -> urllib.request.OpenerDirector:
    """Return what opens addresses: through no proxy where it is this computer's own."""
    own = [urllib.request.ProxyHandler({})] if address.startswith("http://127.") else []
    return urllib.request.build_opener(*own)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def sleep_a_second() -> None:
    """Wait between two looks at the review."""
    time.sleep(1)
