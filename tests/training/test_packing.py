"""Weights are stored as they are read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from training.packing import Levels, blocks_in_row, packed, unpacked, weights_in_block

_SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 300))


def _levels(bits: int) -> st.SearchStrategy[Levels]:
    end = 1 << (bits - 1)
    return _SHAPES.flatmap(
        lambda shape: arrays.arrays(np.int8, shape, elements=st.integers(-end, end - 1))
    )


@pytest.mark.parametrize("bits", [4, 8])
@given(data=st.data())
def test_what_was_packed_is_unpacked(bits: int, data: st.DataObject) -> None:
    """A matrix of any shape comes back as it was, from blocks of 64 bytes."""
    levels = data.draw(_levels(bits))
    outputs, inputs = levels.shape
    stored = packed(levels, bits)
    assert stored.shape == (outputs, blocks_in_row(inputs, bits), 64)
    assert stored.dtype == np.uint8
    np.testing.assert_array_equal(unpacked(stored, bits, inputs), levels)


@pytest.mark.parametrize("bits", [4, 8])
def test_padding_counts_nothing(bits: int) -> None:
    """Behind the last weight of a row, the block is filled up with zeros."""
    stored = packed(np.full((2, 3), -1, dtype=np.int8), bits)
    whole = unpacked(stored, bits, weights_in_block(bits))
    assert whole[:, :3].tolist() == [[-1, -1, -1]] * 2
    assert not whole[:, 3:].any()


def test_the_earlier_of_two_weights_lies_in_the_low_half() -> None:
    """The layout is MatMulNBits': a byte holds two weights, each 8 more than it counts."""
    assert packed(np.array([[-8, 7, 0, 1]], dtype=np.int8), 4)[0, 0, :2].tolist() == [0xF0, 0x98]
    assert packed(np.array([[-128, 127]], dtype=np.int8), 8)[0, 0, :2].tolist() == [0, 255]
