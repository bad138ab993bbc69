"""Checkpoints as TensorFlow writes them (format V2), written without it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.elsewhere.table import MAGIC, masked_checksum

Array = npt.NDArray[Any]

TYPES = {"float32": 1, "float64": 2, "int32": 3, "float16": 19, "uint16": 14}
"""numpy's names → TensorFlow's numbers; bfloat16, which numpy lacks, is given as uint16."""

_RESTART_EVERY = 16


@dataclass(frozen=True)
class Writing:
    """How a checkpoint is written; tests change one thing at a time."""

    shards: int = 1
    compression: int = 0
    big_endian: bool = False
    sliced: bool = False
    header: bool = True
    block_entries: int = 50  # in one block of the index


def write_bundle(stem: Path, tensors: Mapping[str, Array], how: Writing | None = None) -> None:
    """Write STEM.index and STEM.data-…; tensors take turns in the shards."""
    how = how or Writing()
    shards = [bytearray() for _ in range(how.shards)]
    table = {}
    for number, (name, tensor) in enumerate(sorted(tensors.items())):
        shard = number % how.shards
        content = np.ascontiguousarray(tensor).tobytes()
        dimensions = b"".join(_message(2, _number(1, size)) for size in tensor.shape)
        table[name.encode()] = (
            _number(1, TYPES[tensor.dtype.name])
            + _message(2, dimensions)
            + _number(3, shard)
            + _number(4, len(shards[shard]))
            + _number(5, len(content))
            + bytes([6 << 3 | 5])
            + masked_checksum(content).to_bytes(4, "little")
            + (_message(7, b"") if how.sliced else b"")
        )
        shards[shard] += content
    header = _number(1, how.shards) + _number(2, int(how.big_endian)) + _message(3, _number(1, 1))
    entries = {b"": header, **table} if how.header else table
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_name(f"{stem.name}.index").write_bytes(_table(entries, how))
    for number, data in enumerate(shards):
        name = f"{stem.name}.data-{number:05d}-of-{how.shards:05d}"
        stem.with_name(name).write_bytes(bytes(data))


def gpt_2_variables(
    *, vocabulary: int = 320, context: int = 64, width: int = 32, layers: int = 2, seed: int = 1
) -> dict[str, Array]:
    """Return GPT-2's variables by gpt-2-simple's names, with random values."""
    shapes = {"wte": (vocabulary, width), "wpe": (context, width), **_norm("ln_f", width)}
    for layer in range(layers):
        for name, inner, outer in (
            ("attn/c_attn", width, 3 * width),
            ("attn/c_proj", width, width),
            ("mlp/c_fc", width, 4 * width),
            ("mlp/c_proj", 4 * width, width),
        ):
            shapes[f"h{layer}/{name}/w"] = (1, inner, outer)
            shapes[f"h{layer}/{name}/b"] = (outer,)
        for name in ("ln_1", "ln_2"):
            shapes |= _norm(f"h{layer}/{name}", width)
    dice = np.random.default_rng(seed)
    return {
        f"model/{name}": (dice.normal(size=shape) * 0.1).astype(np.float32)
        for name, shape in shapes.items()
    }


def with_optimiser(variables: Mapping[str, Array]) -> dict[str, Array]:
    """Add what Adam keeps beside each variable, and its two counters."""
    slots = {
        f"{name}/{slot}": np.zeros_like(value)
        for name, value in variables.items()
        for slot in ("Adam", "Adam_1")
    }
    counters = {f"beta{number}_power": np.full((), 0.9, dtype=np.float32) for number in (1, 2)}
    return {**variables, **slots, **counters}


def write_run(folder: Path, variables: Mapping[str, Array], heads: int = 2) -> None:
    """Write a whole run of gpt-2-simple but for its vocabulary."""
    write_bundle(folder / "model-1000", variables)
    (folder / "checkpoint").write_text(
        'model_checkpoint_path: "/content/checkpoint/run1/model-1000"\n'
        'all_model_checkpoint_paths: "/content/checkpoint/run1/model-1000"\n'
    )
    write_hparams(folder, variables, heads)


def write_hparams(folder: Path, variables: Mapping[str, Array], heads: int = 2) -> None:
    """Write the sizes of such variables."""
    vocabulary, width = variables["model/wte"].shape
    sizes = {
        "n_vocab": vocabulary,
        "n_ctx": variables["model/wpe"].shape[0],
        "n_embd": width,
        "n_head": heads,
        "n_layer": sum(name.endswith("/ln_1/g") for name in variables),
    }
    (folder / "hparams.json").write_text(json.dumps(sizes))


def varint(value: int) -> bytes:
    """Return a number in groups of seven bits."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}/g": (width,), f"{name}/b": (width,)}


def _number(field: int, value: int) -> bytes:
    return bytes([field << 3]) + varint(value)


def _message(field: int, content: bytes) -> bytes:
    return bytes([field << 3 | 2]) + varint(len(content)) + content


def _table(entries: Mapping[bytes, bytes], how: Writing) -> bytes:
    file = bytearray()
    handles: dict[bytes, bytes] = {}

    def add(block: bytes) -> bytes:
        handle = varint(len(file)) + varint(len(block))
        typed = block + bytes([how.compression])
        file.extend(typed + masked_checksum(typed).to_bytes(4, "little"))
        return handle

    pairs = sorted(entries.items())
    for start in range(0, len(pairs), how.block_entries):
        part = pairs[start : start + how.block_entries]
        handles[part[-1][0]] = add(_block(part))
    footer = add(_block([])) + add(_block([*handles.items()]))
    return bytes(file) + footer.ljust(40, b"\0") + MAGIC.to_bytes(8, "little")


def _block(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Write entries; each key but every 16th leaves out what it shares with the one before."""
    block, restarts, before = bytearray(), [], b""
    for number, (key, value) in enumerate(pairs):
        if number % _RESTART_EVERY == 0:
            restarts.append(len(block))
            before = b""
        shared = 0
        while shared < min(len(key), len(before)) and key[shared] == before[shared]:
            shared += 1
        block += varint(shared) + varint(len(key) - shared) + varint(len(value))
        block += key[shared:] + value
        before = key
    places = restarts or [0]
    return bytes(block) + b"".join(place.to_bytes(4, "little") for place in [*places, len(places)])
