"""The weights file: `model.onnx.data`, which is at the same time a safetensors file.

The graph in `model.onnx` refers to places in it; the kernels find its tensors by name. It is mapped
into memory, not read: what two processes use is there once.
(https://huggingface.co/docs/safetensors/index, "Format")
"""

import json
import math
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.generate.errors import BundleRefused

_LENGTH_BYTES = 8
_LONGEST_HEADER = 1 << 24


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of number: how it is called in numpy, its bytes, and where a tensor may begin."""

    dtype: str
    bytes: int
    alignment: int


_KINDS = {"F32": _Kind("<f4", 4, 4), "U8": _Kind("u1", 1, 64)}
"""Floats may lie anywhere; the blocks of a matrix begin with a cache line."""


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A mapped weights file and the table of its tensors."""

    path: Path
    memory: mmap.mmap
    table: dict[str, Any]
    beginning: int
    """Where the tensors begin in the file, in bytes."""

    def __contains__(self, name: str) -> bool:
        return name in self.table

    def tensor(self, name: str, *shape: int) -> NDArray[Any]:
        """Return a tensor as a view of the file. Raises BundleRefused where it is not as asked."""
        entry = self.table.get(name)
        if entry is None:
            raise BundleRefused(f"{self.path} holds no tensor {name}. Export the bundle again.")
        try:
            kind, found = _KINDS.get(entry["dtype"]), tuple(entry["shape"])
            first, last = (int(place) for place in entry["data_offsets"])
        except (KeyError, TypeError, ValueError) as error:
            raise BundleRefused(
                f"{self.path}: the entry of {name} is mangled ({error!r}). Export the bundle again."
            ) from error
        if kind is None or found != shape:
            raise BundleRefused(
                f"{self.path}: {name} is {entry['dtype']} {found}, bundle.json asks for {shape}"
            )
        count = math.prod(shape)
        begin, end = self.beginning + first, self.beginning + last
        if end - begin != count * kind.bytes:
            raise BundleRefused(
                f"{self.path}: {name} has {end - begin} bytes, {found} of {entry['dtype']} take "
                f"{count * kind.bytes}. Export the bundle again."
            )
        if begin % kind.alignment or begin < self.beginning or end > len(self.memory):
            raise BundleRefused(
                f"{self.path} is cut short or not aligned: {name} lies at {begin} to {end} of "
                f"{len(self.memory)} bytes"
            )
        return np.frombuffer(self.memory, np.dtype(kind.dtype), count, begin).reshape(shape)


def open_weights(path: Path) -> WeightsFile:
    """Map a weights file and read its table. Raises BundleRefused."""
    try:
        with path.open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: an empty file
        raise BundleRefused(f"{path} cannot be mapped: {error}") from error
    length = int.from_bytes(memory[:_LENGTH_BYTES], "little")
    beginning = _LENGTH_BYTES + length
    if not 0 < length <= _LONGEST_HEADER or beginning > len(memory):
        raise _no_safetensors(path, f"its table would have {length} bytes")
    try:
        table = json.loads(memory[_LENGTH_BYTES:beginning])
    except ValueError as error:
        raise _no_safetensors(path, "its table is not JSON") from error
    if not isinstance(table, dict):
        raise _no_safetensors(path, "its table is none")
    return WeightsFile(path, memory, table, beginning)


def _no_safetensors(path: Path, why: str) -> BundleRefused:
    return BundleRefused(f"{path} is no safetensors file: {why}. Export the bundle again.")
