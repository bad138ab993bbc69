"""A review that may be shown: in the gallery, in the feed, as a card, and gone when reported."""

import io
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.e2e.site import awaited_state, submitted
from tests.e2e.test_browser import watched_page
from tests.render.atom import problems_of
from tests.stack import Stack

pytestmark = pytest.mark.stack

PLACES = ("/gallery", "/feed.xml", "/sitemap.xml")
NARROWEST = {"width": 320, "height": 640}


def places_of(stack: Stack, review_url: str) -> list[str]:
    """Return where the site lists the review."""
    path = review_url.removeprefix(stack.url)
    return [place for place in PLACES if path in requests.get(stack.url + place, timeout=30).text]


def test_only_what_may_be_shown_is_listed_until_it_is_reported(stack: Stack) -> None:
    """Over the real table and its real index."""
    shown = submitted(stack.url, prompt="The room that all may see", gallery_check=True)
    private = submitted(stack.url, prompt="The room that few may see")
    for review_url in (shown, private):
        assert awaited_state(review_url, "ready", "failed")["state"] == "ready"
    assert places_of(stack, shown) == [*PLACES]
    assert places_of(stack, private) == []
    assert "noindex" not in requests.get(shown, timeout=30).text
    assert "noindex" in requests.get(private, timeout=30).text
    assert problems_of(requests.get(f"{stack.url}/feed.xml", timeout=30).content) == []

    requests.post(f"{shown}/report", timeout=30)
    assert places_of(stack, shown) == []
    assert requests.get(f"{shown}/card.png", timeout=30).status_code == 410
    assert requests.get(f"{stack.url}/gallery?before=nonsense", timeout=30).status_code == 404


def test_an_answer_and_what_it_answers_lead_to_each_other(stack: Stack) -> None:
    """Over the real index; private ones stay out of it, and a hidden one leaves it at once."""
    parent = submitted(stack.url, prompt="The room that is answered", gallery_check=True)
    awaited_state(parent, "ready")
    names_parent = {"answers": parent.rpartition("/")[2]}
    shown = submitted(stack.url, prompt="I saw another room,", gallery_check=True, **names_parent)
    private = submitted(stack.url, prompt="Between us, that room", **names_parent)
    for review_url in (shown, private):
        awaited_state(review_url, "ready")
        assert "In answer to" in requests.get(review_url, timeout=30).text

    def children() -> list[str]:
        page = requests.get(parent, timeout=30).text
        return [url for url in (shown, private) if url.removeprefix(stack.url) in page]

    assert children() == [shown]
    requests.post(f"{shown}/report", timeout=30)
    assert children() == []
    requests.post(f"{parent}/report", timeout=30)
    assert "In answer to" not in requests.get(private, timeout=30).text


def test_a_shared_link_has_a_card(stack: Stack) -> None:
    """A picture, through the real front door, and oEmbed that leads to it."""
    review_url = submitted(stack.url, prompt="The portraits in this small room")
    awaited_state(review_url, "ready")
    query = {"url": review_url}
    embed = requests.get(f"{stack.url}/oembed", params=query, timeout=30).json()
    answer = requests.get(embed["thumbnail_url"], timeout=30)
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    known = {"If-None-Match": answer.headers["etag"]}
    assert requests.get(embed["thumbnail_url"], headers=known, timeout=30).status_code == 304


@pytest.mark.browser
@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no-script"])
def test_a_visitor_finds_a_review_in_the_gallery_and_reports_it(
    stack: Stack, browser: Browser, pictures: Path, with_script: bool
) -> None:
    """On the narrowest phone: nothing sticks out, the console is silent, and it is gone at once."""
    name = f"gallery-{'script' if with_script else 'no-script'}"
    prompt = f"A {name} of pictures that nobody has painted"
    awaited_state(submitted(stack.url, prompt=prompt, gallery_check=True), "ready")
    complaints: list[str] = []
    context = browser.new_context(java_script_enabled=with_script, viewport=NARROWEST)  # type: ignore[arg-type]
    page = watched_page(context, complaints, stack.url)
    page.goto(stack.url)
    page.get_by_role("link", name="Gallery").click()
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    if with_script:
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROWEST["width"]
    page.get_by_role("link", name=prompt).click()
    expect(page.locator("h1")).to_have_text(prompt)
    page.locator("form[action$='/report'] [type=submit]").click()
    page.wait_for_load_state()
    page.goto(f"{stack.url}/gallery")
    expect(page.get_by_role("link", name=prompt)).to_have_count(0)
    page.screenshot(path=pictures / f"{name}-after.png", full_page=True)
    assert [entry for entry in complaints if "410" not in entry] == []
    context.close()
