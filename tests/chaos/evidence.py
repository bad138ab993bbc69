"""What has happened to the reviews, seen from the wire; and what must never happen.

Each write that took effect is compared with the one before it. What is told here as a violation is
one of the promises of `docs/reliability.md`, broken.
"""

import base64
import email
import email.policy
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.awsrequest import AWSResponse

from artreview.gallery import GALLERY_ATTRIBUTES
from artreview.review import Mail, State
from artreview.store import UNTOLD, WAITING
from tests.fakes import FakeWorld

Item = dict[str, Any]

_MAY_BECOME = {
    State.QUEUED: {State.QUEUED, State.WRITING, State.FAILED, State.BLOCKED, State.DELETED},
    State.WRITING: {*State},
    State.READY: {State.READY, State.BLOCKED, State.DELETED},
    State.FAILED: {State.QUEUED, State.BLOCKED, State.DELETED},
    State.BLOCKED: {State.BLOCKED, State.DELETED},  # itself: the note that a mail is out
    State.DELETED: {State.DELETED},
}
"""From each state, what the next write may leave."""
_BARE = {"id", "state", "created_at", "enqueued_at"}
_LINK = re.compile(r"/r/([0-9a-z]{16})\b")
_read = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that SES took."""

    review: str
    to: str
    moment: float


class Evidence:
    """The history of every review, the mails, and what is wrong with them."""

    def __init__(self, world: FakeWorld, operator: str) -> None:
        self.histories: dict[str, list[Item]] = defaultdict(list)
        self._moments: dict[str, list[float]] = defaultdict(list)
        self.mails: list[SentMail] = []
        self.notices: dict[str, list[float]] = defaultdict(list)
        """By review, the hidings that the operator was mailed about, by their moments."""
        self._operator = operator
        self.violations: list[str] = []
        self._reporters: dict[str, set[str]] = defaultdict(set)
        """Who has reported a review since it was restored last."""
        self._world = world

    def saw(self, name: str, body: bytes, answer: AWSResponse) -> None:
        """Take note of a request that took effect."""
        if answer.status_code != 200:
            return
        if name == "sesv2.SendEmail":
            self._saw_mail(json.loads(body))
        elif name in {"dynamodb.PutItem", "dynamodb.UpdateItem"}:
            request = json.loads(body)
            if request["TableName"] == "ReviewsTable":
                told = request.get("Item") or json.loads(answer.content)["Attributes"]
                self._saw_item({key: _read(value) for key, value in told.items()})

    def seconds_of(self, review_id: str) -> float:
        """Return how long it took from the first write of a review to the last."""
        moments = self._moments[review_id]
        return moments[-1] - moments[0] if moments else 0.0

    def mails_about(self, review_id: str) -> list[SentMail]:
        """Return the mails that were sent about a review."""
        return [mail for mail in self.mails if mail.review == review_id]

    def reported(self, review_id: str, visitor: str) -> None:
        """Take note of a report."""
        self._reporters[review_id].add(visitor)

    def find(self, review_id: str, problem: str) -> None:
        """Note a promise that is broken."""
        self.violations.append(f"{review_id}: {problem}")

    def _saw_mail(self, request: Item) -> None:
        raw = base64.b64decode(request["Content"]["Raw"]["Data"])
        message = email.message_from_bytes(raw, policy=email.policy.default)
        part = message.get_body(("plain",))
        assert part is not None
        found = _LINK.search(part.get_content())
        assert found is not None
        if str(message["To"]) == self._operator:
            self._saw_notice(found[1])
            return
        mail = SentMail(found[1], str(message["To"]), self._world.moment)
        earlier = self.mails_about(mail.review)
        self.mails.append(mail)
        item = self.histories[mail.review][-1]
        if self._claims_of(mail.review) <= len(earlier):
            self.find(mail.review, "a mail was sent that nobody had claimed")
        if len(earlier) >= 2:
            self.find(mail.review, "a third mail was sent")
        if not any(seen["state"] == State.READY for seen in self.histories[mail.review]):
            self.find(mail.review, f"mailed while it was {item['state']}")

    def _saw_notice(self, review_id: str) -> None:
        """Judge a mail to the operator, about the hiding that was claimed last."""
        claims = [
            (seen["settled_at"], seen["notice_until"])
            for seen in self.histories[review_id]
            if seen.get("notice_until") and seen["state"] == State.BLOCKED
        ]
        if not claims:
            self.find(review_id, "the operator was told of what nobody had claimed")
            return
        hiding = claims[-1][0]
        self.notices[review_id].append(hiding)
        told = self.notices[review_id].count(hiding)
        if told > len({until for moment, until in claims if moment == hiding}):
            self.find(review_id, "the operator was told without a claim")
        if told > 2:
            self.find(review_id, "the operator was told a third time of one hiding")

    def _claims_of(self, review_id: str) -> int:
        """Return how often the mail about a review was claimed."""
        until = [
            seen["mail_until"]
            for seen in self.histories[review_id]
            if seen.get("mail") == Mail.SENDING
        ]
        return len(set(until))

    def _saw_item(self, item: Item) -> None:
        history = self.histories[item["id"]]
        before = history[-1] if history else None
        history.append(item)
        self._moments[item["id"]].append(self._world.moment)
        state = State(item["state"])
        if before is not None and state not in _MAY_BECOME[State(before["state"])]:
            if not _is_restored(before, item):
                self.find(item["id"], f"{before['state']} became {state}")
            self._reporters[item["id"]].clear()
        if (
            state is State.BLOCKED
            and "restored_at" in item
            and len(self._reporters[item["id"]]) < 3
        ):
            self.find(item["id"], "hidden again by fewer than three")
        if before is not None and before["state"] == State.READY == state:
            for name in ("text", "provenance", "seed"):
                if before.get(name) != item.get(name):
                    self.find(item["id"], f"its {name} changed when it was ready")
        for problem in _problems(item):
            self.find(item["id"], problem)


def _is_restored(before: Item, item: Item) -> bool:
    """Tell whether the operator, and nothing else, has shown a hidden review again."""
    is_anew = item.get("restored_at", 0) > before.get("restored_at", 0)
    is_written = "provenance" in item and item.get("text") == before.get("text")
    may_be = State.READY if is_written else State.QUEUED
    return bool(before["state"] == State.BLOCKED and is_anew and item["state"] == may_be)


def _problems(item: Item) -> list[str]:
    """Return what is wrong with an item as it lies there, whatever was before."""
    state, mail = State(item["state"]), Mail(item.get("mail", Mail.NONE))
    is_over = state in {State.FAILED, State.BLOCKED, State.DELETED}
    is_mail_due = state is State.READY and mail in {Mail.DUE, Mail.SENDING}
    problems = {
        "an address is kept though no mail is to come": "address" in item
        and (is_over or mail in {Mail.SENT, Mail.REFUSED}),
        "it is listed though it is not ready": state is not State.READY
        and any(name in item for name in GALLERY_ATTRIBUTES),
        "it waits though nothing is to be done": item.get("waiting") == WAITING
        and not (state.is_waiting or is_mail_due),
        "the operator is to be told of what is not hidden": item.get("waiting") == UNTOLD
        and state is not State.BLOCKED,
        "it waits for nobody": item.get("waiting", WAITING) not in {WAITING, UNTOLD},
        "something is to be done, and the sweep will not see it": item.get("waiting") != WAITING
        and (state.is_waiting or is_mail_due),
        "it failed without a reason": state is State.FAILED and not item.get("failure"),
        "something of it is left": state is State.DELETED and set(item) != _BARE,
    }
    return [problem for problem, is_so in problems.items() if is_so]
