"""What is remembered of each host: its rules, and until when it wants to be left alone."""

from dataclasses import dataclass

from scraper.addresses import host_of
from scraper.errors import CrawlStopped
from scraper.pace import retry_after_seconds
from scraper.store import Store
from scraper.transport import Answer
from scraper.world import World


@dataclass(frozen=True, slots=True)
class Remembered:
    """A text that a host served, and when (seconds since 1970)."""

    text: str
    at: float


class Hosts:
    """The table `hosts`."""

    def __init__(self, store: Store, world: World) -> None:
        self._store = store
        self._world = world
        rows = store.connection.execute("SELECT host, not_before FROM hosts").fetchall()
        self._not_before: dict[str, float] = dict(rows)

    def robots(self, host: str) -> Remembered | None:
        """Return the robots.txt as it was last served."""
        query = "SELECT robots, robots_at FROM hosts WHERE host = ?"
        return _remembered(self._store.connection.execute(query, (host,)).fetchone())

    def remember_robots(self, host: str, text: str) -> None:
        """Keep a robots.txt."""
        self._remember(
            "INSERT INTO hosts (host, robots, robots_at) VALUES (?, ?, ?) ON CONFLICT (host) "
            "DO UPDATE SET robots = excluded.robots, robots_at = excluded.robots_at",
            host,
            text,
        )

    def reservations(self, host: str) -> Remembered | None:
        """Return the tdmrep.json as it was last served."""
        query = "SELECT reservations, reservations_at FROM hosts WHERE host = ?"
        return _remembered(self._store.connection.execute(query, (host,)).fetchone())

    def remember_reservations(self, host: str, text: str) -> None:
        """Keep a tdmrep.json."""
        self._remember(
            "INSERT INTO hosts (host, reservations, reservations_at) VALUES (?, ?, ?) "
            "ON CONFLICT (host) DO UPDATE SET reservations = excluded.reservations, "
            "reservations_at = excluded.reservations_at",
            host,
            text,
        )

    def heed(self, answer: Answer) -> None:
        """Leave the host alone for as long as an error's or a redirect's Retry-After asks."""
        seconds = retry_after_seconds(answer.header("retry-after"), self._world.now())
        if answer.status >= 300 and seconds:
            self.hold(host_of(answer.address), seconds)

    def hold(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long, in this run and in the next."""
        until = max(self._not_before.get(host, 0.0), self._world.now() + seconds)
        self._not_before[host] = until
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO hosts (host, not_before) VALUES (?, ?) ON CONFLICT (host) "
                "DO UPDATE SET not_before = excluded.not_before",
                (host, until),
            )

    def wait_for(self, host: str, longest: float) -> None:
        """Sleep until the host may be asked. Raises CrawlStopped where that is too long."""
        left = self._not_before.get(host, 0.0) - self._world.now()
        if left > longest:
            raise CrawlStopped(
                f"{host} asked to be left alone for {left:.0f} s more, and at most {longest:.0f} s "
                "are waited for ([politeness] longest_wait): run the same command again then"
            )
        if left > 0:
            self._world.sleep(left)

    def _remember(self, statement: str, host: str, text: str) -> None:
        values = (host, text.encode("utf-8", "surrogatepass"), self._world.now())
        with self._store.transaction() as connection:
            connection.execute(statement, values)


def _remembered(row: tuple[bytes | None, float | None] | None) -> Remembered | None:
    if row is None or row[0] is None or row[1] is None:
        return None
    return Remembered(row[0].decode("utf-8", "surrogatepass"), row[1])
