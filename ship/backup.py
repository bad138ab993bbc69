"""Tables to files and back: a folder with one file of JSON lines a table, and what was in it.

Items are written as DynamoDB types them, so what comes back is what went out. The addresses of
subscribers are among them: the files are for their owner's eyes alone.
"""

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ship.account import Account
from ship.asking import Say
from ship.refusals import Refused

_MANIFEST = "backup.json"
_FORMAT = 1
_AT_ONCE = 8
_REVIEWS = "ReviewsTable"
_SUBSCRIBERS = "SubscribersTable"
"""What the template calls the tables whose items are not all to come back as they were."""
_MAIL_OPEN = frozenset({"due", "sending"})
"""What a review's `mail` says while a mail is still to be sent."""
_OF_THE_MAIL = frozenset({"address", "wants_updates", "mail_until", "mail_attempts"})
"""What is erased of a review once its mail was sent."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One table's file."""

    file: str
    items: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a restore is to do beyond putting back what is missing."""

    overwrite: bool = False
    """Put back what the tables have, too: then what visitors have hidden or deleted shows again."""
    subscribers: bool = False
    """Put subscribers back beside others: then who has left is subscribed again."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of one table's items."""

    put: int
    left: int
    """Items that were not put back: those that the table has, and subscribers that it may not."""


def backup(account: Account, tables: Mapping[str, str], folder: Path, now: float, say: Say) -> None:
    """Write the tables into a new folder, all of them or none. Raises Refused."""
    if folder.exists():
        raise Refused(f"{folder} exists already: name a folder that does not.")
    partial = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    saved = {}
    for logical, table in tables.items():
        saved[logical] = _save(account, table, partial / f"{logical}.jsonl")
        say(f"  {saved[logical].items:,} items of {logical}")
    manifest = {
        "format": _FORMAT,
        "made": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
        "tables": {logical: asdict(each) for logical, each in saved.items()},
    }
    _private(partial / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    partial.rename(folder)


def restore(
    account: Account, tables: Mapping[str, str], folder: Path, wish: Wish, say: Say
) -> dict[str, Restored]:
    """Put a backup's items into the tables; return what came of them. Raises Refused.

    What a table has already is left, unless wished otherwise: a review that was deleted or hidden
    since the backup stays so. Who has left the list stands nowhere, so subscribers come back into
    an empty table alone, unless wished otherwise. No review's mail is sent again. Done twice, the
    second time changes nothing.
    """
    manifest = _manifest(folder)
    unknown = sorted(manifest.keys() - tables.keys())
    if unknown:
        raise Refused(f"The site has no table for {', '.join(unknown)} of this backup.")
    result = {}
    for logical, saved in manifest.items():
        table = tables[logical]
        if logical == _SUBSCRIBERS and not wish.subscribers and _has_items(account, table):
            result[logical] = Restored(put=0, left=saved.items)
            say(
                f"  {logical}: left as it is, for it is not empty, and who has left since the "
                "backup would be subscribed again. --subscribers puts back whom it does not have."
            )
            continue
        items = _items(folder / saved.file)
        if logical == _REVIEWS:
            items = map(_without_mail, items)
        result[logical] = _put(account, table, items, overwrite=wish.overwrite)
        say(f"  {logical}: {result[logical].put:,} put back, {result[logical].left:,} were there")
    return result


def _has_items(account: Account, table: str) -> bool:
    page = account.client("dynamodb").scan(TableName=table, Limit=1, ConsistentRead=True)
    return bool(page["Items"])


def _without_mail(item: dict[str, Any]) -> dict[str, Any]:
    """Return a review that has no mail to send: the one that was due has gone out since, or may.

    What was yet to be written is still written, for it then waits; nothing waits for a mail alone.
    """
    if item.get("mail", {}).get("S") not in _MAIL_OPEN:
        return item
    erased = _OF_THE_MAIL | ({"waiting"} if item["state"]["S"] == "ready" else frozenset())
    kept = {name: value for name, value in item.items() if name not in erased}
    return kept | {"mail": {"S": "none"}}


def _save(account: Account, table: str, path: Path) -> Saved:
    pages = account.client("dynamodb").get_paginator("scan")
    digest, count = hashlib.sha256(), 0
    with _private(path).open("wb") as file:
        for page in pages.paginate(TableName=table, ConsistentRead=True):
            for item in page["Items"]:
                line = json.dumps(item, default=_from_bytes, sort_keys=True).encode() + b"\n"
                digest.update(line)
                file.write(line)
                count += 1
    return Saved(path.name, count, digest.hexdigest())


def _manifest(folder: Path) -> dict[str, Saved]:
    """Return the backup's tables, every file of it checked. Raises Refused."""
    path = folder / _MANIFEST
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["format"] != _FORMAT:
            raise Refused(f"{path} has format {found['format']}; this version reads {_FORMAT}.")
        saved = {logical: Saved(**each) for logical, each in found["tables"].items()}
    except OSError as error:
        raise Refused(f"{folder} holds no backup: {path} cannot be read.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"{path} is damaged: take another backup.") from error
    for each in saved.values():
        try:
            with (folder / each.file).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise Refused(f"{folder / each.file} cannot be read: take another backup.") from error
        if digest != each.sha256:
            raise Refused(f"{folder / each.file} is damaged: take another backup.")
    return saved


def _items(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield {name: _to_bytes(value) for name, value in json.loads(line).items()}


def _put(
    account: Account, table: str, items: Iterator[dict[str, Any]], *, overwrite: bool
) -> Restored:
    database = account.client("dynamodb")
    keys = database.describe_table(TableName=table)["Table"]["KeySchema"]
    condition = (
        {}
        if overwrite
        else {
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": keys[0]["AttributeName"]},
        }
    )

    def put(item: dict[str, Any]) -> bool:
        try:
            database.put_item(TableName=table, Item=item, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(put, items))
    return Restored(put=sum(outcomes), left=len(outcomes) - sum(outcomes))


def _private(path: Path) -> Path:
    """Return the path, an empty file now that only its owner may read."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return path


def _from_bytes(value: object) -> dict[str, str]:
    """Return what JSON has no word for: the bytes of a binary attribute."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(type(value).__name__)


def _to_bytes(value: Any) -> Any:  # noqa: ANN401  # an attribute, or a part of one
    """Return an attribute as it was before `_from_bytes`."""
    if isinstance(value, list):
        return [_to_bytes(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        kind: _bytes_of(part) if kind in {"B", "BS"} else _to_bytes(part)
        for kind, part in value.items()
    }


def _bytes_of(part: Any) -> Any:  # noqa: ANN401  # one {"base64": …}, or a list of them
    if isinstance(part, list):
        return [_bytes_of(each) for each in part]
    if isinstance(part, dict) and part.keys() == {"base64"}:
        return base64.b64decode(part["base64"])
    return _to_bytes(part)  # a map's key may be called B as well
