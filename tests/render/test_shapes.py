"""What the operator chose that there be: no gallery, or a cache in front."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from artreview.review import Kinship, State
from functions.render import responses
from functions.render.parts import RenderParts
from tests.render.visit import Visit
from tests.samples import NOW, REVIEW_ID

PARENT = "a" * 16
ON_EVERY_PAGE = ("/", "/generate", "/examples", "/about", "/privacy")


@pytest.fixture
def shaped(site: Visit, lasting_parts: RenderParts) -> Iterator[RenderParts]:
    """Return the site's parts, whose settings may be changed before the pages are made."""
    made = {name: lasting_parts.__dict__.pop(name, None) for name in ("settings", "pages")}
    yield lasting_parts
    for name, value in made.items():
        lasting_parts.__dict__.pop(name, None)
        if value is not None:
            lasting_parts.__dict__[name] = value


@pytest.fixture
def no_gallery(site: Visit, shaped: RenderParts) -> Visit:
    """Return a site without a gallery, with reviews whose submitters agreed to one."""
    shaped.settings = replace(shaped.settings, gallery=False)
    site.plant(State.READY, id=PARENT, in_gallery=True)
    kin = {"parent": PARENT, "kinship": Kinship.AGAIN}
    site.plant(State.READY, in_gallery=True, settled_at=NOW + 60, **kin)
    return site


def test_without_a_gallery_its_pages_are_not_there(no_gallery: Visit) -> None:
    """Neither the gallery nor its feed."""
    assert no_gallery.get("/gallery").status == 404
    assert no_gallery.get("/gallery?before=" + "0" * 26).status == 404
    assert no_gallery.get("/feed.xml").status == 404


@pytest.mark.parametrize("address", ON_EVERY_PAGE)
def test_without_a_gallery_no_page_leads_to_it(no_gallery: Visit, address: str) -> None:
    """Nor speaks of it."""
    page = no_gallery.get(address)
    assert page.status == 200
    assert "/gallery" not in page.text
    assert "feed.xml" not in page.text
    assert "gallery_check" not in page.text


def test_without_a_gallery_privacy_does_not_speak_of_it(no_gallery: Visit) -> None:
    """What is not there needs no terms."""
    assert "gallery" not in no_gallery.get("/privacy").main.lower()


def test_without_a_gallery_search_engines_are_told_of_no_review(no_gallery: Visit) -> None:
    """The consent was to the gallery: the sitemap has the pages alone, the reviews are noindex."""
    sitemap = no_gallery.get("/sitemap.xml").text
    assert "/r/" not in sitemap
    assert "/gallery" not in sitemap
    assert "/about" in sitemap
    assert no_gallery.get(f"/r/{REVIEW_ID}").one("meta[name=robots]")["content"] == "noindex"


def test_without_a_gallery_no_review_names_another(no_gallery: Visit) -> None:
    """Relatives are named where they are in the gallery."""
    assert not no_gallery.get(f"/r/{REVIEW_ID}").page.select(f'a[href="/r/{PARENT}"]')
    assert not no_gallery.get(f"/r/{PARENT}").page.select(f'main a[href="/r/{REVIEW_ID}"]')


def test_without_a_gallery_the_examples_are_the_models_own(no_gallery: Visit) -> None:
    """What was chosen was chosen from the gallery."""
    no_gallery.account.site.feature([REVIEW_ID])
    assert f"/r/{REVIEW_ID}" not in no_gallery.get("/examples").text


def test_without_a_gallery_the_interface_has_none(no_gallery: Visit) -> None:
    """Programs are not sent to pages that are not there."""
    paths = json.loads(no_gallery.get("/openapi.json").text)["paths"]
    assert "/gallery" not in paths
    assert "/feed.xml" not in paths
    assert "/sitemap.xml" in paths


@pytest.mark.parametrize("part", ["", ".txt", ".json", "/card.png"])
def test_a_cache_in_front_may_keep_a_finished_review(
    site: Visit, shaped: RenderParts, part: str
) -> None:
    """For so long and no longer; browsers go on asking each time."""
    shaped.settings = replace(shaped.settings, shared_cache_seconds=60)
    site.plant(State.READY)
    caching = site.get(f"/r/{REVIEW_ID}{part}").headers["cache-control"]
    assert caching == "public, max-age=0, must-revalidate, s-maxage=60"


@pytest.mark.parametrize(
    ("state", "part"),
    [
        (State.QUEUED, ""),
        (State.WRITING, "/status"),
        (State.READY, "/status"),
        (State.FAILED, ""),
        (State.BLOCKED, ""),
    ],
)
def test_it_may_not_keep_what_changes_or_is_hidden(
    site: Visit, shaped: RenderParts, state: State, part: str
) -> None:
    """Else a restored review would stay hidden, and one that is written would never be ready."""
    shaped.settings = replace(shaped.settings, shared_cache_seconds=60)
    site.plant(state)
    assert site.get(f"/r/{REVIEW_ID}{part}").headers["cache-control"] == responses.NEVER_KEPT


@pytest.mark.parametrize(
    "address", ["/gallery", "/feed.xml", f"/oembed?url=https://reviews.example.org/r/{REVIEW_ID}"]
)
def test_it_asks_each_time_for_what_lists_reviews(
    site: Visit, shaped: RenderParts, address: str
) -> None:
    """A report purges the review's own pages alone."""
    shaped.settings = replace(shaped.settings, shared_cache_seconds=60)
    site.plant(State.READY, in_gallery=True)
    assert site.get(address).headers["cache-control"] == responses.KEPT_WHILE_VISIBLE


def test_without_such_a_cache_everything_is_asked_for_each_time(site: Visit) -> None:
    """As it was, and as it is by default."""
    site.plant(State.READY)
    caching = site.get(f"/r/{REVIEW_ID}").headers["cache-control"]
    assert caching == responses.KEPT_WHILE_VISIBLE


def test_privacy_tells_of_the_copies(site: Visit, shaped: RenderParts) -> None:
    """Where there are some, and for how long they last."""
    assert "stand in front" not in site.get("/privacy").main
    shaped.__dict__.pop("pages", None)
    shaped.settings = replace(shaped.settings, shared_cache_seconds=60)
    assert "60 seconds at most" in site.get("/privacy").main
