"""A text as a reader gets it: its title, the words that were given, and the paragraphs.

All of it is set with typographic marks (`artreview.typography`); what is stored has those that were
typed and written.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from artreview.characters import NO_CHARACTERS
from artreview.typography import typeset

_REMEMBERED = 256
"""Texts that are kept as they are set: the gallery shows the same ones to everybody."""
_TITLE_CHARACTERS = 60
_EXCERPT_CHARACTERS = 420
_SCRAP_CHARACTERS = 120
"""An excerpt that is this near to its end ends with the paragraph."""
_LONG_TITLE = 40
_VERY_LONG_TITLE = 110
_WEAK_ENDINGS = " ,;:.-\N{EN DASH}\N{EM DASH}"
_UNPRINTABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{''.join(sorted(NO_CHARACTERS))}]+")
_BEYOND_XML = dict.fromkeys(range(0xD800, 0xE000))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: words of the visitor, then words of the machine. Either may be empty."""

    given: str
    written: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, ready to be set."""

    title: str
    """The whole prompt, as print sets it."""
    short_title: str
    size: str
    """How large the title can be set: `short`, `long` or `very-long`."""
    paragraphs: tuple[Paragraph, ...]
    words: int


@lru_cache(_REMEMBERED)
def reading_of(prompt: str, text: str) -> Reading:
    """Return the text with its beginning, the visitor's own words, told apart from the rest."""
    given, written = _parted(prompt, text)
    first, *others = written.rstrip().split("\n")
    first = first.rstrip()
    paragraphs = [Paragraph(given, first)] if given or first else []
    paragraphs += [Paragraph("", other.strip()) for other in others if other.strip()]
    title = typeset(printable(prompt).strip())
    return Reading(
        title=title,
        short_title=shortened(title, _TITLE_CHARACTERS),
        size=_size_of(title),
        paragraphs=tuple(paragraphs),
        words=len(printable(text).split()),
    )


def set_text(prompt: str, text: str) -> str:
    """Return a text as its page shows it, in one piece."""
    return "".join(_parted(prompt, text))


def _parted(prompt: str, text: str) -> tuple[str, str]:
    """Return the words that were given and those that were written, as print sets them."""
    prompt, text = printable(prompt).strip(), printable(text)
    given = prompt if text.startswith(prompt) or not text else ""
    return typeset(given), typeset(text[len(given) :], given)


def excerpt_of(reading: Reading, characters: int = _EXCERPT_CHARACTERS) -> Reading:
    """Return the beginning of a text, cut at a word."""
    left = characters
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
    return shortened(typeset(printable(prompt).strip()), _TITLE_CHARACTERS)


def shortened(text: str, characters: int) -> str:
    """Return the text, or its beginning up to a word's end and an ellipsis."""
    if len(text) <= characters:
        return text
    whole_words = text[:characters].rsplit(" ", 1)[0].rstrip(_WEAK_ENDINGS)
    return (whole_words or text[:characters]) + "…"


def printable(text: str) -> str:
    """Return the text without what is no character and without controls, but for line breaks."""
    return _UNPRINTABLE.sub("", text)


def written_date(seconds: float) -> str:
    """Return a date as it is read: 22 November 2025."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%B %Y}"


def written_moment(seconds: float) -> str:
    """Return a time as it is read: 22 November 2025, 14:05 UTC."""
    return f"{written_date(seconds)}, {datetime.fromtimestamp(seconds, UTC):%H:%M} UTC"


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
