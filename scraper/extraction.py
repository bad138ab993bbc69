"""A page to the parts of a review: its title, author, date, year, and its text, line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from scraper.errors import PermanentFault
from scraper.markup import decoded, tree
from scraper.prose import tidied
from scraper.site import PageRules, Selector, Site, YearRules, YearSource

NEVER_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "figure",
        "figcaption",
        "aside",
        "nav",
        "form",
        "button",
        "select",
        "textarea",
        "datalist",
        "dialog",
        "noframes",
        "iframe",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "object",
        "embed",
        "head",
        "title",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_LINE_BREAK = "\v"
_OPENING_QUOTES = frozenset("\"'\u2018\u201a\u201c\u201e\u00ab\u2039")
_BREAKS = re.compile(f"{_LINE_BREAK}(?:[ ]*{_LINE_BREAK})+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Extract:
    """What the selectors found; empty, or None for the year, where they found nothing.

    The text has one paragraph a line. `problem` says why a page could not be read at all.
    """

    title: str = ""
    author: str = ""
    date: str = ""
    year: int | None = None
    text: str = ""
    problem: str = ""


def extract(content: bytes, content_type: str, address: str, section: str, site: Site) -> Extract:
    """Read one page by the rules of its site."""
    rules = site.page
    chosen = (*rules.text, *rules.title, *rules.date, *rules.author)
    try:
        soup = tree(decoded(content, content_type), [one.css for one in chosen], rules.drop)
    except PermanentFault as error:
        return Extract(problem=str(error))
    title, date = value_of(soup, rules.title), value_of(soup, rules.date)
    author = value_of(soup, rules.author)
    year = year_of(site.year, address=address, date=date, section=section)
    return Extract(title, author, date, year, text_of(soup, rules))


def value_of(soup: BeautifulSoup, alternatives: tuple[Selector, ...]) -> str:
    """Return the first value that is not empty, of the first alternative that has one."""
    for selector in alternatives:
        for element in soup.css.iselect(selector.css):
            value = _value(element, selector.attribute)
            if value:
                return value
    return ""


def text_of(soup: BeautifulSoup, rules: PageRules) -> str:
    """Return the text of the first alternative that has any, one paragraph a line.

    What is to be dropped is taken out of the tree.
    """
    for element in soup.select(", ".join(rules.drop)) if rules.drop else ():
        element.extract()
    for selector in rules.text:
        found = soup.select(selector.css)
        outermost = (
            [element for element in found if not any(above in found for above in element.parents)]
            if len(found) > 1
            else found
        )
        lines = [line for element in outermost for line in _lines(element)]
        if lines:
            return "\n".join(lines)
    return ""


def year_of(rules: YearRules, *, address: str, date: str, section: str) -> int | None:
    """Return the year, None where the pattern does not fit or the year cannot be."""
    sources = {YearSource.ADDRESS: address, YearSource.DATE: date, YearSource.SECTION: section}
    match = rules.pattern.search(sources.get(rules.source, ""))
    if match is None or not match.group(1) or not match.group(1).isdecimal():
        return None
    year = int(match.group(1))
    return year if rules.first <= year <= rules.last else None


def _value(element: Tag, attribute: str | None) -> str:
    if attribute is None:
        return " ".join(_lines(element, everything=True))
    value = element.get(attribute, "")
    return tidied(" ".join(value) if isinstance(value, list) else str(value))


def _lines(root: Tag, *, everything: bool = False) -> list[str]:
    pieces: list[str] = []
    lines: list[str] = []

    def end_paragraph() -> None:
        for line in _BREAKS.split("".join(pieces)):
            tidy = tidied(line.replace(_LINE_BREAK, " "))
            if tidy:
                lines.append(tidy)
        pieces.clear()

    for node in _walk(root, everything=everything):
        if isinstance(node, NavigableString):
            pieces.append(_SPACES.sub(" ", node))
        elif node is None:
            end_paragraph()
        else:
            pieces.append(_LINE_BREAK)
    end_paragraph()
    return lines


def _walk(root: Tag, *, everything: bool) -> Iterator[NavigableString | Tag | None]:
    """Yield strings, <br> tags, and None at the border of every block. Deep trees are no danger."""
    waiting: list[NavigableString | Tag | None] = list(reversed(root.contents))  # type: ignore[arg-type]
    while waiting:
        node = waiting.pop()
        if node is None:
            yield None
        elif isinstance(node, Tag):
            if node.name == "br":
                yield node
            elif node.name == "q":
                opening, closing = _quotes_around(node)
                yield NavigableString(opening)
                waiting.append(NavigableString(closing))
                waiting.extend(reversed(node.contents))  # type: ignore[arg-type]
            elif everything or node.name not in NEVER_TEXT:
                is_block = node.name in _BLOCKS
                if is_block:
                    yield None
                    waiting.append(None)
                waiting.extend(reversed(node.contents))  # type: ignore[arg-type]
        elif type(node) is NavigableString:
            yield node


def _quotes_around(quoted: Tag) -> tuple[str, str]:
    """Return the quotes that a browser writes around a <q>, none where its text has its own."""
    text = quoted.get_text().lstrip()
    if text[:1] in _OPENING_QUOTES:
        return "", ""
    return ("\u2018", "\u2019") if quoted.find_parent("q") else ("\u201c", "\u201d")
