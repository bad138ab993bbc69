"""The database: every address one row, every change whole or not at all."""

import sqlite3
from pathlib import Path

import pytest

from scraper.errors import DatabaseError, DiskFull, InUse, OtherVersion
from scraper.schema import alone, connect_to_read
from scraper.status import status_of
from scraper.store import Body, Found, Kind, Page, State, Store

BODY = Body(b"<html>art</html>", "text/html", '"1"', "yesterday")


def add_page(store: Store, name: str) -> Page:
    """Add an article's page and return it."""
    store.add([Found(f"https://a.example/{name}", "1960s")], Kind.ARTICLE, 1.0)
    page = store.next_due(Kind.ARTICLE)
    assert page is not None
    return page


def test_an_address_has_one_row(store: Store) -> None:
    """Found twice is found once."""
    found = [Found("https://a.example/1", "a"), Found("https://a.example/1", "b")]
    assert store.add(found, Kind.ARTICLE, 1.0) == 1
    assert store.add(found, Kind.ARTICLE, 2.0) == 0


def test_a_kept_page_has_its_raw_body(store: Store) -> None:
    """Byte for byte, compressed in between, with its validators."""
    page = add_page(store, "1")
    store.keep(page, page.address, BODY, 2.0)
    assert store.body(page.id) == Body(BODY.content, BODY.content_type)
    assert store.next_due(Kind.ARTICLE) is None
    assert store.visit_again(Kind.ARTICLE) == 1
    again = store.next_due(Kind.ARTICLE)
    assert again is not None
    assert (again.etag, again.last_modified) == ('"1"', "yesterday")


def test_two_addresses_of_one_page_keep_it_once(store: Store) -> None:
    """Both rows are `moved`; the page is where they lead."""
    for name in ("old", "older"):
        page = add_page(store, name)
        store.keep(page, "https://a.example/new", BODY, 2.0)
    assert store.count(Kind.ARTICLE, State.MOVED) == 2
    assert store.count(Kind.ARTICLE, State.KEPT) == 1
    assert store.connection.execute("SELECT count(*) FROM bodies").fetchone() == (1,)


def test_a_review_that_moves_later_stays_in_its_part_of_the_split(store: Store) -> None:
    """The new address takes over the key of the old one."""
    page = add_page(store, "old")
    store.keep(page, page.address, BODY, 2.0)
    store.keep(page, "https://a.example/new", BODY, 3.0)
    key = store.connection.execute("SELECT split_key FROM pages WHERE state = 'kept'").fetchone()
    assert key == ("a.example/old?",)


def test_a_failure_keeps_the_body_of_the_first_crawl(store: Store) -> None:
    """What was had is not lost when the archive later says 404."""
    page = add_page(store, "1")
    store.keep(page, page.address, BODY, 2.0)
    store.give_up(page, State.GONE, "404", 3.0)
    assert store.body(page.id) is not None


def test_a_full_disk_is_an_error_and_nothing_is_half_written(store: Store) -> None:
    """The change is undone as a whole, and goes through when there is room again."""
    page = add_page(store, "1")
    size = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {size}")
    long = Body(bytes(range(256)) * 4000, "text/html")
    noise = Body(b"".join(str(hash((at, 7))).encode() for at in range(20_000)), "text/html")
    with pytest.raises(DiskFull, match="nothing was changed"):
        store.keep(page, page.address, noise, 2.0)
    assert store.count(Kind.ARTICLE, State.WAITING) == 1
    assert store.body(page.id) is None
    store.connection.execute("PRAGMA max_page_count = 100000")
    store.keep(page, page.address, long, 3.0)
    assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_database_of_another_version_is_left_alone(tmp_path: Path, store: Store) -> None:
    """Another version, another program, no database at all: each says so."""
    store.connection.execute("PRAGMA user_version = 3")
    with pytest.raises(OtherVersion, match="is of version 3"):
        Store(store.path)
    other = tmp_path / "other.sqlite3"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    with pytest.raises(OtherVersion, match="of something else"):
        Store(other)
    text = tmp_path / "text.sqlite3"
    text.write_text("not a database, but long enough to look at " * 40, encoding="utf-8")
    with pytest.raises(OtherVersion, match="is not a database"):
        Store(text)
    assert text.read_text("utf-8").startswith("not a database")


def test_two_crawls_at_once_are_refused(tmp_path: Path) -> None:
    """One request at a time per host holds for the whole machine."""
    path = tmp_path / "crawl.sqlite3"
    with alone(path), pytest.raises(InUse, match="another process works on"), alone(path):
        pass
    with alone(path):
        pass


def test_status_reads_a_crawl_under_way(store: Store) -> None:
    """Also while another process writes, and it changes nothing."""
    page = add_page(store, "1")
    store.put_off(page, "the archive answered 500", 99.0, 2.0)
    connection = connect_to_read(store.path)
    status = status_of(connection)
    connection.close()
    assert status.pages == {"article": {"waiting": 1}}
    assert status.next_due == 99.0
    assert "answered 500" in "\n".join(status.lines())


def test_pages_gone_before_they_were_had_are_tried_again(store: Store) -> None:
    """An hour of 404 for everything can be undone; what was had and went stays as it is."""
    had = add_page(store, "had")
    store.keep(had, had.address, BODY, 2.0)
    store.give_up(had, State.GONE, "404", 3.0)
    store.give_up(add_page(store, "never"), State.GONE, "404", 3.0)
    assert store.try_failed_again() == 1
    due = store.next_due(Kind.ARTICLE)
    assert due is not None
    assert due.address.endswith("/never")


def test_a_leftover_page_does_not_pass_for_a_round(store: Store) -> None:
    """A round goes on where it was stopped; where none was begun, all pages are asked again."""
    for name in ("1", "2"):
        page = add_page(store, name)
        store.keep(page, page.address, BODY, 2.0)
    store.put_off(page, "500", 0.0, 3.0)
    assert store.visit_again(Kind.ARTICLE) == 2
    first = store.next_due(Kind.ARTICLE)
    assert first is not None
    store.keep_unchanged(first, 4.0)
    assert store.visit_again(Kind.ARTICLE) == 1, "the round is under way"
    store.end_round(Kind.ARTICLE)
    assert store.visit_again(Kind.ARTICLE) == 2


def test_a_page_that_moves_there_and_back_keeps_its_part(store: Store) -> None:
    """Also where the other address was known before."""
    new, old = "https://a.example/new", "https://a.example/old"
    store.add([Found(new, ""), Found(old, "")], Kind.ARTICLE, 1.0)
    pages = {}
    for _ in range(2):
        page = store.next_due(Kind.ARTICLE)
        assert page is not None
        pages[page.address] = page
        store.give_up(page, State.GONE, "404", 2.0)
    store.keep(pages[old], old, BODY, 3.0)
    store.keep(pages[old], new, BODY, 4.0)
    store.keep(pages[new], old, BODY, 5.0)
    keys = store.connection.execute("SELECT split_key FROM pages").fetchall()
    assert keys == [("a.example/old?",)] * 2


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """In one line that names the file."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(DatabaseError, match="cannot be opened"),
        alone(tmp_path / "file" / "crawl.sqlite3"),
    ):
        pass
