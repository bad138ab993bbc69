"""One review that the new deployment is given to write, from submission to the ready page."""

import json
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
class Outcome:
    """What came of the review."""

    review: str | None
    """Its id, or None where the site took none."""
    words: str
    seconds: float


def written(address: str, now: Callable[[], float], pause: Callable[[], None]) -> Outcome:
    """Submit a review and wait until it is ready. Raises StackFailed."""
    began = now()

    def answered(path: str, fields: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        """Ask until a function answers: the first call of each may take too long for the API."""
        status, answer = _asked(address, path, fields)
        while status in _NO_FUNCTION and "error" not in answer and now() - began < _PATIENCE:
            pause()
            status, answer = _asked(address, path, fields)
        return status, answer

    status, answer = answered("/submission", {"prompt": PROMPT, "eccentricity": 5})
    if status in _CLOSED and "error" in answer:
        return Outcome(None, str(answer["error"]["message"]), now() - began)
    if status == _NO_ANSWER:
        raise StackFailed(
            f"The site is deployed, but {address} does not answer: look at the network, and run "
            "`make deploy` again."
        )
    if status != 202:
        raise StackFailed(
            f"The site is deployed, but its form answers {status}: "
            "look at the log of the submit function (docs/operating.md)."
        )
    review = str(answer["id"])
    while now() - began < _PATIENCE:
        status, answer = answered(f"/r/{review}/status", None)
        if status in _NO_FUNCTION:
            pause()
            continue
        state = answer.get("state", f"status {status}")
        if state == "ready":
            return Outcome(review, "", now() - began)
        if state not in {"queued", "writing"}:
            raise StackFailed(
                f"The site is deployed, but the review {review} ended as {state}: "
                "look at the log of the generate function (docs/operating.md)."
            )
        pause()
    raise StackFailed(
        f"The site is deployed, but the review {review} is not ready after {_PATIENCE:.0f} s: "
        "look at the log of the generate function, and at `python3 -m operate status`."
    )


def _asked(address: str, path: str, fields: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON of an answer."""
    headers = {"accept": "application/json"}
    if fields is not None:
        headers["content-type"] = "application/json"
    body = None if fields is None else json.dumps(fields).encode()
    request = urllib.request.Request(address + path, body, headers)  # noqa: S310  # the stack's
    try:
        with _opener(address).open(request, timeout=60) as answer:
            return int(answer.status), _json(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code), _json(error.read())
    except OSError:
        return _NO_ANSWER, {}


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
