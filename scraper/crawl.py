"""The loop: the page that is due, one request, its row. Killed anywhere, it goes on from there."""

from collections.abc import Callable
from dataclasses import dataclass

from scraper.errors import (
    Gone,
    LoginPage,
    PermanentFault,
    Refused,
    TemporaryFault,
)
from scraper.fetching import Fetcher
from scraper.pace import Breaker
from scraper.site import Politeness
from scraper.store import Body, Kind, Page, State, Store
from scraper.transport import Answer
from scraper.world import World

_LONGEST_RETRY_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Crawl:
    """Visits the waiting pages of a kind until none is left."""

    store: Store
    fetcher: Fetcher
    breaker: Breaker
    rules: Politeness
    world: World
    log_in_again: Callable[[], None] | None = None
    """What to do when a login page comes instead of a page, where something can be done."""

    def run(self, kind: Kind, after_each: Callable[[], None]) -> None:
        """Visit every page that is due. Raises CrawlStopped, LoginError and DatabaseError."""
        while (page := self.store.next_due(kind)) is not None:
            wait = page.not_before - self.world.now()
            if wait > 0:
                self.world.sleep(min(wait, _LONGEST_RETRY_PAUSE))
            self._visit(page)
            after_each()

    def _visit(self, page: Page) -> None:
        try:
            answer = self.fetcher.fetch(page.address, _validators(page))
        except TemporaryFault as fault:
            self._put_off(page, fault)
        except Refused as error:
            self.store.give_up(page, State.REFUSED, str(error), self.world.now())
        except Gone as error:
            self.store.give_up(page, State.GONE, str(error), self.world.now())
            if page.kind is Kind.ARTICLE:  # landing pages are guessed; articles were linked
                self.breaker.bad(f"{error} (`--retry` asks again for what was gone)")
        except PermanentFault as error:
            self.store.give_up(page, State.FAILED, str(error), self.world.now())
        else:
            self._keep(page, answer)
            self.breaker.good()

    def _keep(self, page: Page, answer: Answer) -> None:
        if answer.status == 304:
            self.store.keep_unchanged(page, self.world.now())
            return
        body = Body(
            answer.content,
            answer.header("content-type"),
            answer.header("etag"),
            answer.header("last-modified"),
        )
        self.store.keep(page, answer.address, body, self.world.now())

    def _put_off(self, page: Page, fault: TemporaryFault) -> None:
        now = self.world.now()
        if page.tries + 1 >= self.rules.tries:
            error = f"gave up after {page.tries + 1} tries: {fault}"
            self.store.give_up(page, State.FAILED, error, now)
        else:
            pause = min(self.rules.retry_pause * 2**page.tries, _LONGEST_RETRY_PAUSE)
            self.store.put_off(page, str(fault), now + pause, now)
        self.breaker.bad(str(fault))
        if isinstance(fault, LoginPage) and self.log_in_again is not None:
            self.log_in_again()


def _validators(page: Page) -> dict[str, str]:
    """Return the headers that ask for a page only if it has changed (RFC 9110, 13)."""
    headers = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
    return {name: value for name, value in headers.items() if value}
