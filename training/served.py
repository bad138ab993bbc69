"""Bundles as they are served: read by the compiled kernels, and by the graph in onnxruntime."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch.nn import functional

from functions.generate.bundle import load_bundle
from functions.generate.errors import KernelsMissing
from functions.generate.network.kernel_network import KernelNetwork
from functions.generate.network.kernels.build import BuildError, build
from functions.generate.network.reading import Floats, Ids, Network
from training.errors import ExportError


def open_served(folder: Path, places: int = 1) -> KernelNetwork:
    """Open a bundle with the kernels, which are compiled first where they are not yet.

    So many texts can be written together.
    """
    try:
        build()
        return KernelNetwork(load_bundle(folder), threads=torch.get_num_threads(), places=places)
    except (BuildError, KernelsMissing) as error:
        raise ExportError(
            f"a bundle is measured with the compiled kernels, and they cannot be had: {error}"
        ) from error


def read_text(network: Network, tokens: Ids) -> Floats:
    """Read a text (length); return the logits behind each of its tokens (length, vocabulary)."""
    return network.read(
        tokens,
        places=np.zeros_like(tokens),
        positions=np.arange(tokens.size, dtype=np.int64),
        wanted=np.ones(tokens.shape, dtype=np.bool_),
    )


def mean_loss_as_served(network: Network, rows: torch.Tensor) -> float:
    """Measure the mean loss in nats a token over rows of text (rows, length + 1)."""
    total = 0.0
    for row in rows:
        logits = torch.from_numpy(read_text(network, row[:-1].numpy()))
        total += functional.cross_entropy(logits, row[1:], reduction="sum").item()
    return total / rows[:, 1:].numel()


class ServingGraph:
    """`model.onnx` in onnxruntime, for one text at a time."""

    def __init__(self, path: Path) -> None:
        self._session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def read(self, tokens: Ids) -> Floats:
        """Read a text (length) at once; return the logits behind its end (vocabulary)."""
        length = tokens.size
        feed = {
            "tokens": tokens[None],  # (1, length)
            "positions": np.arange(length, dtype=np.int64)[None],
            "lengths": np.asarray([length - 1], dtype=np.int32),
            "total_length": np.asarray([length], dtype=np.int32),
        }
        for cache in self._session.get_inputs()[len(feed) :]:
            _, heads, _, head_size = cache.shape
            feed[cache.name] = np.zeros((1, heads, length, head_size), dtype=np.float32)
        logits: Floats = self._session.run(["logits"], feed)[0][0]
        return logits
