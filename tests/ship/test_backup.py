"""Tables to files and back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from artreview.review import Mail, State
from artreview.subscribers import Subscriber
from ship.account import Account
from ship.backup import Restored, Wish, backup, restore
from ship.refusals import Refused
from tests.aws import Account as Tables
from tests.samples import queued_review

NOW = 1_790_000_000.0
ITEM: dict[str, Any] = {
    "id": {"S": "0123456789abcdef"},
    "seed": {"N": "12345678901234567890.5"},
    "ciphered": {"B": b"\x00\xff"},
    "many": {"BS": [b"a", b"b"]},
    "map": {"M": {"B": {"S": "a key of this name"}, "N": {"L": [{"NULL": True}, {"BOOL": False}]}}},
}


@pytest.fixture
def names(account: Tables) -> dict[str, str]:
    """Return a table, by what the template calls it."""
    return {"ReviewsTable": account.environment["REVIEWS_TABLE"]}


@pytest.fixture
def own(account: Tables) -> Account:
    """Return the account that is backed up."""
    return Account(boto3.Session(), "123456789012")


def say(_sentence: str) -> None:
    """Say nothing."""


def stored(own: Account, table: str) -> list[dict[str, Any]]:
    """Return the table's items."""
    items: list[dict[str, Any]] = own.client("dynamodb").scan(TableName=table)["Items"]
    return items


def test_what_was_backed_up_comes_back_as_it_was(
    own: Account, names: dict[str, str], tmp_path: Path
) -> None:
    """Every type that DynamoDB has, to the last digit; a second restore changes nothing."""
    (table,) = names.values()
    own.client("dynamodb").put_item(TableName=table, Item=ITEM)
    before = stored(own, table)
    backup(own, names, tmp_path / "kept", NOW, say)
    own.client("dynamodb").delete_item(TableName=table, Key={"id": ITEM["id"]})
    folder = tmp_path / "kept"
    assert restore(own, names, folder, Wish(), say) == {"ReviewsTable": Restored(1, 0)}
    assert stored(own, table) == before
    assert restore(own, names, folder, Wish(), say) == {"ReviewsTable": Restored(0, 1)}


def test_what_changed_since_stays_unless_told_otherwise(
    own: Account, names: dict[str, str], tmp_path: Path
) -> None:
    """`--overwrite` puts back what the table has, too."""
    (table,) = names.values()
    database = own.client("dynamodb")
    database.put_item(TableName=table, Item={"id": ITEM["id"], "state": {"S": "ready"}})
    backup(own, names, tmp_path / "kept", NOW, say)
    database.put_item(TableName=table, Item={"id": ITEM["id"], "state": {"S": "deleted"}})
    restore(own, names, tmp_path / "kept", Wish(), say)
    assert stored(own, table)[0]["state"] == {"S": "deleted"}
    restore(own, names, tmp_path / "kept", Wish(overwrite=True), say)
    assert stored(own, table)[0]["state"] == {"S": "ready"}


SOMEBODY, ANOTHER = "somebody@example.org", "another@example.org"


def subscribed(account: Tables, address: str) -> Subscriber:
    """Have somebody confirm that they want news."""
    asked = account.subscribers.propose(address, NOW)
    account.subscribers.confirm(asked.id, NOW, NOW)
    return asked


def test_who_has_left_is_not_subscribed_again(
    account: Tables, own: Account, tmp_path: Path
) -> None:
    """Beside others nobody is put back, unless the operator says so; `--overwrite` is no such word.

    Into an empty table everybody is.
    """
    names = {"SubscribersTable": account.environment["SUBSCRIBERS_TABLE"]}
    folder = tmp_path / "kept"
    left = subscribed(account, SOMEBODY)
    stayed = subscribed(account, ANOTHER)
    backup(own, names, folder, NOW, say)
    account.subscribers.leave(left.id)
    told: list[str] = []
    for overwrite in (False, True):
        restored = restore(own, names, folder, Wish(overwrite=overwrite), told.append)
        assert restored == {"SubscribersTable": Restored(0, 2)}
        assert account.subscribers.find(SOMEBODY, NOW) is None
    assert "--subscribers" in told[0]
    restored = restore(own, names, folder, Wish(subscribers=True), say)
    assert restored == {"SubscribersTable": Restored(1, 1)}
    for each in (left, stayed):
        account.subscribers.leave(each.id)
    restored = restore(own, names, folder, Wish(), say)
    assert restored == {"SubscribersTable": Restored(2, 0)}


@pytest.mark.parametrize("mail", [Mail.DUE, Mail.SENDING])
def test_no_mail_is_sent_a_second_time(
    account: Tables, own: Account, names: dict[str, str], tmp_path: Path, mail: Mail
) -> None:
    """A mail that was due has gone out since: what comes back has none, and no address."""
    asked = queued_review(address=SOMEBODY, mail=mail, wants_updates=True)
    unwritten, finished = replace(asked, id="1" * 16), replace(asked, id="2" * 16)
    for review in (unwritten, finished):
        account.store.add(review)
    for name, value in (("state", State.READY), ("mail_until", 1), ("mail_attempts", 1)):
        boto3.resource("dynamodb").Table(names["ReviewsTable"]).update_item(
            Key={"id": finished.id},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
        )
    backup(own, names, tmp_path / "kept", NOW, say)
    for review in (unwritten, finished):
        own.client("dynamodb").delete_item(
            TableName=names["ReviewsTable"], Key={"id": {"S": review.id}}
        )
    restore(own, names, tmp_path / "kept", Wish(), say)
    for review in (unwritten, finished):
        restored = account.store.get(review.id)
        assert (restored.mail, restored.address, restored.wants_updates) == (Mail.NONE, "", False)
        assert (restored.mail_until, restored.mail_attempts) == (0, 0)
    assert [review.id for review in account.store.waiting()] == [unwritten.id]


def test_only_the_owner_may_read_it(own: Account, names: dict[str, str], tmp_path: Path) -> None:
    """Subscribers' addresses are in it."""
    backup(own, names, tmp_path / "kept", NOW, say)
    for path in [tmp_path / "kept", *(tmp_path / "kept").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0


def test_a_backup_replaces_nothing(own: Account, names: dict[str, str], tmp_path: Path) -> None:
    """The folder has to be a new one."""
    with pytest.raises(Refused, match="exists already"):
        backup(own, names, tmp_path, NOW, say)


def test_a_backup_that_broke_off_is_none(
    own: Account, names: dict[str, str], tmp_path: Path
) -> None:
    """The folder appears when it is whole."""
    with pytest.raises(own.client("dynamodb").exceptions.ResourceNotFoundException):
        backup(own, names | {"Gone": "no-such-table"}, tmp_path / "kept", NOW, say)
    assert not (tmp_path / "kept").exists()
    backup(own, names, tmp_path / "kept", NOW, say)
    assert (
        json.loads((tmp_path / "kept" / "backup.json").read_text())["tables"].keys() == names.keys()
    )


def test_a_damaged_backup_is_refused_whole(
    own: Account, names: dict[str, str], tmp_path: Path
) -> None:
    """Nothing is put back from it."""
    (table,) = names.values()
    own.client("dynamodb").put_item(TableName=table, Item=ITEM)
    backup(own, names, tmp_path / "kept", NOW, say)
    own.client("dynamodb").delete_item(TableName=table, Key={"id": ITEM["id"]})
    file = tmp_path / "kept" / "ReviewsTable.jsonl"
    file.write_text(file.read_text().replace("0123", "3210"))
    with pytest.raises(Refused, match=r"ReviewsTable\.jsonl is damaged"):
        restore(own, names, tmp_path / "kept", Wish(), say)
    assert stored(own, table) == []
    (tmp_path / "kept" / "backup.json").write_text("{}")
    with pytest.raises(Refused, match=r"backup\.json is damaged"):
        restore(own, names, tmp_path / "kept", Wish(), say)


def test_a_folder_without_a_backup_is_refused(
    own: Account, names: dict[str, str], tmp_path: Path
) -> None:
    """It is told which file is missing."""
    with pytest.raises(Refused, match="holds no backup"):
        restore(own, names, tmp_path, Wish(), say)
