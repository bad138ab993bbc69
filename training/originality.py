"""`originality.bin`: the training text's words as an index, to be searched for copied runs.

What it holds and how it is read stands in `functions/generate/originality/archive.py`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from functions.generate.originality.archive import (
    BLOCK_BITS,
    BLOCK_BYTES,
    COUNT_BYTES,
    HEADER,
    MAGIC,
    Archive,
    Codes,
    blocks_for,
    longest_shared_run,
)
from functions.generate.originality.words import hash_of, words_of
from training.prepared import Prepared, Tokens, documents_in
from training.run_hashes import run_hashes

CODE_BITS = 12
"""Of a word's code. Every bit more costs an eighth of a byte for each word of the corpus, and
halves how often two rare words are taken for each other."""

_OWN = 3 / 4
"""The share of the codes that the commonest words have for themselves."""

_DECADE = re.compile(r"\A\d{3}0s\n")

Numbers = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Corpus:
    """Documents as one line of word numbers."""

    words: list[str]
    """Number 1 is the first of them."""
    line: Numbers  # (n,): a 0 stands behind each document


def corpus_of(texts: Iterable[str]) -> Corpus:
    """Return the corpus of these documents."""
    numbers: dict[str, int] = {}
    pieces = [np.zeros(0, dtype=np.int64)]
    for text in texts:
        found = [numbers.setdefault(word, len(numbers) + 1) for word in words_of(text)]
        pieces.append(np.array([*found, 0], dtype=np.int64))
    return Corpus(list(numbers), np.concatenate(pieces) if len(pieces) > 1 else np.zeros(1, int))


def texts_of(prepared: Prepared, shard: Tokens) -> Iterator[str]:
    """Yield a shard's documents, without the decades that they open with."""
    for tokens in documents_in(shard, prepared.manifest.end_of_text_id):
        yield _DECADE.sub("", prepared.tokenizer.decode(tokens))


def write_index(corpus: Corpus, path: Path, bits: int = CODE_BITS) -> None:
    """Write the index of a corpus."""
    codes = codes_for(corpus, bits)
    table = np.array([0, *map(codes.of, corpus.words)], dtype=np.int64)  # (distinct words + 1,)
    line = table[corpus.line]  # (n,)
    levels = list(_levels(transformed(line), bits))
    own = sorted(codes.own.items())
    with path.open("wb") as file:
        file.write(HEADER.pack(MAGIC, bits, len(own), line.size))
        file.write(np.array([known for known, _ in own], "<u8").tobytes())
        file.write(np.array([code for _, code in own], "<u2").tobytes())
        file.write(_shifts(line, levels, bits).astype("<i8").tobytes())
        for level in levels:
            file.write(_blocks(level).tobytes())


def codes_for(corpus: Corpus, bits: int) -> Codes:
    """Give the commonest words codes of their own; equally common ones in their own order."""
    counts = np.bincount(corpus.line, minlength=len(corpus.words) + 1)[1:]
    most = int(((1 << bits) - 1) * _OWN)
    ranked = np.argsort(-counts, kind="stable")[:most]
    return Codes(
        bits, {hash_of(corpus.words[place]): code for code, place in enumerate(ranked, start=1)}
    )


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


def share_found_too_long(archive: Archive, corpus: Corpus, texts: Sequence[str]) -> float:
    """Return how many of the texts the index credits with a run that the corpus does not have.

    Each text's longest run is looked for among all runs of its length, by 64-bit hashes of the
    words' own numbers.
    """
    numbers = {word: number for number, word in enumerate(corpus.words, start=1)}
    runs: dict[int, list[Numbers]] = {}
    for text in texts:
        words = words_of(text)
        run = longest_shared_run(archive, words)
        found = [numbers.get(word, -1) for word in words[run.end - run.words : run.end]]
        runs.setdefault(run.words, []).append(np.array(found, dtype=np.int64))
    wrong = 0
    for length, candidates in runs.items():
        if length:
            looked_for = np.concatenate([run_hashes(run, length) for run in candidates])
            wrong += int((~np.isin(looked_for, run_hashes(corpus.line, length))).sum())
    return wrong / max(len(texts), 1)


def _levels(values: Numbers, bits: int) -> Iterator[Bits]:
    """Yield the wavelet matrix of `values` (n,), the highest bit first, each level (n,)."""
    for shift in range(bits - 1, -1, -1):
        level = (values >> shift & 1).astype(np.bool_)
        yield level
        values = np.concatenate([values[~level], values[level]])
    # What comes out behind the last level is not kept: `_shifts` knows where each code begins.


def _shifts(line: Numbers, levels: Sequence[Bits], bits: int) -> Numbers:
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


def _blocks(level: Bits) -> npt.NDArray[np.uint8]:
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
