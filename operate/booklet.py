"""Chosen reviews as a booklet: one HTML page to print, or an EPUB 3 to read.

The format of an EPUB (a zip whose first entry is `mimetype`, stored):
https://www.w3.org/TR/epub-33/
"""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from artreview.review import Review
from artreview.typography import typeset

_TEMPLATES = Path(__file__).parent / "templates"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""So that the same reviews make the same file."""


@dataclass(frozen=True, slots=True)
class Page:
    """One review as it is set."""

    number: int
    prompt: str
    paragraphs: tuple[str, ...]
    note: str
    """What wrote it, when and how."""
    url: str


@dataclass(frozen=True, slots=True)
class Booklet:
    """Reviews in their order, under a title."""

    title: str
    site_url: str
    made_at: float
    pages: tuple[Page, ...]

    @property
    def identifier(self) -> str:
        """A name of its own, the same for the same reviews."""
        addresses = " ".join(page.url for page in self.pages)
        return uuid5(NAMESPACE_URL, addresses).urn

    @property
    def modified(self) -> str:
        """When it was made, as EPUB wants it."""
        return datetime.fromtimestamp(self.made_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def booklet_of(title: str, reviews: Sequence[Review], site_url: str, now: float) -> Booklet:
    """Set the reviews, which must be ready, in their order."""
    pages = tuple(_page(number, one, site_url) for number, one in enumerate(reviews, start=1))
    return Booklet(_in_xml(title), site_url, now, pages)


def as_html(booklet: Booklet) -> str:
    """Return one page that prints on A5, each review beginning a new sheet."""
    return _environment().get_template("booklet.html").render(booklet=booklet)


def write_epub(booklet: Booklet, path: Path) -> None:
    """Write the EPUB; a file that is there is replaced when the new one is whole."""
    templates = _environment()
    draft = path.with_name(path.name + ".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for inner, template in (
            ("META-INF/container.xml", "container.xml"),
            ("booklet/package.opf", "package.opf"),
            ("booklet/contents.xhtml", "contents.xhtml"),
            ("booklet/booklet.css", "booklet.css"),
        ):
            _add(archive, inner, templates.get_template(template).render(booklet=booklet))
        chapter = templates.get_template("chapter.xhtml")
        for page in booklet.pages:
            text = chapter.render(booklet=booklet, page=page)
            _add(archive, f"booklet/review-{page.number}.xhtml", text)
    draft.replace(path)


def _page(number: int, review: Review, site_url: str) -> Page:
    wrote = review.provenance
    model = wrote.model if wrote else "a machine"
    day = datetime.fromtimestamp(review.settled_at, UTC)
    note = (
        f"Written by a machine ({model}) on {day.day} {day:%B %Y}, "
        f"at eccentricity {review.eccentricity} of 10."
    )
    lines = (_in_xml(line).strip() for line in typeset(review.text).splitlines())
    paragraphs = tuple(line for line in lines if line)
    prompt = _in_xml(typeset(review.prompt))
    return Page(number, prompt, paragraphs, note, f"{site_url}/r/{review.id}")


def _in_xml(text: str) -> str:
    """Return the text without what XML 1.0 cannot hold (its section 2.2, `Char`)."""
    return _FORBIDDEN.sub("", text)


def _add(
    archive: zipfile.ZipFile, name: str, text: str, compression: int = zipfile.ZIP_DEFLATED
) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
    entry.compress_type = compression
    archive.writestr(entry, text)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
