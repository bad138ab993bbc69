"""The networks that this machine can run, and models made up for them."""

import json
from collections.abc import Callable

import pytest
from safetensors.numpy import load_file

from functions.generate.network.kernel_network import levels
from functions.generate.network.kernels.build import BuildError, build
from functions.generate.network.reading import Network
from tests.generate.tiny import Tiny
from training.serving_graph import write_serving_graph

Opener = Callable[[Tiny, int, int], Network]


def with_graph(tiny: Tiny) -> Tiny:
    """Write a model's graph beside its weights."""
    folder = tiny.bundle.folder
    offsets = json.loads((folder / "offsets.json").read_text())
    tensors = load_file(folder / "model.onnx.data")
    write_serving_graph(folder / "model.onnx", tensors, offsets, tiny.shape.heads)
    return tiny


def _kernel_levels() -> list[str]:
    """Name the levels of the kernels that this machine can run; none without a compiler."""
    try:
        build()
    except BuildError:
        return []
    return levels()


KERNEL_LEVELS = _kernel_levels()
needs_kernels = pytest.mark.skipif(not KERNEL_LEVELS, reason="there is no C compiler here")
