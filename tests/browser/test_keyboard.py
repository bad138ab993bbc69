"""The whole journey with a keyboard and nothing else, with script and without."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from artreview.links import delete_path
from artreview.review import State
from tests.aws import KEYS
from tests.browser.looking import DESKTOP, PHONE, Sight, context_of, sight_of
from tests.browser.scenes import id_of, page_of
from tests.browser.staged import StagedSite
from tests.render.visit import WROTE
from tests.samples import NOW

pytestmark = pytest.mark.browser

MOST_STOPS = 60
AROUND = 8
"""How far, in pixels, from an element its focus may be drawn."""
PROMPT = "Nobody had warned the critics"
_STOPS = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((element) => element.checkVisibility() && element.tabIndex >= 0)
  .length
"""


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def sight(request: pytest.FixtureRequest, staged: StagedSite, browser: Browser) -> Iterator[Sight]:
    """Return a tab on a desk, with script and without."""
    settings = {"java_script_enabled": request.param, "viewport": DESKTOP}
    with context_of(browser, **settings) as context, sight_of(context, staged.url) as sight:
        yield sight


def tab_to(page: Page, selector: str) -> Locator:
    """Press Tab until the element has the focus."""
    wanted = page.locator(f"{selector}:focus")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.count():
            return wanted
    raise AssertionError(f"{MOST_STOPS} times Tab did not lead to {selector}")


def press(page: Page, *keys: str) -> None:
    """Press one key after the other."""
    for key in keys:
        page.keyboard.press(key)


def test_a_review_is_asked_for_read_and_reported(staged: StagedSite, sight: Sight) -> None:
    """Past the masthead, through every field, to the review; then its report."""
    page, store = sight.page, staged.visit.account.store
    sight.goto(staged.url)
    press(page, "Tab")
    expect(page.locator(".skip:focus")).to_be_in_viewport()
    press(page, "Enter")
    expect(page.locator("main:focus")).to_be_visible()
    tab_to(page, "#prompt")
    page.keyboard.type(PROMPT)
    slider = tab_to(page, "#eccentricity")
    press(page, "ArrowRight", "ArrowRight")
    expect(slider).to_have_value("9")
    press(page, "Home")
    expect(slider).to_have_value("1")
    press(page, "ArrowUp")
    expect(slider).to_have_value("2")
    press(page, "End")
    expect(slider).to_have_value("10")
    decade = tab_to(page, "#decade")
    press(page, "ArrowDown")
    expect(decade).to_have_value("1880s")
    box = tab_to(page, "#gallery_check")
    press(page, "Space")
    expect(box).to_be_checked()
    press(page, "Shift+Tab", "Shift+Tab")
    expect(page.locator("#submission_email:focus")).to_be_visible()
    page.keyboard.type("keys@example.org")
    staged.visit.world.pass_time(10)
    press(page, "Enter")

    page.wait_for_url("**/r/*")
    review = store.get(page.url.rpartition("/")[2])
    assert (review.prompt, review.eccentricity, review.decade) == (PROMPT, 10, "1880s")
    assert review.in_gallery
    written = replace(store.claim(review.id, "lease", NOW), text=f"{PROMPT} of the third room.")
    store.finish(written, WROTE, NOW)
    page.reload()
    expect(page.locator(".review > .prose")).to_contain_text("of the third room.")
    tab_to(page, "form[action$='/report'] button")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="This review has been taken down")).to_be_visible()
    assert store.get(review.id).state is State.BLOCKED


def test_what_is_wrong_is_found_by_its_link(staged: StagedSite, sight: Sight) -> None:
    """The focus is on the errors, and each leads to its field; nothing typed is lost."""
    page = sight.page
    sight.goto(f"{staged.url}/generate")
    tab_to(page, "#submission_email")
    page.keyboard.type("keys@example")
    page.evaluate("document.querySelector('.form').noValidate = true")
    staged.visit.world.pass_time(10)
    press(page, "Enter")
    expect(page.locator(".errors:focus")).to_be_in_viewport()
    tab_to(page, ".errors a[href='#submission_email']")
    press(page, "Enter")
    field = page.locator("#submission_email:focus")
    expect(field).to_have_value("keys@example")
    expect(field).to_have_attribute("aria-describedby", re.compile(r"\bsubmission_email-error$"))


def test_a_review_is_deleted_from_the_mail(
    request: pytest.FixtureRequest, staged: StagedSite, sight: Sight
) -> None:
    """The link of the mail asks, the button deletes."""
    review = staged.visit.plant(State.READY, id=id_of(request.node.name))
    sight.goto(staged.url + delete_path(review.id, KEYS))
    tab_to(sight.page, "main form button")
    press(sight.page, "Enter")
    expect(sight.page.get_by_role("heading", name="taken down")).to_be_visible()
    assert staged.visit.account.store.get(review.id).state is State.DELETED


@pytest.mark.parametrize("path", ["/generate", page_of("ready")])
def test_every_stop_is_reached_once_and_seen(
    staged: StagedSite, browser: Browser, path: str
) -> None:
    """Tab goes through all that can be used and comes to an end; what has the focus looks so."""
    with context_of(browser) as context, sight_of(context, staged.url) as sight:
        page = sight.page
        page.emulate_media(reduced_motion="reduce")
        sight.goto(staged.url + path)
        page.evaluate("document.querySelector('details')?.setAttribute('open', '')")
        stops = page.evaluate(_STOPS)
        assert stops >= 8
        for number in range(stops):
            press(page, "Tab")
            assert focus_is_seen(page), f"stop {number + 1} of {stops} is not seen"
        press(page, "Tab")
        assert page.evaluate("document.activeElement === document.body"), "there was one more stop"


def focus_is_seen(page: Page) -> bool:
    """Tell whether what has the focus is in the window, and looks otherwise than without it."""
    if not page.evaluate("(globalThis.stop = document.activeElement) !== document.body"):
        return False
    box = page.evaluate("stop.getBoundingClientRect().toJSON()")
    top, height = max(0, box["y"] - AROUND), box["height"] + 2 * AROUND
    around = FloatRect(x=0, y=top, width=PHONE["width"], height=height)
    with_focus = page.screenshot(clip=around, caret="hide")
    page.evaluate("stop.blur()")
    without = page.screenshot(clip=around, caret="hide")
    page.evaluate("stop.focus({ preventScroll: true })")
    return with_focus != without
