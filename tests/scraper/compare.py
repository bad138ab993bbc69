"""Our extraction and trafilatura's on the same saved pages: precision and recall of words.

    python -m tests.scraper.compare [FOLDER]   (trafilatura==2.3.1 and lxml_html_clean==0.4.6)

A folder holds, for each page, `NAME.html` as it was saved, `NAME.toml`, the site's file, and
`NAME.txt`, the text that a reader takes for the article, one paragraph a line. Without a folder
the pages in `saved/` are read. Those are made, not saved from the web: four layouts as common
systems build them, around paragraphs of books in the public domain.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from scraper.errors import ScraperError, SiteFileError
from scraper.extraction import extract
from scraper.judging import cleaned
from scraper.prose import tidied
from scraper.site_file import read_site

SAVED = Path(__file__).parent / "saved"


@dataclass(frozen=True, slots=True)
class Score:
    """The share of the words found that belong, and of those that belong that were found."""

    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved page, and what lies beside it."""

    page: Path

    @property
    def name(self) -> str:
        """The page's name."""
        return self.page.stem

    def wanted(self) -> str:
        """Return the text that should come out."""
        return self._beside(".txt").read_text("utf-8").rstrip("\n")

    def ours(self) -> str:
        """Return what the site's file finds, cleaned, without a look at other pages."""
        site = read_site(self._beside(".toml"))
        found = extract(self.page.read_bytes(), "", site.base, "", site)
        return cleaned(found.text, found.author, site.clean, frozenset())

    def _beside(self, suffix: str) -> Path:
        # not `with_suffix`, which would take the end of a host's name for one
        path = self.page.parent / f"{self.name}{suffix}"
        if not path.is_file():
            raise SiteFileError(f"{self.page} needs {path.name} beside it")
        return path


def saved_in(folder: Path) -> tuple[Saved, ...]:
    """Return a folder's pages by name. Raises SiteFileError where there is none."""
    found = tuple(Saved(path) for path in sorted(folder.glob("*.html")))
    if not found:
        raise SiteFileError(f"{folder} has no NAME.html: a saved page, with NAME.toml and NAME.txt")
    return found


def score(found: str, wanted: str) -> Score:
    """Compare two texts as bags of words."""
    ours, theirs = Counter(found.split()), Counter(wanted.split())
    common = (ours & theirs).total()
    return Score(common / max(ours.total(), 1), common / max(theirs.total(), 1))


def table(pages: tuple[Saved, ...], other: Callable[[bytes], str]) -> Iterator[str]:
    """Yield a table of both; the other's text is tidied as ours is, so that only words count."""
    yield "| page | words | ours: precision | recall | trafilatura: precision | recall |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in pages:
        wanted = one.wanted()
        theirs = "\n".join(map(tidied, other(one.page.read_bytes()).split("\n")))
        cells = " | ".join(
            f"{each.precision:.3f} | {each.recall:.3f}"
            for each in (score(one.ours(), wanted), score(theirs, wanted))
        )
        yield f"| {one.name} | {len(wanted.split())} | {cells} |"


def main() -> int:
    """Print the tables that docs/scraping.md has."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, default=SAVED)
    folder = parser.parse_args().folder
    trafilatura = import_module("trafilatura")  # only this comparison needs it

    def other(page: bytes) -> str:
        return trafilatura.extract(page, include_comments=False) or ""

    try:
        for line in table(saved_in(folder), other):
            print(line)
    except ScraperError as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
