"""Whether a document is a valid Atom feed: the rules of RFC 4287, checked one by one."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TAG = re.compile(r"tag:[a-z0-9]([a-z0-9.-]*[a-z0-9])?,\d{4}(-\d\d(-\d\d)?)?:[\w/.~-]*", re.ASCII)
_ONCE_IN_FEED = {"id", "title", "updated", "subtitle", "generator", "icon", "logo", "rights"}
_ONCE_IN_ENTRY = {"id", "title", "updated", "published", "summary", "content", "source", "rights"}


def problems_of(content: bytes) -> list[str]:
    """Return what is wrong with a feed, and nothing where it is valid."""
    feed = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    if feed.tag != f"{_ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{_ATOM}entry")
    found = _problems_in("the feed", feed, _ONCE_IN_FEED)
    ids = [str(entry.findtext(f"{_ATOM}id")) for entry in entries]
    found += [f"{name} is there twice" for name in {*ids} if ids.count(name) > 1]  # 4.1.1
    has_author = feed.find(f"{_ATOM}author/{_ATOM}name") is not None
    for number, entry in enumerate(entries):
        where = f"entry {number}"
        found += _problems_in(where, entry, _ONCE_IN_ENTRY)
        if not has_author and entry.find(f"{_ATOM}author/{_ATOM}name") is None:  # 4.1.2
            found.append(f"{where} has no author")
        links = [link.get("rel", "alternate") for link in entry.findall(f"{_ATOM}link")]
        if entry.find(f"{_ATOM}content") is None and "alternate" not in links:  # 4.1.2
            found.append(f"{where} has neither content nor an alternate link")
    return found


def _problems_in(where: str, parent: etree._Element, once: set[str]) -> list[str]:
    found = [
        f"{where} has no {name}"
        for name in ("id", "title", "updated")  # 4.1.1, 4.1.2
        if not (parent.findtext(f"{_ATOM}{name}") or "").strip()
    ]
    found += [
        f"{where} has more than one {name}"
        for name in once
        if len(parent.findall(f"{_ATOM}{name}")) > 1
    ]
    for name in ("updated", "published"):  # 3.3: RFC 3339, capital T and Z
        found += [
            f"{where}: {name} is {element.text}"
            for element in parent.findall(f"{_ATOM}{name}")
            if not _is_time(element.text or "")
        ]
    if not _is_absolute(parent.findtext(f"{_ATOM}id") or ""):  # 4.2.6
        found.append(f"{where}: the id is no absolute IRI")
    kinds: list[tuple[str, str, str]] = []
    for link in parent.findall(f"{_ATOM}link"):  # 4.2.7
        if not _is_absolute(link.get("href", "")):
            found.append(f"{where}: a link leads to {link.get('href')}")
        kinds.append((link.get("rel", "alternate"), link.get("type", ""), link.get("hreflang", "")))
    alternates = [kind for kind in kinds if kind[0] == "alternate"]
    if len(alternates) != len({*alternates}):  # 4.1.1
        found.append(f"{where} has two alternate links of one type and language")
    return found


def _is_time(text: str) -> bool:
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_absolute(text: str) -> bool:
    if text.startswith("tag:"):  # RFC 4151
        return bool(_TAG.fullmatch(text))
    parts = urlsplit(text)
    return bool(parts.scheme and parts.netloc)
