"""What the queue gave up: its page says so, and the operator hears of it."""

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.limits import LEASE_SECONDS
from artreview.queue import DeadLetters
from artreview.review import Mail, Provenance, State
from artreview.store import ReviewStore
from functions.submit import handler
from functions.submit.dead_letters import REASON, give_up_dead_letters
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.events import LambdaContext
from tests.samples import NOW, REVIEW_ID, queued_review

LATER = NOW + 3600


@pytest.fixture
def letters(account: Account) -> DeadLetters:
    """Return the dead letters of the account in memory."""
    return DeadLetters(boto3.client("sqs"), account.environment["DEAD_LETTER_QUEUE_URL"])


def undeliverable(account: Account, *bodies: str) -> None:
    """Put messages where the queue puts those that came too often."""
    address = account.environment["DEAD_LETTER_QUEUE_URL"]
    for body in bodies:
        boto3.client("sqs").send_message(QueueUrl=address, MessageBody=body)


def lying_there(account: Account) -> int:
    """Return how many dead letters there are, those that were received included."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    answer: Any = boto3.client("sqs").get_queue_attributes(
        QueueUrl=account.environment["DEAD_LETTER_QUEUE_URL"], AttributeNames=["All"]
    )
    return sum(int(answer["Attributes"][name]) for name in names)


def message(review_id: str) -> str:
    """Return a message's body."""
    return json.dumps({"id": review_id})


def test_a_message_that_came_too_often_lands_there(account: Account, letters: DeadLetters) -> None:
    """As often as the template says; then its review fails, with a reason and no address."""
    account.store.add(queued_review())
    account.queue.send(REVIEW_ID)
    deliveries = 0
    while account.queued:
        deliveries += 1
    assert deliveries == 10
    assert give_up_dead_letters(letters, account.store, LATER) == 1
    review = account.store.get(REVIEW_ID)
    assert (review.state, review.failure, review.address) == (State.FAILED, REASON, "")
    assert lying_there(account) == 0


def test_only_what_nobody_writes_is_given_up(account: Account, letters: DeadLetters) -> None:
    """What is ready, hidden, unknown or in a living worker's hands stays; every letter goes."""
    ids = [f"{number:016d}" for number in range(5)]
    _queued, written, ready, hidden, dead = ids
    for review_id in ids:
        account.store.add(queued_review(id=review_id))
    account.store.claim(written, "alive", LATER - 1)
    made_by = Provenance("small", "0123", 1.0)
    account.store.finish(account.store.claim(ready, "lease", NOW), made_by, NOW)
    account.store.block(hidden, NOW)
    account.store.claim(dead, "dead", LATER - LEASE_SECONDS - 1)
    undeliverable(account, "rubbish", message("0" * 15 + "z"), *(message(each) for each in ids))
    assert give_up_dead_letters(letters, account.store, LATER) == 2
    states = [account.store.get(review_id).state for review_id in ids]
    assert states == [State.FAILED, State.WRITING, State.READY, State.BLOCKED, State.FAILED]
    assert account.store.get(ready).mail is Mail.DUE
    assert lying_there(account) == 0


def test_a_letter_stays_until_its_review_is_known_to_have_failed(
    account: Account, letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that does not answer loses nothing."""
    account.store.add(queued_review())
    undeliverable(account, message(REVIEW_ID))

    def fail(*_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    with monkeypatch.context() as troubled:
        troubled.setattr(ReviewStore, "fail", fail)
        with pytest.raises(EndpointConnectionError):
            give_up_dead_letters(letters, account.store, LATER)
    assert lying_there(account) == 1


def test_the_sweep_s_function_gives_up(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On its schedule, with a line of the log that the operator's alarm counts."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    account.store.add(queued_review())
    undeliverable(account, message(REVIEW_ID))
    event = {"source": "aws.events"}
    found = handler.sweep(event, LambdaContext())  # type: ignore[arg-type]
    assert found == {"requeued": 0, "failed": 0, "undelivered": 1}
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [(line["level"], line["review"]) for line in lines if line.get("given_up")]
    assert told == [("ERROR", REVIEW_ID)]
