"""A passage that stands for a review where there is no room for all of it.

The first words of a review are its title over again, and its first sentence may say little. So the
sentences are weighed, by rules that a reader can follow, and the best one is quoted, with those
behind it that still fit.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from functions.render.reading import Paragraph, Reading, excerpt_of, shortened

_SENTENCE = re.compile(r".+?(?:[.!?…。！？؟]['\"’”)\]]*(?=\s|$)|[。！？]|$)", re.DOTALL)  # noqa: RUF001  # other scripts' stops
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Messrs|Prof|Hon|Rev|Sr|Jr|[Vv]ol|[Ff]ig|cf|viz|i\.e|e\.g|[A-Z]))\.$"
)
"""A full stop that ends no sentence: of a title, an initial, a reference."""
_LONGEST_ABBREVIATION = 10
"""In characters, with room to see that it is a word of its own."""
_LEANING = re.compile(
    r"(?:he|she|it|they|his|her|its|their|him|them|this|these|those|that|such|so|and|but|or|nor|yet"
    r"|then|thus|hence|therefore|however|moreover|also|here|there|for|because|which|who)\b",
    re.IGNORECASE,
)
"""First words that lean on a sentence before."""
_PAIRS = (("“", "”"), ("(", ")"), ("[", "]"))
_SINGLE_BEFORE = re.compile(r"(?<!\w)['‘](?=\w)")  # noqa: RUF001  # typographic, and meant
_SINGLE_BEHIND = re.compile(r"(?<=\S)['’](?!\w)")  # noqa: RUF001  # typographic, and meant
"""Single quotation marks, told from apostrophes by what is beside them. A plural's apostrophe
counts as one, which costs a good sentence now and then."""
_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST = 60, 170
"""Within these, in characters, a sentence says something and is read at a glance."""

_LEAST_OF_ROOM = 1 / 3
"""A beginning that ends with a sentence fills at least so much of its room."""
_REMEMBERED = 256
"""Quotations that are kept: the gallery shows the same ones to everybody."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: str
    paragraph: int


@lru_cache(_REMEMBERED)
def quote_of(
    reading: Reading, characters: int, accepts: Callable[[str], bool] = lambda _words: True
) -> str:
    """Return whole sentences of the review, of at most so many characters in all.

    Only sentences that `accepts` takes are quoted. Where none fits, the beginning of what was
    written stands in, cut at a word; where that is not accepted either, or there is none, nothing.
    """
    sentences = _sentences(reading)
    fitting = [
        number
        for number, sentence in enumerate(sentences)
        if len(sentence.words) <= characters and accepts(sentence.words)
    ]
    if not fitting:
        beginning = shortened(_written(reading), characters)
        return beginning if _WORD.search(beginning) and accepts(beginning) else ""
    counts = Counter(sentence.words for sentence in sentences)

    def weight(number: int) -> tuple[float, int]:
        words = sentences[number].words
        return _merit(words) - 2 * (counts[words] > 1), -number

    return _extended(sentences, max(fitting, key=weight), characters, accepts)


def beginning_of(reading: Reading, characters: int) -> Reading:
    """Return the beginning of a text that ends with a sentence, or else at a word with an ellipsis.

    It does so where the sentence that would not fit is longer than most of the room.
    """
    cut = excerpt_of(reading, characters)
    *before, last = cut.paragraphs or (Paragraph("", ""),)
    whole = reading.paragraphs[len(before)] if cut.paragraphs else last
    if last == whole:
        return cut
    room = characters - sum(len(each.given) + len(each.written) for each in before)
    ends = [end for end in _ends(whole.given + whole.written) if len(whole.given) < end <= room]
    kept = [*before]
    if ends:
        written = whole.written[: ends[-1] - len(whole.given)].rstrip()
        kept.append(Paragraph(whole.given, written))
    if sum(len(each.written) for each in kept) < characters * _LEAST_OF_ROOM:
        return cut
    return replace(reading, paragraphs=tuple(kept))


def _extended(
    sentences: list[_Sentence], first: int, characters: int, accepts: Callable[[str], bool]
) -> str:
    """Return the sentence with those of its paragraph that follow and fit."""
    quote = sentences[first].words
    for sentence in sentences[first + 1 :]:
        longer = f"{quote} {sentence.words}"
        is_over = sentence.paragraph != sentences[first].paragraph or len(longer) > characters
        is_poor = sentence.words in quote or _is_open(sentence.words)
        if is_over or is_poor or not accepts(sentence.words):
            break
        quote = longer
    return quote


def _merit(words: str) -> float:
    """Return how well a sentence stands by itself: higher is better."""
    found = [word.lower() for word in _WORD.findall(words)]
    if not found:
        return -9.0
    merit = 3 * len(set(found)) / len(found)  # a machine that is sober repeats itself
    merit -= 2 * (not _SHORTEST <= len(words) <= _LONGEST)
    merit -= bool(_LEANING.match(words))
    merit -= words[0].islower()
    return merit - 2 * _is_open(words)


def _is_open(words: str) -> bool:
    """Tell whether a quotation or a bracket is not closed, or was never opened."""
    if any(words.count(left) != words.count(right) for left, right in _PAIRS):
        return True
    singles = (len(pattern.findall(words)) for pattern in (_SINGLE_BEFORE, _SINGLE_BEHIND))
    return words.count('"') % 2 == 1 or len({*singles}) > 1


def _sentences(reading: Reading) -> list[_Sentence]:
    """Return the sentences that the machine wrote from their first word on."""
    sentences: list[_Sentence] = []
    for number, paragraph in enumerate(reading.paragraphs):
        own = _split(paragraph.given + paragraph.written)
        is_new = not paragraph.given
        sentences += [_Sentence(words, number) for words in (own if is_new else own[1:])]
    return sentences


def _split(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    places = [0, *_ends(text), len(text)]
    sentences = (text[start:end].strip() for start, end in pairwise(places))
    return [sentence for sentence in sentences if sentence]


def _ends(text: str) -> list[int]:
    """Return where the sentences of a paragraph end, one that has no end left out."""
    ends: list[int] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        tail = text[max(start, match.end() - _LONGEST_ABBREVIATION) : match.end()]
        if tail and not _NO_END.search(tail):
            ends.append(match.end())
            start = match.end()
    return ends


def _written(reading: Reading) -> str:
    return " ".join(paragraph.written.strip() for paragraph in reading.paragraphs).strip()
