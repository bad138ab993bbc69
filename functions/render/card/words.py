"""What a card says: a title, a quotation and a line below, of characters that its face can draw.

The face has the letters of western Europe. A text with a letter that it lacks is not drawn with a
hole in it, but not at all: then the quotation stands alone, and without one the site's own words.
What is no letter or digit (emoji, marks, controls that turn the direction) is left out.
"""

import unicodedata
from dataclasses import dataclass

from artreview.review import Review, State
from functions.render.card.face import ITALIC, ROMAN, Face, face
from functions.render.identity import SiteIdentity
from functions.render.quoting import quote_of
from functions.render.reading import reading_of, written_date

DESIGN = 1
"""To be raised when the same words are drawn differently: caches then fetch the card anew."""

_QUOTE_CHARACTERS = 190
_ALIKE = {
    0x00A0: " ",
    0x2010: "-",
    0x2011: "-",
    0x2012: "–",  # noqa: RUF001  # a figure dash looks like it
    0x2015: "—",
    0x201B: "‘",  # noqa: RUF001  # and so does this quotation mark
    0x2212: "–",  # noqa: RUF001  # and a minus sign
    **dict(zip(map(ord, "ĐđĦħıŁł"), "DdHhiLl", strict=True)),
}
"""What looks the same, or nearly, as a character that the face has."""


@dataclass(frozen=True, slots=True)
class CardWords:
    """The words on a card; each may be empty."""

    site: str
    title: str
    quote: str
    line: str
    """Who wrote it, and when."""


def card_words(review: Review, identity: SiteIdentity) -> CardWords:
    """Return what the card of a review says; before it is written, its title alone."""
    reading = reading_of(review.prompt, review.text)
    is_ready = review.state is State.READY
    quote = quote_of(reading, _QUOTE_CHARACTERS, _is_drawn_whole) if is_ready else ""
    line = (
        f"Written by a machine, {written_date(review.settled_at)}, "
        f"at eccentricity {review.eccentricity} of 10"
        if is_ready
        else "A machine is writing this review"
    )
    return CardWords(
        site=drawable(identity.name, face(ROMAN)),
        title=drawable(reading.title, face(ROMAN)),
        quote=drawable(quote, face(ROMAN)),
        line=drawable(line, face(ITALIC)),
    )


def drawable(text: str, typeface: Face) -> str:
    """Return the text in the face's letters; nothing where it lacks a letter or a digit."""
    drawn: list[str] = []
    for character in unicodedata.normalize("NFC", text.translate(_ALIKE)):
        if character.isspace():
            drawn.append(" ")
        elif character in typeface.widths:
            drawn.append(character)
        elif unicodedata.category(character)[0] in "LN":
            bare = unicodedata.normalize("NFD", character)[0]
            if bare not in typeface.widths:
                return ""
            drawn.append(bare)  # a letter of the face with a mark that it lacks
    words = " ".join("".join(drawn).split())
    return words if any(character.isalnum() for character in words) else ""


def _is_drawn_whole(text: str) -> bool:
    return bool(drawable(text, face(ROMAN)))
