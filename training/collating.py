"""Rows of tokens become batches."""

import torch

from training.budget import Budget
from training.prepared import Row, as_tensor


class WindowCollator:
    """Rows become a batch; while the budget is young, each row is cut into short windows.

    Attention costs the square of the length, and at first the model learns nothing from afar. The
    windows of a row keep their positions, so every position is learned from the start.
    """

    def __init__(self, budget: Budget, short_window: int) -> None:
        self._budget = budget
        self._short_window = short_window

    def __call__(self, rows: list[Row]) -> dict[str, torch.Tensor]:
        """Return input ids, position ids and targets, each (batch, window)."""
        tokens = as_tensor(rows)  # (rows, length + 1)
        length = tokens.shape[1] - 1
        window = length
        if self._budget.is_short_phase and length % self._short_window == 0:
            window = min(self._short_window, length)
        positions = torch.arange(length).expand(len(rows), length)
        return {
            "input_ids": tokens[:, :-1].reshape(-1, window),
            "position_ids": positions.reshape(-1, window),
            "targets": tokens[:, 1:].reshape(-1, window),
        }
