"""Rounding a matrix to whole numbers so that its products change least: GPTQ.

Rounded one by one, each column's error can still be made good by the columns that are not rounded
yet; the inputs that the matrix meets tell how (https://arxiv.org/abs/2210.17323). As there, columns
with large inputs go first. Scales are chosen before, block by block, and fitted once more to the
levels that came out.

Every row of a matrix is a problem of its own, so rows are done a few hundred at a time.
"""

from dataclasses import dataclass

import torch

from training.packing import BLOCK_BYTES, weights_in_block

DAMPING = 0.01  # share of the mean second moment that is added to each
ROWS_AT_ONCE = 512
COLUMNS_AT_ONCE = 128
CLIPS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5)
"""Which shares of a block's largest weight are tried as the end of the scale."""


@dataclass(frozen=True)
class Rounded:
    """A matrix in whole numbers: weight = level * the scale of its block."""

    bits: int
    levels: torch.Tensor  # (outputs, inputs) int8
    scales: torch.Tensor  # (outputs, blocks) fp32

    @property
    def size(self) -> int:
        """Bytes in the file, scales included."""
        return self.scales.numel() * (BLOCK_BYTES + self.scales.element_size())

    @property
    def weights(self) -> torch.Tensor:
        """The matrix as it is multiplied with: (outputs, inputs) fp32."""
        return self.levels * _spread(self.scales, self.bits, self.levels.shape[1])


@dataclass(frozen=True)
class Inputs:
    """What rounding needs to know of the inputs that a matrix meets."""

    moments: torch.Tensor  # (inputs, inputs): the mean of x x^T, damped
    order: torch.Tensor  # (inputs): the columns, those with the largest inputs first
    spread: torch.Tensor  # (inputs, inputs), in that order, upper triangular: see `inputs_of`


def inputs_of(rows: torch.Tensor, damping: float = DAMPING) -> Inputs:
    """Take the second moments of inputs (rows, inputs).

    `spread` is the Cholesky factor of the inverse of the moments: its row i tells how an error in
    column i is made good by the columns behind it (section 3.3 of the paper). It is worked out in
    fp64: in fp32 the inverse of a large matrix loses the digits that matter.
    """
    moments = (rows.T @ rows).div_(len(rows))
    moments.diagonal().add_(damping * moments.diagonal().mean() + 1e-12)
    order = moments.diagonal().argsort(descending=True)
    ordered = moments[order][:, order].double()
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(ordered))
    spread = torch.linalg.cholesky(inverse, upper=True).float()
    return Inputs(moments, order, spread)


def rounded(weights: torch.Tensor, inputs: Inputs, bits: int) -> Rounded:
    """Round a matrix (outputs, inputs) to 4 or 8 bits."""
    parts = [_rounded_rows(rows, inputs, bits) for rows in torch.split(weights, ROWS_AT_ONCE)]
    levels, scales = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
    return Rounded(bits, levels, scales)


def _rounded_rows(
    weights: torch.Tensor, inputs: Inputs, bits: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return levels (rows, inputs) int8 and scales (rows, blocks)."""
    block = weights_in_block(bits)
    importance = inputs.moments.diagonal()  # (inputs)
    blocks = zip(torch.split(weights, block, dim=1), torch.split(importance, block), strict=True)
    scales = torch.stack([_best_scales(*part, bits) for part in blocks], dim=1)
    levels = _levels(weights, scales, inputs, bits)
    return levels.to(torch.int8), _refitted(weights, levels, scales, inputs.moments, block)


def _best_scales(weights: torch.Tensor, importance: torch.Tensor, bits: int) -> torch.Tensor:
    """Return the scale (rows) with which each row of one block (rows, inputs) loses least.

    Zero lies off the middle of the levels, so a scale below zero, which swaps the ends, may be the
    better one.
    """
    lowest, highest = _range(bits)
    largest = weights.abs().amax(dim=1).clamp_min(1e-12)  # (rows)
    best = largest / -lowest
    least = torch.full_like(best, torch.inf)
    for clip in (sign * clip for clip in CLIPS for sign in (1, -1)):
        scale = largest * clip / -lowest
        levels = (weights / scale[:, None]).round_().clamp_(lowest, highest)  # (rows, inputs)
        scale = _fitted(weights, levels, importance, scale)
        errors = (weights - levels * scale[:, None]).square_() @ importance  # (rows)
        best = torch.where(errors < least, scale, best)
        least = torch.minimum(errors, least)
    return best


def _fitted(
    weights: torch.Tensor, levels: torch.Tensor, importance: torch.Tensor, scale: torch.Tensor
) -> torch.Tensor:
    """Return the scale (rows) that fits levels to weights best, or the old one where none does."""
    found = ((weights * levels) @ importance) / ((levels * levels) @ importance)
    return torch.where(found.isfinite() & (found != 0), found, scale)


def _levels(weights: torch.Tensor, scales: torch.Tensor, inputs: Inputs, bits: int) -> torch.Tensor:
    """Round column by column, and let the columns to come make good each error: (rows, inputs)."""
    columns = weights.shape[1]
    left = weights[:, inputs.order]  # what is to be rounded yet
    scale_of = _spread(scales, bits, columns)[:, inputs.order]
    levels = torch.empty_like(left)
    for start in range(0, columns, COLUMNS_AT_ONCE):
        now, later = slice(start, start + COLUMNS_AT_ONCE), slice(start + COLUMNS_AT_ONCE, None)
        levels[:, now], errors = _round_columns(
            left[:, now], scale_of[:, now], inputs.spread[now, now], bits
        )
        left[:, later] -= errors @ inputs.spread[now, later]
    unordered = torch.empty_like(levels)
    unordered[:, inputs.order] = levels
    return unordered


def _round_columns(
    left: torch.Tensor, scale_of: torch.Tensor, spread: torch.Tensor, bits: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Round a few columns (rows, columns); return their levels and their errors, both so."""
    levels, errors = torch.empty_like(left), torch.empty_like(left)
    for column in range(left.shape[1]):
        weight, scale = left[:, column], scale_of[:, column]  # (rows)
        level = (weight / scale).round_().clamp_(*_range(bits))
        error = (weight - level * scale) / spread[column, column]
        left[:, column:] -= torch.outer(error, spread[column, column:])
        levels[:, column], errors[:, column] = level, error
    return levels, errors


def _refitted(
    weights: torch.Tensor,
    levels: torch.Tensor,
    scales: torch.Tensor,
    moments: torch.Tensor,
    block: int,
) -> torch.Tensor:
    """Fit all scales of a row to its levels at once, by least squares: (rows, blocks).

    The outputs are a sum over blocks, so the scales s of a row solve A s = b, where
    A[g, k] = levels of block g * moments * levels of block k, and b[g] the same with the weights.
    """
    parts = torch.split(levels, block, dim=1)
    # Block by block, what its levels have to do with each input: (rows, blocks, inputs).
    reach = torch.stack(
        [part @ rows for part, rows in zip(parts, torch.split(moments, block), strict=True)], dim=1
    )
    products = [
        (piece @ part[:, :, None])[:, :, 0]
        for piece, part in zip(torch.split(reach, block, dim=2), parts, strict=True)
    ]
    matrix = torch.stack(products, dim=2)  # (rows, blocks, blocks)
    wanted = (reach @ weights[:, :, None])[:, :, 0]  # (rows, blocks)
    # A pull towards the old scales, too weak to be felt but where a block's levels are all zero.
    pull = 1e-6 * matrix.diagonal(dim1=1, dim2=2).mean(dim=1, keepdim=True) + 1e-20
    matrix.diagonal(dim1=1, dim2=2).add_(pull)
    fitted: torch.Tensor = torch.linalg.solve(matrix, wanted + pull * scales)
    return fitted


def _range(bits: int) -> tuple[int, int]:
    """Return the lowest and the highest level: -8 and 7, or -128 and 127."""
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1


def _spread(scales: torch.Tensor, bits: int, inputs: int) -> torch.Tensor:
    """Give each weight its block's scale: (rows, blocks) -> (rows, inputs)."""
    return scales.repeat_interleave(weights_in_block(bits), dim=1)[:, :inputs]
