"""The gallery, its feed, and what search engines are told."""

import json
from typing import Any

import feedparser
import pytest
from lxml import etree

from artreview.gallery import gallery_place
from artreview.review import State
from tests.render.atom import problems_of
from tests.render.visit import Visit
from tests.samples import NOW, REVIEW_ID

HERE = "https://reviews.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PLANTED = "]]></title><script>alert(1)</script>&amp; \"'{{7*7}}\x00\x0b\ufffe\u202e"


def plant_many(site: Visit, count: int) -> list[str]:
    """List so many reviews, one a minute; return their ids, the newest first."""
    ids = [f"{number:016d}" for number in range(count)]
    for number, review_id in enumerate(ids):
        moment = NOW + 60 * number
        site.plant(
            State.READY, id=review_id, in_gallery=True, settled_at=moment, prompt=f"Room {number}"
        )
    return ids[::-1]


def listed(site: Visit, address: str = "/gallery") -> list[str]:
    """Return the ids that a page of the gallery leads to."""
    links = site.get(address).page.select("main h2 a")
    return [str(link["href"]).removeprefix("/r/") for link in links]


def test_the_gallery_shows_what_may_be_shown(site: Visit) -> None:
    """A title that leads to the review, a passage, the date, how it was written."""
    site.plant(State.READY, in_gallery=True, decade="1890s")
    site.plant(State.READY, id="a" * 16, prompt="Nobody agreed to this")
    site.plant(State.WRITING, id="b" * 16, prompt="Not finished", in_gallery=True)
    answer = site.get("/gallery")
    assert answer.status == 200
    (link,) = answer.page.select("main h2 a")
    assert link["href"] == f"/r/{REVIEW_ID}"
    assert link.get_text() == "A blue horse in the rain"
    assert answer.one(".quote").get_text().startswith("Nobody has looked at it since")
    for fact in ("15 January 2027", "7 of 10", "the 1890s"):
        assert fact in answer.main
    assert "agreed to this" not in answer.text
    assert "Not finished" not in answer.text
    assert "noindex" not in answer.text


def test_an_empty_gallery_says_so_and_leads_to_the_form(site: Visit) -> None:
    """Everything has a beginning."""
    answer = site.get("/gallery")
    assert answer.status == 200
    assert "Nothing hangs here yet" in answer.main
    assert answer.page.select('main a[href="/generate"]')


def test_the_pages_of_the_gallery_follow_each_other(site: Visit) -> None:
    """Twelve on each, the newest first, none twice; and back again to the plain address."""
    ids = plant_many(site, 30)
    addresses = ["/gallery"]
    while onward := site.get(addresses[-1]).page.select("main a[rel=next]"):
        addresses.append(str(onward[0]["href"]))
    pages = [listed(site, address) for address in addresses]
    assert [len(found) for found in pages] == [12, 12, 6]
    assert [review_id for found in pages for review_id in found] == ids
    assert site.get("/gallery").page.select("main a[rel=prev]") == []
    to_first, to_second = (str(site.get(one).one("a[rel=prev]")["href"]) for one in addresses[1:])
    assert listed(site, to_second) == pages[1]
    assert site.get(to_second).one("meta[name=robots]")["content"] == "noindex, follow"
    answer = site.get(to_first)
    assert (answer.status, answer.headers["location"]) == (303, "/gallery")


@pytest.mark.parametrize("after", ["", "0", "Z" * 26, "%00" * 26, "x" * 5000, "é"])
def test_a_page_back_from_nowhere_is_a_page_of_its_own(site: Visit, after: str) -> None:
    """404 in words, as in the other direction."""
    answer = site.get(f"/gallery?after={after}")
    assert answer.status == 404
    assert "The gallery begins at /gallery" in answer.main


def test_a_page_further_back_is_followed_but_not_listed_itself(site: Visit) -> None:
    """Its content moves with every new review."""
    ids = plant_many(site, 13)
    answer = site.get(f"/gallery?before={gallery_place(ids[11], NOW + 60)}")
    assert listed(site, f"/gallery?before={gallery_place(ids[11], NOW + 60)}") == [ids[12]]
    assert answer.one("meta[name=robots]")["content"] == "noindex, follow"
    assert answer.page.select('main nav a[href="/gallery"]')


def test_behind_the_last_review_there_is_a_way_back(site: Visit) -> None:
    """A place may have been the last one's, or be made up."""
    plant_many(site, 1)
    answer = site.get(f"/gallery?before={'0' * 26}")
    assert answer.status == 200
    assert "Nothing older hangs here" in answer.main
    assert answer.page.select('main a[href="/gallery"]')


@pytest.mark.parametrize(
    "before",
    ["", "0", "-1", "2", "0" * 25, "0" * 27, "Z" * 26, "%00" * 26, "x" * 5000, "%27%20OR%201", "é"],
)
def test_a_page_from_nowhere_is_a_page_of_its_own(site: Visit, before: str) -> None:
    """404 in words, whatever stands in the address."""
    answer = site.get(f"/gallery?before={before}")
    assert answer.status == 404
    assert "The gallery begins at /gallery" in answer.main
    error = site.get(f"/gallery?before={before}", accept="application/json").json["error"]
    assert error["code"] == "gallery_place_unknown"


@pytest.mark.parametrize("query", ["page=3", "before2=x", "utm_source=x"])
def test_what_the_gallery_does_not_know_it_ignores(site: Visit, query: str) -> None:
    """A link that somebody added to still leads to it."""
    ids = plant_many(site, 1)
    assert listed(site, f"/gallery?{query}") == ids


@pytest.mark.parametrize("address", ["/gallery", "/feed.xml", "/sitemap.xml"])
def test_a_reported_review_is_listed_nowhere(site: Visit, address: str) -> None:
    """From the moment of the report, with no cache in between that would not ask."""
    site.plant(State.READY, in_gallery=True)
    assert REVIEW_ID in site.get(address).text
    site.account.store.block(REVIEW_ID, NOW + 1)
    assert REVIEW_ID not in site.get(address).text


def feed(site: Visit) -> Any:
    """Return the feed as a reader that is not ours understands it."""
    answer = site.get("/feed.xml")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert problems_of(answer.content) == []
    read = feedparser.parse(answer.content)
    assert not read.bozo
    return read


def test_the_feed_is_valid_and_tells_of_the_newest(site: Visit) -> None:
    """By the rules of RFC 4287, and for a reader that is not ours."""
    ids = plant_many(site, 22)
    read = feed(site)
    assert read.version == "atom10"
    assert read.feed.title == "Art Review Generator"
    assert [link.href for link in read.feed.links if link.rel == "self"] == [f"{HERE}/feed.xml"]
    assert read.feed.link == f"{HERE}/gallery"
    assert read.feed.updated == read.entries[0].updated == "2027-01-15T08:21:00Z"
    assert [entry.link for entry in read.entries] == [f"{HERE}/r/{name}" for name in ids[:20]]
    newest = read.entries[0]
    assert newest.id == f"tag:reviews.example.org,2027-01-15:/r/{ids[0]}"
    assert newest.title == "Room 21"
    assert newest.summary.startswith("Nobody has looked at it since")


def test_an_empty_feed_is_valid_too(site: Visit) -> None:
    """A new site has one, for those who were quick to subscribe."""
    assert feed(site).entries == []


def test_words_cannot_break_the_feed(site: Visit) -> None:
    """Markup is text in it, and what XML cannot hold is left out."""
    site.plant(State.READY, in_gallery=True, prompt=PLANTED, text=f"{PLANTED}. {PLANTED} and on.")
    (entry,) = feed(site).entries
    root = etree.fromstring(site.get("/feed.xml").content)
    shown = "]]></title><script>alert(1)</script>&amp; \"'{{7*7}}\u202e"
    assert root.findtext("{*}entry/{*}title") == shown
    assert len(root.findall(".//{*}script")) == 0
    assert entry.id.startswith("tag:")


def test_a_reader_that_has_the_feed_is_told_so(site: Visit) -> None:
    """304 while nothing changed; the whole of it as soon as something did."""
    site.plant(State.READY, in_gallery=True)
    first = site.get("/feed.xml")
    again = site.get("/feed.xml", if_none_match=f'"other", W/{first.headers["etag"]}')
    assert (again.status, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    site.account.store.block(REVIEW_ID, NOW + 1)
    assert site.get("/feed.xml", if_none_match=first.headers["etag"]).status == 200


@pytest.mark.parametrize("address", ["/", "/gallery", "/nowhere"])
def test_every_page_names_the_feed(site: Visit, address: str) -> None:
    """So that a reader finds it from anywhere."""
    link = site.get(address).one('link[rel=alternate][type="application/atom+xml"]')
    assert link["href"] == "/feed.xml"


def test_the_sitemap_lists_the_pages_and_the_gallery(site: Visit) -> None:
    """Absolute addresses of what may be listed, and of nothing else."""
    site.plant(State.READY, in_gallery=True)
    site.plant(State.READY, id="a" * 16)
    answer = site.get("/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert root.tag == f"{SITEMAP}urlset"
    paths = [str(place.text).removeprefix(HERE) for place in root.iter(f"{SITEMAP}loc")]
    assert paths == ["/", "/gallery", "/examples", "/about", "/privacy", f"/r/{REVIEW_ID}"]
    assert [place.text for place in root.iter(f"{SITEMAP}lastmod")] == ["2027-01-15T08:00:00Z"]
    for path in paths:
        assert site.get(path).status == 200
        assert "noindex" not in site.get(path).text


def test_only_what_is_in_the_gallery_may_be_searched_for(site: Visit) -> None:
    """One that agreed before there was a gallery is not in it, and stays out of the search."""
    site.plant(State.READY, in_gallery=True)
    assert site.get(f"/r/{REVIEW_ID}").page.select("meta[name=robots]") == []
    table = site.account.store._table
    table.update_item(Key={"id": REVIEW_ID}, UpdateExpression="REMOVE gallery, gallery_place")
    assert site.get(f"/r/{REVIEW_ID}").one("meta[name=robots]")["content"] == "noindex"
    assert json.dumps(listed(site)) == "[]"
