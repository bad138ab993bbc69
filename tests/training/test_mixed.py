"""The choice of bits keeps its promise with the fewest bytes."""

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from training.mixed import Chosen, choose
from training.packing import blocks_in_row
from training.quantise import Choices
from training.rounding import Rounded


def _choices(sizes: list[int]) -> Choices:
    """Return matrices of one row and so many inputs, in both widths."""
    return {
        f"m{number}": {
            bits: Rounded(
                bits,
                torch.zeros(1, inputs, dtype=torch.int8),
                torch.zeros(1, blocks_in_row(inputs, bits)),
            )
            for bits in (4, 8)
        }
        for number, inputs in enumerate(sizes)
    }


def _sum_of(costs: dict[str, float], chosen: Chosen) -> float:
    return sum(costs[name] for name, matrix in chosen.items() if matrix.bits == 4)


@given(
    st.lists(st.tuples(st.integers(65, 2000), st.floats(0, 0.01)), min_size=1, max_size=12),
    st.floats(1e-4, 0.02),
)
def test_the_promise_is_kept_with_as_few_as_possible(
    matrices: list[tuple[int, float]], most: float
) -> None:
    """The measured cost stays within what is allowed, and with one fewer in 8 bits it would not."""
    choices = _choices([size for size, _ in matrices])
    costs = dict(zip(choices, (cost for _, cost in matrices), strict=True))
    chosen = choose(choices, costs, lambda some: _sum_of(costs, some), most)
    assert _sum_of(costs, chosen) <= math.log1p(most)
    in_8 = [name for name, matrix in chosen.items() if matrix.bits == 8]
    if in_8:
        prices = {n: costs[n] / (choices[n][8].size - choices[n][4].size) for n in in_8}
        cheapest = min(in_8, key=lambda name: prices[name])
        assert _sum_of(costs, chosen) + costs[cheapest] > math.log1p(most)


def test_the_dearest_byte_goes_first() -> None:
    """Of two matrices that cost the same, the smaller gets 8 bits."""
    choices = _choices([2048, 256])
    chosen = choose(
        choices, {"m0": 0.01, "m1": 0.01}, lambda c: _sum_of({"m0": 0.01, "m1": 0.01}, c), 0.011
    )
    assert {name: matrix.bits for name, matrix in chosen.items()} == {"m0": 4, "m1": 8}


def test_a_promise_that_cannot_be_kept_ends_with_8_bits_everywhere() -> None:
    """Where no choice is good enough, the best one is taken; the held-out text decides."""
    choices = _choices([200, 300])
    chosen = choose(choices, {"m0": 0.1, "m1": 0.1}, lambda _: math.inf, 0.01)
    assert {matrix.bits for matrix in chosen.values()} == {8}


def test_where_8_bits_cost_no_byte_they_are_taken_first() -> None:
    """A row of 64 weights or fewer is one block either way."""
    choices = _choices([64, 2000])
    chosen = choose(
        choices, {"m0": 1e-9, "m1": 0.1}, lambda c: 1.0 if c["m0"].bits == 4 else 0.0, 0.01
    )
    assert {name: matrix.bits for name, matrix in chosen.items()} == {"m0": 8, "m1": 4}
