"""The corpus as files: CSV and JSON Lines, whole and in its two parts, and a sheet about them.

    corpus.csv       corpus.jsonl       every good review
    train.csv        train.jsonl        those to learn from
    held_out.csv     held_out.jsonl     those to measure on
    removed.csv                         those left out, why, and what they repeat
    datasheet.md     lengths.svg        counts, removals, lengths

All are UTF-8. A file is replaced only when the new one is whole.
"""

import csv
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from scraper.cleaning import mark_of_rules
from scraper.datasheet import Tally, datasheet, histogram
from scraper.errors import ExportError
from scraper.site import Site
from scraper.split import Part, part_of

TEXT_ONLY = ("text",)
ALL_COLUMNS = ("text", "year", "title", "author")

_REVIEWS = """
SELECT articles.text, words, year, title, author, address, split_key
FROM articles JOIN extracts USING (page_id) JOIN pages ON id = page_id
WHERE removed = '' ORDER BY page_id
"""
_REMOVED = """
SELECT page.address, removed, words, original.address, similarity
FROM articles JOIN pages AS page ON page.id = page_id
LEFT JOIN pages AS original ON original.id = duplicate_of
WHERE removed <> '' ORDER BY removed, page_id
"""


@dataclass(frozen=True, slots=True)
class Review:
    """One good review, as it is exported."""

    text: str
    words: int
    year: int | None
    title: str
    author: str
    address: str
    part: Part

    @property
    def decade(self) -> str:
        """The decade as `1960s`, empty where the year is not known."""
        return f"{self.year // 10 * 10}s" if self.year is not None else ""

    def row(self, columns: tuple[str, ...]) -> list[str]:
        """Return the columns of a line of CSV."""
        year = "" if self.year is None else str(self.year)
        values = {"text": self.text, "year": year, "title": self.title, "author": self.author}
        return [values[column] for column in columns]

    def line(self) -> str:
        """Return a line of JSON Lines, without its end."""
        return json.dumps(
            {
                "text": self.text,
                "year": self.year,
                "title": self.title,
                "author": self.author,
                "decade": self.decade,
                "address": self.address,
            },
            ensure_ascii=False,
        )


def reviews(connection: sqlite3.Connection, site: Site) -> Iterator[Review]:
    """Yield the good reviews in the order in which their pages were found."""
    for text, words, year, title, author, address, key in connection.execute(_REVIEWS):
        yield Review(text, words, year, title, author, address, part_of(key, site.split))


def export(
    connection: sqlite3.Connection, site: Site, out: Path, columns: tuple[str, ...]
) -> Tally:
    """Write all files into a folder. Raises ExportError where there is nothing, or no room."""
    if connection.execute("SELECT 1 FROM articles WHERE removed = ''").fetchone() is None:
        raise ExportError("there is no clean review to export: run the command `clean` first")
    cleaned_by = connection.execute("SELECT value FROM notes WHERE name = 'rules'").fetchone()
    if cleaned_by is not None and cleaned_by[0] != mark_of_rules(site):
        raise ExportError(
            "the site's file has other rules than those by which the texts were cleaned: run the "
            "command `clean` again"
        )
    tally = Tally()
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_reviews(connection, site, out, columns, tally)
        _write_removed(connection, out, tally)
        with _replacing(out / "lengths.svg") as picture:
            picture.write(histogram(tally.lengths))
        digests = {path.name: _sha256(path) for path in sorted(out.glob("*.[cj]s*"))}
        with _replacing(out / "datasheet.md") as sheet:
            sheet.write(datasheet(site, tally, _crawled(connection), digests))
    except OSError as error:
        raise ExportError(
            f"{out} cannot be written: {error.strerror}; the files that were there are still whole"
        ) from error
    return tally


def _write_reviews(
    connection: sqlite3.Connection, site: Site, out: Path, columns: tuple[str, ...], tally: Tally
) -> None:
    names = ("corpus", *Part)
    with ExitStack() as stack:
        lines = {name: stack.enter_context(_replacing(out / f"{name}.jsonl")) for name in names}
        tables = {
            name: csv.writer(
                stack.enter_context(_replacing(out / f"{name}.csv")),
                quoting=csv.QUOTE_ALL,
                lineterminator="\n",
            )
            for name in names
        }
        for table in tables.values():
            table.writerow(columns)
        for review in reviews(connection, site):
            for name in ("corpus", review.part):
                lines[name].write(review.line() + "\n")
                tables[name].writerow(review.row(columns))
            tally.count(review.decade, review.part, review.words)


def _write_removed(connection: sqlite3.Connection, out: Path, tally: Tally) -> None:
    with _replacing(out / "removed.csv") as opened:
        table = csv.writer(opened, lineterminator="\n")
        table.writerow(("address", "reason", "words", "repeats", "similarity"))
        for address, reason, words, original, similarity in connection.execute(_REMOVED):
            shown = "" if similarity is None else f"{similarity:.3f}"
            table.writerow((address, reason, words, original or "", shown))
            tally.removed[reason] += 1


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Write beside a file, and put the new one in its place when all is written."""
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _crawled(connection: sqlite3.Connection) -> tuple[float, float]:
    """Return when the first and the last page was kept."""
    first, last = connection.execute("SELECT min(kept_at), max(kept_at) FROM pages").fetchone()
    return first or 0.0, last or 0.0
