"""Every page in every state, in a real browser.

The tests of one scene follow each other, on the page as it was opened once.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.axe import violations
from tests.browser.looking import (
    DESKTOP,
    DOUBLE_TEXT,
    NARROWEST,
    PHONE,
    Sight,
    context_of,
    sight_of,
)
from tests.browser.scenes import SCENES, Scene
from tests.browser.staged import StagedSite

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a context for all scenes: what one has loaded, the next one has at hand."""
    with context_of(browser) as context:
        yield context


@pytest.fixture(scope="module", params=SCENES, ids=lambda scene: scene.name)
def scene(request: pytest.FixtureRequest) -> Scene:
    """Return one scene after the other."""
    scene: Scene = request.param
    return scene


@pytest.fixture(scope="module")
def sight(scene: Scene, staged: StagedSite, context: BrowserContext) -> Iterator[Sight]:
    """Return the scene in a tab of its own."""
    with sight_of(context, staged.new_url if scene.is_new else staged.url) as sight:
        sight.goto(staged.address(scene))
        yield sight


def test_it_is_as_it_is_meant_to_be_and_nobody_else_is_asked(scene: Scene, sight: Sight) -> None:
    """The status, a guard against foreign code, no other host, no word on the console."""
    assert sight.response is not None
    assert sight.response.status == scene.status
    policy = sight.response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert sight.strangers == []
    own = f"the server responded with a status of {scene.status}"
    said = [message for message in sight.messages if scene.status < 400 or own not in message]
    assert said == []


def test_nothing_moves_by_itself(sight: Sight) -> None:
    """No line of it shifts while it arrives."""
    assert sight.shifts() == []


def test_who_wants_no_motion_gets_none(sight: Sight) -> None:
    """Neither animation nor transition runs."""
    sight.page.emulate_media(reduced_motion="reduce")
    assert sight.moving() == []
    sight.page.emulate_media(reduced_motion="no-preference")


def test_axe_finds_nothing(sight: Sight) -> None:
    """WCAG 2.2 AA and best practice: on a phone in the light, on a desk in the dark.

    The second time by the rules that look at colours and sizes; the others see the same page.
    """
    sight.page.emulate_media(color_scheme="light")
    sight.page.set_viewport_size(PHONE)
    assert violations(sight.page) == []
    sight.page.emulate_media(color_scheme="dark")
    sight.page.set_viewport_size(DESKTOP)
    assert violations(sight.page, for_the_eye=True) == []


def test_nothing_is_lost_in_a_narrow_window(sight: Sight) -> None:
    """At 320 pixels nothing is cut, covered, or only to be had by scrolling sideways."""
    assert sight.lost(NARROWEST) == []


def test_nothing_is_lost_in_large_type(sight: Sight) -> None:
    """The same with text of twice the size, on the narrowest phone, and on a desk."""
    assert sight.lost(NARROWEST, DOUBLE_TEXT) == []
    assert sight.lost(DESKTOP, DOUBLE_TEXT) == []
