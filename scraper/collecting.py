"""The two passes over an archive: all links from its landing pages, then every page."""

from dataclasses import dataclass

from scraper.alarms import alarm, blank_landings
from scraper.errors import CrawlStopped, SelectorAlarm
from scraper.parts import Parts
from scraper.progress import Progress
from scraper.site import Site
from scraper.store import Kind, State, Store


@dataclass(frozen=True, slots=True)
class Collected:
    """What a pass left: pages had, pages not had, and an alarm where there is one."""

    kept: int
    moved: int
    not_had: int
    alarm: SelectorAlarm | None = None

    def __str__(self) -> str:
        moved = f", {self.moved} moved" if self.moved else ""
        missing = f", {self.not_had} not had (see `status`)" if self.not_had else ""
        return f"{self.kept} kept{moved}{missing}"


def collect_links(site: Site, store: Store, parts: Parts, *, again: bool) -> Collected:
    """Visit the landing pages and note every link on them."""
    parts.links.seed()
    if again:
        store.visit_again(Kind.LANDING)
    with Progress("links", store.size(Kind.LANDING), _done(store, Kind.LANDING)) as progress:

        def after_each() -> None:
            parts.links.read_new()
            progress.advance(total=store.size(Kind.LANDING))

        parts.links.read_new()
        parts.crawl.run(Kind.LANDING, after_each)
    store.end_round(Kind.LANDING)
    _check_any(store)
    return _collected(
        store, Kind.LANDING, alarm([blank_landings(store.connection)], site.links.alarm_share)
    )


def collect_pages(store: Store, parts: Parts, *, again: bool) -> Collected:
    """Visit every page that was linked."""
    if again:
        store.visit_again(Kind.ARTICLE)
    with Progress("pages", store.size(Kind.ARTICLE), _done(store, Kind.ARTICLE)) as progress:
        parts.crawl.run(Kind.ARTICLE, progress.advance)
    store.end_round(Kind.ARTICLE)
    return _collected(store, Kind.ARTICLE, None)


def _check_any(store: Store) -> None:
    """Raise CrawlStopped where not one page was had: there is nothing to go on with."""
    if store.connection.execute("SELECT 1 FROM bodies JOIN pages ON id = page_id").fetchone():
        return
    row = store.connection.execute("SELECT last_error FROM pages ORDER BY checked_at").fetchone()
    raise CrawlStopped(f"no landing page could be had: {row[0] if row else 'there is none'}")


def _done(store: Store, kind: Kind) -> int:
    return store.size(kind) - store.count(kind, State.WAITING)


def _collected(store: Store, kind: Kind, found: SelectorAlarm | None) -> Collected:
    not_had = sum(store.count(kind, state) for state in (State.GONE, State.REFUSED, State.FAILED))
    return Collected(store.count(kind, State.KEPT), store.count(kind, State.MOVED), not_had, found)
