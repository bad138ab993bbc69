"""Write the weights file: one file that is a safetensors file and the graph's external data."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES = {np.dtype(np.uint8): "U8", np.dtype(np.float32): "F32"}
_ALIGNMENT = 64


def write_weights(path: Path, tensors: Mapping[str, npt.NDArray[Any]]) -> dict[str, int]:
    """Write tensors of bytes and of fp32; return where in the file each begins.

    The format allows no holes (https://huggingface.co/docs/safetensors/index), and the kernels want
    blocks to begin with a cache line. Blocks are multiples of one, so they come first.
    """
    ordered = sorted(tensors.items(), key=lambda item: item[1].dtype != np.uint8)
    table: dict[str, Any] = {}
    end = 0
    for name, tensor in ordered:
        begin, end = end, end + tensor.nbytes
        table[name] = {
            "dtype": _TYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
    header = json.dumps(table, separators=(",", ":")).encode("ascii")
    header += b" " * (-(8 + len(header)) % _ALIGNMENT)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for _, tensor in ordered:
            file.write(np.ascontiguousarray(tensor).tobytes())
    return {name: 8 + len(header) + entry["data_offsets"][0] for name, entry in table.items()}
