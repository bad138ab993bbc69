"""How well models predict text that they learned from, and text that they did not."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import tqdm

from training.prepared import (
    PackedRows,
    Prepared,
    as_tensor,
    characters_of,
    evenly_spaced,
)

MeanLoss = Callable[[torch.Tensor], float]
"""Takes rows (rows, length + 1) and returns the mean loss in nats a token."""

TRAIN = "train"
HELD_OUT = "held out"


@dataclass(frozen=True)
class Perplexity:
    """How well a model predicts a part of the corpus."""

    model: str
    part: str
    """`train` or `held out`."""
    loss: float
    """Nats a token."""
    standard_error: float
    """Of the loss, from how much it varies from row to row; 0 where there is one row only."""
    perplexity: float
    """e to the power of the loss."""
    bits_per_character: float
    tokens: int
    """How many were predicted."""


def perplexities(
    models: dict[str, MeanLoss], prepared: Prepared, length: int, most_rows: int
) -> list[Perplexity]:
    """Measure every model on as many rows of both parts, spread evenly over each."""
    rows_of = {
        part: PackedRows(shard, min(length, len(shard) - 1))
        for part, shard in ((TRAIN, prepared.train), (HELD_OUT, prepared.held_out))
    }
    count = min(most_rows, *(len(rows) for rows in rows_of.values()))
    measured = []
    with tqdm.tqdm(total=len(models) * len(rows_of) * count, unit="row", desc="perplexity") as bar:
        for part, packed in rows_of.items():
            rows = evenly_spaced(packed, count)
            tokens = as_tensor(rows)
            characters = characters_of(prepared.tokenizer, rows)
            for name, mean_loss in models.items():
                losses = []
                for row in tokens:
                    losses.append(mean_loss(row[None]))
                    bar.update()
                measured.append(_perplexity(name, part, losses, tokens, characters))
    return measured


def _perplexity(
    model: str, part: str, losses: list[float], tokens: torch.Tensor, characters: int
) -> Perplexity:
    predicted = tokens[:, 1:].numel()
    loss = float(np.mean(losses))
    spread = float(np.std(losses, ddof=1)) if len(losses) > 1 else 0.0
    return Perplexity(
        model=model,
        part=part,
        loss=loss,
        standard_error=spread / math.sqrt(len(losses)),
        perplexity=math.exp(loss),
        bits_per_character=loss * predicted / math.log(2) / max(characters, 1),
        tokens=predicted,
    )
