"""What stands behind the pages: valid HTML, a valid feed, previews that can be shown."""

import io
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import feedparser
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.browser.nu import complaints
from tests.browser.scenes import SCENES, Scene
from tests.browser.staged import StagedSite
from tests.render.atom import problems_of
from tests.stack import ROOT

OPEN_GRAPH = {"og:title", "og:type", "og:image", "og:url"}
"""The properties that every page must have that has any (https://ogp.me/#metadata)."""
ADDRESSES = ("og:url", "og:image", "twitter:image")
WRONG = (
    b"<!doctype html><html lang=en><title>x</title><p><center>x</center><p id=a><p id=a role=no>"
)


def content_of(address: str) -> bytes:
    """Return what is there, an error's page too."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        with error:
            return error.read()


@pytest.fixture(scope="module")
def contents(staged: StagedSite) -> dict[str, bytes]:
    """Return the HTML of every scene, by its name."""
    return {scene.name: content_of(staged.address(scene)) for scene in SCENES}


def test_every_page_is_valid_html(contents: dict[str, bytes], tmp_path: Path) -> None:
    """By the Nu Html Checker, in every state, whatever was typed; the icon is valid SVG.

    A page that is wrong is among them, so that a checker that looks at nothing is noticed.
    """
    paths = [tmp_path / f"{name}.html" for name in ("wrong", *contents)]
    for path, content in zip(paths, (WRONG, *contents.values()), strict=True):
        path.write_bytes(content)
    paths += (ROOT / "functions" / "render" / "static").glob("*.svg")
    found = complaints(paths)
    assert [complaint for complaint in found if not complaint.startswith("wrong.html")] == []
    assert len(found) >= 3


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_preview_is_whole_and_its_addresses_lead_back(
    staged: StagedSite, contents: dict[str, bytes], scene: Scene
) -> None:
    """All that Open Graph requires, absolute addresses of this very site, a card to be fetched."""
    page = BeautifulSoup(contents[scene.name], "html.parser")
    tags = page.select('meta[property], meta[name^="twitter:"]')
    told = {str(tag.get("property") or tag["name"]): str(tag["content"]) for tag in tags}
    assert bool(told) is scene.has_preview
    if not told:
        return
    site = staged.new_url if scene.is_new else staged.url
    assert told.keys() >= OPEN_GRAPH
    assert all(told.values())
    assert [told[name] for name in ADDRESSES if not told[name].startswith(f"{site}/")] == []
    with Image.open(io.BytesIO(content_of(told["og:image"]))) as card:
        size = (told["og:image:width"], told["og:image:height"])
        assert tuple(map(str, card.size)) == size


def test_the_feed_of_odd_words_is_valid(staged: StagedSite) -> None:
    """By RFC 4287, and for a reader that is not ours."""
    content = content_of(f"{staged.url}/feed.xml")
    assert problems_of(content) == []
    read = feedparser.parse(content)
    assert not read.bozo
    assert len(read.entries) == 20
    assert problems_of(content_of(f"{staged.new_url}/feed.xml")) == []
