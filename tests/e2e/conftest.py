"""The real stack, started once for each module that uses it, and a real browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chromium import chromium
from tests.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start the site on a free port with a state folder of its own, and stop it."""
    with Stack(tmp_path_factory.mktemp("state")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; without one, fail in CI and skip elsewhere."""
    with chromium() as running:
        yield running


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return the folder for screenshots: `SCREENSHOTS` where it is set, to look at them."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
