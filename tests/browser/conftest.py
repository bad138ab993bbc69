"""One site and one browser for all that is seen here.

They last for this folder, not for the session: the account in memory is everybody's.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.staged import StagedSite, staged_site
from tests.chromium import chromium


@pytest.fixture(scope="package")
def staged() -> Iterator[StagedSite]:
    """Return the site with every scene in it."""
    with staged_site() as site:
        yield site


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; without one, fail in CI and skip elsewhere."""
    with chromium() as running:
        yield running
