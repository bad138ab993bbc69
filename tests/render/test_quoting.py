"""Which passage stands for a review."""

import pytest

from functions.render.quoting import beginning_of, quote_of
from functions.render.reading import reading_of

GOOD = "The painter has given the old harbour a light that no harbour ever had before."


def quoted(text: str, characters: int = 200, prompt: str = "A room") -> str:
    """Return what is quoted of a review."""
    return quote_of(reading_of(prompt, text), characters)


@pytest.mark.parametrize(
    ("why", "worse"),
    [
        (
            "it leans on what went before",
            "But it was not so in the eyes of those who saw it first.",
        ),
        ("it is short", "So it was."),
        ("it is long", "The long sentence goes on " + "and on and on " * 11 + "to its end."),
        (
            "it opens what it never closes",
            "“The colours, said the man who had seen them all, were old.",
        ),
        ("it repeats itself", "The art of the art of the art is the art of the art of the art."),
        ("it begins in the middle", "and the colours of the sea are those of the land behind it."),
    ],
)
@pytest.mark.parametrize("comes_first", [True, False])
def test_a_better_sentence_is_quoted(why: str, worse: str, comes_first: bool) -> None:
    """Wherever it stands."""
    pair = f"{worse}\n{GOOD}" if comes_first else f"{GOOD}\n{worse}"
    assert quoted(f"A room of its own.\n{pair}") == GOOD, why


def test_the_title_is_not_quoted_over_again() -> None:
    """The first sentence begins with the prompt, which stands above already."""
    text = f"A room is a thing that every painter in this town has painted once. {GOOD}"
    assert quoted(text) == GOOD


def test_a_sentence_that_is_there_twice_is_not_the_one() -> None:
    """Sober machines repeat themselves."""
    twice = "The sculptor has left out of the marble everything that was not the horse."
    assert quoted(f"A room.\n{twice}\n{twice}\n{GOOD[:-1]} at all.") == f"{GOOD[:-1]} at all."


def test_what_follows_is_quoted_while_it_fits() -> None:
    """From the same paragraph, in whole sentences."""
    assert quoted(f"A room.\n{GOOD} It is late.\nNext.") == f"{GOOD} It is late."
    assert quoted(f"A room.\n{GOOD} It is late.", len(GOOD) + 5) == GOOD
    for poor in ("He said, “it is late.", "It is 'late.", "A man's hand (the left.", GOOD):
        assert quoted(f"A room.\n{GOOD} {poor}") == GOOD
    fine = "It is the painter's own 'late' style."
    printed = "It is the painter’s own ‘late’ style."
    assert quoted(f"A room.\n{GOOD} {fine}") == f"{GOOD} {printed}"


def test_a_stop_does_not_always_end_a_sentence() -> None:
    """Of a title, or an initial."""
    text = "A room.\nThe picture that Mr. J. M. Turner showed in the spring is a storm of light."
    assert quoted(text) == text.partition("\n")[2]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("A room", ""),
        ("A room.", ""),
        ("", ""),
        ("A room of one’s own", "of one’s own"),
        ("A room " + "with many words " * 30, "with many words with many…"),
        ("Unrelated", "Unrelated"),
        ("画廊里只有一幅画。没有人看它。", "画廊里只有一幅画。 没有人看它。"),
    ],
)
def test_there_is_something_to_quote_of_nearly_everything(text: str, quote: str) -> None:
    """Where no whole sentence fits, its beginning."""
    assert quoted(text, 30) == quote


def test_only_what_is_accepted_is_quoted() -> None:
    """A card cannot draw everything."""
    reading = reading_of(
        "A room", f"A room.\n{GOOD}\nThe second best of them is here as well, they say."
    )
    chosen = quote_of(reading, 200, lambda words: "harbour" not in words)
    assert chosen == "The second best of them is here as well, they say."
    assert quote_of(reading, 200, lambda _words: False) == ""


def beginning(text: str, characters: int) -> list[str]:
    """Return the paragraphs of the beginning of a review whose prompt is one word."""
    cut = beginning_of(reading_of("Rust", text), characters)
    return [paragraph.given + paragraph.written for paragraph in cut.paragraphs]


@pytest.mark.parametrize(
    ("why", "text", "kept"),
    [
        ("all of it fits", "Rust remains.", ["Rust remains."]),
        (
            "whole sentences",
            "Rust remains. It hangs here, says Mr. Smith. " + "No more of it fits here. " * 4,
            ["Rust remains. It hangs here, says Mr. Smith."],
        ),
        (
            "whole paragraphs, where no sentence of the next one fits",
            "Rust remains, and hangs here.\n" + "one " * 30,
            ["Rust remains, and hangs here."],
        ),
        (
            "words, where no sentence ends soon enough",
            "Rust " + "one " * 30,
            ["Rust " + "one " * 12 + "one…"],
        ),
        (
            "words, where whole sentences would leave most of it empty",
            "Rust. " + "one " * 30,
            ["Rust. " + "one " * 12 + "one…"],
        ),
    ],
)
def test_a_beginning_ends_with_a_sentence_where_one_fits(
    why: str, text: str, kept: list[str]
) -> None:
    """Else at a word, and the ellipsis says so."""
    assert beginning(text, 60) == kept, why


def test_a_beginning_is_never_longer_than_asked_for() -> None:
    """Whatever its sentences are."""
    text = "Rust remains. " + "It is a room. " * 80
    for characters in range(20, 400, 7):
        assert sum(map(len, beginning(text, characters))) <= characters + 1
