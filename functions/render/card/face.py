"""A typeface as its file describes it: which letters it has, how wide they are, how they pair.

Read from the file itself, since Pillow's basic layout draws the sign for "none" without a word,
rounds widths to whole pixels, and moves pairs of letters by a sixty-fourth of what the font asks.
The tables are those of the OpenType specification (https://learn.microsoft.com/typography/opentype/spec/).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

ROMAN = Path(__file__).parent / "newsreader-roman.ttf"
ITALIC = Path(__file__).parent / "newsreader-italic.ttf"

_BY_SEGMENTS = 4
"""The format of a character map that every TrueType font has."""


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface. Lengths are in parts of its size."""

    path: Path
    widths: dict[str, float]
    """How far each letter that it has moves what follows."""
    pairs: dict[tuple[str, str], float]
    """How far a letter moves behind another one; most of them move towards it."""

    def places(self, words: str, size: float) -> Iterator[tuple[str, float]]:
        """Yield each letter, and where it begins, in pixels from where the first one does."""
        place = 0.0
        for letter, following in pairwise((*words, "")):
            yield letter, place * size
            place += self.widths[letter] + self.pairs.get((letter, following), 0.0)

    def width(self, words: str, size: float) -> float:
        """Return how wide the words are at a size, both in pixels."""
        moves = sum(self.pairs.get(pair, 0.0) for pair in pairwise(words))
        return (sum(self.widths[letter] for letter in words) + moves) * size


@cache
def face(path: Path) -> Face:
    """Return the face of a TrueType font. Raises ValueError where a table is missing."""
    font = path.read_bytes()
    (units,) = struct.unpack_from(">H", font, _table(font, "head") + 18)
    glyphs = _glyphs(font)
    advances = _advances(font)
    widths = {
        letter: advances[min(glyph, len(advances) - 1)] / units for letter, glyph in glyphs.items()
    }
    letters: dict[int, list[str]] = {}
    for letter, glyph in glyphs.items():
        letters.setdefault(glyph, []).append(letter)
    pairs = {
        (first, second): move / units
        for left, right, move in _kerning(font)
        for first in letters.get(left, ())
        for second in letters.get(right, ())
    }
    return Face(path, widths, pairs)


def _glyphs(font: bytes) -> dict[str, int]:
    """Return the number of each letter's glyph, for those up to U+FFFF (`cmap`, format 4)."""
    start = _character_map(font)
    (twice,) = struct.unpack_from(">H", font, start + 6)
    shape = f">{twice // 2}H"
    lasts, firsts, deltas, offsets = (
        struct.unpack_from(shape, font, start + place)
        for place in (14, 16 + twice, 16 + 2 * twice, 16 + 3 * twice)
    )
    found: dict[str, int] = {}
    for number, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if offsets[number]:  # counted from where it stands itself
                place = start + 16 + 3 * twice + 2 * number + offsets[number] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", font, place)
            glyph = (glyph + deltas[number]) & 0xFFFF
            if glyph:
                found[chr(code)] = glyph
    return found


def _advances(font: bytes) -> tuple[int, ...]:
    """Return the widths by glyph; the last one is that of all that follow (`hhea`, `hmtx`)."""
    (count,) = struct.unpack_from(">H", font, _table(font, "hhea") + 34)
    start = _table(font, "hmtx")
    return tuple(struct.unpack_from(">H", font, start + 4 * number)[0] for number in range(count))


def _kerning(font: bytes) -> Iterator[tuple[int, int, int]]:
    """Return pairs of glyphs and how the second one moves (`kern`, its first table, format 0)."""
    start = _table(font, "kern")
    (count,) = struct.unpack_from(">H", font, start + 10)
    return struct.iter_unpack(">HHh", font[start + 18 : start + 18 + 6 * count])


def _character_map(font: bytes) -> int:
    start = _table(font, "cmap")
    (maps,) = struct.unpack_from(">H", font, start + 2)
    for number in range(maps):
        (inner,) = struct.unpack_from(">I", font, start + 4 + 8 * number + 4)
        (form,) = struct.unpack_from(">H", font, start + inner)
        if form == _BY_SEGMENTS:
            return int(start + inner)
    raise ValueError("the font has no character map of format 4")


def _table(font: bytes, wanted: str) -> int:
    """Return where a table of the font begins."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for number in range(tables):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if name == wanted.encode():
            return int(offset)
    raise ValueError(f"the font has no table {wanted}")
