"""Counters: no race takes more than is allowed, and nobody can be told from them for long."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.dynamodb.models import DynamoDBBackend

from artreview.counters import DAY, HOUR, Counters, Limit, Taken, home_of
from artreview.errors import LimitReached
from artreview.world import World
from tests.aws import KEYS, Account
from tests.fakes import FakeWorld

LIMIT = Limit("visitor", 3, HOUR)
SOMEBODY = "192.0.2.7"


@pytest.fixture
def counters(account: Account, world: FakeWorld) -> Counters:
    """Return counters on the account in memory."""
    return new_counters(account, world)


def new_counters(account: Account, world: World) -> Counters:
    """Return counters as another execution environment has them."""
    table = boto3.resource("dynamodb").Table(account.environment["LIMITS_TABLE"])
    return Counters(table, KEYS, world)


def test_what_is_allowed_is_allowed_and_no_more(counters: Counters) -> None:
    """The fourth of three is refused, by name, with the time until the limit begins anew."""
    for _ in range(3):
        counters.take(LIMIT, SOMEBODY)
    with pytest.raises(LimitReached) as reached:
        counters.take(LIMIT, SOMEBODY)
    assert reached.value.kind == "visitor"
    assert 0 < reached.value.seconds_left <= HOUR


def test_each_counts_for_itself(counters: Counters) -> None:
    """Another visitor, and another limit, have counters of their own."""
    for _ in range(3):
        counters.take(LIMIT, SOMEBODY)
    counters.take(LIMIT, "192.0.2.8")
    counters.take(Limit("report", 1, HOUR), SOMEBODY)


def test_a_window_ends(counters: Counters, world: FakeWorld) -> None:
    """When the time that was told is over, there is more."""
    for _ in range(3):
        counters.take(LIMIT, SOMEBODY)
    with pytest.raises(LimitReached) as reached:
        counters.take(LIMIT, SOMEBODY)
    world.pass_time(reached.value.seconds_left - 0.1)
    with pytest.raises(LimitReached):
        counters.take(LIMIT, SOMEBODY)
    world.pass_time(0.2)
    counters.take(LIMIT, SOMEBODY)


def test_what_is_given_back_can_be_taken_again(counters: Counters) -> None:
    """And giving back never makes room for more than was taken."""
    taken = [counters.take(LIMIT, SOMEBODY) for _ in range(3)]
    counters.give_back(taken[0])
    taken[0] = counters.take(LIMIT, SOMEBODY)
    for one in [*taken, *taken]:
        counters.give_back(one)
    for _ in range(3):
        counters.take(LIMIT, SOMEBODY)
    with pytest.raises(LimitReached):
        counters.take(LIMIT, SOMEBODY)


def test_giving_back_what_expired_makes_no_counter(counters: Counters, account: Account) -> None:
    """A counter that the database has erased stays erased."""
    counters.give_back(Taken("visitor 1 none"))
    assert account.items("LIMITS_TABLE") == []


def test_a_limit_of_nothing_lets_nothing_in(counters: Counters) -> None:
    """0 closes."""
    with pytest.raises(LimitReached):
        counters.take(Limit("site", 0, DAY), "")


def test_the_table_names_nobody_and_everything_in_it_expires(
    counters: Counters, account: Account, world: FakeWorld
) -> None:
    """No address, only a number that was worked out from it; it expires with its window."""
    counters.take(LIMIT, SOMEBODY)
    counters.take(Limit("address", 3, DAY), "reader@example.org")
    items = account.items("LIMITS_TABLE")
    assert len(items) == 3
    assert SOMEBODY not in str(items)
    assert "reader" not in str(items)
    ends = {str(item["name"]).split(" ")[0]: int(item["expires_at"]) for item in items}
    midnight = (int(world.now() // DAY) + 1) * DAY
    next_hour = (int(world.now() // HOUR) + 1) * HOUR
    assert ends == {"secret": midnight, "visitor": next_hour, "address": midnight}


def test_a_set_has_each_once_and_is_begun_anew_each_day(
    counters: Counters, account: Account, world: FakeWorld
) -> None:
    """Whoever comes again is in it already; what is gathered names nobody and expires."""
    came = [counters.gather("fans", "a picture", who) for who in ("a", "b", "a", "c", "b")]
    assert came == [1, 2, 2, 3, 3]
    assert counters.gather("fans", "another picture", "a") == 1
    sets = [item["members"] for item in account.items("LIMITS_TABLE") if "members" in item]
    assert sum(map(len, sets)) == len(set.union(*sets)) == 4
    midnight = (int(world.now() // DAY) + 1) * DAY
    assert {int(item["expires_at"]) for item in account.items("LIMITS_TABLE")} == {midnight}
    world.pass_time(DAY)
    assert counters.gather("fans", "a picture", "d") == 1


def test_two_environments_count_together(account: Account, world: FakeWorld) -> None:
    """The secret of the day is thrown once; both work with it."""
    first, second = new_counters(account, world), new_counters(account, world)
    for counters in (first, second, first):
        counters.take(LIMIT, SOMEBODY)
    with pytest.raises(LimitReached):
        second.take(LIMIT, SOMEBODY)


def test_the_next_day_overwrites_the_secret(
    counters: Counters, account: Account, world: FakeWorld
) -> None:
    """From then on nobody can work out whose an old counter was."""

    def secret() -> tuple[int, bytes]:
        (item,) = [item for item in account.items("LIMITS_TABLE") if item["name"] == "secret"]
        return int(item["day"]), bytes(item["secret"])

    def names() -> set[str]:
        items = account.items("LIMITS_TABLE")
        return {str(item["name"]).rpartition(" ")[2] for item in items} - {"secret"}

    counters.take(LIMIT, SOMEBODY)
    (day, before), known = secret(), names()
    world.pass_time(DAY)
    counters.take(LIMIT, SOMEBODY)
    (next_day, after), new = secret(), names() - known
    assert next_day == day + 1
    assert before != after
    assert len(new) == 1


def test_a_clock_that_is_behind_uses_the_secret_of_the_one_ahead(
    account: Account, world: FakeWorld
) -> None:
    """At midnight two environments may differ; neither throws the other's secret away."""
    ahead = FakeWorld(world.now() + DAY)
    new_counters(account, ahead).take(LIMIT, SOMEBODY)
    before = account.items("LIMITS_TABLE")
    new_counters(account, world).take(LIMIT, SOMEBODY)
    secrets = [item for item in account.items("LIMITS_TABLE") if item["name"] == "secret"]
    assert secrets == [item for item in before if item["name"] == "secret"]


@dataclass(frozen=True)
class Crowd:
    """Threads that all begin at the same moment."""

    size: int

    def all_try(self, attempts: list[Callable[[], Any]]) -> int:
        """Return how many attempts were not refused."""
        start = threading.Barrier(self.size)

        def attempt(number: int) -> bool:
            start.wait()
            try:
                attempts[number]()
            except LimitReached:
                return False
            return True

        with ThreadPoolExecutor(self.size) as pool:
            return sum(pool.map(attempt, range(self.size)))


@pytest.fixture
def _one_write_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stand-in for DynamoDB do each request as one step, as DynamoDB does."""
    lock = threading.RLock()
    for name in ("update_item", "put_item", "get_item"):
        original = getattr(DynamoDBBackend, name)

        def locked(*arguments: Any, _original: Any = original, **named: Any) -> Any:
            with lock:
                return _original(*arguments, **named)

        monkeypatch.setattr(DynamoDBBackend, name, locked)


@pytest.mark.usefixtures("_one_write_at_a_time")
def test_a_race_takes_no_more_than_is_allowed(account: Account, world: FakeWorld) -> None:
    """Twelve at the same moment, five allowed: five, on the first count of the day as well."""
    limit = Limit("visitor", 5, HOUR)
    crowd = [new_counters(account, world) for _ in range(12)]
    attempts: list[Callable[[], Any]] = [
        lambda counters=counters: counters.take(limit, SOMEBODY)  # type: ignore[misc]
        for counters in crowd
    ]
    assert Crowd(12).all_try(attempts) == 5
    counted = [item for item in account.items("LIMITS_TABLE") if item["name"] != "secret"]
    assert [int(item["taken"]) for item in counted] == [5]


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_one_customer_is_one_visitor(address: str, home: str) -> None:
    """Whoever has a whole IPv6 network to choose from is still one."""
    assert home_of(address) == home


@given(st.text(max_size=60))
def test_whatever_comes_as_an_address_is_somebody(text: str) -> None:
    """No text breaks it."""
    assert isinstance(home_of(text), str)
