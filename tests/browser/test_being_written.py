"""A page that follows its review: what moves, what is said, what is asked for."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from artreview.review import Review, State
from tests.browser.axe import violations
from tests.browser.looking import DESKTOP, PHONE, Sight, context_of, sight_of
from tests.browser.scenes import id_of
from tests.browser.staged import StagedSite
from tests.browser.words import EXAMPLES
from tests.render.visit import WROTE
from tests.samples import NOW

pytestmark = pytest.mark.browser

PAUSE_MILLISECONDS = 3100
"""The longest that a page of a healthy site waits before it asks again."""
STATUS = re.compile(r"/r/\w+/status")
EXAMPLE = EXAMPLES[3]
_NOTE_WORDS = """
globalThis.said = [];
const voice = document.querySelector("[data-said]");
new MutationObserver(() => said.push(voice.textContent)).observe(voice, { childList: true });
"""


@dataclass
class Writer:
    """Writes a review piece by piece, as the worker does, while somebody looks on."""

    staged: StagedSite
    sight: Sight
    review: Review

    def begin(self) -> None:
        """Take the review in hand."""
        self.review = self.staged.visit.account.store.claim(self.review.id, "lease", NOW)

    def write(self, characters: int, tokens: int) -> None:
        """Put down the text so far."""
        self.review = replace(
            self.review, text=EXAMPLE.text[:characters], tokens=tokens, target_tokens=600
        )
        self.staged.visit.account.store.record_progress(self.review, NOW)

    def finish(self) -> None:
        """Put down the whole text."""
        written = replace(self.review, text=EXAMPLE.text)
        self.staged.visit.account.store.finish(written, WROTE, NOW)

    def pass_time(self) -> None:
        """Let the page's own clock run until it has asked again, and been answered."""
        with self.sight.page.expect_response(STATUS):
            self.sight.page.clock.run_for(PAUSE_MILLISECONDS)


def end_of(text: str) -> str:
    """Return the last few letters of a text, behind any mark that print may set otherwise."""
    return re.split(r"['\"’”—-]|\n", text[-20:])[-1].strip()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def writer(
    request: pytest.FixtureRequest, staged: StagedSite, browser: Browser
) -> Iterator[Writer]:
    """Return a review in the queue, its page open."""
    size: ViewportSize = request.param
    review_id = id_of(request.node.name)
    review = staged.visit.plant(State.QUEUED, id=review_id, prompt=EXAMPLE.prompt)
    with context_of(browser, viewport=size) as context, sight_of(context, staged.url) as sight:
        sight.page.clock.install()
        sight.goto(f"{staged.url}/r/{review_id}")
        sight.page.evaluate(_NOTE_WORDS)
        yield Writer(staged, sight, review)
        staged.visit.account.store.delete(review_id)


def test_nothing_moves_while_it_is_written(writer: Writer) -> None:
    """From the queue through paragraph after paragraph, until the page is another one."""
    page = writer.sight.page
    writer.begin()
    for characters, tokens in ((0, 0), (60, 12), (700, 150), (1400, 300), (2900, 590)):
        writer.write(characters, tokens)
        writer.pass_time()
        expect(page.locator("[data-text]")).to_contain_text(end_of(EXAMPLE.text[:characters]))
    assert writer.sight.shifts() == []
    writer.finish()
    with page.expect_navigation():
        page.clock.run_for(PAUSE_MILLISECONDS)
    expect(page.locator("form.report")).to_be_visible()
    assert writer.sight.shifts() == []
    assert writer.sight.messages == writer.sight.strangers == []


def test_a_screen_reader_hears_milestones_and_no_words(writer: Writer) -> None:
    """That it began; not each of five pieces of text. axe finds nothing wrong with it then."""
    page = writer.sight.page
    writer.begin()
    for characters in (50, 100, 150, 200, 250):
        writer.write(characters, characters // 5)
        writer.pass_time()
    expect(page.locator("[data-text]")).to_contain_text(EXAMPLE.text[200:240])
    assert page.evaluate("said") == ["The machine has begun to write."]
    assert page.locator("[data-text]").evaluate("box => !box.closest('[aria-live]')")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("hide", "heading"),
    [
        (lambda store, name: store.block(name, NOW), "This review has been taken down"),
        (lambda store, name: store.fail(name, "x", NOW), "This review could not be written"),
    ],
    ids=["reported", "failed"],
)
def test_what_ends_otherwise_says_so_by_itself(
    writer: Writer, hide: Callable[..., object], heading: str
) -> None:
    """Nobody waits for a review that does not come."""
    hide(writer.staged.visit.account.store, writer.review.id)
    with writer.sight.page.expect_navigation():
        writer.sight.page.clock.run_for(PAUSE_MILLISECONDS)
    expect(writer.sight.page.get_by_role("heading", name=heading)).to_be_visible()


def test_a_shift_would_be_noticed(writer: Writer) -> None:
    """What the tests above rely on."""
    page = writer.sight.page
    page.evaluate("document.querySelector('main').prepend('A line. '.repeat(200))")
    assert len(writer.sight.shifts()) >= 1
