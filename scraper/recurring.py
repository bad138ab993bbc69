"""Lines that recur across pages: notices, invitations, credits. They belong to the template.

A line counts once for each longest line that it stands beside. So the copies of one review, which
share their longest line, do not make each other's paragraphs look like a template's.
"""

import hashlib
import re
import sqlite3
from collections import Counter

from scraper.site import Cleaning

_FEWEST_PAGES = 5
_DIGITS = re.compile(r"\d")


def line_number(line: str) -> int:
    """Return a number that stands for a line; digits and case make no difference."""
    bare = _DIGITS.sub("0", line.casefold())
    digest = hashlib.blake2b(bare.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def recurring_lines(connection: sqlite3.Connection, rules: Cleaning) -> frozenset[int]:
    """Return the numbers of the lines that occur on too many pages to be anybody's own words."""
    pages = 0
    counts: Counter[int] = Counter()
    longest_seen: set[int] = set()
    for (text,) in connection.execute("SELECT text FROM extracts WHERE text <> ''"):
        pages += 1
        lines = text.split("\n")
        longest = line_number(max(lines, key=len))
        if longest not in longest_seen:
            longest_seen.add(longest)
            counts.update({line_number(line) for line in lines})
    least = max(_FEWEST_PAGES, rules.recurring_share * pages)
    return frozenset(number for number, count in counts.items() if count >= least)
