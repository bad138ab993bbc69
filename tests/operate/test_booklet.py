"""Chosen reviews as a page to print and as an EPUB."""

import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from artreview.review import State
from operate.booklet import as_html, booklet_of, write_epub
from operate.errors import Refused
from tests.aws import Account
from tests.operate.conftest import Operator
from tests.operate.planting import plant_ready
from tests.samples import NOW, REVIEW_ID, queued_review

SITE = "https://reviews.example.org"
MARKUP = '<b>Bold</b> & "quoted"'
REVIEWS = (
    replace(
        queued_review(prompt="A blue horse"), state=State.READY, text="One.\nTwo.", settled_at=NOW
    ),
    replace(
        queued_review(id="1" * 16, prompt=MARKUP), state=State.READY, text=MARKUP, settled_at=NOW
    ),
)


def test_the_page_holds_every_review_in_its_order() -> None:
    """Contents, prompts as headings, paragraphs, what wrote it; a visitor's markup is text."""
    page = BeautifulSoup(as_html(booklet_of("Horses", REVIEWS, SITE, NOW)), "html.parser")
    assert [heading.get_text() for heading in page.select("h2")] == ["A blue horse", MARKUP]
    assert [line.get_text() for line in page.select("ol a")] == ["A blue horse", MARKUP]
    assert [line.get_text() for line in page.select("#review-1 > p")] == ["One.", "Two."]
    assert "Written by a machine" in page.select("#review-1 .note")[0].get_text()
    assert page.select("b") == []


def test_the_epub_is_whole_and_always_the_same(tmp_path: Path) -> None:
    """`mimetype` first and stored, every part well-formed, every part in the manifest there."""
    first, second = tmp_path / "first.epub", tmp_path / "second.epub"
    for path in (first, second):
        write_epub(booklet_of("Horses", REVIEWS, SITE, NOW), path)
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    with zipfile.ZipFile(first) as archive:
        entry = archive.infolist()[0]
        assert (entry.filename, entry.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"
        parts = [name for name in archive.namelist() if name.endswith(("xml", "opf", "xhtml"))]
        trees = {name: ET.fromstring(archive.read(name)) for name in parts}
        package = trees["booklet/package.opf"]
        listed = [str(item.get("href")) for item in package.findall(".//{*}item")]
        assert {f"booklet/{name}" for name in listed} <= set(archive.namelist())
        assert len(list(package.findall(".//{*}itemref"))) == 3


def test_what_xml_cannot_hold_spoils_no_book(tmp_path: Path) -> None:
    """A prompt of noncharacters and control characters is accepted by the form."""
    odd = replace(REVIEWS[0], prompt="A\ufffe\uffffhorse", text="One\x0b\x1bline.\U0001f40e")
    path = tmp_path / "odd.epub"
    write_epub(booklet_of("\uffffOdd", [odd], SITE, NOW), path)
    with zipfile.ZipFile(path) as archive:
        text = ET.fromstring(archive.read("booklet/review-1.xhtml"))
    assert "Ahorse" in "".join(text.itertext())


def test_reviews_are_named_or_the_gallery_is_taken(
    operator: Operator, account: Account, tmp_path: Path
) -> None:
    """The ending of the file's name says which of the two it becomes."""
    plant_ready(account, REVIEW_ID, in_gallery=True)
    plant_ready(account, "1" * 16)
    page, book = tmp_path / "all.html", tmp_path / "gallery.epub"
    assert "2 reviews" in operator.run("export", REVIEW_ID, "1" * 16, "--out", str(page))
    assert "1 review " in operator.run("export", "--gallery", "--out", str(book))
    assert page.read_text().count('class="review"') == 2
    assert zipfile.is_zipfile(book)


def test_what_cannot_be_printed_is_refused(
    operator: Operator, account: Account, tmp_path: Path
) -> None:
    """A review without a text, a file of another kind, none at all."""
    account.store.add(queued_review())
    out = str(tmp_path / "booklet.html")
    with pytest.raises(Refused, match="is queued"):
        operator.run("export", REVIEW_ID, "--out", out)
    with pytest.raises(Refused, match=r"\.html or \.epub"):
        operator.run("export", REVIEW_ID, "--out", str(tmp_path / "booklet.pdf"))
    with pytest.raises(Refused, match="--gallery"):
        operator.run("export", "--out", out)
    with pytest.raises(Refused, match="gallery is empty"):
        operator.run("export", "--gallery", "--out", out)
    assert not Path(out).exists()
