"""The state folder: taking it, checking it, and putting it right after a kill."""

import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from local import locks
from local.errors import LocalError
from local.place import Place


def open_state(place: Place, note: str = "") -> int:
    """Make the folder if need be and take its lock; return the lock. Raises LocalError."""
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        return locks.take(place.lock, note=note)
    except locks.LockTaken as error:
        raise LocalError(
            f"The state in {place.folder} is in use{error.holder and ': ' + error.holder}. "
            "Stop that, or keep a second state: make run STATE=.local-2 PORT=8081"
        ) from error
    except OSError as error:
        raise LocalError(
            f"The state folder {place.folder} cannot be used: {error.strerror}. "
            "Choose another: make run STATE=folder"
        ) from error


def mend(place: Place) -> None:
    """Make the state ready for a start, whatever ended the last one. Raises LocalError.

    What was begun but never finished being deployed for the first time is put aside: nobody was
    ever served from it. Messages that a worker had taken are given back, for it died with us.
    """
    shutil.rmtree(place.scratch, ignore_errors=True)
    for folder in (place.cloud, place.outbox, place.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    deployed = read_json(place.deployed)
    if deployed is None and any(place.cloud.iterdir()):
        aside = place.folder / "cloud.unfinished"
        shutil.rmtree(aside, ignore_errors=True)
        place.cloud.rename(aside)
        place.cloud.mkdir()
    for half_written in place.cloud.glob("*.tmp"):
        half_written.unlink()
    for path in sorted(place.cloud.glob("*.json")):
        read_json(path)
    if deployed is not None:
        for name in ("dynamodb", "sqs", "lambda", "cloudformation"):
            if not (place.cloud / f"{name}.json").exists():
                raise LocalError(damaged(place.cloud / f"{name}.json", "it is missing"))
    _give_messages_back(place.cloud / "sqs.json", time.time())


def read_json(path: Path) -> Any:  # noqa: ANN401  # whatever the file holds
    """Return what a state file holds, or None where there is none. Raises LocalError."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise LocalError(damaged(path, "it is not whole JSON")) from error


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that it is either the old one or the new one, whenever we are killed."""
    partial = path.with_name(path.name + ".tmp")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    partial.replace(path)


def signing_key(place: Place) -> str:
    """Return this state's signing key, made on the first call."""
    try:
        return place.signing_key.read_text()
    except FileNotFoundError:
        key = secrets.token_hex(32)
        write(place.signing_key, key.encode(), mode=0o600)
        return key


def _give_messages_back(path: Path, now: float) -> None:
    """Make visible what was received and not deleted, and count that delivery as none."""
    state = read_json(path)
    if state is None:
        return
    changed = False
    for queue in state["payload"]["queues"]["data"].values():
        for message in queue["messages"]:
            if message["receive_count"] and message["visible_at"] > now:
                message["visible_at"] = now
                message["receive_count"] -= 1
                message["receipt_handle"] = None
                changed = True
    if changed:
        write(path, json.dumps(state).encode())


def damaged(path: Path, how: str) -> str:
    """Return the sentence about a damaged file."""
    return (
        f"The state file {path} is damaged: {how}. Put back a copy of it, "
        "or delete the whole state folder to begin anew."
    )
