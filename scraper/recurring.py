"""Lines that recur across pages: notices, invitations, credits. They belong to the template.

A line counts once for each longest line that it stands beside. So the copies of one review, which
share their longest line, do not make each other's paragraphs look like a template's. The longest
line is looked for among a page's own, since a notice may be longer than any paragraph; but where
hardly anything is a page's own, the page is a copy, and its longest line of all counts.
"""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator

from scraper.site import Cleaning

_FEWEST_PAGES = 5
_FEWEST_OWN = 0.25
"""Share of a page's characters; with less of its own, it is taken for a copy of another."""
_DIGITS = re.compile(r"\d")


def line_number(line: str) -> int:
    """Return a number that stands for a line; digits and case make no difference."""
    bare = _DIGITS.sub("0", line.casefold())
    digest = hashlib.blake2b(bare.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def recurring_lines(connection: sqlite3.Connection, rules: Cleaning) -> frozenset[int]:
    """Return the numbers of the lines that occur on too many pages to be anybody's own words."""
    pages = 0
    occurring: Counter[int] = Counter()
    for lines in _pages(connection):
        pages += 1
        occurring.update(lines.keys())
    often = _often(occurring, rules, pages)
    counts: Counter[int] = Counter()
    longest_seen: set[int] = set()
    for lines in _pages(connection) if often else ():
        own = {number: length for number, length in lines.items() if number not in often}
        is_copy = sum(own.values()) < _FEWEST_OWN * sum(lines.values())
        among = lines if is_copy or not own else own
        longest = max(among, key=among.__getitem__)
        if longest not in longest_seen:
            longest_seen.add(longest)
            counts.update(lines.keys())
    return _often(counts, rules, pages)


def _pages(connection: sqlite3.Connection) -> Iterator[dict[int, int]]:
    """Yield each page's lines: their numbers and lengths."""
    for (text,) in connection.execute("SELECT text FROM extracts WHERE text <> ''"):
        yield {line_number(line): len(line) for line in text.split("\n")}


def _often(counts: Counter[int], rules: Cleaning, pages: int) -> frozenset[int]:
    most = rules.recurring_share * pages
    return frozenset(
        number for number, count in counts.items() if count >= _FEWEST_PAGES and count > most
    )
