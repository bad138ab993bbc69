"""The generate function, from SQS's batch to its answer, with the model that ships."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from artreview.limits import LEASE_SECONDS
from artreview.mailer import Mailer
from artreview.review import Mail, State
from functions.generate import handler
from functions.generate.parts import GenerateParts
from tests.aws import Account
from tests.events import LambdaContext, queue_event
from tests.fakes import BrokenAuthor, FakeWorld, ScriptedAuthor
from tests.samples import REVIEW_ID, queued_review

OTHER_ID = "fedcba9876543210"


@pytest.fixture
def parts(
    account: Account, world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GenerateParts]:
    """Return the function's own parts, on the account in memory."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    handler.generate_parts.cache_clear()
    parts = handler.generate_parts()
    parts.world = world
    yield parts
    handler.generate_parts.cache_clear()


def call(*bodies: str, seconds_left: float = 120.0) -> list[str]:
    """Call the function with a batch; return the messages that are to come again."""
    context = LambdaContext(seconds_left=seconds_left)
    answer = handler.handler(queue_event(*bodies), context)  # type: ignore[arg-type]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def message(review_id: str) -> str:
    """Return a message's body."""
    return json.dumps({"id": review_id})


@pytest.fixture
def hidden(parts: GenerateParts, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Return the messages that are told when to come back, with the seconds until then."""
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(
        parts.queue, "hide", lambda receipt, seconds: told.append((receipt, seconds))
    )
    return told


def test_a_message_becomes_a_review_and_a_mail(parts: GenerateParts, account: Account) -> None:
    """The real engine writes, the text is stored, SES gets the mail."""
    account.store.add(queued_review())
    assert call(message(REVIEW_ID), seconds_left=10.0) == []
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.mail) == (State.READY, Mail.SENT)
    assert review.text.startswith("A blue horse in the rain")
    backend = ses_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"]
    assert len(backend.sent_messages) == 1


def test_lambda_loads_the_model_before_the_first_message(
    parts: GenerateParts, account: Account
) -> None:
    """In the init phase, and only there; a bundle that is not whole does not break the start."""
    handler.load_in_the_init_phase({})
    assert account.site.model() is None
    whole = parts.settings
    parts.settings = replace(whole, model_dir="/no/such/folder")
    handler.load_in_the_init_phase({"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"})
    assert account.site.model() is None
    parts.settings = whole
    handler.load_in_the_init_phase({"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"})
    assert account.site.model() is not None


def test_warming_loads_the_model_and_publishes_it(parts: GenerateParts, account: Account) -> None:
    """Without messages nothing is written; the pages learn which model runs."""
    assert call() == []
    model = account.site.model()
    assert model is not None
    assert model.hash == parts.worker.bundle.hash


def test_one_bad_review_does_not_spoil_the_others(
    parts: GenerateParts, account: Account, hidden: list[tuple[str, int]]
) -> None:
    """Of a batch, only what failed comes again; foreign and unknown messages are dropped."""
    account.store.add(queued_review(address="", mail=Mail.NONE))
    account.store.add(queued_review(id=OTHER_ID))
    account.store.claim(OTHER_ID, "another worker", parts.world.now())
    parts.worker = replace(parts.worker, author=ScriptedAuthor(" done."))  # type: ignore[arg-type]
    event = queue_event(message(OTHER_ID), "rubbish", message("0" * 16), message(REVIEW_ID))
    event["Records"][0]["receiptHandle"] = "receipt"
    answer = handler.handler(event, LambdaContext())  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert account.store.get(REVIEW_ID).state is State.READY
    assert hidden == [("receipt", LEASE_SECONDS + 1)]


def test_a_batch_that_fails_whole_is_still_an_answer(
    parts: GenerateParts, account: Account, hidden: list[tuple[str, int]]
) -> None:
    """The function does not crash for it, and its messages come back in seconds."""
    account.store.add(queued_review())
    parts.worker = replace(parts.worker, author=BrokenAuthor())  # type: ignore[arg-type]
    event = queue_event(message(REVIEW_ID))
    event["Records"][0]["receiptHandle"] = "receipt"
    answer = handler.handler(event, LambdaContext())  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert account.store.get(REVIEW_ID).state is State.QUEUED
    assert hidden == [("receipt", 5)]


@pytest.mark.parametrize(
    ("deliveries", "seconds"), [(1, 5), (2, 10), (5, 80), (8, 640), (10, 640), (999, 640)]
)
def test_trouble_that_lasts_is_given_time(
    parts: GenerateParts,
    account: Account,
    hidden: list[tuple[str, int]],
    deliveries: int,
    seconds: int,
) -> None:
    """A message comes again in seconds at first, then in minutes: its ten deliveries last."""
    parts.worker = replace(parts.worker, author=BrokenAuthor())  # type: ignore[arg-type]
    account.store.add(queued_review())
    event = queue_event(message(REVIEW_ID))
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(deliveries)
    handler.handler(event, LambdaContext())  # type: ignore[arg-type]
    assert [pause for _, pause in hidden] == [seconds]


def test_a_bundle_that_cannot_be_loaded_keeps_the_reviews(
    parts: GenerateParts,
    account: Account,
    hidden: list[tuple[str, int]],
) -> None:
    """Every message comes again soon, and is written once the bundle is whole."""
    account.store.add(queued_review(address="", mail=Mail.NONE))
    parts.settings = replace(parts.settings, model_dir="/no/such/folder")
    assert call(message(REVIEW_ID)) == ["message-0"]
    assert [seconds for _, seconds in hidden] == [5]
    assert account.store.get(REVIEW_ID).state is State.QUEUED


@pytest.mark.parametrize("left", [9.0, 100.0])
def test_time_is_kept_for_storing_and_mailing(
    parts: GenerateParts, account: Account, left: float
) -> None:
    """The writing ends ten seconds before the function's time does."""
    account.store.add(queued_review(address="", mail=Mail.NONE))
    author = ScriptedAuthor(" a", " a b.", now=parts.world.now)
    parts.worker = replace(parts.worker, author=author)  # type: ignore[arg-type]
    call(message(REVIEW_ID), seconds_left=left)
    ending = " a" if left < 10 else " a b."
    assert account.store.get(REVIEW_ID).text.endswith(ending)


@pytest.mark.parametrize(
    "code", ["MessageRejected", "AccessDeniedException", "SendingPausedException"]
)
def test_what_ses_says_is_not_logged(
    parts: GenerateParts, account: Account, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """Its errors name the addressee."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)

    class Refusing:
        def send_email(self, **_request: Any) -> None:
            message = "reader@example.org is not verified"
            raise ClientError({"Error": {"Code": code, "Message": message}}, "SendEmail")

    account.store.add(queued_review())
    author, mailer = ScriptedAuthor(" done."), Mailer(Refusing())  # type: ignore[arg-type]
    parts.worker = replace(parts.worker, author=author, mailer=mailer)  # type: ignore[arg-type]
    call(message(REVIEW_ID))
    assert code in written.getvalue()
    assert "reader@" not in written.getvalue()


def test_the_log_holds_nothing_personal(
    parts: GenerateParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the address nor the prompt nor a word of the text."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    account.store.add(queued_review())
    parts.worker = replace(parts.worker, author=ScriptedAuthor(" secret."))  # type: ignore[arg-type]
    assert call(message(REVIEW_ID)) == []
    log = written.getvalue()
    assert "review written" in log
    assert "mail sent" in log
    for personal in ("reader@", "blue horse", "secret"):
        assert personal not in log
