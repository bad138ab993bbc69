"""Bytes to text to a tree: character sets, limits, and only as much of a page as is asked for.

Beautiful Soup costs some ten milliseconds a page, and most of a page is menus. So libxml2 first
cuts out the elements that any of the selectors could begin at, and Beautiful Soup reads those.
Where a selector needs more than its own descendants, the whole page is read.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from bs4 import BeautifulSoup
from lxml import etree

from scraper.errors import PermanentFault

MOST_TAGS = 50_000

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_META_WITHIN = 4096
_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
}
_FIRST_COMPOUND = re.compile(r"^(?P<tag>[A-Za-z][\w-]*)?(?P<rest>(?:[.#][\w-]+|\[[^\]]*\])*)")
_AROUND_ALL = frozenset({"html", "head", "body"})
_ONLY_DESCENDANTS = re.compile(r"^(?:[\w\s.#>-]|\[[^\]]*\])+$")


def decoded(content: bytes, content_type: str) -> str:
    """Return the text: by its mark, its header, its own <meta>, as UTF-8, as Windows-1252.

    A charset that is named but does not fit is passed over.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    for name in [*_named(content, content_type), "utf-8"]:
        try:
            return content.decode(name)
        except (UnicodeError, LookupError):
            continue
    return content.decode("cp1252", "replace")


def tree(html: str, selectors: Iterable[str], dropped: Iterable[str] = ()) -> BeautifulSoup:
    """Return what the selectors, and then the dropping ones, need of a page.

    Raises PermanentFault for a page of more tags than any review has.
    """
    tags = html.count("<")
    if tags > MOST_TAGS:
        raise PermanentFault(f"the page has {tags} tags: at most {MOST_TAGS} are read")
    path = _path(tuple(selectors), tuple(dropped))
    html = html.replace("\0", "")
    return BeautifulSoup(html if path is None else _cut(html, path), "lxml")


def _named(content: bytes, content_type: str) -> list[str]:
    meta = _META_CHARSET.search(content, 0, _META_WITHIN)
    header = _CHARSET.search(content_type)
    names = [header.group(1)] if header else []
    if meta:
        name = meta.group(1).decode("ascii", "replace")
        # a <meta> that can be read as ASCII does not stand in UTF-16, as HTML has it
        names.append("utf-8" if name.lower().startswith(("utf-16", "utf16")) else name)
    return [_AS_BROWSERS_DO.get(name.lower(), name) for name in names]


def _cut(html: str, path: etree.XPath) -> str:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True)
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing in it at all
        return ""
    if root is None:
        return ""
    matches = path(root)
    if isinstance(matches, list) and any(
        getattr(match, "tag", None) in _AROUND_ALL for match in matches
    ):
        return html  # a selector begins above what could be cut out
    outermost = set()
    parts: list[bytes] = []
    for element in matches if isinstance(matches, list) else []:
        if not isinstance(element, etree.ElementBase | type(root)):
            continue
        if not any(above in outermost for above in element.iterancestors()):
            outermost.add(element)
            parts.append(etree.tostring(element, encoding="utf-8", method="html", with_tail=False))
    return f"<html><body>{b''.join(parts).decode('utf-8')}</body></html>"


@lru_cache(maxsize=32)
def _path(selectors: tuple[str, ...], dropped: tuple[str, ...]) -> etree.XPath | None:
    """Return where the selectors can begin, or None where that cannot be told."""
    steps = [_beginning(css) for css in selectors]
    if any(re.search(r"[\s>]", css) or _beginning(css) is None for css in dropped):
        return None
    known = [step for step in steps if step is not None]
    return etree.XPath(" | ".join(known)) if known and len(known) == len(steps) else None


def _beginning(css: str) -> str | None:
    first = _FIRST_COMPOUND.match(css)
    if first is None or not first.group(0) or not _ONLY_DESCENDANTS.match(css):
        return None
    conditions = []
    for part in re.findall(r"[.#][\w-]+|\[[^\]]*\]", first.group("rest")):
        name = part[1:]
        if part[0] == ".":
            words = "concat(' ', normalize-space(@class), ' ')"
            conditions.append(f"[contains({words}, ' {name} ')]")
        elif part[0] == "#":
            conditions.append(f"[@id = '{name}']")
        elif attribute := re.match(r"\[\s*([A-Za-z][\w-]*)", part):
            conditions.append(f"[@{attribute.group(1).lower()}]")
    return f"//{(first.group('tag') or '*').lower()}{''.join(conditions)}"
