"""A checkpoint of TensorFlow (format V2, its `tensor bundle`), read without TensorFlow.

    NAME.index                  a table: the name of a tensor → type, shape, shard, place, checksum
    NAME.data-00000-of-00001    the tensors' bytes; there may be several such shards

Fields and their numbers: tensorflow/core/protobuf/tensor_bundle.proto, tensor_shape.proto and
types.proto. Tensors of other types than floating point, and those stored in slices, are known by
their names and cannot be read.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.elsewhere.protobuf import (
    MalformedMessage,
    content_of,
    fields_of,
    whole_number,
)
from training.elsewhere.table import entries_of, masked_checksum
from training.errors import CheckpointError

Floats = npt.NDArray[np.float32]
Shape = tuple[int, ...]

_BFLOAT16 = 14
_TYPES: dict[int, str] = {1: "<f4", 2: "<f8", 19: "<f2", _BFLOAT16: "<u2"}
"""TensorFlow's numbers for the types that can be read → how numpy reads them."""


@dataclass(frozen=True)
class Entry:
    """What the index says of a tensor."""

    dtype: int
    shape: Shape
    shard: int
    offset: int
    size: int
    checksum: int
    sliced: bool


class TensorBundle:
    """An opened checkpoint: the names and shapes of all tensors; each is read when asked for."""

    def __init__(self, stem: Path) -> None:
        """Read the index beside `stem`, as `run1/model-1000`. Raises CheckpointError."""
        self._stem = stem
        self.index = stem.with_name(f"{stem.name}.index")
        if not self.index.is_file():
            raise CheckpointError(f"{self.index} is missing: give the whole checkpoint folder")
        try:
            table = dict(entries_of(self.index.read_bytes()))
            self._shards = _shards_in(table.pop(b"", None))
            self._entries = {
                name.decode("utf-8", "replace"): _entry(content) for name, content in table.items()
            }
        except MalformedMessage as error:
            raise CheckpointError(
                f"{self.index} is not a TensorFlow index that can be read: {error}; "
                "copy the checkpoint again"
            ) from error

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of every tensor, by its name."""
        return {name: entry.shape for name, entry in self._entries.items()}

    def read(self, name: str) -> Floats:
        """Return a tensor in fp32; its checksum is looked at. Raises CheckpointError."""
        entry = self._entries[name]
        if entry.dtype not in _TYPES or entry.sliced:
            how = "in slices" if entry.sliced else f"as type {entry.dtype} of TensorFlow"
            raise CheckpointError(f"{self.index} stores {name} {how}: this cannot be read")
        stored = np.dtype(_TYPES[entry.dtype])
        if entry.size != math.prod(entry.shape) * stored.itemsize:
            raise CheckpointError(
                f"{self.index} is damaged: {name} of shape {entry.shape} has {entry.size} bytes; "
                "copy the checkpoint again"
            )
        values: npt.NDArray[Any] = np.frombuffer(self._bytes_of(name, entry), dtype=stored)
        if entry.dtype == _BFLOAT16:  # the upper half of an fp32
            values = (values.astype(np.uint32) << 16).view(np.float32)
        return values.astype(np.float32).reshape(entry.shape)

    def _bytes_of(self, name: str, entry: Entry) -> bytes:
        shard = self._stem.with_name(
            f"{self._stem.name}.data-{entry.shard:05d}-of-{self._shards:05d}"
        )
        if not shard.is_file():
            raise CheckpointError(f"{shard} is missing, which holds {name}: add it to the folder")
        end, length = entry.offset + entry.size, shard.stat().st_size
        if end > length:
            raise CheckpointError(
                f"{shard} is cut short: {name} ends at byte {end}, the file at {length}; copy the "
                "checkpoint again"
            )
        with shard.open("rb") as file:
            file.seek(entry.offset)
            content = file.read(entry.size)
        if masked_checksum(content) != entry.checksum:
            raise CheckpointError(
                f"{shard} is damaged: the checksum of {name} is wrong; copy the checkpoint again"
            )
        return content


def _shards_in(header: bytes | None) -> int:
    if header is None:
        raise MalformedMessage("it has no header")
    shards = 0
    for number, value in fields_of(header):
        if number == 1:
            shards = whole_number(value)
        elif number == 2 and whole_number(value) != 0:
            raise MalformedMessage("its numbers have their first byte first (big-endian)")
    return shards


def _entry(content: bytes) -> Entry:
    numbers = dict.fromkeys(range(1, 7), 0)
    shape: Shape = ()
    sliced = False
    for number, value in fields_of(content):
        if number == 2:
            shape = _shape(content_of(value))
        elif number == 7:
            sliced = True
        elif number in numbers:
            numbers[number] = whole_number(value)
    return Entry(
        dtype=numbers[1],
        shape=shape,
        shard=numbers[3],
        offset=numbers[4],
        size=numbers[5],
        checksum=numbers[6],
        sliced=sliced,
    )


def _shape(content: bytes) -> Shape:
    sizes = []
    for number, value in fields_of(content):
        if number == 2:
            dimension = dict(fields_of(content_of(value)))
            sizes.append(whole_number(dimension.get(1, 0)))
    return tuple(sizes)
