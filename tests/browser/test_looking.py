"""That the looks of these tests find something where there is something to be found."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import violations
from tests.browser.looking import DOUBLE_TEXT, NARROWEST, Sight, context_of, sight_of
from tests.browser.scenes import page_of
from tests.browser.staged import StagedSite

pytestmark = pytest.mark.browser


@pytest.fixture
def sight(staged: StagedSite, browser: Browser) -> Iterator[Sight]:
    """Return a page that is all right, with an animation on it."""
    with context_of(browser) as context, sight_of(context, staged.url) as sight:
        sight.goto(staged.url + page_of("writing"))
        yield sight


def add(sight: Sight, html: str) -> None:
    """Put markup at the end of the page's text."""
    script = "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)"
    sight.page.evaluate(script, html)


def test_axe_finds_what_is_wrong(sight: Sight) -> None:
    """A picture without words; pale letters, by the rules for the eye too."""
    add(sight, "<img src='/static/favicon.svg'>")
    names = [found.partition(":")[0] for found in violations(sight.page)]
    assert "image-alt" in names
    sight.page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    names = [found.partition(":")[0] for found in violations(sight.page, for_the_eye=True)]
    assert "color-contrast" in names
    assert "image-alt" not in names


def test_what_is_lost_is_found(sight: Sight) -> None:
    """A line that does not break, and one that lies on another."""
    assert sight.lost(NARROWEST) == []
    add(sight, "<p id=long>" + "long" * 40 + "</p>")
    sight.page.evaluate("document.querySelector('#long').style.whiteSpace = 'nowrap'")
    sight.page.evaluate("document.querySelector('#long').style.overflowWrap = 'normal'")
    assert any("off the page" in found for found in sight.lost(NARROWEST))
    sight.page.evaluate("document.querySelector('#long').remove()")
    sight.page.evaluate("document.querySelector('.facts').style.marginTop = '-1.5rem'")
    sight.page.evaluate("document.querySelector('.progress').style.marginTop = '-3rem'")
    assert any(" lies on " in found for found in sight.lost(NARROWEST))


def test_large_text_is_large(sight: Sight) -> None:
    """The reader's own size is what the page grows by."""
    sight.lost(NARROWEST)
    assert sight.lost(NARROWEST, DOUBLE_TEXT) == []
    tools = sight.page.context.new_cdp_session(sight.page)
    tools.send("Page.setFontSizes", {"fontSizes": {"standard": DOUBLE_TEXT}})
    size = sight.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size == DOUBLE_TEXT


def test_motion_is_noticed(sight: Sight) -> None:
    """The sign that somebody is writing moves, until it is not to."""
    assert sight.moving() == ["breathe"]
    sight.page.emulate_media(reduced_motion="reduce")
    assert sight.moving() == []
