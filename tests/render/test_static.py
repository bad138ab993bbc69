"""The static files, and how little there is of them."""

import re

import pytest

from tests.render.visit import Visit

FILES = {
    "site.css": "text/css; charset=utf-8",
    "site.js": "text/javascript; charset=utf-8",
    "waiting.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml; charset=utf-8",
    "newsreader-roman.woff2": "font/woff2",
    "newsreader-italic.woff2": "font/woff2",
    "newsreader-OFL.txt": "text/plain; charset=utf-8",
}
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_its_type(site: Visit, name: str) -> None:
    """Nothing is left to guess, since guessing is forbidden."""
    answer = site.get(f"/static/{name}")
    assert answer.status == 200
    assert answer.headers["content-type"] == FILES[name]
    assert answer.content


def test_a_font_arrives_as_it_is(site: Visit) -> None:
    """Bytes survive the way through API Gateway."""
    assert site.get("/static/newsreader-roman.woff2").content.startswith(b"wOF2")


def test_the_address_on_a_page_is_kept_for_ever(site: Visit) -> None:
    """It changes with the file; any other address of the file is kept for a short time."""
    page = site.get("/").page
    addresses = [str(tag["href"]) for tag in page.select("link:not([rel=alternate])")]
    addresses += [str(tag["src"]) for tag in page.select("script")]
    assert len(addresses) == 5
    for address in addresses:
        assert site.get(address).headers["cache-control"] == FOR_EVER
    for stale in ("/static/site.css", "/static/site.css?v=0", "/static/site.css?v="):
        assert site.get(stale).headers["cache-control"] == "public, max-age=300"


def test_a_font_is_loaded_once(site: Visit) -> None:
    """The style names the very address that the page has preloaded."""
    preloaded = {str(tag["href"]) for tag in site.get("/").page.select("link[rel=preload]")}
    assert set(re.findall(r"url\(([^)]+)\)", site.get("/static/site.css").text)) == preloaded


@pytest.mark.parametrize(
    "name",
    [
        "../handler.py",
        "..%2fhandler.py",
        "%2e%2e/handler.py",
        "....//handler.py",
        "/etc/passwd",
        "..\\handler.py",
        "site.css/..",
        "site.css%00",
        "SITE.CSS",
        "x" * 5000,
    ],
)
def test_no_name_leads_out_of_the_folder(site: Visit, name: str) -> None:
    """Only what lies in it has an address."""
    assert site.get(f"/static/{name}").status == 404


def test_the_home_page_weighs_next_to_nothing(site: Visit) -> None:
    """At most 60,000 bytes in 6 requests, fonts included, even before compression."""
    home = site.get("/")
    tags = home.page.select("link[href]:not([rel=alternate]), script[src]")
    addresses = [str(tag.get("href") or tag.get("src")) for tag in tags]
    weight = len(home.content) + sum(len(site.get(address).content) for address in addresses)
    assert len(addresses) + 1 <= 6
    assert weight <= 60_000


def test_style_and_script_stay_small(site: Visit) -> None:
    """Under 30 KB of style, under 8 KB of script in all, before compression."""
    assert len(site.get("/static/site.css").content) < 30_000
    scripts = [name for name in FILES if name.endswith(".js")]
    assert sum(len(site.get(f"/static/{name}").content) for name in scripts) < 8_000


def test_a_large_static_file_is_compressed(site: Visit) -> None:
    """The style and the script are; a font is compressed already."""
    packed = site.get("/static/site.css", accept_encoding="gzip")
    assert len(packed.content) < 6_000
    font = site.get("/static/newsreader-roman.woff2", accept_encoding="gzip")
    assert "content-encoding" not in font.headers
