"""The parts of the training that are ours compute what the plain ones compute."""

import numpy as np
import pytest
import torch
from torch.nn import functional
from transformers import GPT2LMHeadModel

from tests.training.conftest import TINY
from training.budget import Budget
from training.collating import WindowCollator
from training.errors import SettingsError
from training.model import TrainableGPT2, configuration
from training.optimizer import build_optimizer, orthogonalise
from training.settings import Size


def _model() -> TrainableGPT2:
    torch.manual_seed(0)
    return TrainableGPT2(configuration(TINY, 320, 0))


def test_the_loss_and_its_gradients_are_those_of_transformers() -> None:
    """Computing the loss piece by piece changes neither it nor any gradient."""
    ours = _model()
    theirs = GPT2LMHeadModel(ours.config)
    theirs.load_state_dict(ours.state_dict())
    tokens = torch.randint(0, 320, (3, 65), generator=torch.Generator().manual_seed(1))
    positions = torch.arange(64).expand(3, 64)
    loss = ours(input_ids=tokens[:, :-1], position_ids=positions, targets=tokens[:, 1:]).loss
    logits = theirs(input_ids=tokens[:, :-1]).logits
    expected = functional.cross_entropy(logits.reshape(-1, 320), tokens[:, 1:].reshape(-1))
    loss.backward()
    expected.backward()
    torch.testing.assert_close(loss, expected)
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, msg=name)


def test_muon_steps_are_orthogonal() -> None:
    """The singular values of a step are all about 1, wide or tall."""
    generator = torch.Generator().manual_seed(1)
    for shape in ((32, 96), (96, 32)):
        step = orthogonalise(torch.randn(shape, generator=generator))
        values = torch.linalg.svdvals(step.float())
        assert 0.5 < float(values.min()) <= float(values.max()) < 1.5


def test_every_parameter_is_trained_by_one_rule() -> None:
    """The layers' matrices go to Muon, all else to AdamW, nothing twice and nothing forgotten."""
    model = _model()
    optimizer = build_optimizer(model, 1e-3, 0.1)
    sizes = {"muon": 0, "adam": 0}
    for group in optimizer.param_groups:
        sizes[group["rule"]] += sum(parameter.numel() for parameter in group["params"])
    assert sizes["muon"] == 2 * 12 * 64 * 64
    assert sum(sizes.values()) == model.num_parameters()


def test_windows_keep_positions_and_targets() -> None:
    """Cut into short windows, each token has the position and the target it has in the row."""
    budget = Budget(minutes=None, steps=10, short_until=0.5)
    collate = WindowCollator(budget, short_window=4)
    rows = [np.arange(9), np.arange(100, 109)]
    short = collate(rows)
    assert short["input_ids"].tolist()[1] == [4, 5, 6, 7]
    assert short["position_ids"].tolist()[1] == [4, 5, 6, 7]
    assert short["targets"].tolist()[3] == [105, 106, 107, 108]
    budget.step = 5
    assert collate(rows)["input_ids"].shape == (2, 8)


def test_the_learning_rate_follows_the_clock() -> None:
    """With minutes as budget it rises, falls and ends with the time, whatever the speed."""
    clock = {"now": 0.0}
    budget = Budget(minutes=10, steps=None, warm_up=0.1, now=lambda: clock["now"])
    factors = []
    for clock["now"] in (0.0, 30.0, 60.0, 330.0, 600.0):
        factors.append(round(budget.learning_rate_factor(1), 3))
    assert factors == [0.01, 0.5, 1.0, 0.505, 0.01]
    assert budget.is_used_up


def test_time_between_two_runs_is_not_counted() -> None:
    """A run that went on after a pause has spent only the time it trained."""
    clock = {"now": 1000.0}
    budget = Budget(minutes=1, steps=None, now=lambda: clock["now"])
    budget.start(spent_seconds=20.0, step=7)
    clock["now"] += 10.0
    assert budget.seconds == 30.0
    assert budget.fraction == 0.5


def test_impossible_numbers_are_refused() -> None:
    """Each error says what was got and what is allowed."""
    with pytest.raises(SettingsError, match="say when to stop"):
        Budget(minutes=None, steps=None)
    with pytest.raises(SettingsError, match="greater than 0"):
        Budget(minutes=-1, steps=None)
    with pytest.raises(SettingsError, match="a width of 64 does not divide among 5 heads"):
        Size(heads=5, width=64)
    with pytest.raises(SettingsError, match="must be 1 or more"):
        Size(layers=0)
