"""What the site knows about itself, its keys and its messages."""

import json
from dataclasses import asdict

import boto3
import pytest

from artreview.errors import SettingMissing
from artreview.queue import review_id
from artreview.signing_keys import signing_keys
from artreview.site import ModelFacts, Pace
from tests.aws import KEYS, Account

MODEL = ModelFacts(
    name="small",
    hash="0123456789ab",
    base_model="from scratch",
    parameters=10_000_000,
    license_of_weights="CC0-1.0",
    license_of_corpus="public domain",
    decades=("1890s", "1900s"),
    corpus_books=113,
    corpus_words=7_546_666,
)


def test_the_model_is_unknown_until_it_is_published(account: Account) -> None:
    """Pages tell of the model that runs, and of none before one ran."""
    assert account.site.model() is None
    account.site.publish_model(MODEL)
    assert account.site.model() == MODEL


def test_facts_of_another_release_are_read_as_far_as_they_go(account: Account) -> None:
    """Unknown facts are passed over; where one is lacking, the model counts as unknown."""
    table = boto3.resource("dynamodb").Table(account.environment["SITE_TABLE"])
    facts = asdict(MODEL)
    table.put_item(Item={"name": "model", "facts": json.dumps(facts | {"colour": "blue"})})
    assert account.site.model() == MODEL
    del facts["corpus_words"]
    table.put_item(Item={"name": "model", "facts": json.dumps(facts)})
    assert account.site.model() is None


def test_the_pace_follows_the_newest_reviews(account: Account) -> None:
    """The first review sets the pace, the next ones move it."""
    assert account.site.pace() is None
    account.site.record_pace(Pace(100.0, 8.0))
    account.site.record_pace(Pace(200.0, 4.0))
    assert account.site.pace() == Pace(130.0, 6.8)


def test_keys_are_read_in_their_order(account: Account) -> None:
    """The first key signs."""
    parameter = account.environment["SIGNING_KEY_PARAMETER"]
    assert signing_keys(boto3.client("ssm"), parameter) == KEYS


@pytest.mark.parametrize("value", ["abc", "zz" * 32, "00" * 31, "00" * 32 + ","])
def test_keys_that_are_none_are_refused(account: Account, value: str) -> None:
    """A mangled parameter stops the function; it never signs with half a key."""
    client = boto3.client("ssm")
    client.put_parameter(Name="/mangled", Value=value, Type="SecureString")
    with pytest.raises(SettingMissing, match="/mangled"):
        signing_keys(client, "/mangled")
    with pytest.raises(SettingMissing, match="/absent does not exist"):
        signing_keys(client, "/absent")


def test_a_message_holds_the_id_alone(account: Account) -> None:
    """Nothing personal lies in the queue."""
    account.queue.send("0123456789abcdef")
    assert account.queued == ["0123456789abcdef"]


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", "7", "{"])
def test_a_message_that_holds_no_id_is_named(body: str) -> None:
    """A foreign message is a ValueError, whatever it is."""
    with pytest.raises(ValueError, match="a message holds"):
        review_id(body)
