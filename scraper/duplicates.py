"""Near-duplicates: texts that share most of their five-word runs (Broder 1997, MinHash with bands).

Every run is hashed once; the hash chooses one of 128 places of the signature and the least hash
there stays (one permutation hashing, Li, Owen and Zhang 2012), empty places borrow from their
neighbour (densification, Shrivastava and Li 2014). Texts that agree in any band of four places are
candidates: of two texts with a similarity of 0.7, all but one pair in some 6000 are found. The
candidates' similarity is then counted exactly, so that no text is removed by a hash alone.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

RUN = 5
PLACES = 128
_BAND = 4
_MOST = 0xFFFFFFFF
_STEP = 0x9E3779B1  # odd: borrowing from further away gives another number
_MOST_PER_BUCKET = 50
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Near:
    """A text, the earlier one that it repeats, and the share of runs that they have in common."""

    number: int
    repeats: int
    similarity: float


def runs_of(text: str) -> frozenset[str]:
    """Return a text's runs of five words, without case and punctuation."""
    words = _WORD.findall(text.lower())
    if len(words) < RUN:
        return frozenset({" ".join(words)})
    return frozenset(" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def similarity_of(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the runs in common as a share of all (Jaccard)."""
    return len(one & other) / len(one | other)


def signature_of(text: str) -> "array[int]":
    """Return the 128 numbers of a text; the more places agree, the more alike two texts are.

    The hash of a tuple of numbers is the same in every process, unlike that of a string.
    """
    words = [crc32(word.encode("utf-8", "replace")) for word in _WORD.findall(text.lower())]
    runs = zip(*(words[at:] for at in range(RUN)), strict=False)
    hashes = sorted(set(map(hash, runs)) or {hash(tuple(words))}, reverse=True)
    least = {number % PLACES: number // PLACES & _MOST for number in hashes}
    return array("I", _densified([least.get(place) for place in range(PLACES)]))


def near_duplicates(
    signatures: Sequence["array[int]"], runs: Callable[[int], frozenset[str]], least: float
) -> Iterator[Near]:
    """Yield the texts that repeat an earlier one, in order. Texts are known by their number.

    A text that was found to repeat another is never itself the original of a third.
    """
    removed: set[int] = set()
    for number, candidates in sorted(_candidates(signatures).items()):
        own = runs(number)
        alike = [
            (similarity_of(own, runs(earlier)), -earlier)
            for earlier in candidates
            if earlier not in removed
        ]
        best, original = max(alike, default=(0.0, 0))
        if alike and best >= least:
            removed.add(number)
            yield Near(number, -original, best)


def _densified(places: list[int | None]) -> Iterator[int]:
    for at in range(PLACES):
        away = 0
        while (found := places[(at + away) % PLACES]) is None:
            away += 1
        yield (found + away * _STEP) & _MOST


def _candidates(signatures: Sequence["array[int]"]) -> dict[int, set[int]]:
    """Return, for each text that agrees with earlier ones in a band, those earlier ones."""
    found: dict[int, set[int]] = {}
    for start in range(0, PLACES, _BAND):
        buckets: dict[bytes, list[int]] = {}
        for number, signature in enumerate(signatures):
            bucket = buckets.setdefault(signature[start : start + _BAND].tobytes(), [])
            if bucket:
                found.setdefault(number, set()).update(bucket)
            if len(bucket) < _MOST_PER_BUCKET:
                bucket.append(number)
    return found
