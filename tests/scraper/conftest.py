"""What the scraper's tests share: a site, a database, a clock."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.site import Site
from scraper.site_file import SITES, read_site
from scraper.store import Store
from tests.scraper.fakes import FakeWorld


@pytest.fixture
def site() -> Site:
    """Return the magazine, with somebody to write to."""
    site = read_site(SITES / "magazine.toml")
    return replace(site, politeness=replace(site.politeness, contact="a@museum.example"))


@pytest.fixture
def clock() -> FakeWorld:
    """Return a clock that goes on only while somebody sleeps."""
    return FakeWorld()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty database."""
    opened = Store(tmp_path / "crawl.sqlite3")
    yield opened
    opened.close()
