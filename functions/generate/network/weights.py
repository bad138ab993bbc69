"""The weights file: `model.onnx.data`, which is at the same time a safetensors file.

The graph in `model.onnx` refers to places in it; the kernels find its tensors by name. It is mapped
into memory, not read: what two processes use is there once.
(https://huggingface.co/docs/safetensors/index, "Format")
"""

import json
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.generate.errors import BundleRefused

_LENGTH_BYTES = 8
_LONGEST_HEADER = 1 << 24
_TYPES = {"F32": np.dtype(np.float32), "U8": np.dtype(np.uint8)}
_ALIGNMENT = {"F32": 4, "U8": 64}
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
        kind, found = _TYPES.get(entry["dtype"]), tuple(entry["shape"])
        if kind is None or found != shape:
            raise BundleRefused(
                f"{self.path}: {name} is {entry['dtype']} {found}, bundle.json asks for {shape}"
            )
        begin = self.beginning + int(entry["data_offsets"][0])
        size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
        if begin % _ALIGNMENT[entry["dtype"]] or begin < self.beginning or begin + size > len(self.memory):
            raise BundleRefused(
                f"{self.path} is cut short or not aligned: {name} lies at {begin} to "
                f"{begin + size} of {len(self.memory)} bytes"
            )
        count = size // kind.itemsize
        return np.frombuffer(self.memory, kind, count, begin).reshape(shape)


def open_weights(path: Path) -> WeightsFile:
    """Map a weights file and read its table. Raises BundleRefused."""
    try:
        with path.open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: an empty file
        raise BundleRefused(f"{path} cannot be mapped: {error}") from error
    length = int.from_bytes(memory[:_LENGTH_BYTES], "little")
    beginning = _LENGTH_BYTES + length
    try:
        if not 0 < length <= _LONGEST_HEADER or beginning > len(memory):
            raise ValueError(f"a table of {length} bytes")
        table = json.loads(memory[_LENGTH_BYTES:beginning])
        if not isinstance(table, dict):
            raise ValueError("a table that is none")
    except ValueError as error:
        raise BundleRefused(
            f"{path} is no safetensors file ({error}). Export the bundle again."
        ) from error
    return WeightsFile(path, memory, table, beginning)
