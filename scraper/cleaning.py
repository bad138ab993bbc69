"""Kept pages become articles: extracted, cleaned, judged, and rid of duplicates.

    1  every body whose page, or whose site's file, is new is read by the selectors (in workers)
    2  lines that recur on many pages are found: they belong to the template
    3  every extract is cleaned, counted and judged (in workers)
    4  exact and near-duplicates of earlier articles are removed

The articles of an earlier cleaning are replaced as a whole, in one transaction. Of several copies
the one that an earlier cleaning chose is chosen again, so that no text changes sides of the split.
"""

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scraper.alarms import alarm, blank_fields
from scraper.duplicates import near_duplicates, runs_of
from scraper.errors import SelectorAlarm
from scraper.extraction import Extract, extract
from scraper.judging import Judge, Judged, Removal
from scraper.progress import Progress
from scraper.recurring import recurring_lines
from scraper.schema import connect_to_read
from scraper.site import Site
from scraper.store import Store, read_body
from scraper.workers import shared

_CHUNK = 64
EXTRACTION = 2
"""Counted up when the same page would be extracted differently: then all are read again."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many articles are good, how many were removed for which reason, and an alarm."""

    good: int
    removed: dict[str, int]
    recurring: int
    alarm: SelectorAlarm | None

    def __str__(self) -> str:
        removed = "".join(f", {count} {reason}" for reason, count in self.removed.items())
        return f"{self.good} good{removed}; {self.recurring} recurring lines taken out"


def clean(site: Site, store: Store, workers: int) -> Cleaned:
    """Clean everything that was kept. Raises DatabaseError."""
    _extract_new(site, store, workers)
    recurring = recurring_lines(store.connection, site.clean)
    with store.transaction() as connection:
        connection.execute("DELETE FROM articles")
        kept = _judge_all(site, store, recurring, workers)
        _remove_duplicates(connection, kept, site)
        connection.execute(
            "UPDATE pages SET chosen = 1 "
            "WHERE id IN (SELECT page_id FROM articles WHERE removed = '')"
        )
        connection.execute(
            "INSERT OR REPLACE INTO notes VALUES ('rules', ?)", (mark_of_rules(site),)
        )
    counts = dict(
        store.connection.execute(
            "SELECT removed, count(*) FROM articles GROUP BY removed ORDER BY removed"
        ).fetchall()
    )
    good = counts.pop("", 0)
    blanks = blank_fields(store.connection, site)
    return Cleaned(good, counts, len(recurring), alarm(blanks, site.page.alarm_share))


def _extract_new(site: Site, store: Store, workers: int) -> None:
    mark = _mark(site)
    with store.transaction() as connection:
        connection.execute("DELETE FROM extracts WHERE page_id NOT IN (SELECT page_id FROM bodies)")
    ids = [
        number
        for (number,) in store.connection.execute(
            "SELECT bodies.page_id FROM bodies JOIN pages ON id = bodies.page_id "
            "LEFT JOIN extracts ON extracts.page_id = bodies.page_id "
            "WHERE kind = 'article' AND (mark IS NULL OR mark <> ? || digest) "
            "ORDER BY bodies.page_id",
            (mark,),
        )
    ]
    if not ids:
        return
    with Progress("reading", len(ids)) as progress:
        make = partial(Extraction, store.path, site, mark)
        for rows in shared(make, _chunks(ids), _fitting(workers, ids)):
            with store.transaction() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO extracts "
                    "(page_id, mark, title, author, date, year, text, problem) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    rows,
                )
            progress.advance(len(rows))


class Extraction:
    """Reads pages in a worker, over connections of its own."""

    def __init__(self, path: Path, site: Site, mark: bytes) -> None:
        self._path = path
        self._site = site
        self._mark = mark

    def __call__(self, ids: list[int]) -> list[tuple[object, ...]]:
        """Return the rows of `extracts` for these pages.

        The connection is closed again: while one is open, the log is not merged into the database.
        """
        with closing(connect_to_read(self._path)) as connection:
            return [self._row(connection, number) for number in ids]

    def _row(self, connection: sqlite3.Connection, number: int) -> tuple[object, ...]:
        body = read_body(connection, number)
        address, section, digest = connection.execute(
            "SELECT address, section, digest FROM pages JOIN bodies ON page_id = id WHERE id = ?",
            (number,),
        ).fetchone()
        found = (
            extract(body.content, body.content_type, address, section, self._site)
            if body
            else Extract()
        )
        parts = (found.title, found.author, found.date, found.year, found.text, found.problem)
        return (number, self._mark + digest, *parts)


def _judge_all(site: Site, store: Store, recurring: frozenset[int], workers: int) -> list[Judged]:
    """Judge every extract, write all, and return the good ones, those chosen before first."""
    ids = [n for (n,) in store.connection.execute("SELECT page_id FROM extracts ORDER BY page_id")]
    kept: list[Judged] = []
    with Progress("cleaning", len(ids)) as progress:
        make = partial(Judge, store.path, site.clean, recurring)
        for batch in shared(make, _chunks(ids), _fitting(workers, ids)):
            store.connection.executemany(
                "INSERT INTO articles (page_id, text, words, removed) VALUES (?, ?, ?, ?)",
                [(one.page, one.text, one.words, one.removed) for one in batch],
            )
            kept += [one.without_text() for one in batch if not one.removed]
            progress.advance(len(batch))
    rows = store.connection.execute("SELECT id FROM pages WHERE chosen = 1")
    chosen = {number for (number,) in rows}
    return sorted(kept, key=lambda one: (one.page not in chosen, one.page))


def _remove_duplicates(connection: sqlite3.Connection, kept: list[Judged], site: Site) -> None:
    first: dict[bytes, int] = {}
    unique: list[Judged] = []
    for one in kept:
        original = first.setdefault(one.digest, one.page)
        if original == one.page:
            unique.append(one)
        else:
            _remove(connection, one.page, Removal.EXACT, original, 1.0)

    def runs(number: int) -> frozenset[str]:
        query = "SELECT text FROM articles WHERE page_id = ?"
        return runs_of(connection.execute(query, (unique[number].page,)).fetchone()[0])

    signatures = [array("I", one.signature) for one in unique]
    for near in near_duplicates(signatures, runs, site.clean.similarity):
        original = unique[near.repeats].page
        _remove(connection, unique[near.number].page, Removal.NEAR, original, near.similarity)


def _remove(
    connection: sqlite3.Connection, page: int, reason: Removal, original: int, similarity: float
) -> None:
    connection.execute(
        "UPDATE articles SET removed = ?, duplicate_of = ?, similarity = ? WHERE page_id = ?",
        (reason, original, similarity, page),
    )


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _fitting(workers: int, ids: Iterable[int]) -> int:
    """Start no more processes than there is work for."""
    return min(workers, max(1, len(list(ids)) // (4 * _CHUNK)))


def mark_of_rules(site: Site) -> str:
    """Return what changes with any rule by which the articles are made."""
    patterns = [pattern.pattern for pattern in site.clean.drop_lines]
    rules = repr((_mark(site), site.clean, patterns))
    return hashlib.blake2b(rules.encode(), digest_size=16).hexdigest()


def _mark(site: Site) -> bytes:
    """Return what changes when a page would be extracted differently."""
    rules = repr((EXTRACTION, site.page, site.year))
    return hashlib.blake2b(rules.encode(), digest_size=16).digest()
