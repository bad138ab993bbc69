"""The corpus as an index that tells how long a run of words is that the corpus has too.

`originality.bin` is an FM-index (Ferragina and Manzini, https://doi.org/10.1109/SFCS.2000.892127)
of the corpus as a line of word codes: its Burrows-Wheeler transform, kept as a wavelet matrix
(Claude, Navarro and Ordonez, https://doi.org/10.1016/j.is.2014.06.002). A step of the search takes
one more word to the left, for all the corpus at once.

The file, all numbers little-endian:

    magic                8 bytes
    bits                 uint32: of a word's code
    own                  uint32: how many words have a code of their own
    length               uint64: of the line of codes, n
    hashes               (own) uint64, ascending: of those words
    codes                (own) uint16: theirs
    shifts               (2 ** bits) int64: see `_step`
    levels               (bits, blocks) of 64 bytes: the ones before it in its level as uint32,
                         then 480 bits of the level, the first in the lowest bit of the first byte

Code 0 stands between documents and is no word's. The commonest words have codes of their own; all
others share the rest by their hash. So a run is never found too short, and too long only where two
rare words share a code: `bundle.json` says how often that was, measured against an exact search.
"""

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from functions.generate.errors import BundleRefused
from functions.generate.originality.words import hash_of

MAGIC = b"ORIGIN1\n"
HEADER = struct.Struct("<8sIIQ")
BLOCK_BYTES = 64
COUNT_BYTES = 4
BLOCK_BITS = 8 * (BLOCK_BYTES - COUNT_BYTES)
MOST_BITS = 16


@dataclass(frozen=True, slots=True)
class Codes:
    """Which code stands for which word."""

    bits: int
    own: dict[int, int]
    """Hash → code, for the words that have one of their own."""

    def of(self, word: str) -> int:
        """Return a word's code, 1 or more."""
        known = hash_of(word)
        found = self.own.get(known)
        return self.shared(known) if found is None else found

    def shared(self, known: int) -> int:
        """Return the code of a word without one of its own, by its hash."""
        first = len(self.own) + 1
        return first + known % ((1 << self.bits) - first)


def blocks_for(length: int) -> int:
    """Return how many blocks a level of so many bits has; the end is in one, too."""
    return length // BLOCK_BITS + 1


class Archive:
    """A corpus's index, opened."""

    def __init__(self, path: Path) -> None:
        """Map the file; nothing of it is read before it is asked for. Raises BundleRefused."""
        with path.open("rb") as file:
            try:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:  # an empty file cannot be mapped
                raise BundleRefused(f"{path} is empty. Export the bundle again.") from error
        try:
            magic, bits, own, self._length = HEADER.unpack_from(self._bytes)
        except struct.error as error:
            raise BundleRefused(f"{path} is cut short. Export the bundle again.") from error
        if magic != MAGIC or not 1 <= bits <= MOST_BITS:
            raise BundleRefused(f"{path} is no index of a corpus. Export the bundle again.")
        hashes_at = HEADER.size
        codes_at = hashes_at + 8 * own
        shifts_at = codes_at + 2 * own
        self._levels_at = shifts_at + 8 * (1 << bits)
        self._level_bytes = blocks_for(self._length) * BLOCK_BYTES
        expected = self._levels_at + bits * self._level_bytes
        if len(self._bytes) != expected:
            raise BundleRefused(
                f"{path} has {len(self._bytes)} bytes where {expected} belong. "
                "Export the bundle again."
            )
        hashes = np.frombuffer(self._bytes, "<u8", own, hashes_at)
        codes = np.frombuffer(self._bytes, "<u2", own, codes_at)
        self._codes = Codes(bits, dict(zip(hashes.tolist(), codes.tolist(), strict=True)))
        self._shifts: list[int] = np.frombuffer(self._bytes, "<i8", 1 << bits, shifts_at).tolist()
        # How many zeros a level has: ones go behind all of them on the way to the next.
        self._zeros = [self._length - self._ones(level, self._length) for level in range(bits)]

    def shared_run(self, words: Sequence[str]) -> int:
        """Return how many of the last `words` stand in the corpus, side by side in this order."""
        begin, end = 0, self._length
        for run, word in enumerate(reversed(words)):
            code = self._codes.of(word)
            begin, end = self._step(code, begin), self._step(code, end)
            if begin >= end:
                return run
        return len(words)

    def _step(self, code: int, place: int) -> int:
        """Return where a border among the sorted suffixes lies with one more word before them.

        The wavelet matrix tells how often the code stands before `place`; the shift leads from
        there to the suffixes that begin with it.
        """
        for level in range(self._codes.bits):
            ones = self._ones(level, place)
            is_one = code >> (self._codes.bits - 1 - level) & 1
            place = self._zeros[level] + ones if is_one else place - ones
        return place + self._shifts[code]

    def _ones(self, level: int, place: int) -> int:
        """Return how many bits before `place` are set in a level."""
        block, rest = divmod(place, BLOCK_BITS)
        at = self._levels_at + level * self._level_bytes + block * BLOCK_BYTES
        counted = int.from_bytes(self._bytes[at : at + COUNT_BYTES], "little")
        bits = int.from_bytes(self._bytes[at + COUNT_BYTES : at + BLOCK_BYTES], "little")
        return counted + (bits & ((1 << rest) - 1)).bit_count()


@dataclass(frozen=True, slots=True)
class SharedRun:
    """A run of a text's words that the corpus has too."""

    words: int
    end: int
    """The number of the text's word behind it."""


def longest_shared_run(archive: Archive, words: Sequence[str]) -> SharedRun:
    """Return the longest run of words that the corpus has too; of equally long ones the first."""
    longest = SharedRun(0, 0)
    end = 1
    while end <= len(words):
        wanted = longest.words + 1
        run = archive.shared_run(words[end - wanted : end])
        if run == wanted:
            longest = SharedRun(run, end)
            end += 1
        else:  # the word before this run breaks every longer one: the next can begin behind it
            end += wanted - run
    return longest
