"""Who wants to hear from the site, in DynamoDB.

One item a subscriber, its key `id`. It begins with `expires_at`, asked for and not confirmed, and
then expires by itself; whoever confirms takes that away. Leaving removes the item.

The id is a keyed hash of the address, so the links in a mail carry no address, and the same address
is one item. A new signing key makes other hashes; items under an older one are still found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

from artreview.conditions import reraise_unless_condition_failed
from artreview.errors import SubscriptionUnknown
from artreview.limits import CONFIRMATION_SECONDS

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who subscribed, or was asked whether they want to."""

    id: bytes
    is_confirmed: bool
    expires_at: int = 0
    """Until when they may confirm; 0 where they have."""


class Subscribers:
    """The subscribers, by a keyed hash of their address."""

    def __init__(self, table: "Table", keys: Sequence[bytes]) -> None:
        """Keep the table, whose key is `id`, and the signing keys, the newest first."""
        self._table = table
        self._keys = keys

    def find(self, address: str, now: float) -> Subscriber | None:
        """Return who confirmed under this address, or else who may still do so, or None."""
        items = [item for item in self._items(address) if _is_good(item, now)]
        items.sort(key=lambda item: "confirmed_at" not in item)  # stable: the newest key first
        return _subscriber(items[0]) if items else None

    def propose(self, address: str, now: float) -> Subscriber:
        """Keep the address until its owner confirms, or `CONFIRMATION_SECONDS` are over.

        Somebody who confirmed before stays as they are. Who is asked again has the seven days anew,
        and the links of the earlier mails stay good for theirs.
        """
        known = self.find(address, now)
        if known and known.is_confirmed:
            return known
        subscriber_id = known.id if known else _id_of(address, self._keys[0])
        expires_at = int(now) + CONFIRMATION_SECONDS
        values: dict[str, Any] = {":address": address, ":now": int(now), ":expires_at": expires_at}
        first_asked = "if_not_exists(asked_at, :now)" if known else ":now"
        try:
            self._table.update_item(
                Key={"id": subscriber_id.hex()},
                UpdateExpression="SET address = :address, expires_at = :expires_at,"
                f" asked_at = {first_asked}",
                ConditionExpression=Attr("confirmed_at").not_exists(),
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            reraise_unless_condition_failed(error)
            return Subscriber(subscriber_id, is_confirmed=True)
        return Subscriber(subscriber_id, is_confirmed=False, expires_at=expires_at)

    def confirm(self, subscriber_id: bytes, mailed_at: float, now: float) -> None:
        """Subscribe whoever was asked, with the link of a mail of that second. Twice is fine.

        Raises SubscriptionUnknown where nobody was asked, or that mail is too old, or they left
        since it was sent, whoever has asked for news with their address again.
        """
        if mailed_at + CONFIRMATION_SECONDS <= now:
            raise SubscriptionUnknown(f"the mail is more than {CONFIRMATION_SECONDS} s old")
        is_asked = Attr("confirmed_at").exists() | Attr("expires_at").gt(Decimal(int(now)))
        try:
            self._table.update_item(
                Key={"id": subscriber_id.hex()},
                UpdateExpression="SET confirmed_at = if_not_exists(confirmed_at, :now)"
                " REMOVE expires_at",
                ConditionExpression=is_asked & Attr("asked_at").lte(Decimal(int(mailed_at))),
                ExpressionAttributeValues={":now": int(now)},
            )
        except ClientError as error:
            reraise_unless_condition_failed(error)
            raise SubscriptionUnknown("nobody waits to be subscribed under this id") from error

    def leave(self, subscriber_id: bytes) -> None:
        """Forget somebody, confirmed or not, under every key. Twice is fine."""
        answer = self._table.get_item(Key={"id": subscriber_id.hex()}, ConsistentRead=True)
        address = str(answer.get("Item", {}).get("address", ""))
        others = [_id_of(address, key) for key in self._keys] if address else []
        # Its own item last: whoever presses again after a failure still finds the others.
        for each in [*(other for other in others if other != subscriber_id), subscriber_id]:
            self._table.delete_item(Key={"id": each.hex()})

    def _items(self, address: str) -> Iterator[dict[str, Any]]:
        for key in self._keys:
            answer = self._table.get_item(Key={"id": _id_of(address, key).hex()})
            if "Item" in answer:
                yield answer["Item"]


def _is_good(item: Mapping[str, Any], now: float) -> bool:
    return "confirmed_at" in item or int(item["expires_at"]) > now


def _subscriber(item: Mapping[str, Any]) -> Subscriber:
    is_confirmed = "confirmed_at" in item
    expires_at = 0 if is_confirmed else int(item["expires_at"])
    return Subscriber(bytes.fromhex(str(item["id"])), is_confirmed, expires_at)


def _id_of(address: str, key: bytes) -> bytes:
    words = address.casefold().encode("utf-8", errors="replace")
    return blake2b(words, digest_size=ID_BYTES, key=key, person=b"subscriber").digest()
