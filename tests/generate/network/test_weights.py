"""The weights file: whole, or refused by name."""

from pathlib import Path

import numpy as np
import pytest

from functions.generate.errors import BundleRefused
from functions.generate.network.kernel_network import KernelNetwork
from functions.generate.network.weights import WeightsFile, open_weights
from tests.generate.networks import needs_kernels
from tests.generate.tiny import Shape, Tiny, write_tiny
from training.weights_file import write_weights


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """Return a made-up model that may be damaged."""
    return write_tiny(tmp_path / "model", Shape(), 4)


def test_a_tensor_is_found_by_its_name(tmp_path: Path) -> None:
    """What was written is what is read, floats behind blocks."""
    floats = np.arange(5, dtype=np.float32)
    blocks = np.arange(128, dtype=np.uint8).reshape(2, 64)
    write_weights(tmp_path / "w", {"floats": floats, "blocks": blocks})
    weights = open_weights(tmp_path / "w")
    assert np.array_equal(weights.tensor("floats", 5), floats)
    assert np.array_equal(weights.tensor("blocks", 2, 64), blocks)
    assert weights.tensor("blocks", 2, 64).ctypes.data % 64 == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 8, b"\xff" * 100, b"\x02\0\0\0\0\0\0\0[]", b"\x04\0\0\0\0\0\0\0nope"],
    ids=["empty", "no table", "absurd length", "a list", "no JSON"],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    """It is refused before anything is read from it."""
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(BundleRefused, match=r"w (cannot be mapped|is no safetensors file)"):
        open_weights(tmp_path / "w")


@needs_kernels
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_truncated_file_is_refused(tiny: Tiny, share: float) -> None:
    """The kernels never look beyond the end of the file."""
    path = tiny.bundle.weights_file
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BundleRefused, match="cut short"):
        KernelNetwork(tiny.bundle, 1, 1)


@needs_kernels
def test_a_file_of_another_model_is_refused(tiny: Tiny, tmp_path: Path) -> None:
    """Sizes that are not those of bundle.json, and tensors that are not there, are named."""
    other = write_tiny(tmp_path / "other", Shape(width=96), 4)
    tiny.bundle.weights_file.write_bytes(other.bundle.weights_file.read_bytes())
    with pytest.raises(BundleRefused, match=r"bundle\.json asks for"):
        KernelNetwork(tiny.bundle, 1, 1)
    write_weights(tiny.bundle.weights_file, {"x": np.zeros(1, dtype=np.float32)})
    with pytest.raises(BundleRefused, match="holds no tensor"):
        KernelNetwork(tiny.bundle, 1, 1)


def with_table(folder: Path, table: str) -> WeightsFile:
    """Open a file that holds this table and 64 bytes."""
    header = table.encode()
    header += b" " * (-(8 + len(header)) % 64)
    (folder / "w").write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 64)
    return open_weights(folder / "w")


def test_a_tensor_outside_the_file_is_refused(tmp_path: Path) -> None:
    """A table that points elsewhere is not followed."""
    weights = with_table(tmp_path, '{"x":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}')
    with pytest.raises(BundleRefused, match="cut short"):
        weights.tensor("x", 4)


@pytest.mark.parametrize(
    "entry",
    [
        '{"shape":[4],"data_offsets":[0,16]}',
        '{"dtype":"F32","shape":[4],"data_offsets":"no"}',
        '{"dtype":"F32","shape":[4],"data_offsets":[0]}',
        '{"dtype":"F32","shape":4,"data_offsets":[0,16]}',
        "3",
    ],
)
def test_a_mangled_entry_is_refused(tmp_path: Path, entry: str) -> None:
    """By the tensor's name."""
    weights = with_table(tmp_path, f'{{"x":{entry}}}')
    with pytest.raises(BundleRefused, match="the entry of x is mangled"):
        weights.tensor("x", 4)


def test_a_tensor_of_another_length_is_refused(tmp_path: Path) -> None:
    """Its bytes must be those that its shape takes."""
    weights = with_table(tmp_path, '{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,12]}}')
    with pytest.raises(BundleRefused, match="x has 12 bytes"):
        weights.tensor("x", 4)
