"""The state of a crawl: every address has a row, and every change is one transaction."""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scraper.addresses import key_of
from scraper.schema import connect, plain_errors


class Kind(StrEnum):
    """What a page is for: to be read for links, or to be kept as a review."""

    LANDING = "landing"
    ARTICLE = "article"


class State(StrEnum):
    """Where a page stands. Only `waiting` ones are asked for."""

    WAITING = "waiting"
    KEPT = "kept"
    MOVED = "moved"
    GONE = "gone"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Page:
    """One row: an address and what is known of it. The validators are those of the kept body."""

    id: int
    address: str
    kind: Kind
    section: str
    tries: int
    not_before: float
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a server sent for a page: the raw bytes, and what it said of them."""

    content: bytes
    content_type: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An address that was found, and the section it was found in."""

    address: str
    section: str


_NEXT_DUE = """
SELECT id, address, kind, section, tries, not_before, etag, last_modified FROM pages
WHERE kind = ? AND state = 'waiting' ORDER BY not_before, id LIMIT 1
"""
_UNREAD_LANDING = """
SELECT id, address, kind, section, tries, not_before, etag, last_modified
FROM pages JOIN bodies ON page_id = id
WHERE kind = 'landing' AND links_mark <> ? ORDER BY id LIMIT 1
"""


class Store:
    """The database, as the crawl sees it. Raises DatabaseError and its kinds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = connect(path)

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside is written, or none of it."""
        with plain_errors(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def add(self, found: Iterable[Found], kind: Kind, now: float) -> int:
        """Add the addresses that are not known yet; return how many those were."""
        with self.transaction():
            return self._insert(found, kind, now)

    def next_due(self, kind: Kind) -> Page | None:
        """Return the waiting page that may be asked for first, whether or not its time has come."""
        row = self.connection.execute(_NEXT_DUE, (kind,)).fetchone()
        return None if row is None else _page(row)

    def count(self, kind: Kind, state: State) -> int:
        """Count the pages of a kind that are in a state."""
        query = "SELECT count(*) FROM pages WHERE kind = ? AND state = ?"
        return int(self.connection.execute(query, (kind, state)).fetchone()[0])

    def size(self, kind: Kind) -> int:
        """Count the pages of a kind."""
        query = "SELECT count(*) FROM pages WHERE kind = ?"
        return int(self.connection.execute(query, (kind,)).fetchone()[0])

    def keep(self, page: Page, final_address: str, body: Body, now: float) -> None:
        """Keep what was sent for a page, under the address that it was found at in the end.

        Where that is another address than the page's own, the page becomes `moved` and the other
        has the body, once, however many addresses lead to it.
        """
        with self.transaction() as connection:
            owner = page.id
            if final_address != page.address:
                owner = self._move(page, final_address, now)
            connection.execute(
                "UPDATE pages SET state = 'kept', last_error = '', checked_at = ?, kept_at = ?, "
                "etag = ?, last_modified = ?, links_mark = '' WHERE id = ?",
                (now, now, body.etag, body.last_modified, owner),
            )
            connection.execute(
                "INSERT INTO bodies VALUES (?, ?, ?, ?) ON CONFLICT (page_id) DO UPDATE SET "
                "compressed = excluded.compressed, content_type = excluded.content_type, "
                "digest = excluded.digest",
                (
                    owner,
                    zlib.compress(body.content, 6),
                    body.content_type,
                    hashlib.blake2b(body.content, digest_size=16).digest(),
                ),
            )

    def keep_unchanged(self, page: Page, now: float) -> None:
        """Note that the server said the kept body is still what it would send (304)."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE pages SET state = 'kept', last_error = '', checked_at = ? WHERE id = ?",
                (now, page.id),
            )

    def put_off(self, page: Page, error: str, not_before: float, now: float) -> None:
        """Leave a page for later, with one more try counted."""
        self._set_back(page, State.WAITING, error, not_before, now)

    def give_up(self, page: Page, state: State, error: str, now: float) -> None:
        """End a page's tries. A body that was kept earlier stays."""
        self._set_back(page, state, error, 0.0, now)

    def body(self, page_id: int) -> Body | None:
        """Return the kept body of a page."""
        return read_body(self.connection, page_id)

    def add_links(
        self,
        page: Page,
        mark: str,
        articles: Sequence[Found],
        landings: Sequence[Found],
        now: float,
    ) -> int:
        """Add what a landing page led to, and note by which rules it was read."""
        with self.transaction() as connection:
            added = self._insert(articles, Kind.ARTICLE, now)
            self._insert(landings, Kind.LANDING, now)
            connection.execute(
                "UPDATE pages SET links_mark = ?, links_found = ? WHERE id = ?",
                (mark, len(articles), page.id),
            )
            return added

    def unread_landings(self, mark: str) -> Iterator[Page]:
        """Yield the kept landing pages whose links were never read by these rules."""
        while True:
            row = self.connection.execute(_UNREAD_LANDING, (mark,)).fetchone()
            if row is None:
                return
            yield _page(row)

    def visit_again(self, kind: Kind) -> int:
        """Let pages that were had be asked for again; one such round under way is gone on with."""
        with self.transaction() as connection:
            begun = connection.execute(
                "INSERT INTO notes VALUES (?, 'begun') ON CONFLICT (name) DO NOTHING",
                (f"round of {kind}",),
            ).rowcount
            if not begun:
                return self.count(kind, State.WAITING)
            return connection.execute(
                "UPDATE pages SET state = 'waiting', tries = 0, not_before = 0 "
                "WHERE kind = ? AND id IN (SELECT page_id FROM bodies)",
                (kind,),
            ).rowcount

    def end_round(self, kind: Kind) -> None:
        """Note that no page of a round is left, so that another can begin."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM notes WHERE name = ?", (f"round of {kind}",))

    def try_failed_again(self) -> int:
        """Let pages that failed, were refused, or were gone before they were had be asked again."""
        with self.transaction() as connection:
            return connection.execute(
                "UPDATE pages SET state = 'waiting', tries = 0, not_before = 0 "
                "WHERE state IN ('failed', 'refused') OR "
                "(state = 'gone' AND id NOT IN (SELECT page_id FROM bodies))"
            ).rowcount

    def _insert(self, found: Iterable[Found], kind: Kind, now: float) -> int:
        return self.connection.executemany(
            "INSERT INTO pages (address, kind, section, found_at, split_key) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (address) DO NOTHING",
            [(one.address, kind, one.section, now, key_of(one.address)) for one in found],
        ).rowcount

    def _move(self, page: Page, final_address: str, now: float) -> int:
        """Make the page `moved`, and return the id of the row that it moved to.

        A review that was had at its old address stays in its part of the split at the new one,
        unless the new one was in a cleaned corpus already: that one has its own part.
        """
        connection = self.connection
        connection.execute(
            "INSERT INTO pages (address, kind, section, found_at, split_key) "
            "SELECT ?, kind, section, ?, split_key FROM pages WHERE id = ? "
            "ON CONFLICT (address) DO NOTHING",
            (final_address, now, page.id),
        )
        row = connection.execute("SELECT id FROM pages WHERE address = ?", (final_address,))
        owner = int(row.fetchone()[0])
        connection.execute(
            "UPDATE pages SET state = 'moved', moved_to = ?, last_error = '', checked_at = ? "
            "WHERE id = ?",
            (owner, now, page.id),
        )
        connection.execute(
            "UPDATE pages SET (split_key, chosen) = "
            "(SELECT split_key, chosen FROM pages WHERE id = :from) "
            "WHERE id = :to AND chosen = 0 "
            "AND EXISTS (SELECT 1 FROM bodies WHERE page_id = :from)",
            {"from": page.id, "to": owner},
        )
        connection.execute("DELETE FROM bodies WHERE page_id = ?", (page.id,))
        connection.execute("DELETE FROM extracts WHERE page_id = ?", (page.id,))
        connection.execute("DELETE FROM articles WHERE page_id = ?", (page.id,))
        return owner

    def _set_back(
        self, page: Page, state: State, error: str, not_before: float, now: float
    ) -> None:
        with self.transaction() as connection:
            connection.execute(
                "UPDATE pages SET state = ?, tries = tries + 1, last_error = ?, not_before = ?, "
                "checked_at = ? WHERE id = ?",
                (state, error, not_before, now, page.id),
            )


def read_body(connection: sqlite3.Connection, page_id: int) -> Body | None:
    """Return the kept body of a page."""
    row = connection.execute(
        "SELECT compressed, content_type FROM bodies WHERE page_id = ?", (page_id,)
    ).fetchone()
    return None if row is None else Body(zlib.decompress(row[0]), row[1])


def _page(row: tuple[int, str, str, str, int, float, str, str]) -> Page:
    number, address, kind, section, tries, not_before, etag, last_modified = row
    return Page(number, address, Kind(kind), section, tries, not_before, etag, last_modified)
