"""A GPT-2 read from somewhere: its configuration and its weights, in transformers' names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

from training.errors import CheckpointError

EMBEDDING = "transformer.wte.weight"
Shape = tuple[int, ...]


@dataclass(frozen=True)
class ReadNetwork:
    """Weights that fit their configuration: every one there, in fp32, of the right shape."""

    config: GPT2Config
    weights: Mapping[str, torch.Tensor]


def shapes_for(config: GPT2Config) -> dict[str, Shape]:
    """Return the name and shape of every weight; the output head is the embedding, once."""
    with torch.device("meta"):  # no memory, no random numbers
        model = GPT2LMHeadModel(config)  # type: ignore[no-untyped-call]
    return {name: tuple(weight.shape) for name, weight in model.named_parameters()}


def check_weights(
    config: GPT2Config, found: Mapping[str, Shape], where: Path, says: str = "config.json"
) -> None:
    """Refuse weights that are not those of the configuration. Raises CheckpointError.

    `found` are the shapes by transformers' names; `says` is the file that the sizes are from.
    """
    expected = shapes_for(config)
    for name, shape in expected.items():
        if name not in found:
            raise CheckpointError(
                f"{where} lacks {name}, which the {config.n_layer} layers of its {says} have: "
                "the checkpoint is of another model, or not whole"
            )
        if found[name] != shape:
            raise CheckpointError(
                f"{where} has {name} of shape {found[name]}, and its {says} asks for {shape}: "
                f"put the {says} beside it that belongs to these weights"
            )
    surplus = sorted(name for name in found if name not in expected)
    if surplus:
        raise CheckpointError(
            f"{where} has {surplus[0]} ({len(surplus)} such), which GPT-2 of {config.n_layer} "
            f"layers, as its {says} has it, does not know: it is of another model, or of more "
            "layers"
        )


def without_padding(network: ReadNetwork, vocabulary: int) -> ReadNetwork:
    """Cut off the rows of the embedding that no token of the vocabulary has."""
    network.config.vocab_size = vocabulary
    shorter = network.weights[EMBEDDING][:vocabulary].contiguous()
    return ReadNetwork(network.config, {**network.weights, EMBEDDING: shorter})


def write_network(network: ReadNetwork, folder: Path) -> None:
    """Write `config.json` and `model.safetensors`, as transformers reads them."""
    network.config.save_pretrained(folder)
    save_file(dict(network.weights), folder / "model.safetensors", metadata={"format": "pt"})
