"""What the files say is what the database says."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.cleaning import mark_of_rules
from scraper.errors import ExportError
from scraper.export import ALL_COLUMNS, TEXT_ONLY, export
from scraper.site import Site, Splitting
from scraper.split import Part, part_of
from scraper.store import Found, Kind, Store

NASTY = (
    'She said: "Art, or; life?"\nLine two,\r\n\ttabbed \U0001f468\u200d\U0001f3a8 '
    "\u201cq\u201d \u2028 end\\"
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
ROW = st.tuples(TEXT, TEXT, TEXT, st.none() | st.integers(1, 9999))


def fill(store: Store, rows: list[tuple[str, str, str, int | None]]) -> None:
    """Put articles into the database, past the cleaning."""
    with store.transaction() as connection:
        for table in ("articles", "extracts", "pages"):
            connection.execute(f"DELETE FROM {table}")
    found = [Found(f"https://a.example/{at}", "") for at in range(len(rows))]
    store.add(found, Kind.ARTICLE, 1.0)
    with store.transaction() as connection:
        for at, (text, title, author, year) in enumerate(rows, start=1):
            connection.execute(
                "INSERT INTO extracts VALUES (?, x'00', ?, ?, '', ?, ?, '')",
                (at, title, author, year, text),
            )
            connection.execute(
                "INSERT INTO articles (page_id, text, words) VALUES (?, ?, ?)",
                (at, text, len(text.split())),
            )


def read_csv(path: Path) -> list[list[str]]:
    """Read a table back."""
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT, st.none() | st.integers(1, 9999)), min_size=1, max_size=6)
)
def test_round_trip(
    site: Site, store: Store, tmp_path: Path, rows: list[tuple[str, str, str, int | None]]
) -> None:
    """Byte for byte: quotes, commas, every kind of newline, emoji, controls."""
    rows = [(NASTY, NASTY, NASTY, 1999), *rows]
    fill(store, rows)
    export(store.connection, site, tmp_path, ALL_COLUMNS)
    table = read_csv(tmp_path / "corpus.csv")
    assert table[0] == ["text", "year", "title", "author"]
    assert [(text, title, author) for text, _, title, author in table[1:]] == [
        (text, title, author) for text, title, author, _ in rows
    ]
    assert [year for _, year, _, _ in table[1:]] == [
        "" if row[3] is None else str(row[3]) for row in rows
    ]
    lines = (tmp_path / "corpus.jsonl").read_bytes().split(b"\n")[:-1]
    read = [json.loads(line) for line in lines]
    assert [(one["text"], one["title"], one["author"], one["year"]) for one in read] == rows


def test_one_column_is_enough(site: Site, store: Store, tmp_path: Path) -> None:
    """As the first corpus was exported."""
    fill(store, [(NASTY, "t", "a", None)])
    export(store.connection, site, tmp_path, TEXT_ONLY)
    assert read_csv(tmp_path / "corpus.csv") == [["text"], [NASTY]]


def test_the_parts_make_up_the_whole(site: Site, store: Store, tmp_path: Path) -> None:
    """No review is in both or in neither, and the sheet counts them by decade."""
    fill(store, [(f"text {at}", "t", "a", 1960 + at // 10) for at in range(400)])
    tally = export(store.connection, site, tmp_path, ALL_COLUMNS)
    parts = [read_csv(tmp_path / f"{part}.csv")[1:] for part in Part]
    assert sorted(parts[0] + parts[1]) == sorted(read_csv(tmp_path / "corpus.csv")[1:])
    assert tally.total(Part.HELD_OUT) == len(parts[1])
    assert 5 <= len(parts[1]) <= 40
    sheet = (tmp_path / "datasheet.md").read_text("utf-8")
    assert f"| all | {len(parts[0])} | {len(parts[1])} | 800 |" in sheet
    assert "| 1960s |" in sheet
    assert "<svg" in (tmp_path / "lengths.svg").read_text("utf-8")


@given(st.sets(st.text(max_size=30), max_size=50), st.floats(0, 1), st.floats(0, 1))
def test_a_review_never_changes_sides(keys: set[str], one: float, other: float) -> None:
    """Its part depends on itself alone, and a larger share only adds to what is held out."""
    small, large = sorted((one, other))
    held = {key for key in keys if part_of(key, Splitting(small)) is Part.HELD_OUT}
    assert held <= {key for key in keys if part_of(key, Splitting(large)) is Part.HELD_OUT}
    assert part_of("x", Splitting(0.0)) is Part.TRAIN
    assert part_of("x", Splitting(1.0)) is Part.HELD_OUT


def test_the_share_is_about_what_was_asked_for() -> None:
    """Of 10,000 reviews 5 % are 500, give or take 100; another seed takes others."""
    keys = [f"a.example/{at}?" for at in range(10_000)]
    held = [
        {key for key in keys if part_of(key, Splitting(0.05, seed)) is Part.HELD_OUT}
        for seed in ("", "b")
    ]
    assert 400 < len(held[0]) < 600
    assert len(held[0] & held[1]) < 100


def test_the_same_corpus_gives_the_same_files(site: Site, store: Store, tmp_path: Path) -> None:
    """Byte for byte, the sheet included."""
    fill(store, [(f"text {at}", "t", "a", 1960) for at in range(20)])
    for name in ("one", "two"):
        export(store.connection, site, tmp_path / name, ALL_COLUMNS)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 9
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_nothing_to_export_is_said(site: Site, store: Store, tmp_path: Path) -> None:
    """And a place that cannot be written is an error that leaves the old files whole."""
    with pytest.raises(ExportError, match="run the command `clean` first"):
        export(store.connection, site, tmp_path, ALL_COLUMNS)
    fill(store, [("text", "t", "a", None)])
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match="cannot be written"):
        export(store.connection, replace(site), tmp_path / "file", ALL_COLUMNS)


def test_rules_that_were_not_applied_are_not_stated(
    site: Site, store: Store, tmp_path: Path
) -> None:
    """Other rules since the cleaning: export says so, and writes nothing."""
    fill(store, [("text", "t", "a", None)])
    with store.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES ('rules', ?)", (mark_of_rules(site),))
    export(store.connection, site, tmp_path / "same", ALL_COLUMNS)
    other = replace(site, clean=replace(site.clean, fewest_words=1))
    with pytest.raises(ExportError, match="run the command `clean` again"):
        export(store.connection, other, tmp_path / "other", ALL_COLUMNS)
    assert not (tmp_path / "other").exists()
