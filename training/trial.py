"""A little training text, on which what rounding costs is found out before it is decided.

The cost is the Kullback-Leibler divergence of the rounded model's predictions from the original's,
in nats a token. Where the original is right on average, its loss rises by just so much; but what is
lost on one token and gained on the next does not blur the divergence, so a few thousand tokens tell
what the loss itself would tell with a hundred times as many. The held-out text has the last word.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch.nn import functional
from transformers import GPT2LMHeadModel

from functions.generate.network.reading import Network
from training.quantise import EMBEDDING, Choices, layers_of, matrices_of
from training.served import read_text


@dataclass(frozen=True)
class Trial:
    """Text, and what the original predicts behind each of its tokens."""

    tokens: torch.Tensor  # (rows, length)
    expected: tuple[torch.Tensor, ...]  # a row: logits (length, vocabulary)


@torch.no_grad()
def trial_of(model: GPT2LMHeadModel, tokens: torch.Tensor) -> Trial:
    """Have the original predict; `tokens` is (rows, length)."""
    return Trial(tokens, tuple(model(input_ids=row[None]).logits[0] for row in tokens))


def cost_as_served(network: Network, trial: Trial) -> float:
    """Measure what all roundings together cost in a network that serves."""
    found = (read_text(network, row.numpy()) for row in trial.tokens)
    return _cost(trial, (torch.from_numpy(logits) for logits in found))


@torch.no_grad()
def costs_alone(
    model: GPT2LMHeadModel, choices: Choices, bits: int, trial: Trial
) -> dict[str, float]:
    """Measure for each matrix what rounding it alone to `bits` costs."""
    inner = model.transformer
    streams = [_embedded(model, trial.tokens)]  # before each layer: (rows, length, width)
    for block in layers_of(model)[:-1]:
        streams.append(block(streams[-1])[0])
    costs = {}
    for name, matrix in matrices_of(model).items():
        with _replaced(matrix, choices[name][bits].weights):
            if name == EMBEDDING:
                first, stream = 0, _embedded(model, trial.tokens)
            else:
                first = int(name.split(".")[1])
                stream = streams[first]
            for block in layers_of(model)[first:]:
                stream = block(stream)[0]
            costs[name] = _cost(trial, (model.lm_head(inner.ln_f(row)) for row in stream))
    return costs


def _cost(trial: Trial, found: Iterable[torch.Tensor]) -> float:
    """Return the mean divergence of rows of logits (length, vocabulary) from the expected ones."""
    total = sum(
        functional.kl_div(
            logits.log_softmax(dim=-1),
            expected.log_softmax(dim=-1),
            log_target=True,
            reduction="sum",
        ).item()
        for logits, expected in zip(found, trial.expected, strict=True)
    )
    return total / trial.tokens.numel()


def _embedded(model: GPT2LMHeadModel, tokens: torch.Tensor) -> torch.Tensor:
    """Return the residual stream before the first layer: (rows, length, width)."""
    inner = model.transformer
    return inner.wte(tokens) + inner.wpe.weight[: tokens.shape[1]]  # type: ignore[no-any-return]


@contextmanager
def _replaced(matrix: torch.Tensor, weights: torch.Tensor) -> Iterator[None]:
    """Put other weights (outputs, inputs) into a model's matrix for a while."""
    original = matrix.clone()
    matrix.copy_(weights)
    try:
        yield
    finally:
        matrix.copy_(original)
