"""The archive's own rules: robots.txt as RFC 9309 has it, and reservations of training."""

import itertools
from dataclasses import replace

import pytest

from scraper.errors import CrawlStopped, Refused
from scraper.gate import Gate
from scraper.hosts import Hosts
from scraper.pace import Pace
from scraper.reservations import reserved_by_file, reserved_by_page
from scraper.robots import Robots
from scraper.site import Site
from scraper.store import Store
from scraper.transport import Answer
from tests.scraper.fakes import FakeTransport, FakeWorld, answer

BASE = "https://www.magazine.example"
PAGE = f"{BASE}/reviews/1999/a"
ROBOTS = f"{BASE}/robots.txt"
TDMREP = f"{BASE}/.well-known/tdmrep.json"
NOTHING = answer(status=404)
RESERVED = {"tdm-reservation": 1}


def gate_over(site: Site, store: Store, clock: FakeWorld, **answers: Answer) -> Gate:
    """Return a gate over a site that serves these; `robots` and `tdmrep` have their places."""
    table = {ROBOTS: answers.pop("robots", NOTHING), TDMREP: answers.pop("tdmrep", NOTHING)}
    return Gate(
        site,
        product="ArtReviewScraper",
        transport=FakeTransport(table),
        hosts=Hosts(store, clock),
        pace=Pace(site.politeness, clock),
        resolver=lambda _: ["93.184.216.34"],
        world=clock,
    )


@pytest.mark.parametrize("status", [404, 403, 401, 410])
def test_no_rules_allow_everything(site: Site, store: Store, clock: FakeWorld, status: int) -> None:
    """RFC 9309, 2.3.1.3: unavailable means that there are no rules."""
    gate_over(site, store, clock, robots=answer(status=status)).check(PAGE)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_unreachable_means_no(site: Site, store: Store, clock: FakeWorld, status: int) -> None:
    """RFC 9309, 2.3.1.4: the crawl stops, and says that it can be run again."""
    with pytest.raises(CrawlStopped, match="what cannot be read means no"):
        gate_over(site, store, clock, robots=answer(status=status)).check(PAGE)


def test_a_host_that_does_not_answer_means_no(site: Site, store: Store, clock: FakeWorld) -> None:
    """A network error is as good as a 500."""
    gate = gate_over(site, store, clock)
    gate._transport.answers.clear()  # type: ignore[attr-defined]
    with pytest.raises(CrawlStopped, match="nobody answers"):
        gate.check(PAGE)


@pytest.mark.parametrize(("hops", "allowed"), [(5, False), (6, True)])
def test_five_redirects_are_followed(
    site: Site, store: Store, clock: FakeWorld, hops: int, *, allowed: bool
) -> None:
    """RFC 9309, 2.3.1.2: rules five redirects away count, also on another host; more are none."""
    gate = gate_over(site, store, clock)
    chain = [ROBOTS, *(f"https://host{at}.example/robots.txt" for at in range(hops))]
    table = {here: answer(status=301, location=there) for here, there in itertools.pairwise(chain)}
    table[chain[-1]] = answer("User-agent: *\nDisallow: /")
    gate._transport.answers.update(table)  # type: ignore[attr-defined]
    if allowed:
        gate.check(PAGE)
    else:
        with pytest.raises(Refused, match=r"robots\.txt forbids it"):
            gate.check(PAGE)


def test_rules_are_good_for_a_day(site: Site, store: Store, clock: FakeWorld) -> None:
    """They are kept in the database, and asked for again after 24 hours."""
    gate = gate_over(site, store, clock, robots=answer("User-agent: *\nAllow: /"))
    asked = gate._transport.asked  # type: ignore[attr-defined]
    gate.check(PAGE)
    gate.check(PAGE)
    clock.sleep(24 * 3600 - 3)
    gate_over(site, store, clock, robots=answer(status=500)).check(PAGE)
    assert [address for address, _ in asked] == [ROBOTS, TDMREP]
    clock.sleep(3)
    with pytest.raises(CrawlStopped):
        gate_over(site, store, clock, robots=answer(status=500)).check(PAGE)


def test_only_the_first_500_kib_count(site: Site, store: Store, clock: FakeWorld) -> None:
    """A rule behind them is not read, and reading stops there."""
    padding = "# art\n" * (500 * 1024 // 6 + 1)
    rules = answer(f"User-agent: *\n{padding}Disallow: /\n")
    gate_over(site, store, clock, robots=rules).check(PAGE)


def test_the_group_that_names_us_counts() -> None:
    """Groups, longest match, crawl delay: as protego reads them."""
    text = (
        "User-agent: *\nDisallow: /\n\nUser-agent: artreviewscraper\nCrawl-delay: 7\nDisallow: /x"
    )
    robots = Robots(text, "ArtReviewScraper")
    assert robots.allows(PAGE)
    assert not robots.allows(f"{BASE}/x/y")
    assert robots.crawl_delay == 7.0
    assert Robots("", "ArtReviewScraper").crawl_delay == 0.0


@pytest.mark.parametrize(
    ("agent", "is_us"),
    [
        ("ArtReviewScraper", True),
        ("ARTREVIEWSCRAPER", True),
        ("ArtReviewScraper/1.0 # the corpus", True),
        ("art", False),
        ("scraper", False),
        ("ArtReviewScraperPlus", False),
        ("artreviewscraper*", True),
        ("*bot", False),
        ("7art", False),
        ("", False),
    ],
)
def test_a_group_is_ours_where_its_whole_token_is(agent: str, *, is_us: bool) -> None:
    """RFC 9309, 2.2.1: no part of our name counts as it; for rules and for statements alike."""
    text = (
        "User-agent: *\nDisallow: /reviews\nContent-Signal: ai-train=no\n"
        f"\nUser-agent: {agent}\nSitemap: {BASE}/map\nDisallow: /shop\nCrawl-delay: 3"
    )
    robots = Robots(text, "ArtReviewScraper")
    assert robots.allows(PAGE) is is_us
    assert robots.allows(f"{BASE}/shop/x") is not is_us
    assert (robots.crawl_delay == 3.0) is is_us
    assert bool(robots.forbids_training(PAGE)) is not is_us


def test_a_byte_order_mark_hides_no_rule(site: Site, store: Store, clock: FakeWorld) -> None:
    """The first group counts, and so does a tdmrep.json that begins with one."""
    marked = answer("\ufeffUser-agent: *\nDisallow: /reviews")
    gate = gate_over(site, store, clock, robots=marked)
    for _ in range(2):  # as served, and as remembered
        with pytest.raises(Refused, match=r"robots\.txt forbids it"):
            gate.check(PAGE)
    assert reserved_by_file('\ufeff[{"location": "/", "tdm-reservation": 1}]', PAGE)


@pytest.mark.parametrize("which", ["robots", "tdmrep"])
def test_retry_after_on_the_rules_holds_the_host(
    site: Site, store: Store, clock: FakeWorld, which: str
) -> None:
    """The next run asks nothing before the time that the host named."""
    busy = answer(status=503, retry_after="80000")
    with pytest.raises(CrawlStopped, match="answered 503"):
        gate_over(site, store, clock, **{which: busy}).check(PAGE)
    gate = gate_over(site, store, clock)
    with pytest.raises(CrawlStopped, match="left alone for 80000 s more"):
        gate.check(PAGE)
    assert gate._transport.asked == []  # type: ignore[attr-defined]


def test_the_rules_are_asked_for_with_pauses(site: Site, store: Store, clock: FakeWorld) -> None:
    """robots.txt at once, tdmrep.json after the pause that robots.txt asks for."""
    rules = answer("User-agent: *\nCrawl-delay: 9")
    gate_over(site, store, clock, robots=rules).check(PAGE)
    assert clock.slept == [9.0]


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /",
        "Content-Signal: ai-train=no",
        "User-Agent: *\nContent-Signal: /reviews ai-train=no",
        "User-Agent: *\nContent-Usage: train-ai=n",
        "User-agent: other\nUser-agent: *\nCONTENT-SIGNAL: AI-TRAIN = NO # thanks",
    ],
)
def test_signals_against_training_refuse(
    site: Site, store: Store, clock: FakeWorld, text: str
) -> None:
    """They refuse by default, and the message says how permission is stated."""
    with pytest.raises(Refused, match=r"\[politeness\] permission"):
        gate_over(site, store, clock, robots=answer(text)).check(PAGE)
    permitted = replace(site.politeness, permission="letter of 3 May from the editors")
    gate = gate_over(replace(site, politeness=permitted), store, clock, robots=answer(text))
    gate.check(PAGE)


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nContent-Signal: search=no, ai-input=no, ai-train=yes",
        "User-agent: somebody\nContent-Signal: ai-train=no\n\nUser-agent: *\nAllow: /",
        "User-agent: *\nContent-Signal: /shop ai-train=no",
    ],
)
def test_other_signals_do_not(site: Site, store: Store, clock: FakeWorld, text: str) -> None:
    """Another use, another agent or another place is not meant."""
    gate_over(site, store, clock, robots=answer(text)).check(PAGE)


def test_a_reserved_site_is_refused(site: Site, store: Store, clock: FakeWorld) -> None:
    """/.well-known/tdmrep.json, the first place that fits."""
    rules = (
        '[{"location": "/free/*", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]'
    )
    gate = gate_over(site, store, clock, tdmrep=answer(rules))
    gate.check(f"{BASE}/free/x")
    with pytest.raises(Refused, match="reserves it"):
        gate.check(PAGE)
    assert not reserved_by_file("not json", PAGE)
    assert not reserved_by_file("[" * 100_000, PAGE)


def test_a_reserved_page_is_told() -> None:
    """The headers, and the <meta> in either order of its attributes."""
    assert reserved_by_page(answer("x", content_usage="train-ai=n")) == "content-usage: train-ai=n"
    assert reserved_by_page(answer("x", content_signal="search=yes, ai-train=no"))
    assert not reserved_by_page(answer("x", content_usage="train-ai=y, search=n"))
    assert reserved_by_page(answer("x", tdm_reservation="1"))
    assert reserved_by_page(answer('<META content="1" name="tdm-reservation">'))
    assert reserved_by_page(answer("<meta name='tdm-reservation' content='1'>"))
    assert not reserved_by_page(answer("<meta name='tdm-reservation' content='0'>"))
    assert not reserved_by_page(answer("<p>tdm-reservation content=1</p>"))
