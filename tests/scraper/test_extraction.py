"""Extraction on four differently built pages: at least as good as trafilatura, and not one worse.

The pages in `saved/` are made up after common systems, see `compare`; none is from the web.
"""

import pytest

from scraper.extraction import extract
from scraper.site_file import read_site
from tests.scraper.compare import NAMES, SAVED, Score, our_text, score, wanted_text

TRAFILATURA = {
    "application": Score(0.969, 1.0),
    "nodes": Score(0.951, 1.0),
    "tables": Score(0.857, 1.0),
    "weblog": Score(1.0, 1.0),
}
"""What `python -m tests.scraper.compare` measured of trafilatura 2.3.1 on 2026-11-22."""
FLOOR = 1.0


@pytest.mark.parametrize("name", NAMES)
def test_every_word_and_no_other(name: str) -> None:
    """Precision and recall of words; lowering the floor is a visible change."""
    ours = score(our_text(name), wanted_text(name))
    assert ours.precision >= max(FLOOR, TRAFILATURA[name].precision)
    assert ours.recall >= max(FLOOR, TRAFILATURA[name].recall)


@pytest.mark.parametrize(
    ("name", "title", "author", "year"),
    [
        ("weblog", "Form and feeling at the museum", "Clara Reed", 2011),
        ("application", "Colour out of doors", "Edwin Marsh", 1998),
        ("tables", "A Season of Handbooks", "by T. Penrose, 12 March 1997", 1997),
        ("nodes", "The figure in the landscape", "Ruth Vane", 2006),
    ],
)
def test_the_other_parts(name: str, title: str, author: str, year: int) -> None:
    """Title, author and year, too."""
    site = read_site(SAVED / f"{name}.toml")
    found = extract((SAVED / f"{name}.html").read_bytes(), "", site.base, "", site)
    assert (found.title, found.author, found.year) == (title, author, year)


def test_paragraphs_stay_apart() -> None:
    """One a line, in order, as the page has them."""
    for name in NAMES:
        assert our_text(name).split("\n") == wanted_text(name).rstrip("\n").split("\n")
