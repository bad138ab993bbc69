"""One way to write a text: Unicode in one form, plain spaces, nothing invisible, no remnants.

Typographic quotes, dashes and ellipses are kept: they are how a magazine is printed. `stripped`
takes them out, as the first corpus had it.
"""

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063"
    "\u2064\ufeff\ufffc\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Soft hyphens, marks of width zero and of direction. Joiners stay: emoji are made with them."""
_CONTROLS = {number: None for number in range(0x20) if chr(number) not in "\t\n\v\f\r"}
_AS_WINDOWS_HAS_IT = {
    number: bytes([number]).decode("cp1252", "ignore") or None for number in range(0x80, 0xA0)
}
_TABLE = {
    **_CONTROLS,
    0x7F: None,
    **_AS_WINDOWS_HAS_IT,
    **{ord(character): None for character in _INVISIBLE},
    **dict.fromkeys(range(0xD800, 0xE000)),
}
_UNWANTED = re.compile(f"[{re.escape(''.join(map(chr, _TABLE)))}]")
_QUOTES = re.compile("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a]")
_MARKS = re.compile("[\u2010-\u2015\u2026\u2022\u00b7\u2212]")


def tidied(text: str) -> str:
    """Return a line of text in its one form. Tidying it again changes nothing."""
    if "&" not in text and not _UNWANTED.search(text):
        return _with_plain_spaces(text)
    while (tidy := _tidied_once(text)) != text:
        text = tidy
    return text


def stripped(text: str) -> str:
    """Return a text without typographic punctuation, as the first corpus was kept.

    Curly and angled quotes and apostrophes vanish; dashes, ellipses and bullets become a space.
    """
    lines = _MARKS.sub(" ", _QUOTES.sub("", text)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)


def _tidied_once(text: str) -> str:
    text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    return _with_plain_spaces(text.translate(_TABLE))


def _with_plain_spaces(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())
