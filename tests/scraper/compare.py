"""Our extraction and trafilatura's on the same saved pages: precision and recall of words.

    python -m tests.scraper.compare          (needs trafilatura==2.3.1 and lxml_html_clean==0.4.6)

The pages in `saved/` are made, not saved from the web: four layouts as common systems build them,
around paragraphs of books in the public domain, each with the text that should come out.
"""

from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from scraper.extraction import extract
from scraper.judging import cleaned
from scraper.site_file import read_site

SAVED = Path(__file__).parent / "saved"
NAMES = tuple(sorted(path.stem for path in SAVED.glob("*.html")))


@dataclass(frozen=True, slots=True)
class Score:
    """The share of the words found that belong, and of those that belong that were found."""

    precision: float
    recall: float


def score(found: str, wanted: str) -> Score:
    """Compare two texts as bags of words."""
    ours, theirs = Counter(found.split()), Counter(wanted.split())
    common = (ours & theirs).total()
    return Score(common / max(ours.total(), 1), common / max(theirs.total(), 1))


def wanted_text(name: str) -> str:
    """Return the text that should come out of a page."""
    return (SAVED / f"{name}.txt").read_text("utf-8")


def our_text(name: str) -> str:
    """Return what the page's site file finds, cleaned, without a look at other pages."""
    site = read_site(SAVED / f"{name}.toml")
    found = extract((SAVED / f"{name}.html").read_bytes(), "", site.base, "", site)
    return cleaned(found.text, found.author, site.clean, frozenset())


def main() -> None:
    """Print the table that docs/scraping.md has."""
    trafilatura = import_module("trafilatura")  # only this comparison needs it
    print("| page | ours: precision | recall | trafilatura: precision | recall |")
    print("| --- | --- | --- | --- | --- |")
    for name in NAMES:
        html = (SAVED / f"{name}.html").read_bytes()
        theirs = trafilatura.extract(html, include_comments=False) or ""
        scores = (score(our_text(name), wanted_text(name)), score(theirs, wanted_text(name)))
        cells = " | ".join(f"{one.precision:.3f} | {one.recall:.3f}" for one in scores)
        print(f"| {name} | {cells} |")


if __name__ == "__main__":
    main()
