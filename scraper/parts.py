"""What a crawl is made of: the one place that chooses the network, the clock and the dice."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import partial

from scraper.addresses import Resolver, check_ip, resolve
from scraper.crawl import Crawl
from scraper.deadline import anywhere
from scraper.errors import SiteFileError
from scraper.fetching import Fetcher
from scraper.gate import Gate
from scraper.hosts import Hosts
from scraper.links import LinkReader
from scraper.login import FormLogin, login_cookies, login_headers
from scraper.pace import Breaker, Pace
from scraper.site import LoginKind, Rotation, Site
from scraper.store import Store
from scraper.transport import RequestsTransport
from scraper.world import World

PRODUCT = "ArtReviewScraper"
"""The name that a robots.txt can address us by."""
CONTACT_VARIABLE = "SCRAPER_CONTACT"


@dataclass(frozen=True, slots=True)
class Outside:
    """What a crawl has of the world outside."""

    environment: Mapping[str, str]
    world: World = dataclass_field(default_factory=World)
    resolver: Resolver = resolve


@dataclass(frozen=True, slots=True)
class Parts:
    """A crawl, ready to run."""

    crawl: Crawl
    fetcher: Fetcher
    links: LinkReader


def user_agent(site: Site, environment: Mapping[str, str]) -> str:
    """Return the one honest name under which every request goes out, with an address to write to.

    Raises SiteFileError where nobody is named.
    """
    contact = (site.politeness.contact or environment.get(CONTACT_VARIABLE, "")).strip()
    if "@" not in contact and "://" not in contact:
        raise SiteFileError(
            f"the contact is {contact!r}: give a mail address or a web page in [politeness] "
            f"contact or in {CONTACT_VARIABLE}, so that the archive can write to whoever crawls it"
        )
    return f"{PRODUCT}/1.0 (+{contact})"


@contextmanager
def opened(site: Site, store: Store, outside: Outside) -> Iterator[Parts]:
    """Put the parts together, log in, and close the connections in the end."""
    name, world = user_agent(site, outside.environment), outside.world
    # behind a proxy, the proxy looks names up, and is itself often on loopback
    admit = anywhere if site.rotation.proxies else partial(check_ip, site=site)
    plain = RequestsTransport(name, Rotation(proxies=site.rotation.proxies), admit=admit)
    subscribed = RequestsTransport(
        name,
        site.rotation,
        headers=login_headers(site.login, outside.environment),
        cookies=login_cookies(site, world.now()),
        admit=admit,
    )
    try:
        hosts = Hosts(store, world)
        pace = Pace(site.politeness, world)
        gate = Gate(
            site,
            product=PRODUCT,
            transport=plain,
            hosts=hosts,
            pace=pace,
            resolver=_nothing if site.rotation.proxies else outside.resolver,
            world=world,
        )
        fetcher = Fetcher(site, gate=gate, transport=subscribed, hosts=hosts, pace=pace)
        form = FormLogin(site, outside.environment, gate.check_target)
        by_form = site.login.kind is LoginKind.FORM
        if by_form:
            form.log_in(subscribed)
        crawl = Crawl(
            store=store,
            fetcher=fetcher,
            breaker=Breaker(site.politeness.failures_in_a_row),
            rules=site.politeness,
            world=world,
            log_in_again=(lambda: form.log_in(subscribed)) if by_form else None,
        )
        yield Parts(crawl, fetcher, LinkReader(site, store, world))
    finally:
        plain.close()
        subscribed.close()


def _nothing(_: str) -> list[str]:
    """Know no address: behind a proxy, the proxy looks names up."""
    return []
