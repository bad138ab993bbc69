"""GPTQ rounds so that products change little."""

import pytest
import torch

from training.packing import weights_in_block
from training.rounding import inputs_of, rounded


def _correlated(inputs: int, count: int = 2000) -> torch.Tensor:
    """Return inputs (count, inputs) that a quarter as many causes explain, but for some noise."""
    dice = torch.Generator().manual_seed(1)
    causes = torch.randn(count, inputs // 4, generator=dice)
    mixing = torch.randn(inputs // 4, inputs, generator=dice) * torch.logspace(-1, 1, inputs)
    return causes @ mixing + 0.1 * torch.randn(count, inputs, generator=dice)


def _weights(outputs: int, inputs: int) -> torch.Tensor:
    return torch.randn(outputs, inputs, generator=torch.Generator().manual_seed(2))


def _to_nearest(weights: torch.Tensor, bits: int) -> torch.Tensor:
    """Round each weight by itself, the largest of a block to the highest level."""
    highest = (1 << (bits - 1)) - 1
    parts = []
    for block in weights.split(weights_in_block(bits), dim=1):
        scale = block.abs().amax(dim=1, keepdim=True) / highest
        parts.append((block / scale).round() * scale)
    return torch.cat(parts, dim=1)


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("inputs", [96, 320])
def test_products_change_less_than_by_rounding_to_nearest(bits: int, inputs: int) -> None:
    """On correlated inputs, the products' error is at most half of round-to-nearest's."""
    rows, weights = _correlated(inputs), _weights(40, inputs)
    found = rounded(weights, inputs_of(rows), bits).weights
    ours = (rows @ (found - weights).T).square().mean()
    nearest = (rows @ (_to_nearest(weights, bits) - weights).T).square().mean()
    assert ours < 0.5 * nearest


@pytest.mark.parametrize("bits", [4, 8])
def test_levels_stay_within_their_bits(bits: int) -> None:
    """No level lies outside of what is stored, and weights are levels times scales."""
    found = rounded(_weights(20, 200), inputs_of(_correlated(200)), bits)
    end = 1 << (bits - 1)
    assert -end <= int(found.levels.min()) < int(found.levels.max()) <= end - 1
    first = found.levels[:, 0] * found.scales[:, 0]
    torch.testing.assert_close(found.weights[:, 0], first)
    assert found.scales.shape == (20, -(-200 // weights_in_block(bits)))
    assert found.size == found.scales.numel() * 68


def test_many_rows_are_rounded_like_few() -> None:
    """A row does not depend on the rows that are rounded with it."""
    weights, inputs = _weights(600, 64), inputs_of(_correlated(64))
    whole, part = rounded(weights, inputs, 4), rounded(weights[590:], inputs, 4)
    assert torch.equal(whole.levels[590:], part.levels)
    torch.testing.assert_close(whole.scales[590:], part.scales)


@pytest.mark.parametrize("bits", [4, 8])
def test_zeros_are_no_trouble(bits: int) -> None:
    """A row of zeros stays one; a block of zeros, and inputs that are all zero, do no harm."""
    weights = _weights(3, 256)
    weights[0] = 0
    weights[1, :128] = 0
    for rows in (_correlated(256), torch.zeros(10, 256)):
        found = rounded(weights, inputs_of(rows), bits)
        assert found.scales.isfinite().all()
        assert not found.weights[0].any()
        assert found.weights[1, 128:].any()
        assert found.weights[2].any()


def test_weights_on_the_levels_are_kept() -> None:
    """What can be stored exactly is stored exactly."""
    dice = torch.Generator().manual_seed(3)
    weights = torch.randint(-8, 8, (10, 128), generator=dice) * 0.25
    weights[:, 0] = -2.0
    found = rounded(weights, inputs_of(_correlated(128)), 4)
    torch.testing.assert_close(found.weights, weights)
