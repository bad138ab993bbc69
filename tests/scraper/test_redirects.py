"""A crawl over redirects as archives really send them: in UTF-8, in Latin-1, out of order."""

from pathlib import Path

import pytest

from scraper.collecting import collect_links, collect_pages
from scraper.parts import Outside, opened
from scraper.site_file import read_site
from scraper.store import Kind, State, Store
from tests.scraper.archive import Archive
from tests.scraper.fakes import FakeWorld
from tests.scraper.server import Reply, Server, page
from tests.scraper.sites import CONTACT, magazine

UTF_8 = "/reviews/caf%C3%A9"
LATIN_1 = "/reviews/caf%E9"


@pytest.mark.parametrize(
    ("location", "state", "error"),
    [
        ("/reviews/caf\u00e9".encode(), State.MOVED, ""),
        ("/reviews/caf\u00e9".encode("latin-1"), State.MOVED, ""),
        (b"/gone/\xe9", State.GONE, "/gone/%E9: the archive answered 404"),
        (b"http://[::bad/", State.REFUSED, "leads off the web"),
    ],
    ids=["utf-8", "latin-1", "gone", "bracket"],
)
def test_no_redirect_ends_the_crawl(  # noqa: PLR0917 - fixtures and cases
    tmp_path: Path, store: Store, clock: FakeWorld, location: bytes, state: State, error: str
) -> None:
    """It leads to the page that was meant, or the row says why not; the others are collected."""
    archive = Archive(12)

    def reply(path: str, headers: str) -> Reply:
        if path == archive.address_of(6):
            head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
            return Reply(head + location + b"\r\n\r\n")
        if path in {UTF_8, LATIN_1}:
            return page("<html>found</html>")
        return archive.reply(path, headers)

    with Server(reply) as server:
        site = read_site(magazine(tmp_path, server.host))
        with opened(site, store, Outside(CONTACT, clock)) as parts:
            collect_links(site, store, parts, again=False)
            collect_pages(store, parts, again=False)
        row = store.connection.execute(
            "SELECT state, last_error FROM pages WHERE address = ?",
            (server.base + archive.address_of(6),),
        ).fetchone()
    assert row[0] == state
    assert error in row[1]
    assert store.count(Kind.ARTICLE, State.KEPT) == 11 + (state is State.MOVED)
