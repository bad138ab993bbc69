"""The whole site in one process: the functions' own handlers, on an account in memory.

Nothing sleeps. One clock is AWS's, and the queue follows it; the functions see it with a skew that
a fault may turn. Each look at it takes a quarter of a second. A worker is thrown away when it is
killed, and what comes after it starts from nothing, as on Lambda.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import Message, Queue, sqs_backends

from artreview.permalink import permalink_id
from artreview.reported import Reported
from artreview.review import State
from artreview.tokens import NONCE_BYTES, issue_form_token
from functions.generate import handler as generate_handler
from functions.generate import parts as generate_parts_module
from functions.generate.errors import BundleRefused
from functions.generate.parts import GenerateParts
from functions.submit import handler as submit_handler
from functions.submit.pages import Pages
from functions.submit.parts import SubmitParts, SweepParts
from tests.aws import KEYS, Account
from tests.chaos.evidence import Evidence
from tests.chaos.surroundings import Names, Pause, TurnableWorld
from tests.chaos.texts import Studio
from tests.chaos.wire import Killed, WatchedNetwork, Wire
from tests.events import LambdaContext, report_event, submission_event
from tests.fakes import RecordingLambda

REGION = "eu-central-1"
ADDRESS = "visitor@example.org"
OPERATOR = "operator@example.org"
PROMPT = "A blue horse in the rain"
SOURCE = "192.0.2.77"
SWEEP_SECONDS = 300
HORIZON_SECONDS = 3 * 24 * 60 * 60
_BATCH = 2


class Site:
    """Visitors, functions, queue and clock of one run."""

    def __init__(self, account: Account, studio: Studio, patch: pytest.MonkeyPatch) -> None:
        """Begin with an empty account; the patches hold as long as the run."""
        self.account = account
        self.world = TurnableWorld()
        self.evidence = Evidence(self.world, OPERATOR)
        self.wire = Wire(self.evidence.saw)
        self.log = io.StringIO()
        self.is_bundle_broken = False
        self.accepted: list[str] = []
        self._studio = studio
        self._submit: SubmitParts | None = None
        self._sweep: SweepParts | None = None
        self._idle: list[GenerateParts] = []
        self._working: list[GenerateParts] = []
        self._next_sweep = self.world.moment + SWEEP_SECONDS
        wipe(account)
        self._install(patch)

    def _install(self, patch: pytest.MonkeyPatch) -> None:
        self.wire.install(patch)
        patch.setattr("moto.sqs.models.unix_time", lambda: self.world.moment)
        patch.setattr("moto.sqs.models.unix_time_millis", lambda: self.world.moment * 1000)
        patch.setattr("botocore.endpoint.time", Pause(self.world))
        patch.setattr(generate_parts_module, "load_bundle", self._bundle)
        patch.setattr(generate_parts_module, "fastest_network", self._network)
        patch.setattr(generate_parts_module, "Author", self._studio.author)
        patch.setattr(generate_handler, "generate_parts", lambda: self._working[-1])
        patch.setattr(submit_handler, "submit_parts", lambda: self._submit)
        patch.setattr(submit_handler, "sweep_parts", lambda: self._sweep)
        for logger in (generate_handler.logger, submit_handler.logger):
            patch.setattr(logger.registered_handler, "stream", self.log)

    # ---- What visitors and the operator do ----

    def submit(self, number: int = 0, tries: int = 4) -> str:
        """Send a form, and again after a minute where the site did not take it; return its id."""
        nonce, review_id = _nonce(number), id_of(number)
        for _ in range(tries):
            opened = self.world.moment + self.world.skew - 10
            form = {
                "prompt": PROMPT,
                "eccentricity": "7",
                "form_token": issue_form_token(nonce, opened, KEYS),
                "submission_email": ADDRESS,
                "update_check": "on",
                "gallery_check": "on",
            }
            answer = self._answer(submission_event(form, source=SOURCE))
            if answer["statusCode"] == 303:
                assert answer["headers"]["location"] == f"/r/{review_id}"
                self.accepted.append(review_id)
                break
            if answer["statusCode"] not in {500, 503}:
                break
            self.world.pass_time(60)
        return review_id

    def report(self, review_id: str, visitor: str = SOURCE) -> int:
        """Report a review, undisturbed; return the answer's status."""
        blow, self.wire.blow = self.wire.blow, lambda call: call.take_effect()
        self.evidence.reported(review_id, visitor)
        answer = self._answer(report_event(review_id, source=visitor))
        self.wire.blow = blow
        return int(answer["statusCode"])

    def delete(self, review_id: str) -> None:
        """Delete a review, as its submitter may."""
        with self.wire.acting("decide"):
            self.account.store.delete(review_id)

    def retry(self, *ids: str) -> None:
        """Bring reviews back, as the operator does; again where that was cut short."""
        self._bring_back("retry", ids)

    def restore(self, *ids: str) -> None:
        """Show hidden reviews again, as the operator does; again where that was cut short."""
        self._bring_back("restore", ids)

    def _bring_back(self, wish: str, ids: Sequence[str]) -> None:
        for _ in range(3):
            if self._swept(wish, {wish: [*ids]}):
                return
            self.world.pass_time(60)

    def _answer(self, event: dict[str, Any]) -> dict[str, Any]:
        if self._submit is None:
            self._submit = SubmitParts(self.account.environment | {"MAIL_DNS_CHECK": "on"})
            self._submit.world = self.world
            self._submit.resolver = Names(self.wire)  # type: ignore[assignment]
            self._submit.pages = Pages(RecordingLambda(), "render")  # type: ignore[arg-type]
        try:
            with self.wire.acting("submit"):
                answer: dict[str, Any] = submit_handler.handler(event, LambdaContext())  # type: ignore[arg-type]
        except Killed:
            self._submit = None
            return {"statusCode": 500}
        return answer

    # ---- What AWS does ----

    def deliver(self) -> bool:
        """Hand what is in the queue to `generate`, and delete what it does not want again."""
        records = self._received()
        if records:
            unwanted = self.hand_over(records)
            for record in records:
                if record["messageId"] in unwanted:
                    with suppress(boto3.client("sqs").exceptions.ReceiptHandleIsInvalid):
                        self._queues.delete_message(
                            QueueUrl=self.account.environment["QUEUE_URL"],
                            ReceiptHandle=record["receiptHandle"],
                        )
        return bool(records)

    def hand_over(self, records: list[dict[str, Any]]) -> set[str]:
        """Let a worker work on messages; return the ids of those that are done with."""
        parts = self._idle.pop() if self._idle else GenerateParts(self.account.environment)
        parts.world = self.world
        self._working.append(parts)
        try:
            with self.wire.acting("generate"):
                answer = generate_handler.handler({"Records": records}, LambdaContext())  # type: ignore[arg-type]
        except Killed:
            self._bury(parts)
            return set()
        except Exception as error:  # noqa: BLE001 - what escapes from the handler is a finding
            self.evidence.violations.append(f"generate raised {error!r}")
            return set()
        finally:
            self._working.pop()
        self._idle.append(parts)
        again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        return {record["messageId"] for record in records} - again

    def sweep(self) -> bool:
        """Let the schedule call the sweep; return whether it came to its end."""
        self._next_sweep = self.world.moment + SWEEP_SECONDS
        return self._swept("sweep", {"source": "aws.events"})

    def _swept(self, role: str, event: dict[str, Any]) -> bool:
        if self._sweep is None:
            told = {"OPERATOR_ADDRESS": OPERATOR}
            self._sweep = SweepParts(self.account.environment | told)
            self._sweep.world = self.world
        try:
            with self.wire.acting(role):
                submit_handler.sweep(event, LambdaContext())  # type: ignore[arg-type]
        except Killed:
            self._sweep = None
            return False
        except Exception:  # noqa: BLE001 - Lambda reports it, and the schedule calls again
            return False
        return True

    def lose_messages(self) -> None:
        """Let the queue lose all it has."""
        self._queue("queue")._messages.clear()

    def copy_of_message(self, review_id: str) -> list[dict[str, Any]]:
        """Return a batch with one more message about a review, which SQS delivers twice."""
        message = Message("copy", f'{{"id": "{review_id}"}}')
        message.receipt_handle = "none"
        message.approximate_receive_count = 1
        return [_record(message.id, message.body, "none", 1)]

    def settle(self) -> None:
        """Go on until nothing is left to be done, or three days have passed."""
        end = self.world.moment + HORIZON_SECONDS
        while not self._is_quiet():
            if self.world.moment > end:
                self.evidence.violations.append("after three days something is still to be done")
                return
            if self.deliver():
                continue
            if self.world.moment >= self._next_sweep:
                self.sweep()
                continue
            soonest = min([self._next_sweep, *self._visible_at()])
            self.world.pass_time(max(0.01, soonest - self.world.moment))

    def _is_quiet(self) -> bool:
        lying = self._queue("queue")._messages or self._queue("dead-letters")._messages
        is_somebody_untold = bool(Reported(self.account.store._table).untold())
        return not lying and not is_somebody_untold and not list(self.account.store.waiting())

    def _visible_at(self) -> Iterator[float]:
        for message in self._queue("queue")._messages:
            yield max(message.visible_at, message.delayed_until) / 1000 + 0.01

    def _received(self) -> list[dict[str, Any]]:
        answer = self._queues.receive_message(
            QueueUrl=self.account.environment["QUEUE_URL"],
            MaxNumberOfMessages=_BATCH,
            AttributeNames=["All"],
        )
        return [
            _record(
                found["MessageId"],
                found["Body"],
                found["ReceiptHandle"],
                int(found["Attributes"]["ApproximateReceiveCount"]),
            )
            for found in answer.get("Messages", [])
        ]

    @property
    def _queues(self) -> Any:
        return self._studio.queues

    def _queue(self, name: str) -> Queue:
        found: Queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[name]
        return found

    def _bundle(self, _folder: Any) -> Any:
        if self.is_bundle_broken:
            raise BundleRefused("the bundle's hashes do not match")
        return self._studio.bundle

    def _network(self, *_: Any) -> WatchedNetwork:
        return WatchedNetwork(self._studio.take_network(), self.wire)

    def _bury(self, parts: GenerateParts) -> None:
        worker = vars(parts).get("worker")
        if worker is not None:
            self._studio.give_network_back(worker.author._engine._network.network)

    def close(self) -> None:
        """Give the networks back."""
        for parts in self._idle:
            self._bury(parts)

    # ---- How it ended ----

    def state_of(self, review_id: str) -> State | None:
        """Return a review's state, or None where it was never stored."""
        history = self.evidence.histories[review_id]
        return State(history[-1]["state"]) if history else None


def _record(number: str, body: str, receipt: str, deliveries: int) -> dict[str, Any]:
    return {
        "messageId": number,
        "receiptHandle": receipt,
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(deliveries)},
        "eventSource": "aws:sqs",
    }


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def id_of(number: int) -> str:
    """Return the id of the review that the form of this number makes."""
    return permalink_id(_nonce(number), KEYS[0])


def wipe(account: Account) -> None:
    """Empty the account: its tables and its queues."""
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    for name, value in account.environment.items():
        if name.endswith("_TABLE"):
            tables[value].items.clear()
    for queue in sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues.values():
        queue._messages.clear()
        queue._pending_messages.clear()
