"""A crawl over loopback, in this process: what it asks, how often, and when it stops."""

import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.collecting import collect_links, collect_pages
from scraper.errors import CrawlStopped
from scraper.parts import Outside, opened
from scraper.site import Site
from scraper.site_file import read_site
from scraper.store import Kind, State, Store
from tests.scraper.archive import LOGIN_PAGE, Archive
from tests.scraper.fakes import FakeWorld
from tests.scraper.server import Reply, Server, page, redirect
from tests.scraper.sites import CONTACT, magazine

Answering = Callable[[str, str], Reply]


def crawl(site: Site, store: Store, clock: FakeWorld, *, again: bool = False) -> None:
    """Run both passes."""
    with opened(site, store, Outside(CONTACT, clock)) as parts:
        collect_links(site, store, parts, again=again)
        collect_pages(store, parts, again=again)


def site_at(folder: Path, server: Server, *changes: tuple[str, str]) -> Site:
    """Return the magazine at this server."""
    return read_site(magazine(folder, server.host, *changes))


def paths(server: Server) -> list[str]:
    """Return what was asked for, the rules of the house left out."""
    return [path for path, _ in server.requests if not path.startswith(("/robots", "/.well"))]


def test_a_second_crawl_asks_only_for_what_changed(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """Every page is asked for with its validators; a 304 keeps the body, a new one replaces it."""
    archive = Archive(20)
    changed = archive.address_of(5)

    def reply(path: str, headers: str) -> Reply:
        if path == changed and archive.asked[path]:
            return page("<html>new</html>")
        return archive.reply(path, headers)

    with Server(reply) as server:
        site = site_at(tmp_path, server)
        crawl(site, store, clock)
        first = len(server.requests)
        crawl(site, store, clock)
        assert len(server.requests) == first, "what was had is not asked for again by itself"
        crawl(site, store, clock, again=True)
        conditional = [path for path, headers in server.requests if "if-none-match" in headers]
        assert len(conditional) == 20
        bodies = store.connection.execute("SELECT count(*) FROM bodies").fetchone()
        assert bodies == (20 + 6,)
        row = store.connection.execute(
            "SELECT id FROM pages WHERE address = ?", (server.base + changed,)
        ).fetchone()
        body = store.body(row[0])
        assert body is not None
        assert body.content == b"<html>new</html>"


def test_a_page_that_moves_between_two_crawls_is_not_emptied(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """The new address is asked without the old one's validators, so it sends its text."""
    archive = Archive(3)
    old, new = archive.address_of(1), "/reviews/1981/moved"
    moved = [False]

    def reply(path: str, headers: str) -> Reply:
        if path == old and moved[0]:
            return redirect(new)
        if path == new:
            known = '"v1"' in headers
            return page("", status="304 Not Modified") if known else page("<html>text</html>")
        return archive.reply(path, headers)

    with Server(reply) as server:
        site = site_at(tmp_path, server)
        crawl(site, store, clock)
        moved[0] = True
        crawl(site, store, clock, again=True)
        row = store.connection.execute(
            "SELECT id, split_key FROM pages WHERE address = ?", (server.base + new,)
        ).fetchone()
        assert row[1] == f"{server.host}{old}?"
    body = store.body(row[0])
    assert body is not None
    assert body.content == b"<html>text</html>"


def test_it_stops_after_failures_in_a_row(tmp_path: Path, store: Store, clock: FakeWorld) -> None:
    """Ten, and no eleventh request; what was had stays."""
    archive = Archive(40)

    def reply(path: str, headers: str) -> Reply:
        number = path.rpartition("-")[2]
        broken = number.isdecimal() and int(number) >= 20
        return page("", status="500 Oops") if broken else archive.reply(path, headers)

    with Server(reply) as server:
        site = site_at(tmp_path, server)
        with pytest.raises(CrawlStopped, match="10 failures in a row"):
            crawl(site, store, clock)
        assert len(paths(server)) == 6 + 20 + 10
    assert store.count(Kind.ARTICLE, State.KEPT) == 20
    assert store.count(Kind.ARTICLE, State.WAITING) == 20


def test_a_name_that_leads_inside_after_the_look_up_is_refused(
    tmp_path: Path, store: Store, clock: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Public when it was looked up, loopback when it is connected to: nothing is asked."""
    with Server(Archive(3).reply) as server:
        port = int(server.host.rpartition(":")[2])
        inside = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [inside])
        private = f'private_hosts = ["{server.host}"]'
        site = site_at(tmp_path, server, (private, ""), (server.host, f"rebound.example:{port}"))
        outside = Outside(CONTACT, clock, lambda _: ["93.184.216.34"])
        with (
            opened(site, store, outside) as parts,
            pytest.raises(CrawlStopped, match=r"rebound\.example leads to 127\.0\.0\.1"),
        ):
            collect_links(site, store, parts, again=False)
        assert server.requests == []


def test_a_redirect_that_says_when_is_followed_then(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """Retry-After beside a redirect is the least pause before it is followed (RFC 9110, 10.2.3)."""
    archive = Archive(1)
    old, new = archive.address_of(0), "/reviews/1981/new"

    def reply(path: str, headers: str) -> Reply:
        if path == old:
            head = f"HTTP/1.1 302 Found\r\nLocation: {new}\r\nRetry-After: 77\r\n"
            return Reply(f"{head}Content-Length: 0\r\n\r\n".encode())
        return archive.reply(old if path == new else path, headers)

    with Server(reply) as server:
        crawl(site_at(tmp_path, server), store, clock)
        assert paths(server)[-2:] == [old, new]
    assert any(76.0 < slept <= 77.0 for slept in clock.slept)


def test_retry_after_holds_the_whole_host_in_the_next_run_too(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """A day is more than we wait for: the run says when to come back, and asks nothing before."""
    archive = Archive(4)

    def reply(path: str, headers: str) -> Reply:
        if path.startswith("/reviews"):
            return page("", status="503 Later", extra="Retry-After: 80000\r\n")
        return archive.reply(path, headers)

    with Server(reply) as server:
        site = site_at(tmp_path, server)
        with pytest.raises(CrawlStopped, match="left alone for 80000 s more"):
            crawl(site, store, clock)
        asked = len(server.requests)
        with pytest.raises(CrawlStopped, match="left alone"):
            crawl(site, store, clock)
        assert len(server.requests) == asked


def test_a_minute_of_retry_after_is_waited_for(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """Then the same page is asked for again."""
    archive = Archive(3)

    def reply(path: str, headers: str) -> Reply:
        if path == archive.address_of(1) and not archive.asked[path]:
            archive.asked[path] += 1
            return page("", status="429 Slow", extra="Retry-After: 60\r\n")
        return archive.reply(path, headers)

    with Server(reply) as server:
        crawl(site_at(tmp_path, server), store, clock)
    assert clock.slept == [60.0]
    assert store.count(Kind.ARTICLE, State.KEPT) == 3


def test_pages_that_are_always_the_login_page_are_never_kept(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """With status 200 or behind a redirect, the crawl stops and says what to do."""
    archive = Archive(30)
    shown = iter([redirect("/account/login?back=/"), *[page(LOGIN_PAGE)] * 100])

    def reply(path: str, headers: str) -> Reply:
        return next(shown) if path.startswith("/reviews") else archive.reply(path, headers)

    with Server(reply) as server:
        with pytest.raises(CrawlStopped, match="log in again"):
            crawl(site_at(tmp_path, server), store, clock)
        assert "/account/login" not in paths(server)
    assert store.count(Kind.ARTICLE, State.KEPT) == 0


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (page("", status="404 Not Found"), State.GONE, "answered 404"),
        (page("x", kind="application/pdf"), State.FAILED, "only HTML is read"),
        (redirect("file:///etc/passwd"), State.REFUSED, "only http: and https: are allowed"),
        (redirect("http://127.0.0.1:9/x"), State.REFUSED, "is off the site"),
        (redirect("/circle"), State.FAILED, "leads in a circle"),
        (page("x" * 6_000_000), State.FAILED, "longer than 5000000 bytes"),
        (page("<html>cut"), State.FAILED, "is cut off"),
        (page("<html></html>", extra="tdm-reservation: 1\r\n"), State.REFUSED, "tdm-reservation"),
        (page("", status="403 Forbidden"), State.FAILED, "gave up after 6 tries"),
    ],
    ids=["404", "pdf", "file", "elsewhere", "circle", "huge", "cut", "reserved", "forbidden"],
)
def test_a_bad_page_is_a_row_with_its_error(  # noqa: PLR0917 - fixtures and cases
    tmp_path: Path, store: Store, clock: FakeWorld, answer: Reply, state: State, error: str
) -> None:
    """The others are collected all the same."""
    archive = Archive(12)

    def reply(path: str, headers: str) -> Reply:
        if path in {archive.address_of(6), "/circle"}:
            return answer
        return archive.reply(path, headers)

    with Server(reply) as server:
        crawl(site_at(tmp_path, server), store, clock)
    assert store.count(Kind.ARTICLE, State.KEPT) == 11
    row = store.connection.execute(
        "SELECT state, last_error FROM pages WHERE last_error <> ''"
    ).fetchone()
    assert row[0] == state
    assert error in row[1]


def test_a_landing_page_without_links_is_an_alarm(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """And a corrected selector reads the same landing pages again, without asking for them."""
    archive = Archive(12)
    with Server(archive.reply) as server:
        wrong = site_at(tmp_path, server, ("a.archive__link", "a.nothing"))
        with opened(wrong, store, Outside(CONTACT, clock)) as parts:
            found = collect_links(wrong, store, parts, again=False)
        assert "[links] article finds nothing in 6 of 6 pages" in str(found.alarm)
        asked = len(server.requests)
        right = site_at(tmp_path, server)
        with opened(right, store, Outside(CONTACT, clock)) as parts:
            found = collect_links(right, store, parts, again=False)
        assert found.alarm is None
        assert len(server.requests) == asked
    assert store.size(Kind.ARTICLE) == 12


def test_next_links_without_end_are_stopped(tmp_path: Path, store: Store, clock: FakeWorld) -> None:
    """A calendar that goes on for ever is not followed for ever."""

    def reply(path: str, _: str) -> Reply:
        at = int(path.partition("page=")[2] or 0)
        following = f'<a class="pagination__next" href="/archive/1960s?page={at + 1}">next</a>'
        return page("" if "robots" in path else f"<html>{following}</html>")

    limit = ("drop_parameters", "most_landing_pages = 20\ndrop_parameters")
    with Server(reply) as server, pytest.raises(CrawlStopped, match="seem to have no end"):
        crawl(site_at(tmp_path, server, limit), store, clock)


def test_pauses_are_between_the_bounds_and_crawl_delay_counts(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """One request after another, each after its pause."""
    archive = Archive(3, robots="User-agent: *\nCrawl-delay: 5\n")
    with closing(store), Server(archive.reply) as server:
        crawl(site_at(tmp_path, server), store, clock)
    assert clock.slept == [5.0] * (2 + 6 + 3 - 1), "robots.txt and tdmrep.json are requests, too"


def test_pages_that_are_gone_are_asked_for_no_faster(
    tmp_path: Path, store: Store, clock: FakeWorld
) -> None:
    """A pause follows every request, also one that was answered with 404."""
    archive = Archive(8, robots="User-agent: *\nCrawl-delay: 5\n")

    def reply(path: str, headers: str) -> Reply:
        gone = path.startswith("/reviews")
        return page("", status="404 Gone") if gone else archive.reply(path, headers)

    with Server(reply) as server:
        crawl(site_at(tmp_path, server), store, clock)
    assert clock.slept == [5.0] * (2 + 6 + 8 - 1)


def test_private_targets_have_to_be_named(tmp_path: Path, store: Store, clock: FakeWorld) -> None:
    """Loopback is refused unless [site] private_hosts has it."""
    archive = Archive(3)
    with Server(archive.reply) as server:
        site = replace(site_at(tmp_path, server), private_hosts=frozenset())
        with pytest.raises(CrawlStopped, match=r"no landing page could be had: .* private"):
            crawl(site, store, clock)
        assert server.requests == []
    assert store.count(Kind.LANDING, State.REFUSED) == 6
