"""A whole model is rounded, and what each matrix costs is found out."""

import pytest
import torch
from transformers import GPT2LMHeadModel

from training import quantise
from training.model import configuration
from training.quantise import Choices, matrices_of, round_matrices
from training.settings import Size
from training.trial import Trial, costs_alone, trial_of

VOCABULARY = 211


@pytest.fixture(scope="module")
def model() -> GPT2LMHeadModel:
    """Return a random model that predicts with some conviction."""
    torch.manual_seed(1)
    size = Size(layers=3, heads=2, width=64, context=32)
    model = GPT2LMHeadModel(configuration(size, VOCABULARY, 0)).eval().requires_grad_(False)
    for matrix in matrices_of(model).values():
        matrix.mul_(8)
    return model  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def choices(model: GPT2LMHeadModel) -> Choices:
    """Return every matrix in 4 and in 8 bits."""
    return round_matrices(model, _text(40, seed=1), (4, 8))


@pytest.fixture(scope="module")
def trial(model: GPT2LMHeadModel) -> Trial:
    """Return other text with what the model predicts."""
    return trial_of(model, _text(6, seed=2))


def _text(rows: int, seed: int) -> torch.Tensor:
    return torch.randint(0, VOCABULARY, (rows, 32), generator=torch.Generator().manual_seed(seed))


def test_every_matrix_is_rounded_and_the_model_stays_as_it_is(model: GPT2LMHeadModel) -> None:
    """The result names each matrix in each width, close to the original, which is untouched."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    choices = round_matrices(model, _text(4, seed=1), (4, 8))
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    matrices = matrices_of(model)
    assert list(choices) == list(matrices)
    assert len(matrices) == 1 + 3 * 4
    for name, both in choices.items():
        assert set(both) == {4, 8}
        original = matrices[name]
        errors = {bits: (both[bits].weights - original).norm() / original.norm() for bits in both}
        assert errors[8] < 0.02 < errors[4] < 0.3, name


def test_rows_read_together_give_what_each_gives_alone(
    model: GPT2LMHeadModel, choices: Choices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short rows may share a call, the last one with fewer: no row meets another's words."""
    monkeypatch.setattr(quantise, "TOKENS_AT_ONCE", 32)
    alone = round_matrices(model, _text(40, seed=1), (4, 8))
    assert list(alone) == list(choices)
    for name, both in alone.items():
        for bits, found in both.items():
            differing = ~torch.isclose(found.weights, choices[name][bits].weights)
            assert differing.float().mean() < 0.01, name  # a tie may fall the other way


def test_each_matrix_is_rounded_for_the_inputs_that_it_meets(
    model: GPT2LMHeadModel, choices: Choices
) -> None:
    """Layer by layer, the products of the rounded model are closer than those of nearest levels."""
    tokens = _text(10, seed=3)
    expected = model(tokens).logits
    distances = {}
    for how in ("gptq", "nearest"):
        copy = GPT2LMHeadModel(model.config).eval().requires_grad_(False)
        copy.load_state_dict(model.state_dict())
        for name, matrix in matrices_of(copy).items():
            matrix.copy_(choices[name][4].weights if how == "gptq" else _nearest(matrix))
        distances[how] = (copy(tokens).logits - expected).square().mean()
    assert distances["gptq"] < 0.8 * distances["nearest"]


def _nearest(matrix: torch.Tensor) -> torch.Tensor:
    """Round (outputs, inputs) to the nearest of 15 levels, in blocks of 128."""
    parts = []
    for block in matrix.split(128, dim=1):
        scale = block.abs().amax(dim=1, keepdim=True) / 7
        parts.append((block / scale).round() * scale)
    return torch.cat(parts, dim=1)


def test_costs_are_those_of_the_matrix_alone(
    model: GPT2LMHeadModel, choices: Choices, trial: Trial
) -> None:
    """8 bits cost much less than 4; the cost is the divergence from what the original predicts."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    few, many = (costs_alone(model, choices, bits, trial) for bits in (4, 8))
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    assert list(few) == list(choices)
    for name, cost in few.items():
        assert 0 <= many[name] < 0.2 * cost, name
    name = "h.1.attn.c_proj"
    matrix = matrices_of(model)[name]
    original = matrix.clone()
    matrix.copy_(choices[name][4].weights)
    expected = torch.cat(trial.expected).log_softmax(-1)
    found = model(trial.tokens).logits.flatten(0, 1).log_softmax(-1)
    matrix.copy_(original)
    divergence = (expected.exp() * (expected - found)).sum(-1).mean()
    assert few[name] == pytest.approx(float(divergence), rel=1e-3)
