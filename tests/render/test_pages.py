"""The pages that are the same for everyone, and the headers that all of them carry."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from artreview.counters import DAY
from artreview.limits import CONFIRMATION_SECONDS, MAIL_PATIENCE_SECONDS
from artreview.review import State
from artreview.site import CorpusFacts, ModelFacts
from functions.render import handler
from functions.render import parts as parts_module
from functions.render.examples import read_examples
from functions.render.parts import RenderParts
from functions.submit.admission import REPORTERS_TO_HIDE_AGAIN
from tests.render.visit import Visit
from tests.samples import NOW

PAGES = ("/", "/generate", "/gallery", "/examples", "/about", "/privacy")

NOT_LOADED = ":not([rel=alternate], [rel=canonical])"
"""Links that only tell of another address."""


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_a_whole_document(site: Visit, address: str) -> None:
    """Each page has one title, one heading, a language, and a way past the masthead."""
    answer = site.get(address)
    assert answer.status == 200
    assert answer.text.startswith("<!doctype html>")
    assert answer.one("html")["lang"] == "en"
    assert "Art Review Generator" in answer.one("title").get_text()
    assert answer.one("h1").get_text(strip=True)
    assert answer.one("a.skip")["href"] == "#main"
    assert answer.one("main")["id"] == "main"


@pytest.mark.parametrize("address", PAGES)
def test_nothing_comes_from_another_host(site: Visit, address: str) -> None:
    """What a page loads lies on this site, under an address that changes with its content."""
    page = site.get(address).page
    loaded = [tag["href"] for tag in page.select(f"link[href]{NOT_LOADED}")]
    loaded += [tag["src"] for tag in page.select("[src]")]
    assert loaded
    assert all(str(where).startswith("/static/") and "?v=" in str(where) for where in loaded)


@pytest.mark.parametrize("address", [*PAGES, "/nowhere", "/static/site.css", "/healthz"])
def test_every_answer_is_guarded(site: Visit, address: str) -> None:
    """The browser is told to run nothing but our own files, and to guess nothing."""
    headers = site.get(address).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "set-cookie" not in headers


def test_plain_http_is_not_told_to_become_https(
    site: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site on http://localhost must not lock the browser out of it."""
    local = RenderParts(site.account.environment | {"SITE_URL": "http://localhost:8080"})
    monkeypatch.setattr(handler, "render_parts", lambda: local)
    assert "strict-transport-security" not in site.get("/").headers


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_inline_style_or_script(site: Visit, address: str) -> None:
    """The policy forbids both, so there must be none."""
    page = site.get(address).page
    assert page.select("style, [style], script:not([src])") == []
    attributes = {name for tag in page.find_all(True) for name in tag.attrs}
    assert not {name for name in attributes if name.startswith("on")}


def test_about_tells_of_the_model_that_writes(site: Visit, model: ModelFacts) -> None:
    """What the page says of the model is what the model said of itself."""
    told = site.get("/about").main
    for fact in ("lectern-11m", "9f3ab20c41d7", "11.4 million", "43 books", "3.8 million words"):
        assert fact in told
    assert model.license_of_weights in told
    assert "1880s, 1890s" in told


def test_about_has_words_before_the_first_review(site: Visit) -> None:
    """A new site says that it does not know yet, and breaks nothing."""
    assert "as soon as it has written for the first time" in site.get("/about").main


def test_privacy_says_what_becomes_of_the_address(site: Visit) -> None:
    """The one personal thing, and how long it is kept."""
    told = site.get("/privacy").main
    assert "used for one mail" in told
    assert "then erased" in told
    assert "No cookies" in told


def test_privacy_says_who_may_see_a_review(site: Visit) -> None:
    """What ticking the box means, and that copies elsewhere are not ours to take back."""
    told = site.get("/privacy").main
    places = ("in the gallery", "in its feed", "on that one’s page", "search engines")
    for place in (*places, "may keep its own copy"):
        assert place in told
    assert "in the feed and with a search engine" in site.get("/").main
    assert "a mail about it that holds the words in its title" in told


def test_privacy_tells_the_times_that_the_code_keeps(site: Visit) -> None:
    """Seven days to confirm, an hour and a day to count, a day to deliver, 35 days of backups."""
    told = site.get("/privacy").main
    assert CONFIRMATION_SECONDS == 7 * DAY
    assert "after seven days" in told
    assert MAIL_PATIENCE_SECONDS == DAY
    assert "after a day in which the mail could not be delivered" in told
    assert "for an hour at a time" in told
    assert "for a day" in told
    assert "up to 35 days" in told
    assert "a link to delete it" in told


def test_pages_tell_how_many_reports_hide_what_was_restored(site: Visit) -> None:
    """And that who reports it is kept for the day, without an address."""
    assert REPORTERS_TO_HIDE_AGAIN == 3
    for address in ("/about", "/privacy"):
        assert "the reports of three visitors on one day" in site.get(address).main
    assert "Who reports a review that the operator has shown again" in site.get("/privacy").main
    assert "the reports of three visitors on one day" in site.get("/openapi.json").text


def test_examples_are_shown_with_what_made_them(
    site: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An example names its model and its seed, and the first one is on the home page."""
    examples = [
        {
            "prompt": "A blue horse",
            "eccentricity": 9,
            "seed": 4711,
            "model": "lectern-11m",
            "model_hash": "9f3ab20c41d7",
            "decade": "1890s",
            "text": "A blue horse <stands> in the rain.\nIt is wet.",
        }
    ]
    (tmp_path / "examples.json").write_text(json.dumps(examples), "utf-8")
    (tmp_path / "static").symlink_to(Path(parts_module.__file__).parent / "static")
    monkeypatch.setattr(parts_module, "_HERE", tmp_path)
    fresh = RenderParts(site.account.environment)
    monkeypatch.setattr(handler, "render_parts", lambda: fresh)
    told = site.get("/examples").main
    for fact in ("A blue horse <stands> in the rain.", "9 of 10", "the 1890s", "4711"):
        assert fact in told
    assert "A blue horse <stands>" in site.get("/").main


def test_what_the_operator_chose_is_shown_as_long_as_it_is_listed(site: Visit) -> None:
    """In that order, with a link; what is hidden, or was never to be listed, is not among them."""
    ids = [f"{number:016d}" for number in range(4)]
    for number, review_id in enumerate(ids):
        site.plant(State.READY, id=review_id, prompt=f"Horse {number}", in_gallery=number != 3)
    site.account.site.feature([ids[2], ids[0], ids[1], ids[3]])
    site.account.store.block(ids[0], NOW)
    answer = site.get("/examples")
    links = [str(link["href"]) for link in answer.page.select("article a")]
    assert links == [
        f"https://reviews.example.org/r/{ids[2]}",
        f"https://reviews.example.org/r/{ids[1]}",
    ]
    assert answer.headers["cache-control"] == "no-cache"
    assert "Horse 0" not in answer.main
    site.account.site.feature([])
    assert "Horse" not in site.get("/examples").main


def test_without_examples_the_page_says_so(tmp_path: Path) -> None:
    """An absent file is no error, and neither is an empty list."""
    assert read_examples(tmp_path / "examples.json") == ()
    (tmp_path / "examples.json").write_text("[]", "utf-8")
    assert read_examples(tmp_path / "examples.json") == ()


def test_robots_are_told_and_the_function_says_that_it_runs(site: Visit) -> None:
    """Both are plain text."""
    robots = site.get("/robots.txt").text
    assert robots.startswith("User-agent: *\n")
    assert robots.endswith("\nSitemap: https://reviews.example.org/sitemap.xml\n")
    assert site.get("/healthz").text == "ok\n"
    assert site.get("/healthz").headers["cache-control"] == "no-store"


def test_a_page_is_compressed_for_whoever_can_unpack_it(site: Visit) -> None:
    """And only for them."""
    packed = site.get("/about", accept_encoding="gzip, br")
    plain = site.get("/about")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize(
    "address", ["/about", "/static/site.css", "/static/newsreader-roman.woff2", "/nowhere"]
)
def test_head_answers_like_get_without_a_body(site: Visit, address: str, encoding: str) -> None:
    """The status, the headers and the length are the same."""
    whole = site.get(address, accept_encoding=encoding)
    head = site.get(address, method="HEAD", accept_encoding=encoding)
    assert (head.status, head.content) == (whole.status, b"")
    assert head.headers == whole.headers | {"content-length": str(len(whole.content))}


def test_where_nothing_would_come_head_tells_no_length(site: Visit) -> None:
    """What is sent elsewhere, or has not changed, has no body for GET either."""
    tag = site.get("/feed.xml").headers["etag"]
    unchanged = site.get("/feed.xml", method="HEAD", if_none_match=tag)
    elsewhere = site.get("/about/", method="HEAD")
    assert (unchanged.status, elsewhere.status) == (304, 301)
    assert "content-length" not in unchanged.headers | elsewhere.headers


@pytest.mark.parametrize(
    ("address", "caching"),
    [
        ("/", "no-store"),
        ("/generate", "no-store"),
        ("/gallery", "no-cache"),
        ("/feed.xml", "no-cache"),
        ("/sitemap.xml", "public, max-age=300"),
        ("/about", "public, max-age=300"),
        ("/examples", "public, max-age=300"),
        ("/privacy", "public, max-age=300"),
        ("/nowhere", "no-store"),
    ],
)
def test_a_page_is_kept_as_long_as_it_is_true(site: Visit, address: str, caching: str) -> None:
    """A page with a form is never kept: its token is good once."""
    assert site.get(address).headers["cache-control"] == caching


def test_about_tells_what_the_operator_has_counted(site: Visit, model: ModelFacts) -> None:
    """Beside what the bundle says, and only of the model that writes."""
    before = site.get("/about").main
    counted = CorpusFacts(model.hash, 10_600_000, 21_304, 0, 1, since="1962", until="2018")
    site.account.site.publish_corpus(counted)
    told = site.get("/about").main
    assert "holds 21,000 reviews, 10.6 million words, by 1 author, from 1962 to 2018." in told
    assert "43 books of art criticism, 3.8 million words in all" in told
    books = CorpusFacts(model.hash, 3_800_000, books=1, since="1790s", until="1920s")
    site.account.site.publish_corpus(books)
    told = site.get("/about").main
    assert "holds 1 book, 3.8 million words, from the 1790s to the 1920s." in told
    for other in (replace(counted, model_hash="0" * 12), None):
        if other:
            site.account.site.publish_corpus(other)
        else:
            site.account.site.remove_corpus()
        assert site.get("/about").main == before
