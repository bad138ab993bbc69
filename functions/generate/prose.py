"""The model's words as prose: cut where a sentence ends."""

import re

_SENTENCE_END = re.compile(r"[.!?\u2026]['\"\u2019\u201d)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Messrs|Prof|Hon|Rev|Sr|Jr|vol|Vol|Fig|fig|cf|viz|c|i\.e|e\.g)"
    r"|\b[A-Z])\.$"
)
"""A full stop that ends no sentence: of a title, an initial, a reference."""


def whole_sentences(text: str) -> str:
    """Return the text up to the end of its last whole sentence.

    A text without one ends with an ellipsis, after its last whole word.
    """
    ends = [match for match in _SENTENCE_END.finditer(text) if not _is_abbreviation(text, match)]
    if ends:
        return text[: ends[-1].end()]
    words = text.rstrip().rsplit(None, 1)
    return f"{words[0].rstrip(' ,;:—-')}…" if len(words) > 1 else f"{text.strip()}…"


def _is_abbreviation(text: str, match: re.Match[str]) -> bool:
    return bool(_ABBREVIATION.search(text[: match.start() + 1]))
