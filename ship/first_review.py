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
_PATIENCE_SECONDS = 600.0
"""A first start loads the image and the model; a review itself takes seconds."""
_CLOSED = {403, 429, 503}
"""What a site says that takes no review now, by its limits: it answers, and that is well."""


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
    status, answer = _asked(address, "/submission", {"prompt": PROMPT, "eccentricity": 5})
    if status in _CLOSED:
        words = answer.get("error", {}).get("message", f"status {status}")
        return Outcome(None, str(words), now() - began)
    if status != 202:
        raise StackFailed(
            f"The site is deployed, but its form answers {status}: "
            "look at the log of the submit function (docs/operating.md)."
        )
    review = str(answer["id"])
    while now() - began < _PATIENCE_SECONDS:
        status, answer = _asked(address, f"/r/{review}/status", None)
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
        f"The site is deployed, but the review {review} is not ready after "
        f"{_PATIENCE_SECONDS:.0f} s: look at the log of the generate function, "
        "and at `python -m operate status`."
    )


def _asked(address: str, path: str, fields: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON of an answer. Raises StackFailed where none comes."""
    headers = {"accept": "application/json"}
    if fields is not None:
        headers["content-type"] = "application/json"
    body = None if fields is None else json.dumps(fields).encode()
    request = urllib.request.Request(address + path, body, headers)  # noqa: S310  # the stack's
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return int(answer.status), _json(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code), _json(error.read())
    except OSError as error:
        raise StackFailed(
            f"The site is deployed, but {address} does not answer ({error}). "
            "A new address may take some minutes: run `make deploy` again."
        ) from error


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def sleep_a_second() -> None:
    """Wait between two looks at the review."""
    time.sleep(1)
