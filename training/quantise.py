"""Round the matrices of a GPT-2, layer by layer, with the inputs that rounded layers give.

The token embedding is the output head's matrix too, so it is rounded once: as the head, for the
inputs that the original's last norm gives it, but damped, so that its rows change little in every
direction. Everything behind it meets the rounded rows.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import cast

import torch
from torch import nn
from transformers import GPT2LMHeadModel
from transformers.models.gpt2.modeling_gpt2 import GPT2Attention, GPT2Block
from transformers.pytorch_utils import Conv1D

from training.rounding import DAMPING, Rounded, inputs_of, rounded

EMBEDDING = "wte"
EMBEDDING_DAMPING = 0.7
"""See DAMPING. As an embedding, a row counts in all directions alike. On the bundled model, 4 bits
lost least with 0.5 to 1; with 0.01 they lost a tenth more."""

TOKENS_AT_ONCE = 1024
"""GPT-2's own context. Short rows are read together: a call costs milliseconds, however few tokens
it reads."""

Widths = Sequence[int]
Choices = dict[str, dict[int, Rounded]]
"""For each matrix, by its name in the weights file, what it becomes with so many bits."""

_Round = Callable[[str, torch.Tensor, torch.Tensor], Rounded]


def layers_of(model: GPT2LMHeadModel) -> list[GPT2Block]:
    """Return the layers, as what they are."""
    return cast("list[GPT2Block]", list(model.transformer.h))


def matrices_of(model: GPT2LMHeadModel) -> dict[str, torch.Tensor]:
    """Name every matrix that is rounded: (outputs, inputs), in the model's own memory."""
    named = {EMBEDDING: model.transformer.wte.weight.data}  # (vocabulary, width)
    for layer, block in enumerate(layers_of(model)):
        for name, product in products_of(block):
            named[f"h.{layer}.{name}"] = product.weight.data.T
    return named


@torch.inference_mode()
def round_matrices(model: GPT2LMHeadModel, tokens: torch.Tensor, widths: Widths) -> Choices:
    """Round every matrix to each of the `widths` in bits; the model itself stays as it is.

    `tokens` (rows, length) is text to take inputs from. What a matrix of the lowest width puts out
    is what the matrices behind it are rounded for.
    """
    choices: Choices = {}

    def to_widths(name: str, weights: torch.Tensor, inputs: torch.Tensor) -> Rounded:
        """Round weights (outputs, inputs) for inputs (…, inputs); return the lowest width."""
        damping = EMBEDDING_DAMPING if name == EMBEDDING else DAMPING
        met = inputs_of(inputs.flatten(0, -2), damping)
        choices[name] = {bits: rounded(weights, met, bits) for bits in widths}
        return choices[name][min(widths)]

    inner = model.transformer
    head = to_widths(EMBEDDING, inner.wte.weight, _final_states(model, tokens))
    stream = head.weights[tokens] + inner.wpe.weight[: tokens.shape[1]]  # (rows, length, width)
    for layer, block in enumerate(layers_of(model)):
        stream = _round_block(deepcopy(block), f"h.{layer}", stream, to_widths)
    return choices


def _final_states(model: GPT2LMHeadModel, tokens: torch.Tensor) -> torch.Tensor:
    """Return what the output head reads: (rows, length, width)."""
    return torch.cat(
        [
            model.transformer(input_ids=rows, use_cache=False).last_hidden_state
            for rows in _some_at_once(tokens)
        ]
    )


def _some_at_once(rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Cut (rows, length, …) into pieces of some rows."""
    return torch.split(rows, max(1, TOKENS_AT_ONCE // rows.shape[1]))


def _round_block(
    block: GPT2Block, stem: str, stream: torch.Tensor, to_widths: _Round
) -> torch.Tensor:
    """Round a layer's four matrices in the order in which they are met.

    The layer, a copy, gets the rounded ones; returns the residual stream (rows, length, width)
    behind it.
    """

    def replace(name: str, conv: Conv1D, inputs: torch.Tensor) -> None:
        found = to_widths(f"{stem}.{name}", conv.weight.T.contiguous(), inputs)
        conv.weight.copy_(found.weights.T)

    normed = block.ln_1(stream)
    replace("attn.c_attn", block.attn.c_attn, normed)
    attended = _attended(block.attn, normed)
    replace("attn.c_proj", block.attn.c_proj, attended)
    stream = stream + block.attn.c_proj(attended)
    normed = block.ln_2(stream)
    replace("mlp.c_fc", block.mlp.c_fc, normed)
    active = block.mlp.act(block.mlp.c_fc(normed))  # (rows, length, 4 width)
    replace("mlp.c_proj", block.mlp.c_proj, active)
    added: torch.Tensor = block.mlp.c_proj(active)
    return stream + added


def _attended(attention: GPT2Attention, normed: torch.Tensor) -> torch.Tensor:
    """Return what attention's last product reads: (rows, length, width)."""
    last, attention.c_proj = attention.c_proj, nn.Identity()  # type: ignore[assignment]
    attended = torch.cat([attention(rows)[0] for rows in _some_at_once(normed)])
    attention.c_proj = last
    return attended


def products_of(block: GPT2Block) -> Iterator[tuple[str, Conv1D]]:
    """Name the products of a layer, in the order in which they are met."""
    yield "attn.c_attn", block.attn.c_attn
    yield "attn.c_proj", block.attn.c_proj
    yield "mlp.c_fc", block.mlp.c_fc
    yield "mlp.c_proj", block.mlp.c_proj
