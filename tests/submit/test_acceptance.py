"""From a submission to a queued review."""

from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError

from artreview.errors import SubmissionRefused
from artreview.limits import REQUEUE_SECONDS
from artreview.permalink import is_permalink_id
from artreview.queue import ReviewQueue
from artreview.review import Kinship, Mail, Review, State
from artreview.tokens import FormMark, issue_form_token
from functions.submit.acceptance import Reception, mark_of_form
from functions.submit.admission import GiveBack
from functions.submit.submission import Submission
from functions.submit.sweep import sweep
from tests.aws import KEYS, Account
from tests.fakes import FakeWorld
from tests.samples import queued_review

HORSE = Submission("A blue horse", 7, "", "a@example.org", wants_updates=False, in_gallery=True)
NONCE = bytes(16)
MARK = FormMark(NONCE, KEYS[0])


def free() -> GiveBack:
    """Let everybody in."""
    return lambda: None


class SilentQueue(ReviewQueue):
    """A queue that cannot be reached."""

    def __init__(self) -> None: ...

    def send(self, review_id: str) -> None:
        """Fail, as boto3 does."""
        raise EndpointConnectionError(endpoint_url="https://sqs.example")


@pytest.fixture
def reception(account: Account, world: FakeWorld) -> Reception:
    """Return a reception on the account in memory."""
    return Reception(account.store, account.queue, world)


def test_a_submission_is_stored_and_announced(reception: Reception, account: Account) -> None:
    """The review waits in the table, and its id in the queue."""
    review_id = reception.accept(HORSE, MARK, free)
    review = account.store.get(review_id)
    assert is_permalink_id(review_id)
    assert (review.state, review.prompt, review.mail) == (State.QUEUED, "A blue horse", Mail.DUE)
    assert account.queued == [review_id]


PARENT = "a" * 16


@pytest.mark.parametrize(
    ("parent", "prompt", "kinship"),
    [
        (PARENT, "A blue horse", Kinship.AGAIN),
        (PARENT, "A blue house", Kinship.NONE),
        ("b" * 16, "A blue horse", Kinship.NONE),
        (PARENT, "A blue house", Kinship.ANSWER),
        ("b" * 16, "A blue horse", Kinship.ANSWER),
    ],
)
def test_only_the_same_words_are_the_same_prompt_again(
    reception: Reception, account: Account, parent: str, prompt: str, kinship: Kinship
) -> None:
    """Else no parent is kept: it would take a place among those that the parent's page names."""
    account.store.add(queued_review(id=PARENT, prompt="A blue horse"))
    claims = Kinship.ANSWER if kinship is Kinship.ANSWER else Kinship.AGAIN
    submission = replace(HORSE, prompt=prompt, kinship=claims, parent=parent)
    review = account.store.get(reception.accept(submission, MARK, free))
    assert (review.kinship, review.parent) == (kinship, parent if kinship else "")
    assert review.prompt == prompt


def test_a_deleted_review_is_repeated_by_nobody(reception: Reception, account: Account) -> None:
    """Its words are gone."""
    account.store.add(queued_review(id=PARENT, prompt="A blue horse"))
    account.store.delete(PARENT)
    submission = replace(HORSE, kinship=Kinship.AGAIN, parent=PARENT)
    assert account.store.get(reception.accept(submission, MARK, free)).parent == ""


def test_the_same_form_twice_is_one_review(reception: Reception, account: Account) -> None:
    """A double tap neither writes nor announces anything again."""
    assert reception.accept(HORSE, MARK, free) == reception.accept(HORSE, MARK, free)
    assert len(account.queued) == 1


def test_a_used_form_with_other_words_is_asked_to_come_again(reception: Reception) -> None:
    """Going back and changing the prompt never shows the old review for the new words."""
    reception.accept(HORSE, MARK, free)
    with pytest.raises(SubmissionRefused, match="form_used"):
        reception.accept(replace(HORSE, prompt="A red horse"), MARK, free)


def test_a_corrected_address_is_not_lost(reception: Reception, account: Account) -> None:
    """While the first mail is due, a form with another address is asked to come again."""
    review_id = reception.accept(HORSE, MARK, free)
    corrected = replace(HORSE, address="right@example.org")
    with pytest.raises(SubmissionRefused, match="form_used"):
        reception.accept(corrected, MARK, free)
    account.store.settle_mail(review_id, Mail.SENT)
    assert reception.accept(corrected, MARK, free) == review_id


def test_a_form_that_comes_again_after_a_change_of_keys_is_the_same_form(
    reception: Reception,
) -> None:
    """The review's id follows from the key of the form's own time."""
    token = issue_form_token(NONCE, 0.0, [KEYS[1]])
    before = reception.accept(HORSE, mark_of_form(token, [KEYS[1]], 60.0), free)
    assert reception.accept(HORSE, mark_of_form(token, KEYS, 60.0), free) == before


def test_a_write_whose_answer_was_lost_is_announced(
    account: Account, world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK writes again, meets its own item, and the review is queued all the same."""
    add = account.store.add

    def add_twice(review: Review) -> bool:
        return add(review) and add(review)

    monkeypatch.setattr(account.store, "add", add_twice)
    review_id = Reception(account.store, account.queue, world).accept(HORSE, MARK, free)
    assert account.queued == [review_id]


def test_a_silent_queue_loses_nothing(account: Account, world: FakeWorld) -> None:
    """The review is stored all the same, and the next sweep announces it."""
    review_id = Reception(account.store, SilentQueue(), world).accept(HORSE, MARK, free)
    assert account.queued == []
    sweep(account.store, account.queue, world.now())
    assert account.queued == [review_id]


def test_a_stored_review_is_shown_though_queue_and_table_fall_silent(
    account: Account, world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is announced ten minutes later, by a later sweep."""

    def silent(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    with monkeypatch.context() as broken:
        broken.setattr(account.store, "mark_enqueued", silent)
        review_id = Reception(account.store, SilentQueue(), world).accept(HORSE, MARK, free)
    world.pass_time(REQUEUE_SECONDS + 1)
    sweep(account.store, account.queue, world.now())
    assert account.queued == [review_id]


@pytest.mark.parametrize(
    ("age", "code"), [(1.0, "form_too_fast"), (50_000.0, "form_expired"), (None, "form_unknown")]
)
def test_a_form_that_cannot_be_trusted_is_explained(age: float | None, code: str) -> None:
    """Each reason has words of its own for the visitor."""
    token = issue_form_token(NONCE, 0.0, KEYS) if age else "rubbish"
    with pytest.raises(SubmissionRefused, match=code) as refused:
        mark_of_form(token, KEYS, age or 0.0)
    assert refused.value.errors[0].message
