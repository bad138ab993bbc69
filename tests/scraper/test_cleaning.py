"""Kept pages become a clean corpus, again and again without a new crawl."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.cleaning import Cleaned, clean
from scraper.duplicates import near_duplicates, runs_of, signature_of, similarity_of
from scraper.site import Cleaning, Selector, Site
from scraper.store import Body, Found, Kind, Store
from tests.scraper.archive import Archive, Fault, paragraphs


def keep(store: Store, name: str, html: str) -> int:
    """Keep a page as the crawl would."""
    address = f"https://www.magazine.example/reviews/1999/{name}"
    store.add([Found(address, "1990s")], Kind.ARTICLE, 1.0)
    page = store.next_due(Kind.ARTICLE)
    assert page is not None
    store.keep(page, address, Body(html.encode(), "text/html"), 2.0)
    return page.id


def article(*lines: str) -> str:
    """Return a page of the magazine."""
    body = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><h1 class=reviews__h1>T</h1><section class=review__content>{body}</section></html>"
    )


def removals(store: Store) -> dict[int, tuple[str, int | None]]:
    """Return what was removed, why, and what it repeats."""
    rows = store.connection.execute(
        "SELECT page_id, removed, duplicate_of FROM articles WHERE removed <> ''"
    )
    return {page: (reason, original) for page, reason, original in rows}


@pytest.fixture
def bare(site: Site) -> Site:
    """Return the magazine with nothing but title and text to select."""
    return replace(site, page=replace(site.page, author=(), date=()))


def test_every_removal_has_its_reason(bare: Site, store: Store) -> None:
    """Too short, too long, another language, no text, unreadable, repeated: each is listed."""
    french = "le peintre dit que la lumière est dans les murs et sur la table avec une femme " * 10
    good = keep(store, "good", article(*paragraphs(1)))
    reasons = {
        keep(store, "short", article("Too short to keep.")): "too short",
        keep(store, "long", article(*(paragraphs(2) * 10))): "too long",
        keep(store, "french", article(french)): "in another language",
        keep(store, "empty", "<html>nothing</html>"): "without text",
        keep(store, "tangle", "<div>" * 60_000): "unreadable",
        keep(store, "twice", article(*paragraphs(1))): "exact duplicates",
        keep(store, "nearly", article(*paragraphs(1)[:4], "Another end.")): "near duplicates",
    }
    cleaned = clean(bare, store, 1)
    assert cleaned.good == 1
    assert {page: reason for page, (reason, _) in removals(store).items()} == reasons
    assert {original for _, original in removals(store).values()} == {None, good}


def test_lines_of_the_template_are_taken_out(bare: Site, store: Store) -> None:
    """A notice that recurs goes; the paragraphs of one review that recurs stay."""
    for number in range(8):
        keep(store, f"r{number}", article(f"Issue {number}", *paragraphs(number), "Subscribe now!"))
    for copy in range(8):
        keep(store, f"copy{copy}", article(*paragraphs(100)))
    cleaned = clean(bare, store, 1)
    assert cleaned.recurring == 2, "the issue's line recurs but for its number"
    assert cleaned.removed == {"exact duplicates": 7}
    texts = store.connection.execute("SELECT text FROM articles WHERE removed = ''").fetchall()
    assert {text for (text,) in texts} == {
        "\n".join(paragraphs(number)) for number in [*range(8), 100]
    }


def test_a_moved_template_is_an_alarm_and_needs_no_new_crawl(bare: Site, store: Store) -> None:
    """The alarm has examples; with another selector the same bodies give the texts."""
    archive = Archive(40, fault_share=0.2, kinds=(Fault.TEMPLATE, Fault.LATIN), copies=False)
    for number in range(40):
        keep(store, f"review-{number}", archive.html_of(number))
    old = replace(bare, page=replace(bare.page, text=(Selector("section.review__content"),)))
    cleaned = clean(old, store, 1)
    assert cleaned.good == 36
    assert "[page] text finds nothing in 4 of 40 pages, as in https://" in str(cleaned.alarm)
    again = clean(bare, store, 1)
    assert again == Cleaned(40, {}, again.recurring, None)


def test_a_year_that_is_nowhere_is_an_alarm(bare: Site, store: Store) -> None:
    """Where the site's file says where it comes from: a pattern that fits nothing is seen."""
    for number in range(4):
        keep(store, f"a{number}", article(*paragraphs(number)))
    assert clean(bare, store, 1).alarm is None
    pattern = replace(bare.year, pattern=re.compile(r"/reviews-(\d{4})/"))
    found = clean(replace(bare, year=pattern), store, 1).alarm
    assert found is not None
    assert "[year] from address finds nothing in 4 of 4 pages, as in https://" in str(found)


def test_workers_and_no_workers_clean_alike(bare: Site, tmp_path: Path) -> None:
    """Two processes give the same rows as one; a second cleaning reads nothing anew."""
    rows = []
    for workers in (1, 2):
        store = Store(tmp_path / f"{workers}.sqlite3")
        for number in range(513):
            keep(store, f"r{number}", article(*paragraphs(number % 500)[:2]))
        clean(bare, store, workers)
        rows.append(store.connection.execute("SELECT * FROM articles ORDER BY 1").fetchall())
        store.close()
    assert rows[0] == rows[1]
    assert sum(row[3] == "exact duplicates" for row in rows[0]) == 13


@pytest.mark.parametrize("workers", [1, 2])
def test_the_database_is_one_file_afterwards(bare: Site, tmp_path: Path, workers: int) -> None:
    """Nothing is left in the log, so that the file can be copied alone."""
    path = tmp_path / "crawl.sqlite3"
    store = Store(path)
    keep(store, "good", article(*paragraphs(1)))
    clean(bare, store, workers)
    store.close()
    assert sorted(tmp_path.iterdir()) == [path]


def test_near_duplicates_are_found_and_others_left() -> None:
    """Every text with a few words changed is found, and none that shares words but no runs."""
    texts = ["\n".join(paragraphs(number)) for number in range(300)]
    changed = [text.replace("paint", "draw", 4) for text in texts[:50]]
    every = texts + changed
    signatures = [signature_of(text) for text in every]
    found = list(near_duplicates(signatures, lambda number: runs_of(every[number]), 0.7))
    wanted = {
        300 + at
        for at in range(50)
        if similarity_of(runs_of(texts[at]), runs_of(changed[at])) >= 0.7
    }
    assert len(wanted) > 40
    assert {near.number for near in found} == wanted
    assert all(near.repeats == near.number - 300 for near in found)


def test_limits_are_the_sites(bare: Site, store: Store) -> None:
    """A site's file may keep short texts and any language."""
    keep(store, "short", article("Kurz und gut."))
    lenient = replace(bare, clean=Cleaning(fewest_words=1, language=""))
    assert clean(lenient, store, 1).good == 1


def test_a_notice_longer_than_any_paragraph_is_taken_out(bare: Site, store: Store) -> None:
    """Though it is the longest line of every page."""
    notice = "subscribe to the magazine for more of this and of that " * 15
    for number in range(8):
        keep(store, f"r{number}", article(*paragraphs(number), notice))
    assert clean(bare, store, 1).recurring == 1
    texts = store.connection.execute("SELECT text FROM articles ORDER BY page_id").fetchall()
    assert texts == [("\n".join(paragraphs(number)),) for number in range(8)]


def test_a_copy_that_comes_later_is_the_copy(bare: Site, store: Store) -> None:
    """A text that was chosen stays so, with its part, also where its page moves behind its copy."""
    text = article(*paragraphs(1))
    first, second = keep(store, "first", "<html>nothing yet</html>"), keep(store, "second", text)
    clean(bare, store, 1)
    keep_again(store, first, text)
    clean(bare, store, 1)
    assert removals(store) == {first: ("exact duplicates", second)}
    moved = store.connection.execute("SELECT address FROM pages WHERE id = ?", (second,)).fetchone()
    keep_again(store, second, text, to=f"{moved[0]}-moved")
    cleaned = clean(bare, store, 1)
    assert cleaned.good == 1
    assert removals(store) == {first: ("exact duplicates", second + 1)}
    key = store.connection.execute("SELECT split_key FROM pages WHERE id = ?", (second + 1,))
    assert key.fetchone()[0].endswith("/second?")


def keep_again(store: Store, number: int, html: str, to: str = "") -> None:
    """Keep what a later crawl found for a page, there or elsewhere."""
    store.visit_again(Kind.ARTICLE)
    while (page := store.next_due(Kind.ARTICLE)) is not None:
        if page.id == number:
            store.keep(page, to or page.address, Body(html.encode(), "text/html"), 3.0)
        else:
            store.keep_unchanged(page, 3.0)
    store.end_round(Kind.ARTICLE)
