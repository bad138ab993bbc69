"""Bytes to a tree: any character set, any size, any depth; and no less than the whole page has."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import PermanentFault
from scraper.extraction import NEVER_TEXT, extract
from scraper.markup import MOST_TAGS, decoded, tree
from scraper.site import Site
from tests.scraper.archive import Archive

TEXT = "Café \u201cMusée\u201d"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TEXT.encode(), "text/html; charset=utf-8"),
        (TEXT.encode(), "text/html"),
        (TEXT.encode(), "text/html; charset=iso-8859-1x"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=latin-1"),
        (TEXT.encode("cp1252"), "text/html"),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (TEXT.encode("cp1252"), "text/html; charset=utf-8"),
        (b'<meta charset="windows-1252">' + TEXT.encode("cp1252"), "text/html"),
        (b'<meta charset="undefined">' + TEXT.encode(), "text/html"),
        (b'<meta charset="utf-16">' + TEXT.encode(), "text/html"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "text/html"),
    ],
)
def test_the_character_set_is_found(content: bytes, kind: str) -> None:
    """By mark, header, <meta>, as UTF-8, as Windows-1252; a wrong name is passed over."""
    assert decoded(content, kind).endswith(TEXT)


CSS = ("section.review", "h1", "div#a p.b", "article > p", "[itemprop=name]", "p.b em")
PIECES = st.recursive(
    st.sampled_from(["text", "<p class=b>x <em>y</em></p>", "<h1>t</h1>", "<br>", "&amp;", "<p>"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
        st.sampled_from(
            ["div id=a", "section class='review x'", "article", "p class=b", "span itemprop=name"]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@given(st.lists(PIECES, max_size=4), st.sampled_from(CSS))
def test_the_cut_page_has_what_the_whole_page_has(pieces: list[str], css: str) -> None:
    """Cutting out is only faster: a selector finds the same text in the same order."""
    html = f"<html><body>{''.join(pieces)}</body></html>"
    whole = [element.get_text() for element in BeautifulSoup(html, "lxml").select(css)]
    assert [element.get_text() for element in tree(html, [css]).select(css)] == whole


@pytest.mark.parametrize("css", ["h1 + p", "p:first-of-type", "h1, h2", "*"])
def test_other_selectors_read_the_whole_page(css: str) -> None:
    """What needs more than its own descendants gets the page as it is."""
    html = "<html><body><h1>a</h1><p>b</p><h2>c</h2></body></html>"
    assert tree(html, [css]).select(css) == BeautifulSoup(html, "lxml").select(css)


def test_tags_without_end_are_no_danger(site: Site) -> None:
    """Nested deeply they are read; more than any review has are refused, in a row's error."""
    deep = "<section class='review__content'>" + "<div>" * (MOST_TAGS - 10) + "deep"
    assert extract(deep.encode(), "", "https://a.example/", "", site).text in {"deep", ""}
    whole = extract(("<div>" * 40_000 + "deep").encode(), "", "https://a.example/", "", site)
    assert whole.problem == ""
    with pytest.raises(PermanentFault, match="at most 50000 are read"):
        tree("<div>" * (MOST_TAGS + 1), ["div"])
    found = extract(b"<div>" * 200_000, "", "https://a.example/", "", site)
    assert "200000 tags" in found.problem


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b"<!-- -->", b"<?xml version='1.0'?>"])
def test_an_empty_page_has_nothing(site: Site, content: bytes) -> None:
    """And is no error here: the alarm counts it."""
    assert extract(content, "", "https://a.example/", "", site).text == ""


def test_a_review_is_read_whole(site: Site) -> None:
    """Title, author, date, year, and a paragraph a line, without captions and the newsletter."""
    archive = Archive(10)
    page = archive.html_of(3).encode()
    found = extract(page, "", f"https://a.example{archive.address_of(3)}", "", site)
    assert (found.title, found.author) == ("Review 3", "Ann Author")
    assert found.date == f"{archive.year_of(3)}-05-01"
    assert found.year == archive.year_of(3)
    assert found.text.split("\n")[:5] == list(archive.paragraphs_of(3))
    assert "Work 3" not in found.text
    assert "figcaption" in NEVER_TEXT


def test_two_line_breaks_part_paragraphs(site: Site) -> None:
    """Old pages have no <p>; one <br> is a space."""
    lines = "One<br>line.<br> <br>An<b>other</b>.<div>Third</div>"
    html = f"<section class='review__content'>{lines}</section>"
    text = extract(html.encode(), "", "https://a.example/", "", site).text
    assert text.split("\n") == ["One line.", "Another.", "Third"]


def test_what_a_browser_shows_apart_is_apart(site: Site) -> None:
    """Every element that is a block by itself; what a browser does not show is no text."""
    inside = (
        "one<details><summary>two</summary>three</details>four<menu><li>five</menu>"
        "<table><caption>six</caption><tr><td>seven</table><dialog>Subscribe!</dialog>"
        "eight<datalist><option>nine</datalist><hgroup><p>ten</hgroup>"
    )
    html = f"<section class='review__content'>{inside}</section>"
    text = extract(html.encode(), "", "https://a.example/", "", site).text
    wanted = ["one", "two", "three", "four", "five", "six", "seven", "eight", "ten"]
    assert text.split("\n") == wanted


def test_quotes_that_a_browser_writes_are_kept(site: Site) -> None:
    """Those of <q>, single ones inside; none are added where the text has its own."""
    inside = "<p>He said <q>it <q>sings</q>, <i>nearly</i></q>, not <q>\u201cshouts\u201d</q>.</p>"
    html = f"<section class='review__content'>{inside}</section>"
    text = extract(html.encode(), "", "https://a.example/", "", site).text
    assert text == ("He said \u201cit \u2018sings\u2019, nearly\u201d, not \u201cshouts\u201d.")


@pytest.mark.parametrize(
    "css",
    [
        "head > title",
        "head meta[name=date]",
        "html",
        "html[lang=en] h1",
        "body",
        "body.single h1",
        ".single h1",
        "#b h1",
        "meta[Name=date]",
    ],
)
def test_selectors_that_begin_at_the_top_find(css: str) -> None:
    """What stands on html, head and body is there to be selected, with its attributes."""
    html = (
        "<html lang=en><head><title>T</title><meta name=date content=1999></head>"
        "<body id=b class='x single' data-author=Ann><h1>a</h1><p>b</p></body></html>"
    )
    whole = BeautifulSoup(html, "lxml").select(css)
    assert whole
    assert tree(html, [css]).select(css) == whole
