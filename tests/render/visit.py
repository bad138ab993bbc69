"""A visitor of the render function: asks as API Gateway asks, reads as a browser reads."""

import base64
import gzip
import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from artreview.review import Provenance, Review, State
from functions.render import handler
from tests.aws import Account
from tests.events import LambdaContext, http_event
from tests.fakes import FakeWorld
from tests.samples import NOW, REVIEW_ID, queued_review

LINES = " and the rain goes on.\nNobody has looked at it since “the accident”.\nIt hangs there."
WROTE = Provenance(model="lectern-11m", model_hash="9f3ab20c41d7", seconds=31.0, shared_words=7)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text, unpacked where it was compressed."""
        is_packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.content) if is_packed else self.content).decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        assert self.headers["content-type"] == "application/json; charset=utf-8"
        return json.loads(self.text)

    @property
    def page(self) -> BeautifulSoup:
        """The body as a page."""
        assert self.headers["content-type"] == "text/html; charset=utf-8"
        return BeautifulSoup(self.text, "html.parser")

    @property
    def main(self) -> str:
        """What can be read on the page, apart from what is on every page."""
        return " ".join(self.one("main").get_text(" ").split())

    def one(self, selector: str) -> Tag:
        """Return the only element that fits."""
        found = self.page.select(selector)
        assert len(found) == 1, f"{len(found)} elements fit {selector}"
        return found[0]

    def value_of(self, field: str) -> str:
        """Return what stands in a field of the form."""
        return str(self.one(f"form [name={field}]").get("value", ""))


def answer_of(response: dict[str, Any]) -> Answer:
    """Return a function's response as the visitor sees it."""
    body = response["body"] or ""
    is_binary = response["isBase64Encoded"]
    content = base64.b64decode(body) if is_binary else body.encode()
    headers = {name.lower(): value for name, value in response["headers"].items()}
    return Answer(response["statusCode"], headers, content)


@dataclass(frozen=True)
class Visit:
    """The site, its account, and the time."""

    account: Account
    world: FakeWorld

    def get(self, address: str, *, method: str = "GET", **headers: str) -> Answer:
        """Ask for an address of the site; `accept_encoding="gzip"` becomes a header."""
        parts = urlsplit(address)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        event = http_event(method, parts.path, headers=named)
        event["rawQueryString"] = parts.query
        return answer_of(handler.handler(event, LambdaContext()))  # type: ignore[arg-type]

    def invoke(self, event: dict[str, Any]) -> Answer:
        """Ask as the submit function does."""
        return answer_of(handler.handler(event, LambdaContext()))  # type: ignore[arg-type]

    def plant(self, state: State, **changes: Any) -> Review:
        """Store a review in this state, and return it as it was when it was queued.

        `text`, `tokens`, `target_tokens` and `settled_at` say how far it came, and when.
        """
        store = self.account.store
        text, settled_at = changes.pop("text", None), changes.pop("settled_at", NOW)
        progress = {name: changes.pop(name, 0) for name in ("tokens", "target_tokens")}
        review = queued_review(**changes)
        text = review.prompt + LINES if text is None else text
        store.add(review)
        if state in {State.WRITING, State.READY}:
            claimed = store.claim(review.id, "lease", NOW)
            written = replace(claimed, text=text, **progress)
            store.record_progress(written, NOW)
            if state is State.READY:
                store.finish(written, WROTE, settled_at)
        elif state is State.FAILED:
            store.fail(review.id, "engine_broken", NOW)
        elif state is State.BLOCKED:
            store.block(review.id, NOW)
        return review

    def change(self, review_id: str = REVIEW_ID, **values: Any) -> None:
        """Overwrite attributes of a review as it is stored, however odd."""
        table = self.account.store._table
        for name, value in values.items():
            table.update_item(
                Key={"id": review_id},
                UpdateExpression="SET #name = :value",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues={":value": value},
            )
