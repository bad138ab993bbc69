"""The journal: a commit costs what changed, and a start after a kill has it all."""

import json
from pathlib import Path
from typing import Any

import pytest

from local import journal
from local.errors import LocalError
from local.journal import Journal, fold, journal_of

ACCOUNT, REGION, NAME = "000000000000", "us-east-1", "reviews"


class Tables:
    """One table, that tells its changes as the emulator's do."""

    def __init__(self) -> None:
        """Begin empty."""
        self.items: dict[str, Any] = {}
        self.changed: list[str] = []
        self.is_unclear = False

    def put(self, key: str, value: str | None) -> None:
        """Change an item; None removes it."""
        self.changed.append(key)
        if value is None:
            self.items.pop(key, None)
        else:
            self.items[key] = {"": {"value": {"S": value}}}

    def changes(self) -> list[bytes] | None:
        """Tell them as lines."""
        if self.is_unclear:
            return None
        changed, self.changed = self.changed, []
        items = [(key, self.items.get(key, {}).get("")) for key in changed]
        return [
            json.dumps([ACCOUNT, REGION, NAME, key, "", item]).encode() + b"\n"
            for key, item in items
        ]

    def whole(self) -> bytes:
        """Tell them all."""
        self.changed = []
        self.is_unclear = False
        table = {"items": self.items, "ItemCount": len(self.items)}
        data = {f"{ACCOUNT}\0{REGION}\0{NAME!r}": table}
        return json.dumps({"payload": {"tables": {"data": data}}}).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the whole file's path."""
    return tmp_path / "dynamodb.json"


def save(store: Journal) -> None:
    """Save what changed."""
    write = store.prepare()
    if write is not None:
        write()


def found(path: Path) -> dict[str, Any]:
    """Return the items that a start would find."""
    fold(path)
    assert not journal_of(path).exists()
    (table,) = json.loads(path.read_bytes())["payload"]["tables"]["data"].values()
    assert table["ItemCount"] == len(table["items"])
    items: dict[str, Any] = table["items"]
    return items


def test_a_start_finds_what_was_saved(path: Path) -> None:
    """New, changed and removed items, over a whole file that is older."""
    tables = Tables()
    store = Journal(path, tables)
    tables.put("old", "1")
    tables.put("gone", "1")
    store.rewrite()
    save(store)
    for key, value in (("new", "1"), ("old", "2"), ("gone", None), ("new", "3"), ("x", None)):
        tables.put(key, value)
        save(store)
    assert journal_of(path).read_bytes().count(b"\n") == 5
    assert (
        found(path)
        == tables.items
        == {
            "old": {"": {"value": {"S": "2"}}},
            "new": {"": {"value": {"S": "3"}}},
        }
    )
    assert found(path) == tables.items


def test_a_save_without_changes_writes_nothing(path: Path) -> None:
    """Then there is nothing to do."""
    assert Journal(path, Tables()).prepare() is None


def test_a_line_half_written_does_not_count(path: Path) -> None:
    """A kill in the middle of an append leaves a line that was never acknowledged."""
    tables = Tables()
    store = Journal(path, tables)
    store.rewrite()
    save(store)
    tables.put("whole", "1")
    save(store)
    with journal_of(path).open("ab") as file:
        file.write(b'["000000000000", "us-ea')
    assert found(path) == tables.items


def test_a_damaged_line_is_named(path: Path) -> None:
    """What was acknowledged and cannot be read is not passed over in silence."""
    tables = Tables()
    path.write_bytes(tables.whole())
    journal_of(path).write_bytes(b'["0000\n[]\n')
    with pytest.raises(LocalError, match=r"dynamodb\.journal is damaged: line 1 is not whole"):
        fold(path)
    assert journal_of(path).exists()


def test_a_failed_append_is_made_good(path: Path) -> None:
    """After an append that failed halfway, the next save writes the whole file."""
    tables = Tables()
    store = Journal(path, tables)
    store.rewrite()
    save(store)
    tables.put("a", "1")
    journal_of(path).mkdir()
    with pytest.raises(IsADirectoryError):
        save(store)
    journal_of(path).rmdir()
    tables.put("b", "2")
    save(store)
    assert found(path) == tables.items
    assert set(tables.items) == {"a", "b"}


def test_a_change_that_no_line_can_tell_rewrites_the_whole(path: Path) -> None:
    """As when the emulator puts a whole table back after a transaction that failed."""
    tables = Tables()
    store = Journal(path, tables)
    tables.put("a", "1")
    tables.is_unclear = True
    save(store)
    assert not journal_of(path).exists()
    assert found(path) == tables.items


def test_a_large_journal_is_folded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not grow for ever."""
    monkeypatch.setattr(journal, "_LARGE_BYTES", 1000)
    tables = Tables()
    store = Journal(path, tables)
    store.rewrite()
    save(store)
    for number in range(100):
        tables.put("same", str(number))
        save(store)
        assert not journal_of(path).exists() or journal_of(path).stat().st_size < 1200
    assert found(path) == tables.items


def test_lines_about_an_unknown_table_are_left_out(path: Path) -> None:
    """They are of a deployment that was never finished."""
    path.write_bytes(Tables().whole())
    journal_of(path).write_bytes(b'["000000000000", "us-east-1", "other", "a", "", {}]\n')
    assert found(path) == {}
