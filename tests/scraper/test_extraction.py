"""Extraction on four differently built pages: at least as good as trafilatura, and not one worse.

The pages in `saved/` are made up after common systems, see `compare`; none is from the web.
"""

from pathlib import Path

import pytest

from scraper.errors import SiteFileError
from scraper.extraction import extract
from scraper.site_file import read_site
from tests.scraper.compare import SAVED, Saved, Score, saved_in, score, table

PAGES = saved_in(SAVED)
TRAFILATURA = {
    "application": Score(0.969, 1.0),
    "nodes": Score(0.951, 1.0),
    "tables": Score(0.857, 1.0),
    "weblog": Score(1.0, 1.0),
}
"""What `python -m tests.scraper.compare` measured of trafilatura 2.3.1 on 2026-11-25."""
FLOOR = 1.0


@pytest.mark.parametrize("saved", PAGES, ids=lambda saved: saved.name)
def test_every_word_and_no_other(saved: Saved) -> None:
    """Precision and recall of words; lowering the floor is a visible change."""
    ours = score(saved.ours(), saved.wanted())
    assert ours.precision >= max(FLOOR, TRAFILATURA[saved.name].precision)
    assert ours.recall >= max(FLOOR, TRAFILATURA[saved.name].recall)


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
    for saved in PAGES:
        assert saved.ours().split("\n") == saved.wanted().split("\n")


def write_page(folder: Path) -> None:
    """Write a page with a host's name, its site's file and its text."""
    folder.joinpath("a.example.essay.html").write_text("<p>Red and green</p>", encoding="utf-8")
    folder.joinpath("a.example.essay.txt").write_text("Red and green\n", encoding="utf-8")
    folder.joinpath("a.example.essay.toml").write_text(
        '[site]\nbase = "https://a.example"\n[[landing]]\naddress = "/"\n'
        '[links]\narticle = "a"\n[page]\ntext = "p"\n',
        encoding="utf-8",
    )


def test_a_folder_of_pages_is_compared(tmp_path: Path) -> None:
    """Anybody's own: words are counted, and a soft hyphen of the other's is no other word."""
    write_page(tmp_path)
    lines = list(table(saved_in(tmp_path), lambda _: "Red and gr\u00adeen Subscribe"))
    assert lines[-1] == "| a.example.essay | 3 | 1.000 | 1.000 | 0.750 | 1.000 |"


def test_a_page_without_its_text_is_an_error(tmp_path: Path) -> None:
    """By name; and so is a folder without pages."""
    with pytest.raises(SiteFileError, match=r"has no NAME\.html"):
        saved_in(tmp_path)
    write_page(tmp_path)
    tmp_path.joinpath("a.example.essay.txt").unlink()
    with pytest.raises(SiteFileError, match=r"needs a\.example\.essay\.txt beside it"):
        list(table(saved_in(tmp_path), lambda _: ""))
