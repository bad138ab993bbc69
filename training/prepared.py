"""A prepared folder, opened: the manifest, the tokenizer, rows of token ids for the model.

The shards are memory-mapped: a corpus larger than memory costs no memory.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.utils.data import Dataset

from training.errors import PreparedError
from training.prepare import Manifest, Part

Tokens = npt.NDArray[np.uint16]
Row = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Prepared:
    """What `prepare` wrote, opened."""

    folder: Path
    manifest: Manifest
    tokenizer: Tokenizer
    train: Tokens
    held_out: Tokens


def open_prepared(folder: Path) -> Prepared:
    """Open a prepared folder, or say what it lacks."""
    for name in ("manifest.json", "tokenizer.json", "train.npy", "held_out.npy"):
        if not (folder / name).is_file():
            raise PreparedError(
                f"{folder} has no {name}: give the folder that `python -m training prepare` wrote"
            )
    return Prepared(
        folder=folder,
        manifest=_read_manifest(folder / "manifest.json"),
        tokenizer=_open_tokenizer(folder / "tokenizer.json"),
        train=_open_shard(folder / "train.npy"),
        held_out=_open_shard(folder / "held_out.npy"),
    )


class PackedRows(Dataset[Row]):
    """The shard cut into rows of `length` tokens and the one that follows, without padding.

    Documents lie across row borders: nothing is thrown away and nothing is padded.
    """

    def __init__(self, tokens: Tokens, length: int) -> None:
        self._tokens = tokens
        self._length = length
        self._rows = (len(tokens) - 1) // length
        if self._rows < 1:
            raise PreparedError(
                f"{len(tokens)} tokens do not fill one row of {length}: "
                "prepare more text, or choose a shorter context"
            )

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._rows

    def __getitem__(self, index: int) -> Row:
        """Return row `index`: length + 1 token ids."""
        start = index * self._length
        return self._tokens[start : start + self._length + 1].astype(np.int64)


def evenly_spaced(rows: PackedRows, most: int) -> list[Row]:
    """Choose at most `most` rows, spread over the whole shard; always the same ones."""
    count = min(most, len(rows))
    return [rows[index * len(rows) // count] for index in range(count)]


def characters_of(tokenizer: Tokenizer, rows: list[Row]) -> int:
    """Count the characters that the rows' targets stand for; the end of text counts none."""
    return sum(len(tokenizer.decode(row[1:].tolist(), skip_special_tokens=True)) for row in rows)


def documents_in(tokens: Tokens, end_of_text: int) -> Iterator[list[int]]:
    """Yield the tokens of each document of a shard, which stands between two ends of text."""
    ends = np.flatnonzero(tokens == end_of_text)
    for start, end in pairwise(ends.tolist()):
        yield tokens[start + 1 : end].tolist()


def sha256_of_text(tokenizer: Tokenizer, tokens: Tokens, end_of_text: int) -> str:
    """Return the SHA-256 of the documents of a shard: the same under every tokenizer."""
    digest = hashlib.sha256()
    for document in documents_in(tokens, end_of_text):
        digest.update(tokenizer.decode(document).encode() + b"\0")
    return digest.hexdigest()


def as_tensor(rows: list[Row]) -> torch.Tensor:
    """Stack rows to one tensor of shape (rows, length + 1)."""
    return torch.from_numpy(np.stack(rows))


def _open_shard(path: Path) -> Tokens:
    try:
        tokens: Any = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise PreparedError(f"{path} is not a token shard ({error}): prepare again") from error
    if tokens.ndim != 1 or tokens.dtype != np.uint16:
        raise PreparedError(
            f"{path} holds {tokens.dtype} of shape {tokens.shape}, not one line of uint16: "
            "prepare again"
        )
    return tokens  # type: ignore[no-any-return]


def _open_tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more specific
        raise PreparedError(f"{path} is not a tokenizer ({error}): prepare again") from error


def _read_manifest(path: Path) -> Manifest:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        train, held_out = Part(**values.pop("train")), Part(**values.pop("held_out"))
        return Manifest(train=train, held_out=held_out, **values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PreparedError(f"{path} is not a manifest ({error!r}): prepare again") from error
