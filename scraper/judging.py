"""An extract becomes a clean text, or gets the reason why it is none."""

import hashlib
import re
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from scraper.duplicates import signature_of
from scraper.language import language_of
from scraper.prose import stripped
from scraper.recurring import line_number
from scraper.schema import connect_to_read
from scraper.site import Cleaning, Punctuation

_BYLINE = re.compile(
    r"(?:[\u2014\u2013-]+\s*|(?:[Ww]ritten\s+)?[Bb][Yy]:?\s+)(?P<names>[^\W\d_][\w.'\u2019-]*"
    r"(?:\s+(?:&|[^\W\d_][\w.'\u2019-]*)){1,7})"
)
_SMALL_IN_NAMES = frozenset(
    ["&", "and", "de", "del", "della", "den", "der", "di", "du", "la", "le", "van", "von"]
)
_LONGEST_BYLINE = 80
_AT_THE_EDGES = 2  # bylines stand among the first or the last lines


class Removal(StrEnum):
    """Why an article is not part of the corpus."""

    UNREADABLE = "unreadable"
    EMPTY = "without text"
    SHORT = "too short"
    LONG = "too long"
    LANGUAGE = "in another language"
    EXACT = "exact duplicates"
    NEAR = "near duplicates"


@dataclass(frozen=True, slots=True)
class Judged:
    """A page's clean text; `removed` is empty for a good one, which has a digest and signature."""

    page: int
    text: str
    words: int
    removed: str = ""
    digest: bytes = b""
    signature: bytes = b""

    def without_text(self) -> "Judged":
        """Return all but the text, to hold many."""
        return replace(self, text="")


class Judge:
    """Cleans and judges extracts, over connections of its own."""

    def __init__(self, path: Path, rules: Cleaning, recurring: frozenset[int]) -> None:
        self._path = path
        self._rules = rules
        self._recurring = recurring

    def __call__(self, ids: list[int]) -> list[Judged]:
        """Return what became of these pages. The connection is closed again, as `Extraction`'s."""
        marks = ", ".join("?" * len(ids))
        with closing(connect_to_read(self._path)) as connection:
            rows = connection.execute(
                f"SELECT page_id, text, author, problem FROM extracts WHERE page_id IN ({marks})",  # noqa: S608 - question marks only
                ids,
            ).fetchall()
        return [self._judged(*row) for row in rows]

    def _judged(self, page: int, text: str, author: str, problem: str) -> Judged:
        if problem:
            return Judged(page, "", 0, Removal.UNREADABLE)
        text = cleaned(text, author, self._rules, self._recurring)
        words = len(text.split())
        removed = judge(text, words, self._rules)
        if removed:
            return Judged(page, text, words, removed)
        digest = hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
        return Judged(page, text, words, "", digest, signature_of(text).tobytes())


def cleaned(text: str, author: str, rules: Cleaning, recurring: frozenset[int]) -> str:
    """Return a text without the template's lines, bylines and the lines that the site drops."""
    lines = [
        line
        for line in text.split("\n")
        if not any(pattern.search(line) for pattern in rules.drop_lines)
        and line_number(line) not in recurring
    ]
    last = len(lines) - _AT_THE_EDGES
    lines = [
        line
        for at, line in enumerate(lines)
        if _AT_THE_EDGES <= at < last or not is_byline(line, author)
    ]
    joined = "\n".join(lines)
    if rules.punctuation is Punctuation.STRIP:
        joined = stripped(joined)
    return joined


def is_byline(line: str, author: str) -> bool:
    """Tell whether a line only says who wrote the review."""
    if len(line) > _LONGEST_BYLINE:
        return False
    bare = re.sub(r"^(?:[\u2014\u2013-]+\s*|by:?\s+)", "", line.rstrip("."), flags=re.IGNORECASE)
    if author and bare.casefold() == re.sub(r"^by:?\s+", "", author.casefold()):
        return True
    match = _BYLINE.fullmatch(line.rstrip("."))
    return match is not None and all(
        word[0].isupper() or word in _SMALL_IN_NAMES for word in match.group("names").split()
    )


def judge(text: str, words: int, rules: Cleaning) -> str:
    """Return why a text is not part of the corpus, empty where it is."""
    if not words:
        return Removal.EMPTY
    if words < rules.fewest_words:
        return Removal.SHORT
    if words > rules.most_words:
        return Removal.LONG
    if rules.language and language_of(text) != rules.language:
        return Removal.LANGUAGE
    return ""
