"""A text as print sets it: quotation marks, apostrophes, dashes and ellipses.

Visitors type what is on their keys, and the model writes what it has read. A page shows real marks
in their place, as English print has them. Only marks are changed, never a letter, a digit or a
space; what could be meant otherwise (inches, Hebrew abbreviations, anything that looks like code)
stays as it was typed. What is stored stays as it was typed in any case.
"""

import re

_QUOTES = "\"'“”‘’"  # noqa: RUF001  # typographic, and meant
_QUOTE = re.compile(f"[{_QUOTES}]")
_CODE_SIGN = re.compile(r"[{}<>\\|=`]")
_CALL = re.compile(rf"\w\([{_QUOTES}]")
_BESIDE_DASH = rf"[\w{_QUOTES}.,;:!?…()\[\]]"
_SIGNS = (
    ("...", re.compile(r"(?<![.…])\.{3}(?![.…])"), "…"),
    (". . .", re.compile(r"(?<![.…])(?<!\. )\. \. \.(?![.…]| \.)"), "…"),
    ("--", re.compile(r"(?<=\d)--(?=\d)"), "–"),  # noqa: RUF001  # from a number to a number
    ("--", re.compile(rf"(?<={_BESIDE_DASH})-{{2,3}}(?={_BESIDE_DASH})"), "—"),
    ("- ", re.compile(r"(?<=\S )-{1,3}(?= \S)"), "–"),  # noqa: RUF001  # an en dash between spaces
)
"""Dots and hyphens: what a line with them holds, where they stand for something, and for what."""

_BEFORE_OPENING = "([{«‹¿¡-–—/"  # noqa: RUF001  # dashes
_BEHIND_CLOSING = ")]}»›,;:!?"  # noqa: RUF001  # as set
_DECADE = re.compile(r"'\d\d(?!\d)")
"""The '90s, and '68."""
_ELISION = re.compile(
    r"'(?:tis|tisn|twas|twasn|twere|twill|twould|em|til|bout|neath|gainst|tween|n)\b", re.IGNORECASE
)
"""Words whose beginning is left out, as far as no quotation is likely to begin with them."""
_HEBREW = re.compile(r"[\u0590-\u05ff]")


def typeset(text: str, before: str = "") -> str:
    """Return the text with typographic marks.

    `before` is what stands in front of it, if anything: it decides what a mark at the beginning
    is, and is not returned. Twice is the same as once.
    """
    context = before.rpartition("\n")[2]
    first, *others = text.split("\n")
    return "\n".join([_line(first, context), *(_line(other, "") for other in others)])


def _line(line: str, context: str) -> str:
    whole, start = context + line, len(context)
    if _is_code(whole):
        return line
    for held, sign, mark in _SIGNS:
        if held in whole:
            whole = _replaced(whole, start, sign, mark)
    return _with_quotes(whole, start)[start:]


def _is_code(line: str) -> bool:
    """Tell whether a line has anything that prose does not have."""
    return (
        bool(_CODE_SIGN.search(line)) or "://" in line or bool("(" in line and _CALL.search(line))
    )


def _replaced(whole: str, start: int, sign: re.Pattern[str], mark: str) -> str:
    """Return the line with the mark in place of each sign that begins at `start` or behind it."""
    return sign.sub(lambda found: found[0] if found.start() < start else mark, whole)


def _with_quotes(whole: str, start: int) -> str:
    """Return the line, its straight quotation marks from `start` on turned."""
    pieces: list[str] = []
    done = 0
    is_open = is_inner_open = False
    for found in _QUOTE.finditer(whole):
        place, mark = found.start(), found[0]
        left, right = _neighbours(whole, place)
        if mark == '"':
            mark = _double(left, right, is_open=is_open)
        elif mark == "'":
            mark = _single(whole, place, left, right, is_open=is_inner_open)
        if mark in "“”":
            is_open = mark == "“"
        elif mark == "‘" or (mark == "’" and not right.isalnum()):  # noqa: RUF001  # inner ones
            is_inner_open = mark == "‘"  # noqa: RUF001  # an inner one opens
        if place >= start:
            pieces += (whole[done:place], mark)
            done = place + 1
    return "".join((*pieces, whole[done:]))


def _neighbours(whole: str, place: int) -> tuple[str, str]:
    """Return the characters beside a mark, or beside the row of marks that it stands in."""
    left, right = place - 1, place + 1
    while left >= 0 and whole[left] in _QUOTES:
        left -= 1
    while right < len(whole) and whole[right] in _QUOTES:
        right += 1
    return whole[left : left + 1] if left >= 0 else "", whole[right : right + 1]


def _double(left: str, right: str, *, is_open: bool) -> str:
    if left.isalnum() and right.isalnum():
        return '"'
    may_open, may_close = _may_open(left, right), _may_close(left, right)
    if may_open and not may_close:
        return "“"
    if may_close and left.isdigit() and not is_open:
        return '"'  # inches
    if may_close and (is_open or not may_open):
        return "”"
    return '"'


def _single(whole: str, place: int, left: str, right: str, *, is_open: bool) -> str:
    if _HEBREW.match(left) or (left.isdigit() and right.isdigit()):
        return "'"
    if left.isalnum() and right.isalnum():
        return "’"  # noqa: RUF001  # an apostrophe
    may_open, may_close = _may_open(left, right), _may_close(left, right)
    if may_open and not may_close:
        is_elided = _DECADE.match(whole, place) or _ELISION.match(whole, place)
        return "’" if is_elided else "‘"  # noqa: RUF001  # an apostrophe, or a quotation
    if may_close and left.isdigit() and not is_open:
        return "'"  # feet
    if may_close and (is_open or not may_open):
        return "’"  # noqa: RUF001  # a quotation's end, or an apostrophe
    return "'"


def _may_open(left: str, right: str) -> bool:
    """Tell whether a quotation can begin between the two; empty is the line's end."""
    is_free = not left or left.isspace() or left in _BEFORE_OPENING
    return is_free and bool(right) and not right.isspace() and right not in _BEHIND_CLOSING


def _may_close(left: str, right: str) -> bool:
    """Tell whether a quotation can end between the two; empty is the line's end."""
    is_attached = bool(left) and not left.isspace() and left not in "([{«‹"  # noqa: RUF001  # as set
    return is_attached and not right.isalnum()
