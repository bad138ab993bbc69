"""A checkpoint becomes a bundle of ours, rounded to nearest: enough to measure speed with."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from bench.nearest import rounded
from bench.shapes import Shape
from functions.generate.bundle import FORMAT
from training.files import sha256_of
from training.originality import corpus_of, write_index
from training.serving_graph import write_serving_graph
from training.weights_file import write_weights

_Tensors = dict[str, npt.NDArray[Any]]

_MATRICES = ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
_PREFIX = "transformer."


def write_bundle(shape: Shape, bits: int, checkpoint: Path, target: Path) -> None:
    """Write the bundle of a checkpoint, every matrix in so many bits."""
    tensors = _quantised(load_file(checkpoint / "model.safetensors"), shape, bits)
    offsets = write_weights(target / "model.onnx.data", tensors)
    write_serving_graph(target / "model.onnx", tensors, offsets, shape.heads)
    shutil.copyfile(checkpoint / "tokenizer.json", target / "tokenizer.json")
    write_index(corpus_of([]), target / "originality.bin")
    files = {path.name: sha256_of(path) for path in sorted(target.iterdir())}
    facts = _facts(shape, bits) | {"files": files}
    (target / "bundle.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _quantised(weights: _Tensors, shape: Shape, bits: int) -> _Tensors:
    found = {name.removeprefix(_PREFIX): tensor for name, tensor in weights.items()}
    tensors: _Tensors = {}
    tensors[f"wte.blocks{bits}"], tensors["wte.scales"] = rounded(found["wte.weight"], bits)
    stems = [f"h.{layer}.{name}" for layer in range(shape.layers) for name in _MATRICES]
    for stem in stems:  # transformers keeps these as (inputs, outputs)
        blocks, scales = rounded(np.ascontiguousarray(found[f"{stem}.weight"].T), bits)
        tensors |= {f"{stem}.blocks{bits}": blocks, f"{stem}.scales": scales}
        tensors[f"{stem}.bias"] = found[f"{stem}.bias"]
    norms = [f"h.{layer}.{name}" for layer in range(shape.layers) for name in ("ln_1", "ln_2")]
    for norm in (*norms, "ln_f"):
        tensors |= {f"{norm}.{part}": found[f"{norm}.{part}"] for part in ("weight", "bias")}
    tensors["wpe.weight"] = found["wpe.weight"]
    return tensors


def _facts(shape: Shape, bits: int) -> dict[str, Any]:
    """Return `bundle.json`, with nothing in it that only a real corpus could tell."""
    return {
        "format": FORMAT,
        "name": f"{shape.name}, random weights, {bits} bits",
        "base_model": "none",
        "license": {"weights": "CC0-1.0", "corpus": "none"},
        "architecture": "gpt2",
        "parameters": shape.parameters,
        "layers": shape.layers,
        "heads": shape.heads,
        "width": shape.width,
        "context_length": shape.context,
        "vocabulary": shape.vocabulary,
        "end_of_text_id": shape.vocabulary - 1,
        "sampling": {
            "top_p": 0.9,
            "top_k": 40,
            "repetition_penalty": 1.0,
            "unrepeated_tokens": 0,
            "min_tokens": 0,
            "max_tokens": 800,
        },
        "decades": [],
        "corpus": {"books": 0, "words": 0},
    }
