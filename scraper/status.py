"""Where a crawl stands, from its database alone."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of pages by kind and state, of articles by what became of them, and some errors."""

    pages: dict[str, dict[str, int]]
    articles: dict[str, int]
    next_due: float | None
    last_errors: list[tuple[str, str, str]]

    def lines(self) -> list[str]:
        """Return it as a person reads it."""
        found = [
            f"{kind} pages: " + ", ".join(f"{number} {state}" for state, number in states.items())
            for kind, states in self.pages.items()
        ]
        if self.articles:
            counts = ", ".join(f"{number} {what}" for what, number in self.articles.items())
            found.append(f"cleaned: {counts}")
        if self.next_due:
            moment = datetime.fromtimestamp(self.next_due, UTC)
            found.append(f"next page due: {moment:%Y-%m-%d %H:%M:%S} UTC")
        for state, address, error in self.last_errors:
            place = "" if error.startswith(address) else f"{address}: "  # most errors name it
            found.append(f"{state}: {place}{error}")
        return found or ["nothing yet: begin with the command `links`"]


def status_of(connection: sqlite3.Connection) -> Status:
    """Read where the crawl stands."""
    pages: dict[str, dict[str, int]] = {}
    for kind, state, number in connection.execute(
        "SELECT kind, state, count(*) FROM pages GROUP BY kind, state ORDER BY kind DESC, state"
    ):
        pages.setdefault(kind, {})[state] = number
    articles = dict(
        connection.execute(
            "SELECT iif(removed = '', 'good', removed), count(*) FROM articles "
            "GROUP BY removed ORDER BY removed"
        ).fetchall()
    )
    due = connection.execute(
        "SELECT min(not_before) FROM pages WHERE state = 'waiting' AND not_before > 0"
    ).fetchone()[0]
    errors = connection.execute(
        "SELECT state, address, last_error FROM pages WHERE last_error <> '' "
        "ORDER BY checked_at DESC LIMIT ?",
        (_EXAMPLES,),
    ).fetchall()
    return Status(pages, articles, due, errors)
