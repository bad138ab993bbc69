"""Reservations of text and data mining (the W3C community group's TDMRep), in its three places.

/.well-known/tdmrep.json     a list of places with their reservations; the first that fits counts
tdm-reservation: 1           a header of the answer
<meta name="tdm-reservation" content="1">
"""

import json
import re
from urllib.parse import urlsplit

from scraper.transport import Answer

WELL_KNOWN = "/.well-known/tdmrep.json"
MOST_BYTES = 500 * 1024

_META = re.compile(rb"<meta\b[^>]*\bname\s*=\s*[\"']?tdm-reservation\b[^>]*>", re.IGNORECASE)
_SAYS_YES = re.compile(rb"\bcontent\s*=\s*[\"']?\s*1\b", re.IGNORECASE)


def reserved_by_file(text: str, address: str) -> bool:
    """Tell whether a tdmrep.json reserves this address; what is no such file reserves nothing."""
    try:
        rules = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    path = urlsplit(address).path or "/"
    for rule in rules if isinstance(rules, list) else []:
        if isinstance(rule, dict) and _fits(str(rule.get("location", "")), path):
            return str(rule.get("tdm-reservation", 0)) == "1"
    return False


def reserved_by_page(answer: Answer) -> bool:
    """Tell whether the answer itself reserves its text."""
    if answer.header("tdm-reservation").strip() == "1":
        return True
    if b"tdm-reservation" not in answer.content:
        return False
    return any(_SAYS_YES.search(meta) for meta in _META.findall(answer.content))


def _fits(location: str, path: str) -> bool:
    """Match a location as robots.txt does: from the start, `*` for anything, `$` for the end."""
    if not location:
        return False
    parts = [re.escape(part) for part in location.removesuffix("$").split("*")]
    end = r"\Z" if location.endswith("$") else ""
    return re.match(".*".join(parts) + end, path, re.DOTALL) is not None
