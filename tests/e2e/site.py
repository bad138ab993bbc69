"""The site as a visitor's program sees it: over HTTP alone."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from bs4 import BeautifulSoup

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 300.0
"""Only a hang lasts longer; how fast the site is, `bench/` measures."""
_PAUSE_SECONDS = 0.05


def awaited(question: Callable[[], Answer | None], what: str) -> Answer:
    """Ask until the answer is not None; fail after `PATIENCE_SECONDS`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = question()
        if answer is not None:
            return answer
        time.sleep(_PAUSE_SECONDS)
    raise AssertionError(f"waited {PATIENCE_SECONDS:.0f} s in vain for {what}")


def submitted(url: str, **fields: Any) -> str:
    """Submit as a program; return the new review's address."""
    values = {"prompt": "A blue horse in the rain", "eccentricity": 7} | fields
    answer = requests.post(f"{url}/submission", json=values, timeout=30)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["url"])


def status_of(review_url: str) -> dict[str, Any]:
    """Return what `/status` says."""
    answer = requests.get(f"{review_url}/status", timeout=30)
    status = answer.json()
    assert isinstance(status, dict)
    return status


def awaited_state(review_url: str, *states: str) -> dict[str, Any]:
    """Wait until the review is in one of these states; return its status."""

    def status() -> dict[str, Any] | None:
        found = status_of(review_url)
        return found if found["state"] in states else None

    return awaited(status, f"one of {states}")


def form_fields(page: str) -> dict[str, str]:
    """Return the fields of the page's form, as a browser would send them untouched."""
    form = BeautifulSoup(page, "html.parser").select_one('form[action="/submission"]')
    assert form is not None
    fields = {
        str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")
    }
    ticked = {str(box["name"]) for box in form.select("input[type=checkbox]")}
    return {name: value for name, value in fields.items() if name not in ticked}
