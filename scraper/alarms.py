"""Selectors that find nothing: a template that changed shows here first."""

import sqlite3
from dataclasses import dataclass

from scraper.errors import SelectorAlarm
from scraper.site import Site, YearSource

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Blank:
    """A selector's name in the site's file, and the pages that it found nothing in."""

    name: str
    pages: int
    of: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.name} finds nothing in {self.pages} of {self.of} pages, as in "
            f"{', '.join(self.examples)}"
        )


def blank_landings(connection: sqlite3.Connection) -> Blank:
    """Return how many landing pages led to no article."""
    return _blank(
        connection,
        "[links] article",
        "SELECT count(*), count(*) FILTER (WHERE links_found = 0) FROM pages "
        "WHERE links_found IS NOT NULL",
        "SELECT address FROM pages WHERE links_found = 0 ORDER BY id LIMIT ?",
    )


def blank_fields(connection: sqlite3.Connection, site: Site) -> list[Blank]:
    """Return how many articles lack each part that the site's file selects, the year included."""
    selected = {"text": True, "title": site.page.title, "date": site.page.date}
    selected["author"] = site.page.author
    blanks = [
        _blank(
            connection,
            f"[page] {part}",
            f"SELECT count(*), count(*) FILTER (WHERE {part} = '') FROM extracts",  # noqa: S608 - from the line above
            f"SELECT address FROM extracts JOIN pages ON id = page_id WHERE {part} = '' "  # noqa: S608 - from the line above
            "ORDER BY id LIMIT ?",
        )
        for part, selectors in selected.items()
        if selectors
    ]
    if site.year.source is not YearSource.NONE:
        blanks.append(
            _blank(
                connection,
                f"[year] from {site.year.source}",
                "SELECT count(*), count(*) FILTER (WHERE year IS NULL) FROM extracts",
                "SELECT address FROM extracts JOIN pages ON id = page_id WHERE year IS NULL "
                "ORDER BY id LIMIT ?",
            )
        )
    return blanks


def alarm(blanks: list[Blank], share: float) -> SelectorAlarm | None:
    """Return an alarm for the selectors that find nothing in more than this share of the pages."""
    loud = [blank for blank in blanks if blank.of and blank.pages > share * blank.of]
    if not loud:
        return None
    return SelectorAlarm(
        f"{'; '.join(str(blank) for blank in loud)}. More than {share:.0%} is an alarm: has the "
        "archive another template there? Add its selectors as alternatives and run `clean` (or "
        "`links`) again: every page is kept, nothing is fetched anew"
    )


def _blank(connection: sqlite3.Connection, name: str, count: str, some: str) -> Blank:
    of, pages = connection.execute(count).fetchone()
    examples = connection.execute(some, (_EXAMPLES,)).fetchall()
    return Blank(name, pages, of, tuple(address for (address,) in examples))
