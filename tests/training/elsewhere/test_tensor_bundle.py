"""TensorFlow's checkpoints are read without TensorFlow, and what is broken is named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.elsewhere.tensorflow_files import (
    Writing,
    gpt_2_variables,
    varint,
    with_optimiser,
    write_bundle,
)
from training.elsewhere.protobuf import MalformedMessage, fields_of, read_varint
from training.elsewhere.tensor_bundle import TensorBundle
from training.errors import CheckpointError

WRITTEN_BY_TENSORFLOW = Path(__file__).parent / "written-by-tensorflow"
DATA = "model-1000.data-00000-of-00001"


@pytest.mark.parametrize("how", [Writing(), Writing(shards=3, block_entries=7)])
def test_what_was_written_is_read(how: Writing, tmp_path: Path) -> None:
    """Every tensor comes back as it was, from one shard or several, one block or many."""
    tensors = with_optimiser(gpt_2_variables(width=16, vocabulary=40))
    write_bundle(tmp_path / "model-1000", tensors, how)
    bundle = TensorBundle(tmp_path / "model-1000")
    assert bundle.shapes == {name: tensor.shape for name, tensor in tensors.items()}
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(bundle.read(name), tensor)


def test_what_tensorflow_wrote_is_read() -> None:
    """A small checkpoint of TensorFlow 2.21's own Saver gives the values that were in memory."""
    bundle = TensorBundle(WRITTEN_BY_TENSORFLOW / "model-1000")
    with np.load(WRITTEN_BY_TENSORFLOW / "values.npz", allow_pickle=False) as expected:
        names = [name for name in expected.files if name.startswith("model/")]
        assert len(names) == 16
        for name in names:
            np.testing.assert_array_equal(bundle.read(name), expected[name])
    assert {"beta1_power", "model/wte/Adam", "model/h0/attn/c_attn/w/Adam_1"} <= set(bundle.shapes)


def test_other_floating_point_numbers_become_fp32(tmp_path: Path) -> None:
    """Halves, doubles and bfloat16 are read; what fp32 can hold is not changed."""
    values = np.array([0.5, -1.25, 3.0], dtype=np.float32)
    upper_halves = (values.view(np.uint32) >> 16).astype(np.uint16)
    tensors: dict[str, Any] = {
        "half": values.astype(np.float16),
        "double": values.astype(np.float64),
        "bfloat16": upper_halves,
    }
    write_bundle(tmp_path / "model", tensors)
    bundle = TensorBundle(tmp_path / "model")
    for name in tensors:
        assert bundle.read(name).dtype == np.float32
        np.testing.assert_array_equal(bundle.read(name), values)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-60])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("file", "damage", "message"),
    [
        ("model-1000.index", _cut, "does not end as a table does"),
        ("model-1000.index", _flip, "checksum of the block at byte 0 is wrong"),
        ("model-1000.index", Path.unlink, "model-1000.index is missing"),
        (DATA, _cut, f"{DATA} is cut short"),
        (DATA, _flip, "the checksum of model/h0/attn/c_attn/b is wrong"),
        (DATA, Path.unlink, f"{DATA} is missing, which holds"),
    ],
)
def test_damage_is_named(
    file: str, damage: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    """The error names the file, what is wrong with it and what to do."""
    write_bundle(tmp_path / "model-1000", gpt_2_variables(width=16))
    damage(tmp_path / file)
    with pytest.raises(CheckpointError, match=message):
        _read_all(tmp_path / "model-1000")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (Writing(compression=1), "compressed with snappy"),
        (Writing(compression=9), "unknown way 9"),
        (Writing(big_endian=True), "big-endian"),
        (Writing(sliced=True), "in slices: this cannot be read"),
        (Writing(header=False), "no header"),
    ],
)
def test_what_cannot_be_read_is_refused(how: Writing, message: str, tmp_path: Path) -> None:
    """Ways of writing that gpt-2-simple never uses are refused by name, not misread."""
    write_bundle(tmp_path / "model", gpt_2_variables(width=16), how)
    with pytest.raises(CheckpointError, match=message):
        _read_all(tmp_path / "model")


def test_whole_numbers_are_not_read_as_weights(tmp_path: Path) -> None:
    """A tensor of another type is known by its name, and refused when it is asked for."""
    write_bundle(tmp_path / "model", {"step": np.arange(3, dtype=np.int32)})
    bundle = TensorBundle(tmp_path / "model")
    assert bundle.shapes == {"step": (3,)}
    with pytest.raises(CheckpointError, match="step as type 3 of TensorFlow"):
        bundle.read("step")


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (b"\x08" + b"\xff" * 11, "does not end"),
        (b"\x08", "does not end"),
        (b"\x12\x05ab", "cut short"),
        (b"\x0b", "unknown kind 3"),
    ],
)
def test_a_malformed_message_is_refused(message: bytes, error: str) -> None:
    """Bytes that are no message end in an error, never in a guess."""
    with pytest.raises(MalformedMessage, match=error):
        list(fields_of(message))


def test_numbers_are_read_as_they_were_written() -> None:
    """A varint gives its number and where it ends."""
    for value in (0, 1, 127, 128, 300, 2**32, 2**63):
        assert read_varint(b"\xff" + varint(value) + b"\x01", 1) == (value, 1 + len(varint(value)))


def _read_all(stem: Path) -> None:
    bundle = TensorBundle(stem)
    for name in bundle.shapes:
        bundle.read(name)
