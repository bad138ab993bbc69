"""What the queue gave up: its page says so, the operator hears of it, and can bring it back."""

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.limits import LEASE_SECONDS, MAX_ATTEMPTS
from artreview.queue import DeadLetters
from artreview.review import Mail, Provenance, Review, State
from artreview.store import ReviewStore
from functions.submit import handler
from functions.submit.dead_letters import REASON, Revived, give_up_dead_letters, revive
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.events import LambdaContext
from tests.samples import NOW, REVIEW_ID, queued_review

OTHER_ID = "fedcba9876543210"
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
    answer = boto3.client("sqs").get_queue_attributes(
        QueueUrl=account.environment["DEAD_LETTER_QUEUE_URL"], AttributeNames=["All"]
    )
    return sum(int(answer["Attributes"][name]) for name in names)


def message(review_id: str) -> str:
    """Return a message's body."""
    return json.dumps({"id": review_id})


def sweep(**event: Any) -> dict[str, Any]:
    """Call the sweep's function."""
    found: dict[str, Any] = handler.sweep(event, LambdaContext())  # type: ignore[arg-type]
    return found


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
    queued, written, ready, hidden, dead = ids
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


def failed_review(account: Account) -> Review:
    """Store a review that failed at its last attempt."""
    account.store.add(queued_review())
    for attempt in range(MAX_ATTEMPTS):
        review = account.store.claim(REVIEW_ID, "lease", NOW + attempt * (LEASE_SECONDS + 1))
    account.store.fail(REVIEW_ID, "RuntimeError", NOW + 99, "lease")
    return review


def test_a_failed_review_is_brought_back(account: Account) -> None:
    """It is queued with all its attempts before it, keeps its words and seed, and mails nobody."""
    failed = failed_review(account)
    found = revive([REVIEW_ID], account.store, account.queue, LATER)
    assert found == Revived(queued=(REVIEW_ID,), refused=())
    assert account.queued == [REVIEW_ID]
    assert [review.id for review in account.store.waiting()] == [REVIEW_ID]
    review = account.store.claim(REVIEW_ID, "lease", LATER)
    assert (review.attempts, review.failure, review.mail) == (1, "", Mail.NONE)
    assert (review.prompt, review.seed) == (failed.prompt, failed.seed)


def test_what_did_not_fail_is_not_brought_back(account: Account) -> None:
    """A review that waits, is hidden or unknown, and what is no id at all, are named as refused."""
    account.store.add(queued_review())
    account.store.add(queued_review(id=OTHER_ID))
    account.store.block(OTHER_ID, NOW)
    wanted = [REVIEW_ID, OTHER_ID, "0" * 16, "../etc"]
    found = revive(wanted, account.store, account.queue, LATER)
    assert found == Revived(queued=(), refused=tuple(wanted))
    assert account.queued == []
    assert account.store.get(OTHER_ID).state is State.BLOCKED


def test_a_silent_queue_leaves_what_is_brought_back_to_the_sweep(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next sweep sends it."""
    failed_review(account)

    def fail(_review_id: str) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs.example")

    with monkeypatch.context() as troubled:
        troubled.setattr(account.queue, "send", fail)
        assert revive([REVIEW_ID], account.store, account.queue, LATER).queued == (REVIEW_ID,)
    assert account.queued == []
    assert sweep()["requeued"] == 1
    assert account.queued == [REVIEW_ID]


def test_the_sweep_s_function_does_both(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On its schedule it gives up, with a line of the log that the alarm counts; asked, revives."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    account.store.add(queued_review())
    undeliverable(account, message(REVIEW_ID))
    assert sweep(source="aws.events") == {"requeued": 0, "failed": 0, "undelivered": 1}
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [(line["level"], line["review"]) for line in lines if line.get("given_up")]
    assert told == [("ERROR", REVIEW_ID)]
    assert sweep(retry=[REVIEW_ID, OTHER_ID]) == {"queued": (REVIEW_ID,), "refused": (OTHER_ID,)}
    assert account.store.get(REVIEW_ID).state is State.QUEUED
