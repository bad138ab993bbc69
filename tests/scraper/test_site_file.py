"""A site's file says what is wrong with it."""

from pathlib import Path

import pytest

from scraper.errors import SiteFileError
from scraper.site import LoginKind, YearSource
from scraper.site_file import SITES, find_site_file, read_site

MAGAZINE = (SITES / "magazine.toml").read_text("utf-8")


def written(folder: Path, text: str) -> Path:
    """Write a site's file."""
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["magazine", "plain"])
def test_the_sites_that_ship_can_be_read(name: str) -> None:
    """Both are found by their names, and name nobody's address."""
    site = read_site(find_site_file(name))
    assert site.name == name
    assert site.politeness.contact == ""
    assert site.login.kind is LoginKind.NONE
    assert not site.rotation.headers
    assert not site.rotation.proxies


def test_patterns_become_landing_pages(tmp_path: Path) -> None:
    """Decades and pages multiply, and each address knows its section."""
    text = MAGAZINE.replace("last = 1 }", "last = 3 }")
    site = read_site(written(tmp_path, text))
    assert len(site.landings) == 6 * 3
    assert site.landings[1].address == "https://www.magazine.example/archive/1960s?page=2"
    assert site.landings[1].section == "1960s"
    assert site.year.source is YearSource.ADDRESS


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("drop_lines", "drop_lanes", "unknown key 'drop_lanes': did you mean 'drop_lines'?"),
        ("[clean]", "[cleen]", "unknown key 'cleen': did you mean 'clean'?"),
        ("section.review__content", "section[", "which is not CSS"),
        ("'/reviews/(\\d{4})/'", "'('", "is not a regular expression"),
        ("'/reviews/(\\d{4})/'", "'/reviews/'", "has no group"),
        ('article = "a.archive__link"', "", "article is missing"),
        ('base = "https://www.magazine.example"', "", "base is missing"),
        ("https://www.magazine.example", "file:///etc/passwd", "only http: and https: are allowed"),
        ('address = "/archive', 'address = "https://elsewhere.example/archive', "off the site"),
        ("longest_pause = 1.6", "longest_pause = 0.1", "is above longest_pause"),
        ("longest_pause = 1.6", "longest_pause = -1", "a number from 0 to 3600 is allowed"),
        ("fewest_words = 100", "fewest_words = 1.5", "a whole number is needed"),
        ("fewest_words = 100", "fewest_words = 5000", "fewest_words 5000 is above most_words 3000"),
        ("last = 2030", "last = 1950", "first 1960 is above last 1950"),
        ("[split]", "[rotation]\nproxies = 'ann:secret@a.example'\n[split]", "proxies: number 1"),
        ('language = "en"', 'language = "tlh"', "language is 'tlh': known are"),
        ('kind = "none"', 'kind = "magic"', "allowed are 'none', 'cookies'"),
        ('kind = "none"', 'kind = "form"', "page is missing"),
        ('decades = ["1960s"', 'years = { first = 1 }\ndecades = ["1960s"', "belong together"),
        ("[site]\nname", "[site\nname", "is not TOML"),
        ('date = "time.reviews__date @datetime"', "date = 5", "a string or a list of them"),
    ],
)
def test_what_makes_no_sense_is_an_error_by_its_name(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """Unknown keys, bad selectors, patterns, addresses and numbers: each says which and why."""
    assert old in MAGAZINE
    with pytest.raises(SiteFileError) as raised:
        read_site(written(tmp_path, MAGAZINE.replace(old, new, 1)))
    assert message in str(raised.value)
    assert "secret" not in str(raised.value)


def test_an_unknown_name_lists_those_that_ship() -> None:
    """A site that is not there is not a traceback."""
    with pytest.raises(SiteFileError, match="one of magazine, plain"):
        find_site_file("gazette")
