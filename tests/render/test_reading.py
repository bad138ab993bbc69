"""How a text is set, and how a length of time is said."""

import pytest

from functions.render.reading import (
    Paragraph,
    excerpt_of,
    printable,
    reading_of,
    rounded,
    shortened,
)
from functions.render.waiting import duration


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("A blue horse", 12, "A blue horse"),
        ("A blue horse", 11, "A blue…"),
        ("A blue, horse", 10, "A blue…"),
        ("Donaudampfschiff", 5, "Donau…"),
        ("", 5, ""),
    ],
)
def test_a_title_is_cut_at_a_word(text: str, limit: int, short: str) -> None:
    """And in the middle of one only if there is nothing else."""
    assert shortened(text, limit) == short


def test_what_is_no_character_is_not_printed() -> None:
    """Nor are controls; a line break is, and what nobody has given a meaning yet."""
    assert printable("a\x00\ufdd0b\uffff\U0001fffe\nc\ue000\U0001fffd") == "ab\nc\ue000\U0001fffd"


def test_an_excerpt_ends_with_a_paragraph_or_a_word() -> None:
    """It does not begin a paragraph for the sake of three words."""
    long = reading_of("P", "P " + "word " * 70 + "\n" + "next " * 50)
    assert excerpt_of(long).paragraphs == (Paragraph("P", " " + ("word " * 70).strip()),)
    endless = excerpt_of(reading_of("P", "P " + "word " * 500)).paragraphs
    assert len(endless) == 1
    assert len(endless[0].written) < 430
    assert endless[0].written.endswith("word…")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (812, "812"),
        (9_999, "9,999"),
        (43_210, "43,000"),
        (999_600, "1 million"),
        (3_812_000, "3.8 million"),
    ],
)
def test_large_numbers_are_easy_to_read(number: int, words: str) -> None:
    """Nobody wants the last digit of a corpus."""
    assert rounded(number) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "a few seconds"),
        (6, "about 10 seconds"),
        (41, "about 50 seconds"),
        (51, "about a minute"),
        (75, "about a minute"),
        (76, "about 2 minutes"),
        (600, "about 10 minutes"),
        (3600, "about an hour"),
        (9000, "about 3 hours"),
    ],
)
def test_an_estimate_is_said_as_one_would_say_it(seconds: int, words: str) -> None:
    """Rounded up rather than down: better early than late."""
    assert duration(seconds) == words
