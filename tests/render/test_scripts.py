"""What script and print make of a page, in a real Chromium, with no stack behind it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from artreview.review import State
from tests.e2e.conftest import browser  # noqa: F401  # the fixture
from tests.render.visit import Visit
from tests.samples import REVIEW_ID

pytestmark = pytest.mark.browser

HERE = "https://reviews.example.org"
PAGE = f"{HERE}/r/{REVIEW_ID}"
A6_POINTS = (298, 420)
SHARED = """
navigator.share = async (data) => { window.shared = data; };
window.print = () => { window.printed = true; };
"""
LONGEST_PAUSE = 3100
"""Milliseconds between two questions of a page, at most, while all goes well."""
PROMPT = "A blue horse in the rain"


@pytest.fixture
def context(browser: Browser, site: Visit) -> Iterator[BrowserContext]:  # noqa: F811  # it is asked for
    """Return a browser that has the site alone, and no other host."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en")

    def answer(route: Route) -> None:
        found = site.get(route.request.url.removeprefix(HERE))
        route.fulfill(status=found.status, headers=found.headers, body=found.content)

    context.route(f"{HERE}/**", answer)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a tab that must stay without complaints."""
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def test_where_there_is_a_share_sheet_it_is_used(site: Visit, page: Page) -> None:
    """The one button takes the place of the links; the address has nothing behind it."""
    site.plant(State.READY)
    page.add_init_script(SHARED)
    page.goto(f"{PAGE}?utm_source=x")
    expect(page.locator(".sharing")).to_be_hidden()
    page.get_by_role("button", name="Share", exact=True).click()
    assert page.evaluate("window.shared") == {"title": PROMPT, "url": PAGE}
    page.get_by_role("button", name="Print as a label").click()
    assert page.evaluate("window.printed")


def test_elsewhere_there_are_links(site: Visit, page: Page) -> None:
    """Folded up, and nothing of the networks is loaded before one is followed."""
    site.plant(State.READY)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("Object.defineProperty(navigator, 'share', { value: undefined });")
    page.goto(PAGE)
    expect(page.get_by_role("button", name="Share", exact=True)).to_have_count(0)
    page.get_by_text("Share it").click()
    expect(page.get_by_role("link", name="Bluesky")).to_be_visible()
    assert [url for url in asked if not url.startswith(HERE)] == []


@pytest.mark.parametrize("prompt", [PROMPT, "word " * 21, "W" * 255])
def test_a_label_is_one_a6_card(site: Visit, page: Page, prompt: str) -> None:
    """Whatever the title, and however much was written."""
    site.plant(State.READY, prompt=prompt, text=prompt + " and it goes on" * 400)
    page.goto(PAGE)
    printed = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [tuple(round(float(side)) for side in size) for size in sizes] == [A6_POINTS]


def test_other_pages_are_printed_on_the_readers_paper(site: Visit, page: Page) -> None:
    """A named page is for the label alone."""
    page.goto(f"{HERE}/about")
    printed = page.pdf(prefer_css_page_size=True, format="A4")
    assert b"/MediaBox [0 0 594" in printed or b"/MediaBox [0 0 595" in printed


def test_a_reader_hears_milestones_and_sees_the_text(
    site: Visit, context: BrowserContext, page: Page
) -> None:
    """Whose turn it is, the beginning, quarters; the text grows in paragraphs; then the page."""
    site.plant(State.QUEUED)
    headers = site.get(f"/r/{REVIEW_ID}/status").headers
    now = progress("queued", position=2)
    context.route(
        re.compile(r"/status\?set$"),
        lambda route: route.fulfill(status=200, headers=headers, body=json.dumps(now)),
    )
    page.clock.install()
    page.goto(PAGE)
    text, writing = page.locator("[data-text]"), "Being written"
    for told, place, said, shown in (
        (progress("queued", position=2), "One review is ahead", "", ""),
        (progress("queued", position=1), "Next in line", "Next in line.", ""),
        (progress("writing", 10, " and"), writing, "The machine has begun to write.", " and"),
        (progress("writing", 210, " and\nIt"), writing, "Half of it is written.", " and It"),
        (progress("writing", 220, " and\nIt is"), writing, "Half of it is written.", " and It is"),
    ):
        now = told
        page.clock.run_for(LONGEST_PAUSE)
        expect(page.locator("[data-place]")).to_have_text(place)
        expect(text).to_have_text(PROMPT + shown)
        expect(page.locator("[data-said]")).to_have_text(said)
    assert page.title().startswith("Being written: ")
    assert text.locator("p").count() == 2
    site.change(state=State.READY, text=PROMPT)
    now = progress("ready")
    page.clock.run_for(LONGEST_PAUSE)
    expect(page.locator("form.report")).to_be_visible()


def progress(state: str, tokens: int = 0, text: str = "", position: int = 0) -> dict[str, Any]:
    """Return what the status says of a review with the prompt and this text behind it."""
    return {
        "state": state,
        "position": position,
        "tokens": tokens,
        "target_tokens": 400,
        "text": PROMPT + text if tokens else "",
        "eta_seconds": 9,
    }
