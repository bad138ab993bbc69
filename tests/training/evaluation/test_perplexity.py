"""Perplexities are means over as many rows of either part."""

import math
from pathlib import Path

import pytest
import torch

from training.evaluation.perplexity import HELD_OUT, TRAIN, perplexities
from training.model import load_model, mean_loss
from training.prepared import (
    PackedRows,
    as_tensor,
    characters_of,
    evenly_spaced,
    open_prepared,
)


def test_the_figures_are_those_of_all_rows_at_once(prepared_folder: Path, run_folder: Path) -> None:
    """Loss, perplexity and bits a character of both parts, over as many tokens."""
    prepared = open_prepared(prepared_folder)
    model = load_model(run_folder / "best")
    found = perplexities({"it": lambda rows: mean_loss(model, rows)}, prepared, 64, 5)
    assert [(one.model, one.part) for one in found] == [("it", TRAIN), ("it", HELD_OUT)]
    for one, shard in zip(found, (prepared.train, prepared.held_out), strict=True):
        rows = evenly_spaced(PackedRows(shard, 64), 5)
        loss = mean_loss(model, as_tensor(rows))
        assert one.tokens == 5 * 64
        assert one.loss == pytest.approx(loss, rel=1e-5)
        assert one.perplexity == pytest.approx(math.exp(loss), rel=1e-4)
        bits = loss / math.log(2) * 5 * 64 / characters_of(prepared.tokenizer, rows)
        assert one.bits_per_character == pytest.approx(bits, rel=1e-5)


def test_the_standard_error_is_that_of_the_rows(prepared_folder: Path) -> None:
    """From losses that are known; with one row it is not known, and told as 0."""
    prepared = open_prepared(prepared_folder)
    losses = iter([1.0, 2.0, 3.0, 4.0] * 2)

    def mean(_: torch.Tensor) -> float:
        return next(losses)

    for one in perplexities({"it": mean}, prepared, 64, 4):
        assert one.loss == 2.5
        assert one.standard_error == pytest.approx(math.sqrt(5 / 3) / 2)
    one = perplexities({"it": lambda _: 1.0}, prepared, 64, 1)[0]
    assert (one.tokens, one.standard_error) == (64, 0.0)
