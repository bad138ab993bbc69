"""The state folder: taken once, checked, and put right after a kill."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from local import state
from local.errors import LocalError
from local.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a state folder that was served from, its path with a space in it."""
    place = Place(tmp_path / "my state")
    place.cloud.mkdir(parents=True)
    for name in ("dynamodb", "sqs", "lambda", "cloudformation"):
        (place.cloud / f"{name}.json").write_text(json.dumps(_queues([])))
    place.deployed.write_text("{}")
    return place


def _queues(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"payload": {"queues": {"data": {"account": {"messages": messages}}}}}


def test_a_state_is_served_once_at_a_time(tmp_path: Path) -> None:
    """The second is told who has it, and what to do instead."""
    place = Place(tmp_path)
    held = state.open_state(place, note="http://localhost:8080 (process 7)")
    with pytest.raises(LocalError, match=r"in use: http://localhost:8080 \(process 7\). Stop"):
        state.open_state(place)
    os.close(held)
    os.close(state.open_state(place))


def test_a_folder_that_cannot_be_is_one_clear_line(tmp_path: Path) -> None:
    """A file in the place of the folder."""
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalError, match=r"cannot be used: .*Choose another"):
        state.open_state(Place(tmp_path / "file"))


def test_messages_of_dead_workers_are_given_back(place: Place) -> None:
    """What was received and not deleted is there to be received, and nothing is counted twice."""
    far = 4_000_000_000.0
    messages = [
        {"id": "taken", "receive_count": 3, "visible_at": far, "receipt_handle": "x"},
        {"id": "delayed", "receive_count": 0, "visible_at": far, "receipt_handle": None},
        {"id": "waiting", "receive_count": 1, "visible_at": 1.0, "receipt_handle": "y"},
    ]
    (place.cloud / "sqs.json").write_text(json.dumps(_queues(messages)))
    state.mend(place)
    read = json.loads((place.cloud / "sqs.json").read_text())
    taken, delayed, waiting = read["payload"]["queues"]["data"]["account"]["messages"]
    assert taken["visible_at"] < far
    assert (taken["receive_count"], taken["receipt_handle"]) == (2, None)
    assert [delayed, waiting] == messages[1:]


def test_what_was_never_served_is_put_aside(place: Place) -> None:
    """A first deployment that was interrupted leaves nothing that a second could trip over."""
    place.deployed.unlink()
    state.mend(place)
    assert list(place.cloud.iterdir()) == []
    assert (place.folder / "cloud.unfinished" / "dynamodb.json").exists()


def test_a_damaged_file_is_named_and_kept(place: Place) -> None:
    """Nothing is served from half a state, and nothing is overwritten."""
    damaged = place.cloud / "dynamodb.json"
    damaged.write_text('{"payload": {"tab')
    with pytest.raises(LocalError, match=r"dynamodb\.json is damaged: it is not whole JSON"):
        state.mend(place)
    assert damaged.read_text() == '{"payload": {"tab'


def test_a_missing_file_is_named(place: Place) -> None:
    """A site that was served from has its tables, its queue, its functions and its stack."""
    (place.cloud / "dynamodb.json").unlink()
    with pytest.raises(LocalError, match=r"dynamodb\.json is damaged: it is missing"):
        state.mend(place)


def test_half_written_files_and_unpacked_functions_go(place: Place) -> None:
    """What a kill left behind does not pile up."""
    (place.cloud / "dynamodb.json.tmp").write_text("half")
    (place.scratch / "worker").mkdir(parents=True)
    state.mend(place)
    assert not (place.cloud / "dynamodb.json.tmp").exists()
    assert list(place.scratch.iterdir()) == []


def test_the_signing_key_is_made_once(place: Place) -> None:
    """32 bytes, the same ever after, for its owner's eyes only."""
    key = state.signing_key(place)
    assert len(bytes.fromhex(key)) == 32
    assert state.signing_key(place) == key
    assert place.signing_key.stat().st_mode & 0o077 == 0
