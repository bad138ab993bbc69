"""Debian's Chromium, driven by Playwright, for whatever a browser has to show."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ("--no-sandbox", "--disable-background-networking")


def lacking(what: str) -> NoReturn:
    """End a test for which the machine lacks something: fail it in CI, skip it elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start it, and close it behind the block."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        lacking("no Chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*_ARGUMENTS])
        try:
            yield browser
        finally:
            browser.close()
