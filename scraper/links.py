"""Landing pages to links: what they lead to, and the landing page that follows."""

import hashlib
from dataclasses import dataclass

from scraper.addresses import host_of, normalised
from scraper.errors import AddressError, CrawlStopped, PermanentFault
from scraper.markup import decoded, tree
from scraper.site import Selector, Site
from scraper.store import Body, Found, Kind, Page, State, Store
from scraper.world import World


@dataclass(frozen=True, slots=True)
class Leads:
    """The addresses that a landing page leads to, in its order and each once."""

    articles: tuple[str, ...]
    landings: tuple[str, ...]


def leads_of(body: Body, address: str, site: Site) -> Leads:
    """Read a landing page's links. Those that lead off the site are passed over."""
    rules = site.links
    css = [selector.css for selector in (*rules.article, *rules.following)]
    html = decoded(body.content, body.content_type)
    soup = tree(html, css)

    def addresses(selectors: tuple[Selector, ...]) -> list[str]:
        found: dict[str, None] = {}
        for selector in selectors:
            for element in soup.select(selector.css):
                value = element.get(selector.attribute or "href")
                try:
                    link = normalised(str(value or ""), address, rules.drop_parameters)
                except AddressError:
                    continue
                if value and host_of(link) in site.hosts:
                    found[link] = None
        return list(found)

    articles = addresses(rules.article)
    if rules.match is not None:
        articles = [link for link in articles if rules.match.search(link)]
    return Leads(tuple(articles), tuple(addresses(rules.following)))


class LinkReader:
    """Reads the links of the landing pages that were kept."""

    def __init__(self, site: Site, store: Store, world: World) -> None:
        self._site = site
        self._store = store
        self._world = world
        self._mark = hashlib.blake2b(repr(site.links).encode(), digest_size=16).hexdigest()

    def seed(self) -> int:
        """Add the landing pages that the site's file names; return how many are new."""
        found = [Found(landing.address, landing.section) for landing in self._site.landings]
        return self._store.add(found, Kind.LANDING, self._world.now())

    def read_new(self) -> int:
        """Read every kept landing page that these rules have not read; return the links added."""
        return sum(self._read(page) for page in self._store.unread_landings(self._mark))

    def _read(self, page: Page) -> int:
        body = self._store.body(page.id)
        try:
            leads = leads_of(body, page.address, self._site) if body else Leads((), ())
        except PermanentFault as error:
            self._store.give_up(page, State.FAILED, str(error), self._world.now())
            leads = Leads((), ())
        self._check_number(leads)
        articles = [Found(address, page.section) for address in leads.articles]
        landings = [Found(address, page.section) for address in leads.landings]
        return self._store.add_links(page, self._mark, articles, landings, self._world.now())

    def _check_number(self, leads: Leads) -> None:
        most = self._site.links.most_landing_pages
        if leads.landings and self._store.size(Kind.LANDING) >= most:
            raise CrawlStopped(
                f"there are {most} landing pages and another is to follow: the links named by "
                "[links] next seem to have no end; correct them, or raise most_landing_pages"
            )
