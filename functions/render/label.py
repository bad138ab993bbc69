"""What a printed review needs beside its words: a code that leads a reader's phone to its page."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

_QUIET = 4
"""The margin that readers need, in modules (ISO/IEC 18004, 6.3.8)."""
_MASK = 2
"""Any mask is valid. Trying all eight, to find the most even one, takes four times as long."""
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code as the path of an SVG, to be stroked one unit wide."""

    size: int
    """Its width and its height in units, its margin among them."""
    path: str


@lru_cache(_REMEMBERED)
def qr_code(address: str) -> QrCode:
    """Return the code of an address, readable with 15 % of it lost."""
    # Only a finished review's page needs it, and no other is to wait for the import.
    import segno  # noqa: PLC0415

    matrix = segno.make_qr(address, error="m", boost_error=False, mask=_MASK).matrix
    rows = (_row(number, row) for number, row in enumerate(matrix))
    return QrCode(len(matrix) + 2 * _QUIET, "".join(rows))


def _row(number: int, modules: bytearray) -> str:
    """Return the dark runs of a row as strokes through its middle."""
    path, pen = "", 0
    place = 0
    for is_dark, run in groupby(modules):
        length = len([*run])
        if is_dark:
            moved = f"m{place - pen} 0" if path else f"M{_QUIET + place} {_QUIET + number}.5"
            path += f"{moved}h{length}"
            pen = place + length
        place += length
    return path
