"""How long to wait before the next request, and when to stop asking.

One request at a time, with a pause between two bounds by chance. The pause doubles on every error
and grows when the server takes longer than it used to; only good answers at the usual speed make it
shrink again, so that a server that fails fast is never asked faster.
"""

from datetime import UTC
from email.utils import parsedate_to_datetime

from scraper.errors import CrawlStopped
from scraper.site import Politeness
from scraper.world import World

_GROWTH = 2.0
_SHRINKAGE = 0.9
_SLOWER = 2.0  # this many times the usual answering time counts as slower
_NOTICEABLE_SECONDS = 0.25  # below this, no answer counts as slow
_LONGEST_RETRY_AFTER = 30 * 86_400.0
_MEMORY = 0.1  # weight of the newest answer in the usual answering time


class Pace:
    """The pauses of one crawl of one site."""

    def __init__(self, rules: Politeness, world: World) -> None:
        self._rules = rules
        self._world = world
        self._ended_at: float | None = None
        self._usual: float | None = None
        self.factor = 1.0
        self.crawl_delay = 0.0

    @property
    def _most(self) -> float:
        longest = self._rules.longest_pause
        return max(1.0, self._rules.slowest_pause / longest) if longest else 1.0

    def wait(self) -> None:
        """Sleep for what is left of the pause since the last request ended.

        Raises CrawlStopped where robots.txt wants a longer pause than is waited for.
        """
        if self.crawl_delay > self._rules.longest_wait:
            raise CrawlStopped(
                f"robots.txt asks for a Crawl-delay of {self.crawl_delay:g} s, and at most "
                f"{self._rules.longest_wait:g} s are waited for ([politeness] longest_wait): ask "
                "the archive whether that is meant, then raise longest_wait"
            )
        pause = self._world.between(self._rules.shortest_pause, self._rules.longest_pause)
        pause = max(pause * self.factor, self.crawl_delay)
        if self._ended_at is not None:
            left = self._ended_at + pause - self._world.now()
            if left > 0:
                self._world.sleep(min(left, pause))

    def ended(self) -> None:
        """Begin the next pause, whatever the answer was."""
        self._ended_at = self._world.now()

    def answered(self, seconds: float) -> None:
        """Learn from a good answer that took so long."""
        self.ended()
        usual = seconds if self._usual is None else self._usual
        if seconds > max(_NOTICEABLE_SECONDS, usual * _SLOWER):
            self._grow()
        else:
            self.factor = max(1.0, self.factor * _SHRINKAGE)
        self._usual = usual + _MEMORY * (seconds - usual)

    def failed(self) -> None:
        """Learn from an error, however fast it came."""
        self.ended()
        self._grow()

    def _grow(self) -> None:
        self.factor = min(self.factor * _GROWTH, self._most)


class Breaker:
    """Stops the crawl after so many failures in a row."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._row: list[str] = []

    def good(self) -> None:
        """Begin to count anew."""
        self._row.clear()

    def bad(self, error: str) -> None:
        """Count a failure. Raises CrawlStopped when there were too many, with the last of them."""
        self._row.append(error)
        if len(self._row) >= self._most:
            raise CrawlStopped(
                f"stopped after {len(self._row)} failures in a row, the last one: {error}; nothing "
                "is lost: see what the archive says, then run the same command again"
            )


def retry_after_seconds(value: str, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, from a number or from a date.

    None where it is neither (RFC 9110, 10.2.3). A date without a zone is in UTC, and more than
    thirty days count as thirty: a slip of the pen is not to close the archive for ever.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), _LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:  # the old form of C's asctime, or a zone of -0000
            moment = moment.replace(tzinfo=UTC)
        seconds = moment.timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, seconds), _LONGEST_RETRY_AFTER)
