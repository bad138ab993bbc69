"""One page, and what each selector finds in it: how a site's file is written."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scraper.errors import SiteFileError
from scraper.extraction import extract, text_of, value_of
from scraper.judging import cleaned, judge
from scraper.links import leads_of
from scraper.markup import decoded, tree
from scraper.prose import tidied
from scraper.site import Selector, Site
from scraper.store import Body

_WIDTH = 72


def body_of_file(path: Path) -> Body:
    """Read a page that was saved."""
    try:
        return Body(path.read_bytes(), "")
    except OSError as error:
        raise SiteFileError(f"{path} cannot be read: {error.strerror}") from error


def findings(body: Body, address: str, site: Site, *, whole: bool = False) -> Iterator[str]:
    """Yield lines that say what every selector finds. The first alternative that finds counts.

    With `whole` the clean text and every link follow, to be read.
    """
    html = decoded(body.content, body.content_type)
    yield f"page: {address}, {len(body.content)} bytes, {html.count('<')} tags"
    for name, selectors in (
        ("title", site.page.title),
        ("date", site.page.date),
        ("author", site.page.author),
    ):
        for selector in selectors:
            value = value_of(tree(html, [selector.css]), (selector,))
            yield f"[page] {name} {str(selector)!r}: {_shown(value)}"
    for css in site.page.drop:
        elements = tree(html, [css]).select(css)
        first = f", the first {_shown(elements[0].get_text(' '))}" if elements else ""
        yield f"[page] drop {css!r}: {_number(elements, 'element')}{first}"
    for selector in site.page.text:
        yield from _text_found(html, selector, site)
    found = extract(body.content, body.content_type, address, "", site)
    text = cleaned(found.text, found.author, site.clean, frozenset())
    words = len(text.split())
    verdict = judge(text, words, site.clean) or "good"
    yield f"[year] from {site.year.source}: {found.year or 'nothing'}"
    yield f"[clean]: {words} words in {text.count(chr(10)) + bool(text)} lines: {verdict}"
    leads = leads_of(body, address, site)
    for name, links in (("article", leads.articles), ("next", leads.landings)):
        first = f", the first {links[0]}" if links else ""
        yield f"[links] {name}: {_number(links, 'link')}{first}"
    if whole:
        yield from ("", *text.split("\n"), "", *leads.articles, *leads.landings)


def _text_found(html: str, selector: Selector, site: Site) -> Iterator[str]:
    soup = tree(html, [selector.css], site.page.drop)
    elements = soup.select(selector.css)
    rules = replace(site.page, text=(selector,))
    lines = [line for line in text_of(soup, rules).split("\n") if line]
    yield (
        f"[page] text {selector.css!r}: {_number(elements, 'element')}, "
        f"{_number(lines, 'line')}, {_number(' '.join(lines).split(), 'word')}"
    )
    for line in lines[:1] + lines[1:][-1:]:
        yield f"    {_shown(line)}"


def _number(found: Sequence[object], one: str) -> str:
    return f"{len(found) or 'no'} {one}{'' if len(found) == 1 else 's'}"


def _shown(value: str) -> str:
    value = tidied(value)
    if not value:
        return "nothing"
    return repr(value if len(value) <= _WIDTH else f"{value[:_WIDTH]}…")
