"""Counters that limit how much one visitor, and all of them together, may have.

One item a counter, its key `name`, in a table of its own that is never backed up. Taking is one
conditional write (`UpdateItem` with `ADD`), so no race takes more than is allowed. Time is cut into
windows that begin with the UTC day, and a counter expires with its window.

Where visitors are to be told apart, and not only counted, an item holds a set (`gather`): a write
that is repeated, because its answer was lost, adds nobody.

Who is counted is not in the table, only a keyed hash. Its key comes from the signing key and from a
secret of the day, which the next day overwrites: then nobody, not even the owner of the site, can
tell any more whom an old counter was about.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, ConditionBase
from botocore.exceptions import ClientError

from artreview.conditions import reraise_unless_condition_failed
from artreview.errors import LimitReached
from artreview.world import World

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

HOUR = 60 * 60
DAY = 24 * HOUR

_SECRET = "secret"  # noqa: S105  # the name of an item
_SECRET_BYTES = 32
_NAME_BYTES = 16
_HOME_PREFIX = 64
"""The part of an IPv6 address that is one customer's (RFC 6177); the rest changes at will."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of something is allowed within a window of time."""

    kind: str
    """Its name, in the keys of its counters and in LimitReached."""
    most: int
    window: int
    """Seconds; a day is a multiple of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was counted, so that it can be given back."""

    name: str


class Counters:
    """The counters."""

    def __init__(self, table: "Table", keys: Sequence[bytes], world: World) -> None:
        """Keep the table, whose key is `name`; the first signing key; the clock and the dice."""
        self._table = table
        self._key = keys[0]
        self._world = world
        self._day = -1
        self._day_key = b""

    def take(self, limit: Limit, who: str) -> Taken:
        """Count one more of `who`. Raises LimitReached where that would be more than is allowed."""
        now = self._world.now()
        window = int(now // limit.window)
        ends_at = (window + 1) * limit.window
        name = f"{limit.kind} {window} {self._hashed(limit.kind, who, int(now // DAY))}"
        if limit.most < 1:
            raise LimitReached(limit.kind, ends_at - now)
        is_below = Attr("taken").not_exists() | Attr("taken").lt(limit.most)
        if not self._add(name, 1, is_below, ends_at):
            raise LimitReached(limit.kind, ends_at - now)
        return Taken(name)

    def give_back(self, taken: Taken) -> None:
        """Count one less: what was taken came to nothing."""
        self._add(taken.name, -1, Attr("taken").gt(0))

    def gather(self, kind: str, what: str, who: str) -> int:
        """Note `who` among those who did something about `what` today; return how many they are.

        However often the same one comes, also where boto3 repeats a write whose answer was lost:
        a set takes a member once.
        """
        day = int(self._world.now() // DAY)
        member = self._hashed(kind, f"{what}\0{who}", day)
        answer = self._table.update_item(
            Key={"name": f"{kind} {day} {self._hashed(kind, what, day)}"},
            UpdateExpression="ADD members :member SET expires_at = :expires_at",
            ExpressionAttributeValues={":member": {member}, ":expires_at": (day + 1) * DAY},
            ReturnValues="ALL_NEW",
        )
        members: Any = answer["Attributes"]["members"]
        return len(members)

    def _add(self, name: str, number: int, when: ConditionBase, expires_at: int = 0) -> bool:
        values: dict[str, Any] = {":number": number}
        expression = "ADD taken :number"
        if expires_at:
            expression += " SET expires_at = :expires_at"
            values[":expires_at"] = expires_at
        try:
            self._table.update_item(
                Key={"name": name},
                UpdateExpression=expression,
                ConditionExpression=when,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            reraise_unless_condition_failed(error)
            return False
        return True

    def _hashed(self, kind: str, who: str, day: int) -> str:
        if day != self._day:
            secret = self._secret_of(day)
            self._day_key = blake2b(secret, key=self._key, person=b"counters").digest()
            self._day = day
        words = f"{kind}\0{who}".encode("utf-8", errors="replace")
        return blake2b(words, digest_size=_NAME_BYTES, key=self._day_key).hexdigest()

    def _secret_of(self, day: int) -> bytes:
        """Return the day's secret; whoever comes first on a day throws the dice for all."""
        if stored := self._stored_secret(day):
            return stored
        secret = self._world.random_bytes(_SECRET_BYTES)
        item: dict[str, Any] = {
            "name": _SECRET,
            "secret": secret,
            "day": day,
            "expires_at": (day + 1) * DAY,
        }
        is_new = Attr("day").not_exists() | Attr("day").lt(day)
        try:
            self._table.put_item(Item=item, ConditionExpression=is_new)
        except ClientError as error:
            reraise_unless_condition_failed(error)
        stored = self._stored_secret(day)
        return secret if stored is None else stored

    def _stored_secret(self, day: int) -> bytes | None:
        """Return the secret of this day, or of a later one: another clock may be ahead of ours."""
        item = self._table.get_item(Key={"name": _SECRET}, ConsistentRead=True).get("Item")
        if item is None or int(str(item["day"])) < day:
            return None
        return bytes(item["secret"])  # type: ignore[arg-type]  # a Binary


def home_of(address: str) -> str:
    """Return what of a network address tells one visitor from another.

    An IPv4 address as a whole, the first 64 bits of an IPv6 address, and anything else as it is.
    """
    with suppress(ValueError):
        parsed = ip_address(address.partition("%")[0])
        if isinstance(parsed, IPv6Address):
            if parsed.ipv4_mapped:
                return str(parsed.ipv4_mapped)
            return str(IPv6Network((parsed, _HOME_PREFIX), strict=False))
        return str(parsed)
    return address
