"""Tables to files and back."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from ship.account import Account
from ship.backup import Restored, backup, restore
from ship.refusals import Refused
from tests.aws import Account as Tables

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
    assert restore(own, names, folder, overwrite=False, say=say) == {"ReviewsTable": Restored(1, 0)}
    assert stored(own, table) == before
    assert restore(own, names, folder, overwrite=False, say=say) == {"ReviewsTable": Restored(0, 1)}


def test_what_changed_since_stays_unless_told_otherwise(
    own: Account, names: dict[str, str], tmp_path: Path
) -> None:
    """`--overwrite` puts back what the table has, too."""
    (table,) = names.values()
    database = own.client("dynamodb")
    database.put_item(TableName=table, Item={"id": ITEM["id"], "state": {"S": "ready"}})
    backup(own, names, tmp_path / "kept", NOW, say)
    database.put_item(TableName=table, Item={"id": ITEM["id"], "state": {"S": "deleted"}})
    restore(own, names, tmp_path / "kept", overwrite=False, say=say)
    assert stored(own, table)[0]["state"] == {"S": "deleted"}
    restore(own, names, tmp_path / "kept", overwrite=True, say=say)
    assert stored(own, table)[0]["state"] == {"S": "ready"}


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
        restore(own, names, tmp_path / "kept", overwrite=False, say=say)
    assert stored(own, table) == []
    (tmp_path / "kept" / "backup.json").write_text("{}")
    with pytest.raises(Refused, match=r"backup\.json is damaged"):
        restore(own, names, tmp_path / "kept", overwrite=False, say=say)


def test_a_folder_without_a_backup_is_refused(
    own: Account, names: dict[str, str], tmp_path: Path
) -> None:
    """It is told which file is missing."""
    with pytest.raises(Refused, match="holds no backup"):
        restore(own, names, tmp_path, overwrite=False, say=say)
