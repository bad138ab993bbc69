"""Who wants to hear from the site, in DynamoDB.

One item a subscriber, its key `id`. It begins with `expires_at`, asked for and not confirmed, and
then expires by itself; whoever confirms takes that away. Leaving removes the item.

The id is a keyed hash of the address, so the links in a mail carry no address, and the same address
is one item. A new signing key makes other hashes; items under an older one are still found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING

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


class Subscribers:
    """The subscribers, by a keyed hash of their address."""

    def __init__(self, table: "Table", keys: Sequence[bytes]) -> None:
        """Keep the table, whose key is `id`, and the signing keys, the newest first."""
        self._table = table
        self._keys = keys

    def find(self, address: str) -> Subscriber | None:
        """Return who confirmed under this address, or None."""
        for key in self._keys:
            subscriber_id = _id_of(address, key)
            item = self._table.get_item(Key={"id": subscriber_id.hex()}).get("Item", {})
            if "confirmed_at" in item:
                return Subscriber(subscriber_id, is_confirmed=True)
        return None

    def propose(self, address: str, now: float) -> Subscriber:
        """Keep the address until its owner confirms, or `CONFIRMATION_SECONDS` are over.

        Somebody who confirmed before stays as they are.
        """
        if known := self.find(address):
            return known
        subscriber_id = _id_of(address, self._keys[0])
        try:
            self._table.put_item(
                Item={
                    "id": subscriber_id.hex(),
                    "address": address,
                    "asked_at": int(now),
                    "expires_at": int(now) + CONFIRMATION_SECONDS,
                },
                ConditionExpression=Attr("confirmed_at").not_exists(),
            )
        except ClientError as error:
            reraise_unless_condition_failed(error)
            return Subscriber(subscriber_id, is_confirmed=True)
        return Subscriber(subscriber_id, is_confirmed=False)

    def confirm(self, subscriber_id: bytes, now: float) -> None:
        """Subscribe whoever was asked. Twice is fine.

        Raises SubscriptionUnknown where nobody was, or too long ago, or they left since.
        """
        is_asked = Attr("expires_at").gt(Decimal(int(now)))
        try:
            self._table.update_item(
                Key={"id": subscriber_id.hex()},
                UpdateExpression="SET confirmed_at = if_not_exists(confirmed_at, :now)"
                " REMOVE expires_at",
                ConditionExpression=Attr("confirmed_at").exists() | is_asked,
                ExpressionAttributeValues={":now": int(now)},
            )
        except ClientError as error:
            reraise_unless_condition_failed(error)
            raise SubscriptionUnknown("nobody waits to be subscribed under this id") from error

    def leave(self, subscriber_id: bytes) -> None:
        """Forget somebody, confirmed or not. Twice is fine."""
        self._table.delete_item(Key={"id": subscriber_id.hex()})


def _id_of(address: str, key: bytes) -> bytes:
    words = address.casefold().encode("utf-8", errors="replace")
    return blake2b(words, digest_size=ID_BYTES, key=key, person=b"subscriber").digest()
