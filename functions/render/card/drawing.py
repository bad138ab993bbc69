"""Draws a card with Pillow."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from functions.render.card.face import ITALIC, ROMAN, Face, face
from functions.render.card.lines import balanced, broken, curtailed
from functions.render.card.words import CardWords
from functions.render.previews import CARD_SIZE

_PAPER, _INK, _SOFT, _RULE = "#fcfcfb", "#16161a", "#5b5b64", "#dcdcda"
"""The pages' own colours, in the light (`static/site.css`)."""
_ACCENT = "#1d35c4"
_COLOURS = 48
"""With the shades of the letters' edges; a palette is a third of the file, and sooner packed."""

_MARGIN = 72
_WIDTH = CARD_SIZE[0] - 2 * _MARGIN
_TOP, _BOTTOM = 150, 545
"""Between these, in pixels from above, the title and the quotation stand."""
_GAP = 26
_HEADLINE_SIZES = (104, 92, 80, 70, 60, 52, 46, 40)
_QUOTE_SIZE = 39
_QUOTE_LINES = 5
_CAPITALS = 0.7
"""From the top of a line to its baseline, in parts of its size: capitals and the air above."""
_NO_TITLE = "A review, written by a machine"


@dataclass(frozen=True, slots=True)
class _Style:
    """How words are set."""

    face: Face
    size: int
    colour: str

    def width(self, words: str) -> float:
        return self.face.width(words, self.size)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one style."""

    lines: Sequence[str]
    style: _Style
    leading: int
    """From one line to the next, in pixels."""

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)


def drawn_card(words: CardWords) -> bytes:
    """Return the card as a PNG of `CARD_SIZE`."""
    card = Image.new("RGB", CARD_SIZE, _PAPER)
    pen = ImageDraw.Draw(card)
    _draw_frame(pen, words)
    headline = words.title or words.quote or _NO_TITLE
    quote = _quotation(words.quote if words.title else "")
    room = _BOTTOM - _TOP - (quote.height + _GAP if quote.lines else 0)
    title = _headline(headline, room)
    top = _TOP + max(room - title.height, 0) // 3
    _draw_block(pen, title, top)
    _draw_block(pen, quote, top + title.height + _GAP)
    picture = io.BytesIO()
    flat = card.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat.save(picture, "PNG")
    return picture.getvalue()


def _draw_frame(pen: ImageDraw.ImageDraw, words: CardWords) -> None:
    """Draw what every card has: the masthead's rules and name, and the line at the foot."""
    left, right = _MARGIN, CARD_SIZE[0] - _MARGIN
    pen.rectangle((left, 48, right, 55), fill=_INK)
    _draw_line(pen, words.site, (left, 100), _Style(face(ROMAN), 36, _INK))
    pen.line((left, 120, right, 120), fill=_INK, width=1)
    pen.line((left, 560, right, 560), fill=_RULE, width=1)
    _draw_line(pen, words.line, (left, 596), _Style(face(ITALIC), 27, _ACCENT))


def _headline(words: str, room: int) -> _Block:
    """Return the words as large as the room allows, cut only where the smallest is too large."""
    for size in _HEADLINE_SIZES:
        style, leading = _Style(face(ROMAN), size, _INK), round(size * 1.1)
        if any(style.width(word) > _WIDTH for word in words.split()):
            continue
        if leading * len(broken(words, _WIDTH, style.width)) <= room:
            return _Block(balanced(words, _WIDTH, style.width), style, leading)
    lines = broken(words, _WIDTH, style.width)
    return _Block(curtailed(lines, room // leading, _WIDTH, style.width), style, leading)


def _quotation(words: str) -> _Block:
    style = _Style(face(ROMAN), _QUOTE_SIZE, _SOFT)
    lines = broken(words, _WIDTH, style.width)
    whole = curtailed(lines, _QUOTE_LINES, _WIDTH, style.width)
    return _Block(whole, style, round(_QUOTE_SIZE * 1.36))


def _draw_block(pen: ImageDraw.ImageDraw, block: _Block, top: int) -> None:
    """Draw the lines, the capitals of the first one beginning a little below `top`."""
    first = top + round(block.style.size * _CAPITALS)
    for number, line in enumerate(block.lines):
        _draw_line(pen, line, (_MARGIN, first + number * block.leading), block.style)


def _draw_line(pen: ImageDraw.ImageDraw, words: str, start: tuple[int, int], style: _Style) -> None:
    """Draw letter by letter, each where the face wants it, to a fraction of a pixel.

    Basic layout draws alike wherever it runs. Raqm's needs a library that a Lambda lacks, and its
    art is for scripts that the face does not have.
    """
    path, layout = str(style.face.path), ImageFont.Layout.BASIC
    font = ImageFont.truetype(path, style.size, layout_engine=layout)
    left, baseline = start
    for letter, place in style.face.places(words, style.size):
        pen.text((left + place, baseline), letter, font=font, fill=style.colour, anchor="ls")
