"""A text as a reader gets it: its title, the words that were given, and the paragraphs."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_TITLE_CHARACTERS = 60
_EXCERPT_CHARACTERS = 420
_SCRAP_CHARACTERS = 120
"""An excerpt that is this near to its end ends with the paragraph."""
_LONG_TITLE = 40
_VERY_LONG_TITLE = 110
_WEAK_ENDINGS = " ,;:.-\N{EN DASH}\N{EM DASH}"
_LINE_BREAKS = re.compile(r"\s*\n\s*")
_UNPRINTABLE = {
    code: None for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if chr(code) not in "\n\t"
}
_BEYOND_XML = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: words of the visitor, then words of the machine. Either may be empty."""

    given: str
    written: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, ready to be set."""

    title: str
    """The whole prompt."""
    short_title: str
    size: str
    """How large the title can be set: `short`, `long` or `very-long`."""
    paragraphs: tuple[Paragraph, ...]
    words: int


def reading_of(prompt: str, text: str) -> Reading:
    """Return the text with its beginning, the visitor's own words, told apart from the rest."""
    prompt, text = printable(prompt).strip(), printable(text)
    given = prompt if text.startswith(prompt) or not text else ""
    first, *others = _LINE_BREAKS.split(text[len(given) :].rstrip())
    paragraphs = [Paragraph(given, first)] if given or first else []
    paragraphs += [Paragraph("", other) for other in others if other]
    return Reading(
        title=prompt,
        short_title=short_title(prompt),
        size=_size_of(prompt),
        paragraphs=tuple(paragraphs),
        words=len(text.split()),
    )


def excerpt_of(reading: Reading) -> Reading:
    """Return the beginning of a text, cut at a word."""
    left = _EXCERPT_CHARACTERS
    kept: list[Paragraph] = []
    for paragraph in reading.paragraphs:
        written = shortened(paragraph.written, max(left - len(paragraph.given), 1))
        kept.append(Paragraph(paragraph.given, written))
        left -= len(paragraph.given) + len(paragraph.written)
        if left <= _SCRAP_CHARACTERS:
            break
    return Reading(reading.title, reading.short_title, reading.size, tuple(kept), reading.words)


def short_title(prompt: str) -> str:
    """Return a prompt as a title of one line."""
    return shortened(printable(prompt).strip(), _TITLE_CHARACTERS)


def shortened(text: str, characters: int) -> str:
    """Return the text, or its beginning up to a word's end and an ellipsis."""
    if len(text) <= characters:
        return text
    whole_words = text[:characters].rsplit(" ", 1)[0].rstrip(_WEAK_ENDINGS)
    return (whole_words or text[:characters]) + "…"


def printable(text: str) -> str:
    """Return the text without control characters, line breaks excepted."""
    return text.translate(_UNPRINTABLE)


def written_date(seconds: float) -> str:
    """Return a date as it is read: 22 November 2025."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%B %Y}"


def iso_time(seconds: float) -> str:
    """Return a time as programs read it: 2025-11-22T14:05:09Z."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def tag_of(host: str, seconds: float, path: str) -> str:
    """Return a name that a thing keeps for ever (a tag URI, RFC 4151), from when it was made.

    The date says when the host was this site's, as the scheme asks.
    """
    return f"tag:{host},{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}:{path}"


def xml_words(text: str) -> str:
    """Return the text without what XML 1.0 cannot hold (section 2.2, `Char`)."""
    return printable(text).translate(_BEYOND_XML)


def rounded(number: int) -> str:
    """Return a large number in words that are easy to read: 812, 43,000, 3.4 million."""
    if number >= 999_500:
        return f"{number / 1_000_000:.1f}".removesuffix(".0") + " million"
    if number >= 10_000:
        return f"{round(number, -3):,}"
    return f"{number:,}"


def _size_of(title: str) -> str:
    if len(title) > _VERY_LONG_TITLE:
        return "very-long"
    return "long" if len(title) > _LONG_TITLE else "short"
