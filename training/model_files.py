"""Write a rounded GPT-2 as the two files that serve: `model.onnx` and `model.onnx.data`.

The names of the tensors are those of the checkpoint, but for the matrices: `NAME.blocks4` or
`NAME.blocks8` with `NAME.scales` (see `packing.py`).
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from transformers import GPT2LMHeadModel

from training.packing import packed
from training.quantise import layers_of, products_of
from training.rounding import Rounded
from training.serving_graph import Tensors, write_serving_graph
from training.weights_file import write_weights

GRAPH = "model.onnx"
WEIGHTS = "model.onnx.data"


def write_model(folder: Path, model: GPT2LMHeadModel, chosen: Mapping[str, Rounded]) -> None:
    """Write the graph and its weights: what is not rounded comes from the model."""
    tensors = tensors_of(model, chosen)
    offsets = write_weights(folder / WEIGHTS, tensors)
    write_serving_graph(folder / GRAPH, tensors, offsets, heads=model.config.n_head)


def tensors_of(model: GPT2LMHeadModel, chosen: Mapping[str, Rounded]) -> Tensors:
    """Return the table of tensors that both networks read."""
    inner = model.transformer
    parts: dict[str, torch.Tensor] = {
        "wpe.weight": inner.wpe.weight,  # (context, width)
        "ln_f.weight": inner.ln_f.weight,
        "ln_f.bias": inner.ln_f.bias,
    }
    for layer, block in enumerate(layers_of(model)):
        stem = f"h.{layer}"
        for name, norm in (("ln_1", block.ln_1), ("ln_2", block.ln_2)):
            parts[f"{stem}.{name}.weight"] = norm.weight
            parts[f"{stem}.{name}.bias"] = norm.bias
        parts |= {f"{stem}.{name}.bias": product.bias for name, product in products_of(block)}
    tensors = {name: part.detach().numpy() for name, part in parts.items()}
    for name, matrix in chosen.items():
        tensors[f"{name}.blocks{matrix.bits}"] = packed(matrix.levels.numpy(), matrix.bits)
        tensors[f"{name}.scales"] = matrix.scales.numpy()
    return tensors
