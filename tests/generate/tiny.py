"""Small made-up models, and what they should say: GPT-2 in plain numpy, in double precision."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.generate.bundle import Bundle, SamplingDefaults
from training.packing import blocks_in_row, packed, weights_in_block
from training.weights_file import write_weights

Doubles = NDArray[np.float64]
MATRICES = ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")


@dataclass(frozen=True)
class Shape:
    """The size of a made-up model."""

    layers: int = 2
    heads: int = 2
    width: int = 64
    context: int = 80
    vocabulary: int = 100


@dataclass(frozen=True)
class Tiny:
    """A made-up model: its bundle, and its weights as they count."""

    shape: Shape
    bundle: Bundle
    weights: dict[str, Doubles]


def write_tiny(folder: Path, shape: Shape, bits: dict[str, int] | int, seed: int = 1) -> Tiny:
    """Make a model up; `bits` for all matrices, or by name for some with 4 for the others."""
    dice = np.random.default_rng(seed)
    stored: dict[str, NDArray[Any]] = {}
    weights: dict[str, Doubles] = {}

    def vector(name: str, size: int, about: float) -> None:
        stored[name] = (about + 0.1 * dice.standard_normal(size)).astype(np.float32)
        weights[name] = stored[name].astype(np.float64)

    def matrix(name: str, inputs: int, outputs: int) -> None:
        width = bits if isinstance(bits, int) else bits.get(name, 4)
        zero = 1 << (width - 1)
        levels = dice.integers(-zero, zero, (outputs, inputs)).astype(np.int8)
        scales = dice.uniform(0.5, 1.5, (outputs, blocks_in_row(inputs, width))) / zero * 0.2
        scales = scales.astype(np.float32)
        stored[f"{name}.blocks{width}"] = packed(levels, width)
        stored[f"{name}.scales"] = scales
        spread = np.repeat(scales, weights_in_block(width), axis=1)[:, :inputs]
        weights[name] = levels.astype(np.float64) * spread

    sizes = {
        "attn.c_attn": (shape.width, 3 * shape.width),
        "attn.c_proj": (shape.width, shape.width),
        "mlp.c_fc": (shape.width, 4 * shape.width),
        "mlp.c_proj": (4 * shape.width, shape.width),
    }
    for layer in range(shape.layers):
        for norm in ("ln_1", "ln_2"):
            vector(f"h.{layer}.{norm}.weight", shape.width, 1.0)
            vector(f"h.{layer}.{norm}.bias", shape.width, 0.0)
        for name, (inputs, outputs) in sizes.items():
            matrix(f"h.{layer}.{name}", inputs, outputs)
            vector(f"h.{layer}.{name}.bias", outputs, 0.0)
    matrix("wte", shape.width, shape.vocabulary)
    positions = 0.1 * dice.standard_normal((shape.context, shape.width))
    stored["wpe.weight"] = positions.astype(np.float32)
    weights["wpe.weight"] = stored["wpe.weight"].astype(np.float64)
    vector("ln_f.weight", shape.width, 1.0)
    vector("ln_f.bias", shape.width, 0.0)
    folder.mkdir(parents=True, exist_ok=True)
    offsets = write_weights(folder / "model.onnx.data", stored)
    (folder / "offsets.json").write_text(json.dumps(offsets))
    return Tiny(shape, _bundle(folder, shape), weights)


def logits_of(tiny: Tiny, tokens: list[int]) -> Doubles:
    """Return what the model makes of a text: (tokens, vocabulary)."""
    shape, weights = tiny.shape, tiny.weights
    size = shape.width // shape.heads
    x = weights["wte"][tokens] + weights["wpe.weight"][: len(tokens)]  # (tokens, width)
    hidden_ahead = np.triu(np.full((len(tokens), len(tokens)), -np.inf), 1)
    for layer in range(shape.layers):
        mixed = _product(weights, f"h.{layer}.attn.c_attn", _norm(weights, f"h.{layer}.ln_1", x))
        queries, keys, values = (
            part.reshape(-1, shape.heads, size).transpose(1, 0, 2)
            for part in np.split(mixed, 3, axis=1)
        )  # (heads, tokens, size)
        scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(size) + hidden_ahead
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        attended = (shares @ values).transpose(1, 0, 2).reshape(len(tokens), -1)
        x = x + _product(weights, f"h.{layer}.attn.c_proj", attended)
        hidden = _product(weights, f"h.{layer}.mlp.c_fc", _norm(weights, f"h.{layer}.ln_2", x))
        x = x + _product(weights, f"h.{layer}.mlp.c_proj", _gelu(hidden))
    logits: Doubles = _norm(weights, "ln_f", x) @ weights["wte"].T
    return logits


def _norm(weights: dict[str, Doubles], name: str, x: Doubles) -> Doubles:
    scaled = (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    normed: Doubles = scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return normed


def _product(weights: dict[str, Doubles], name: str, x: Doubles) -> Doubles:
    product: Doubles = x @ weights[name].T + weights[f"{name}.bias"]
    return product


def _gelu(x: Doubles) -> Doubles:
    curve: Doubles = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return curve


def _bundle(folder: Path, shape: Shape) -> Bundle:
    return Bundle(
        folder=folder,
        name="tiny",
        base_model="none",
        parameters=0,
        layers=shape.layers,
        heads=shape.heads,
        width=shape.width,
        license_of_weights="",
        license_of_corpus="",
        context_length=shape.context,
        vocabulary=shape.vocabulary,
        end_of_text_id=0,
        sampling=SamplingDefaults(1.0, 0, 1.0, 1.0, 0, 0, 0, shape.context),
        decades=(),
        corpus_books=0,
        corpus_words=0,
        hash="0" * 12,
    )
