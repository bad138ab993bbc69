"""`originality.bin`: the training text's words as an index, to be searched for copied runs.

What it holds and how it is read stands in `functions/generate/originality/archive.py`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from functions.generate.originality.archive import (
    BLOCK_BITS,
    BLOCK_BYTES,
    COUNT_BYTES,
    HEADER,
    MAGIC,
    Codes,
    blocks_for,
)
from functions.generate.originality.words import hash_of, words_of

BITS = 12
"""Of a word's code. Every bit more costs an eighth of a byte for each word of the corpus, and
halves how often two rare words are taken for each other."""

_OWN = 3 / 4
"""The share of the codes that the commonest words have for themselves."""

Numbers = npt.NDArray[np.int64]


def write_index(texts: Iterable[str], path: Path, bits: int = BITS) -> int:
    """Write the index of a corpus's documents; return how many words it has."""
    documents = [words_of(text) for text in texts]
    codes = codes_for(documents, bits)
    line = line_of(documents, codes)  # (n,)
    last = transformed(line)  # (n,)
    with path.open("wb") as file:
        own = sorted(codes.own.items())
        file.write(HEADER.pack(MAGIC, bits, len(own), line.size))
        file.write(np.array([known for known, _ in own], "<u8").tobytes())
        file.write(np.array([code for _, code in own], "<u2").tobytes())
        levels = list(_levels(last, bits))
        file.write(_shifts(line, levels, bits).astype("<i8").tobytes())
        for level in levels:
            file.write(_blocks(level).tobytes())
    return sum(len(words) for words in documents)


def codes_for(documents: Sequence[Sequence[str]], bits: int) -> Codes:
    """Give the commonest words codes of their own; equally common ones in their own order."""
    counts = Counter(word for words in documents for word in words)
    most = int(((1 << bits) - 1) * _OWN)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))[:most]
    return Codes(bits, {hash_of(word): code for code, word in enumerate(ranked, start=1)})


def line_of(documents: Sequence[Sequence[str]], codes: Codes) -> Numbers:
    """Return the documents' codes in one line (n,), a 0 behind each."""
    known = {word: codes.of(word) for words in documents for word in words}
    line: list[int] = []
    for words in documents:
        line.extend(known[word] for word in words)
        line.append(0)
    return np.array(line or [0], dtype=np.int64)


def transformed(line: Numbers) -> Numbers:
    """Return the Burrows-Wheeler transform of a line that ends in 0 (n,)."""
    return line[sorted_suffixes(line) - 1]  # before the first stands the last, a 0


def sorted_suffixes(line: Numbers) -> Numbers:
    """Return where each suffix begins, in the order of the suffixes (n,).

    Prefix doubling (Manber and Myers, https://doi.org/10.1137/0222058): suffixes ranked by their
    first k words are ranked by 2 k from the ranks of two suffixes. A shorter one comes first.
    """
    rank = line + 1  # (n,); 0 stands for what is behind the end
    reach = 1
    while True:
        behind = np.zeros_like(rank)
        behind[:-reach] = rank[reach:]
        key = rank * (int(rank.max()) + 1) + behind
        order = np.argsort(key, kind="stable")
        in_order = key[order]
        rank[order] = np.concatenate(([1], 1 + np.cumsum(in_order[1:] != in_order[:-1])))
        if int(rank[order[-1]]) == rank.size:
            return order
        reach *= 2


def _levels(values: Numbers, bits: int) -> Iterator[npt.NDArray[np.bool_]]:
    """Yield the wavelet matrix of `values` (n,), the highest bit first, each level (n,)."""
    for shift in range(bits - 1, -1, -1):
        level = (values >> shift & 1).astype(np.bool_)
        yield level
        values = np.concatenate([values[~level], values[level]])
    # What comes out behind the last level is not kept: `_shifts` knows where each code begins.


def _shifts(line: Numbers, levels: Sequence[npt.NDArray[np.bool_]], bits: int) -> Numbers:
    """Return for each code how far its place behind the last level is from its first suffix."""
    counts = np.bincount(line, minlength=1 << bits)  # (codes,)
    first_suffix = np.cumsum(counts) - counts
    begins = np.zeros(1 << bits, dtype=np.int64)
    for number, level in enumerate(levels):
        before = np.concatenate(([0], np.cumsum(level)))  # (n + 1,): ones before each place
        is_one = (np.arange(1 << bits) >> (bits - 1 - number) & 1).astype(np.bool_)
        ones = before[begins]
        begins = np.where(is_one, level.size - before[-1] + ones, begins - ones)
    return first_suffix - begins


def _blocks(level: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Return a level as blocks (blocks, 64) of a count and 480 bits."""
    count = blocks_for(level.size)
    padded = np.zeros(count * BLOCK_BITS, dtype=np.bool_)
    padded[: level.size] = level
    rows = padded.reshape(count, BLOCK_BITS)
    ones = rows.sum(axis=1, dtype=np.int64)
    blocks = np.empty((count, BLOCK_BYTES), dtype=np.uint8)
    before = (np.cumsum(ones) - ones).astype("<u4")
    blocks[:, :COUNT_BYTES] = before.view(np.uint8).reshape(count, COUNT_BYTES)
    blocks[:, COUNT_BYTES:] = np.packbits(rows, axis=1, bitorder="little")
    return blocks
