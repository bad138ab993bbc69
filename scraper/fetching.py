"""One page: permission, pause, request, redirects, and what the answer means."""

from collections.abc import Mapping

from scraper.addresses import host_of, normalised
from scraper.errors import (
    AddressError,
    Gone,
    LoginPage,
    PermanentFault,
    Refused,
    TemporaryFault,
)
from scraper.gate import HOW_TO_GO_ON, Gate
from scraper.hosts import Hosts
from scraper.markup import decoded
from scraper.pace import Pace
from scraper.reservations import reserved_by_page
from scraper.site import Site
from scraper.transport import Answer, Limits, Transport

MOST_REDIRECTS = 5
_WORTH_ANOTHER_TRY = frozenset({401, 403, 408, 421, 425, 429})
_HTML = ("text/html", "application/xhtml+xml")


class Fetcher:
    """Asks for pages, one at a time."""

    def __init__(
        self,
        site: Site,
        *,
        gate: Gate,
        transport: Transport,
        hosts: Hosts,
        pace: Pace,
    ) -> None:
        self._site = site
        self._gate = gate
        self.transport = transport
        self._hosts = hosts
        self._pace = pace

    def fetch(self, address: str, validators: Mapping[str, str]) -> Answer:
        """Return the page at the end of the redirects, 200 or 304.

        Raises a PageError for this page, and CrawlStopped where no page may be asked for.
        """
        seen = [address]
        while True:
            asked_with = validators if len(seen) == 1 else {}  # they are this address's own
            answer = self._ask(seen[-1], asked_with)
            target = self._target(answer)
            if target is None:
                break
            if target in seen or len(seen) > MOST_REDIRECTS:
                raise self._fault(f"{address} leads in a circle: {' → '.join([*seen, target])}")
            seen.append(target)
        try:
            self._judge(answer, asked_with)
        except TemporaryFault:
            self._pace.failed()
            raise
        self._pace.answered(answer.seconds)
        return answer

    def _ask(self, address: str, validators: Mapping[str, str]) -> Answer:
        rules, host = self._site.politeness, host_of(address)
        self._gate.check(address)
        self._hosts.wait_for(host, rules.longest_wait)
        self._pace.wait()
        limits = Limits(self._site.page.most_bytes, rules.timeout, rules.longest_page)
        try:
            answer = self.transport.send(address, validators, limits)
        except (TemporaryFault, PermanentFault):
            self._pace.failed()
            raise
        self._pace.ended()
        self._hosts.heed(answer)
        return answer

    def _target(self, answer: Answer) -> str | None:
        """Return where a redirect leads; None for another answer."""
        if not answer.location:
            return None
        self._pace.answered(answer.seconds)
        try:
            target = normalised(answer.location, answer.address, self._site.links.drop_parameters)
        except AddressError as error:
            raise Refused(f"{answer.address} leads off the web: {error}") from error
        if any(sign.search(target) for sign in self._site.login.signs):
            raise self._fault(f"{answer.address} leads to the login page {target}", LoginPage)
        return target

    def _fault(self, message: str, kind: type[TemporaryFault] = TemporaryFault) -> TemporaryFault:
        self._pace.failed()
        return kind(message)

    def _judge(self, answer: Answer, validators: Mapping[str, str]) -> None:
        """Raise what the answer means, unless it is the page."""
        status, address = answer.status, answer.address
        if status == 304 and validators:
            return
        if status in {404, 410}:
            raise Gone(f"{address}: the archive answered {status}")
        if status == 451:
            raise Refused(f"{address}: the archive answered 451, unavailable for legal reasons")
        if status >= 500 or status in _WORTH_ANOTHER_TRY:
            raise TemporaryFault(f"{address}: the archive answered {status}")
        if status != 200:
            raise PermanentFault(f"{address}: the archive answered {status}, not 200")
        self._judge_page(answer)

    def _judge_page(self, answer: Answer) -> None:
        address, kind = answer.address, answer.header("content-type").partition(";")[0].strip()
        if kind and kind.lower() not in _HTML:
            raise PermanentFault(f"{address} is {kind}: only HTML is read")
        reserved = reserved_by_page(answer)
        if reserved and not self._site.politeness.permission:
            raise Refused(f"{address} reserves its text from mining ({reserved}). {HOW_TO_GO_ON}")
        text = decoded(answer.content, answer.header("content-type"))
        if any(sign.search(text) for sign in self._site.login.signs):
            raise LoginPage(
                f"{address} shows the login page: log in again (a new cookie file, or new values "
                "in the environment)"
            )
        end = self._site.page.ends_with
        if end and end not in text[-2000:]:
            raise TemporaryFault(f"{address} is cut off: its end lacks {end!r} ([page] ends_with)")
