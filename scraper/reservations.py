"""What reserves a text from mining and training, outside robots.txt.

The W3C community group's TDMRep has three places:

    /.well-known/tdmrep.json     places with their reservations; the first that fits counts
    tdm-reservation: 1           a header of the answer
    <meta name="tdm-reservation" content="1">

And the statements that a robots.txt can hold may come as headers of the answer:

    Content-Usage: train-ai=n    (the drafts of the IETF's working group on preferences)
    Content-Signal: ai-train=no  (contentsignals.org)
"""

import json
import re
from urllib.parse import urlsplit

from scraper.robots import NO_TRAINING
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


def reserved_by_page(answer: Answer) -> str:
    """Return how the answer itself reserves its text, empty where it does not."""
    if answer.header("tdm-reservation").strip() == "1":
        return "tdm-reservation: 1"
    for name in ("content-usage", "content-signal"):
        if NO_TRAINING.search(answer.header(name)):
            return f"{name}: {answer.header(name)}"
    if b"tdm-reservation" in answer.content:
        for meta in _META.findall(answer.content):
            if _SAYS_YES.search(meta):
                return '<meta name="tdm-reservation">'
    return ""


def _fits(location: str, path: str) -> bool:
    """Match a location as robots.txt does: from the start, `*` for anything, `$` for the end."""
    if not location:
        return False
    parts = [re.escape(part) for part in location.removesuffix("$").split("*")]
    end = r"\Z" if location.endswith("$") else ""
    return re.match(".*".join(parts) + end, path, re.DOTALL) is not None
