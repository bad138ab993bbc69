"""A bundle's weights put back into PyTorch, by nothing but the file's own description."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import safe_open
from transformers import GPT2LMHeadModel

from training.model import load_model

Table = dict[str, npt.NDArray[np.float32]]


def dequantised_model(checkpoint: Path, bundle: Path) -> GPT2LMHeadModel:
    """Load a checkpoint and put the bundle's weights in place of all of its own."""
    model = load_model(checkpoint)
    table = read_table(bundle / "model.onnx.data")
    for name, parameter in model.transformer.named_parameters():
        stem = name.removesuffix(".weight")
        if f"{stem}.scales" in table:
            rows = _matrix(table, stem, parameter)  # (outputs, inputs)
            parameter.copy_(torch.from_numpy(rows if stem == "wte" else rows.T))
        else:
            parameter.copy_(torch.from_numpy(table[name]))
    return model


def read_table(path: Path) -> Table:
    """Read all tensors of a safetensors file."""
    with safe_open(path, framework="numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict


def _matrix(table: Table, stem: str, parameter: torch.Tensor) -> npt.NDArray[np.float32]:
    """Unpack a matrix (outputs, inputs), byte by byte as the format says."""
    scales = table[f"{stem}.scales"]  # (outputs, blocks)
    inputs = parameter.numel() // len(scales)
    if f"{stem}.blocks4" in table:
        stored = table[f"{stem}.blocks4"].astype(np.int16)  # (outputs, blocks, 64)
        levels = np.stack([stored & 15, stored >> 4], axis=-1).reshape(*scales.shape, 128) - 8
    else:
        levels = table[f"{stem}.blocks8"].astype(np.int16) - 128
    weights = levels * scales[:, :, None]  # (outputs, blocks, weights in a block)
    return weights.reshape(len(scales), -1)[:, :inputs].astype(np.float32)
