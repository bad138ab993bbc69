"""The optimizer: Muon for the layers' matrices, AdamW for everything else.

Muon makes each matrix's step orthogonal (Newton-Schulz iteration, five rounds), which learns more
from each token than AdamW does; on so few tokens that is what counts. Its step is scaled to the
size that AdamW's would have, so that one learning rate serves both. Embeddings (the tied output
head among them), biases and norms take AdamW's step.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

MUON_MOMENTUM = 0.95
ADAM_BETAS = (0.9, 0.95)
_ROUNDS = 5
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ADAM_SIZE = 0.2  # the usual root mean square of an AdamW step at learning rate 1


class MuonAndAdam(torch.optim.Optimizer):
    """One optimizer with two rules; each parameter group says which by its `rule`."""

    def __init__(
        self, groups: list[dict[str, Any]], learning_rate: float, dtype: torch.dtype
    ) -> None:
        super().__init__(groups, {"lr": learning_rate, "weight_decay": 0.0, "rule": "adam"})
        self._dtype = dtype

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Take one step with the gradients that are there."""
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                state = self.state[parameter]
                if group["rule"] == "muon":
                    _muon_step(parameter, parameter.grad, state, group["lr"], self._dtype)
                else:
                    _adam_step(parameter, parameter.grad, state, group["lr"])
        return loss


def build_optimizer(
    model: nn.Module,
    learning_rate: float,
    weight_decay: float,
    dtype: torch.dtype = torch.float32,
    *,
    with_muon: bool = True,
) -> MuonAndAdam:
    """Give each matrix inside the layers to Muon, which iterates in `dtype`; AdamW has the rest.

    Without Muon, AdamW has all. Only the layers' matrices decay. Frozen weights are left out.
    """
    matrices: list[nn.Parameter] = []
    other: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        inside = parameter.ndim == 2 and ".h." in name  # transformer.h.0.mlp.c_fc.weight and such
        (matrices if inside else other).append(parameter)
    groups: list[dict[str, Any]] = [
        {"params": matrices, "rule": "muon" if with_muon else "adam", "weight_decay": weight_decay},
        {"params": other, "rule": "adam", "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    return MuonAndAdam(groups, learning_rate, dtype)


def orthogonalise(matrix: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Return a matrix of about equal singular values along the directions of `matrix`."""
    first, second, third = _COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.t() if tall else matrix).to(dtype)
    x = x / (x.norm() + 1e-7)
    for _ in range(_ROUNDS):
        gram = x @ x.t()
        x = torch.addmm(first * x, torch.addmm(second * gram, gram, gram, alpha=third), x)
    return (x.t() if tall else x).to(matrix.dtype)


def _muon_step(
    parameter: torch.Tensor,
    gradient: torch.Tensor,
    state: dict[str, Any],
    learning_rate: float,
    dtype: torch.dtype,
) -> None:
    if not state:
        state["momentum"] = torch.zeros_like(parameter)
    momentum = state["momentum"]
    momentum.lerp_(gradient, 1 - MUON_MOMENTUM)
    direction = orthogonalise(gradient.lerp(momentum, MUON_MOMENTUM), dtype)
    size = _ADAM_SIZE * max(parameter.shape) ** 0.5
    parameter.add_(direction, alpha=-learning_rate * size)


def _adam_step(
    parameter: torch.Tensor, gradient: torch.Tensor, state: dict[str, Any], learning_rate: float
) -> None:
    if not state:
        state["step"] = 0
        state["mean"] = torch.zeros_like(parameter)
        state["square"] = torch.zeros_like(parameter)
    state["step"] += 1
    first, second = ADAM_BETAS
    state["mean"].lerp_(gradient, 1 - first)
    state["square"].mul_(second).addcmul_(gradient, gradient, value=1 - second)
    mean_scale = 1 - first ** state["step"]
    square_scale = 1 - second ** state["step"]
    denominator = (state["square"] / square_scale).sqrt_().add_(1e-10)
    parameter.addcdiv_(state["mean"], denominator, value=-learning_rate / mean_scale)
