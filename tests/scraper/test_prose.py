"""A text has one form; typographic punctuation is part of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.judging import is_byline
from scraper.language import language_of
from scraper.prose import stripped, tidied


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Ce\u0301zanne", "Cézanne"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("Tom &amp;amp; Jerry &nbsp;&rsquo;s", "Tom & Jerry \u2019s"),
        ("\u0093quoted\u0094", "\u201cquoted\u201d"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\U0001f468\u200d\U0001f3a8 paints", "\U0001f468\u200d\U0001f3a8 paints"),
        ("\u201cquotes\u201d \u2014 and\u2026", "\u201cquotes\u201d \u2014 and\u2026"),
        (" AT&T; R&D ", "AT&T; R&D"),
        ("bell\a and\tnull\0", "bell and null"),
    ],
)
def test_one_form(raw: str, wanted: str) -> None:
    """NFC, entities, soft hyphens, spaces, invisible marks; quotes and emoji stay."""
    assert tidied(raw) == wanted


@given(st.text() | st.text(alphabet="&am\u00adp;ltg#x26 \u00a0e\u0301"))
def test_tidying_again_changes_nothing(text: str) -> None:
    """And the result can be written as UTF-8, on one line."""
    tidy = tidied(text)
    assert tidied(tidy) == tidy
    assert "\n" not in tidy
    tidy.encode("utf-8")


def test_the_old_stripping_can_be_had() -> None:
    """Quotes and apostrophes vanish, dashes become a space, accents stay, lines stay."""
    assert stripped("\u201cDon\u2019t\u201d \u2014 Cézanne\u2026\nsaid") == "Dont Cézanne\nsaid"


@pytest.mark.parametrize(
    "line",
    [
        "\u2014Ann Author",
        "By Ann Author",
        "BY ANN AUTHOR",
        "by Jean de la Fontaine",
        "Ann Author",
        "\u2014 Ann Author and Bob B. Writer",
    ],
)
def test_a_byline_is_known(line: str) -> None:
    """With a dash, with `by`, or the author's own name alone."""
    assert is_byline(line, "By Ann Author")


@pytest.mark.parametrize(
    "line",
    [
        "By the river she painted",
        "By Rembrandt\u2019s time the guilds had gone.",
        "\u2014and yet it moves",
        "Bob Builder",
        "By then.",
    ],
)
def test_prose_is_no_byline(line: str) -> None:
    """What only begins like one stays."""
    assert not is_byline(line, "Ann Author")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("en", "The painter holds that the light of the room is not what it was in the morning"),
        ("fr", "Le peintre dit que la lumière de la chambre n'est pas dans les murs mais sur eux"),
        (
            "de",
            "Der Maler sagt, dass das Licht des Zimmers nicht in der Wand ist und auch nie war",
        ),
        ("es", "El pintor dice que la luz de la sala no está en los muros sino sobre ellos y más"),
        ("it", "Il pittore dice che la luce della stanza non è nei muri ma sopra di essi e nella"),
        ("nl", "De schilder zegt dat het licht van de kamer niet in de muren is maar er op en om"),
        ("la", "Pictor dicit quod lux in camera non est in muris sed super eos et quae ex his"),
        ("", "12 34 56"),
        ("", "Καλημέρα κόσμε και τέχνη"),
        ("", ""),
    ],
)
def test_the_language_shows_in_the_function_words(name: str, text: str) -> None:
    """One sentence is enough here; other alphabets and numbers are no known language."""
    assert language_of(text) == name
