"""Whether an address may be asked for: on the site, public, allowed by the archive's rules."""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from scraper import robots as robots_rules
from scraper.addresses import Resolver, check_is_public, check_on_site, host_of, normalised
from scraper.errors import AddressError, CrawlStopped, PageError, Refused
from scraper.hosts import Hosts
from scraper.pace import Pace
from scraper.reservations import MOST_BYTES, WELL_KNOWN, reserved_by_file
from scraper.robots import Robots
from scraper.site import Site
from scraper.transport import Answer, Limits, Transport
from scraper.world import World

_NO_HEADERS: Mapping[str, str] = {}


class Gate:
    """Holds the rules of the site's hosts, and fetches them when they are missing or a day old.

    They are fetched without the operator's login: a robots.txt may lead to other hosts.
    """

    def __init__(  # noqa: PLR0913 - the crawl's composition root names each once
        self,
        site: Site,
        *,
        product: str,
        transport: Transport,
        hosts: Hosts,
        pace: Pace,
        resolver: Resolver,
        world: World,
    ) -> None:
        self._site = site
        self._product = product
        self._transport = transport
        self._hosts = hosts
        self._pace = pace
        self._resolver = resolver
        self._world = world

    def check(self, address: str) -> None:
        """Raise Refused where the address may not be asked for; keep to the host's `Crawl-delay`.

        Raises CrawlStopped where the host's rules cannot be read: unreachable means no.
        """
        check_on_site(address, self._site)
        check_is_public(address, self._site, self._resolver)
        robots = self.robots(address)
        self._pace.crawl_delay = robots.crawl_delay
        if not robots.allows(address):
            raise Refused(f"{address}: the archive's robots.txt forbids it")
        if self._site.politeness.permission:
            return
        statement = robots.forbids_training(address)
        if statement:
            raise Refused(f"{address}: robots.txt says {statement!r}. {HOW_TO_GO_ON}")
        if reserved_by_file(self._reservations(address), address):
            raise Refused(f"{address}: {WELL_KNOWN} reserves it. {HOW_TO_GO_ON}")

    def check_target(self, address: str) -> None:
        """Raise Refused for an address off the site or inside a private network."""
        check_on_site(address, self._site)
        check_is_public(address, self._site, self._resolver)

    def robots(self, address: str) -> Robots:
        """Return the rules of the address's host."""
        host = host_of(address)
        remembered = self._hosts.robots(host)
        if remembered is None or self._is_old(remembered.at):
            text = self._fetch_robots(address)
            self._hosts.remember_robots(host, text)
        else:
            text = remembered.text
        return Robots(text, self._product)

    def _is_old(self, at: float) -> bool:
        return not 0 <= self._world.now() - at < robots_rules.GOOD_FOR_SECONDS

    def _fetch_robots(self, address: str) -> str:
        answer = self._get(urljoin(address, "/robots.txt"), robots_rules.MOST_BYTES)
        if answer is None:
            return ""
        if answer.status >= 500 or answer.status == 429:
            raise CrawlStopped(_unreachable(answer.address, f"answered {answer.status}"))
        if 200 <= answer.status < 300:
            return answer.content.decode("utf-8", "replace")
        return ""

    def _reservations(self, address: str) -> str:
        host = host_of(address)
        remembered = self._hosts.reservations(host)
        if remembered is not None and not self._is_old(remembered.at):
            return remembered.text
        answer = self._get(urljoin(address, WELL_KNOWN), MOST_BYTES)
        if answer is not None and (answer.status >= 500 or answer.status == 429):
            raise CrawlStopped(_unreachable(answer.address, f"answered {answer.status}"))
        found = answer is not None and answer.status == 200
        text = answer.content.decode("utf-8", "replace") if answer and found else ""
        self._hosts.remember_reservations(host, text)
        return text

    def _get(self, address: str, most_bytes: int) -> Answer | None:
        """Follow up to five redirects; None where there are more."""
        rules = self._site.politeness
        limits = Limits(most_bytes, rules.timeout, rules.longest_page, cut=True)
        for _ in range(robots_rules.MOST_REDIRECTS + 1):
            try:
                check_is_public(address, self._site, self._resolver)
                self._hosts.wait_for(host_of(address), rules.longest_wait)
                self._pace.wait()
                answer = self._transport.send(address, _NO_HEADERS, limits)
                self._pace.ended()
                self._hosts.heed(answer)
                if not answer.location:
                    return answer
                address = normalised(answer.location, address)
            except (PageError, AddressError) as error:
                raise CrawlStopped(_unreachable(address, str(error))) from error
        return None


HOW_TO_GO_ON = (
    "If the archive has allowed you to train on it, say so in [politeness] permission, in words"
)


def _unreachable(address: str, reason: str) -> str:
    return (
        f"the rules of {urlsplit(address).netloc} cannot be read ({reason}), and what cannot be "
        "read means no (RFC 9309): run the same command again when they can"
    )
