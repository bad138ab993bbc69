"""Held-out text that is also in the training part would make every held-out figure a lie.

Words are compared, not characters: case and punctuation do not matter. A held-out document leaks
when half of its words stand in runs of 13 words that the training part has too: a copy, a copy with
changes, an abridgement. A quotation that two authors share is shorter than that and no leak, and
so is a phrase. Runs of 13 words are what the authors of GPT-3 looked for (Brown et al. 2020,
appendix C); a run of that length hardly ever stands in two texts by chance.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.corpus import Document
from training.run_hashes import Hashes, run_hashes

RUN = 13  # words
LEAKING_SHARE = 0.5  # of a held-out document's words, within runs that the training part has

_WORD = re.compile(r"\w+")

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Leak:
    """A held-out document that the training part has as well."""

    held_out: Document
    train: Document  # the one that has most of it
    share: float  # of the held-out document's words


def find_leaks(train: Iterable[Document], held_out: Sequence[Document]) -> list[Leak]:
    """Return the held-out documents that leak, in their order."""
    numbers = _WordNumbers()
    index = _HeldOutRuns([_runs_of(document.text, numbers) for document in held_out])
    most: Counts = np.zeros(len(held_out), dtype=np.int64)
    partners: dict[int, Document] = {}
    for document in train:
        counts = index.find(_runs_of(document.text, numbers))
        for number in np.flatnonzero(counts > most).tolist():
            most[number], partners[number] = counts[number], document
    return [
        Leak(held_out[number], partner, share)
        for number, partner in sorted(partners.items())
        if (share := index.share_found(number)) >= LEAKING_SHARE
    ]


class _HeldOutRuns:
    """The runs of all held-out documents, sorted, and which of them were found elsewhere."""

    def __init__(self, runs: Sequence[Hashes]) -> None:
        every = np.concatenate(runs)
        order = np.argsort(every)
        self._sorted = every[order]
        self._place = order  # in the documents' order, of each sorted run
        self._owner = np.repeat(np.arange(len(runs)), [len(part) for part in runs])
        self._starts = np.cumsum([0, *(len(part) for part in runs)])
        self._found = np.zeros(len(every), dtype=bool)

    def find(self, runs: Hashes) -> Counts:
        """Mark the runs of another text; return how many each held-out document has of them."""
        first = np.searchsorted(self._sorted, runs)
        last = np.searchsorted(self._sorted, runs, side="right")
        known = first < last
        places = {
            int(place)
            for start, end in zip(first[known], last[known], strict=True)
            for place in self._place[start:end]
        }
        here = np.fromiter(places, dtype=np.int64, count=len(places))
        self._found[here] = True
        return np.bincount(self._owner[here], minlength=len(self._starts) - 1)

    def share_found(self, document: int) -> float:
        """Return the share of a document's words that lie in a run that was found."""
        found = self._found[self._starts[document] : self._starts[document + 1]]
        covered = np.convolve(found, np.ones(RUN, dtype=np.int64)) > 0  # (words)
        return float(covered.mean())


class _WordNumbers(dict[str, int]):
    """A number of 64 random-looking bits for each word."""

    def __missing__(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        self[word] = number = int.from_bytes(digest, "big")
        return number


def _runs_of(text: str, numbers: _WordNumbers) -> Hashes:
    """Return a number for each run of RUN words: (words - RUN + 1), none for a shorter text."""
    words = [numbers[word] for word in _WORD.findall(text.casefold())]
    return run_hashes(np.array(words, dtype=np.uint64), RUN)
