"""How a page is looked at: opened, and measured from inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

PHONE = ViewportSize(width=390, height=844)
NARROWEST = ViewportSize(width=320, height=640)
DESKTOP = ViewportSize(width=1280, height=800)
USUAL_TEXT = 16
"""The size of text in pixels, where its reader has chosen nothing."""
DOUBLE_TEXT = 2 * USUAL_TEXT

_HERE = Path(__file__).parent
_NOTE_SHIFTS = _HERE / "shifts.js"
_LOST = _HERE / "lost.js"
_MOVING = """
() => document.getAnimations()
  .filter((animation) => animation.playState === "running")
  .map((animation) => animation.animationName ?? animation.transitionProperty)
"""


@dataclass
class Sight:
    """A page in its tab, and what the browser had to say about it."""

    page: Page
    url: str
    """Of the site that it belongs to."""
    response: Response | None = None
    messages: list[str] = field(default_factory=list)
    """From the console, and errors that no script caught."""
    strangers: list[str] = field(default_factory=list)
    """Addresses on other hosts that were asked for."""

    def goto(self, address: str) -> None:
        """Open the address, and let its type arrive."""
        self.response = self.page.goto(address)
        self.page.evaluate("document.fonts.ready.then(() => true)")

    def shifts(self) -> list[str]:
        """Return what has moved by itself since the page was opened, and how much of it."""
        found: list[str] = self.page.evaluate("shiftsSoFar()")
        return found

    def lost(self, size: ViewportSize, text: int = USUAL_TEXT) -> list[str]:
        """Return what cannot be read, or only by scrolling sideways, in a window of this size.

        `text` is the size, in pixels, that the reader has chosen for plain text.
        """
        tools = self.page.context.new_cdp_session(self.page)
        tools.send("Page.setFontSizes", {"fontSizes": {"standard": text}})
        self.page.set_viewport_size(size)
        found: list[str] = self.page.evaluate(_LOST.read_text("utf-8"))
        tools.send("Page.setFontSizes", {"fontSizes": {"standard": USUAL_TEXT}})
        tools.detach()
        return found

    def moving(self) -> list[str]:
        """Return the animations that are running."""
        found: list[str] = self.page.evaluate(_MOVING)
        return found


@contextmanager
def context_of(browser: Browser, **settings: Any) -> Iterator[BrowserContext]:
    """Open a context in which pages note what moves, and close it behind the block."""
    context = browser.new_context(**({"viewport": PHONE} | settings))
    context.add_init_script(path=_NOTE_SHIFTS)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def sight_of(context: BrowserContext, url: str) -> Iterator[Sight]:
    """Open a tab for a site, and close it behind the block."""
    sight = Sight(context.new_page(), url)
    sight.page.on("console", lambda message: sight.messages.append(message.text))
    sight.page.on("pageerror", lambda error: sight.messages.append(str(error)))
    sight.page.on("request", lambda request: _note_stranger(sight, request.url))
    try:
        yield sight
    finally:
        sight.page.close()


def _note_stranger(sight: Sight, address: str) -> None:
    if not address.startswith(f"{sight.url}/"):
        sight.strangers.append(address)
