"""A graph that does something else than the checkpoint is found out."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from transformers import GPT2LMHeadModel

from training.checks import check_greedy, check_logits, check_serving_graph
from training.errors import CheckpointError, ExportError
from training.model import configuration
from training.reference import check_reference
from training.servable import check_servable
from training.settings import Size

VOCABULARY = 50
SIZE = Size(layers=2, heads=2, width=64, context=32)

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def model() -> GPT2LMHeadModel:
    """Return a random model."""
    torch.manual_seed(1)
    model = GPT2LMHeadModel(configuration(SIZE, VOCABULARY, 0)).eval()
    return model.requires_grad_(False)  # type: ignore[no-any-return]


@pytest.fixture
def prompts() -> Ids:
    """Return prompts (prompts, length)."""
    return np.random.default_rng(1).integers(0, VOCABULARY, (7, 6))


class FakeGraph:
    """PyTorch in the graph's place, with something added to the logits of one step."""

    def __init__(self, model: GPT2LMHeadModel, change: dict[int, float], *, at_length: int) -> None:
        self._model = model
        self._change = change
        self._at_length = at_length

    def run(self, ids: Ids, past: Any = None, mask: Any = None) -> tuple[Floats, Any]:
        """Read `ids` (batch, new) behind all earlier ones, which `past` holds."""
        text = ids if past is None else np.concatenate([past, ids], axis=1)
        seen = torch.from_numpy(np.ones_like(text) if mask is None else mask)
        with torch.no_grad():
            output = self._model(
                torch.from_numpy(text),
                attention_mask=seen,
                position_ids=(seen.cumsum(dim=1) - 1).clamp_min(0),
            )
        logits = output.logits[:, -ids.shape[1] :].numpy()
        if text.shape[1] == self._at_length:
            for token, added in self._change.items():
                logits[:, -1, token] += added
        return logits, text


def test_the_reference_does_what_pytorch_does(
    model: GPT2LMHeadModel, prompts: Ids, tmp_path: Path
) -> None:
    """The export of a model passes."""
    check_reference(model, prompts, tmp_path)


def test_another_logit_is_found(model: GPT2LMHeadModel, prompts: Ids) -> None:
    """A single logit that differs by more than the tolerance is an error."""
    graph: Any = FakeGraph(model, {3: 0.002}, at_length=6)
    with pytest.raises(ExportError, match="differ from PyTorch's by 2"):
        check_logits(model, graph, prompts[1:])


def test_another_token_is_found(model: GPT2LMHeadModel, prompts: Ids) -> None:
    """A graph that chooses one other token at any step is an error that names the step."""
    check_greedy(model, _graph(model, {}), prompts)
    with pytest.raises(ExportError, match=r"behind prompt \d, .* from step 20 of 26 on \(got 7"):
        check_greedy(model, _graph(model, {7: 100.0}), prompts)


def _graph(model: GPT2LMHeadModel, change: dict[int, float]) -> Any:
    return FakeGraph(model, change, at_length=26)


def test_a_tie_may_be_decided_either_way(prompts: Ids) -> None:
    """Two tokens with the same logit are one choice as good as the other, at every step."""
    torch.manual_seed(1)
    model = GPT2LMHeadModel(configuration(SIZE, VOCABULARY, 0)).eval().requires_grad_(False)
    weights = model.transformer.wte.weight
    weights[VOCABULARY // 2 :] = weights[: VOCABULARY // 2]  # each token has a twin
    twins = {token: 1e-5 * (-1) ** token for token in range(VOCABULARY)}
    check_greedy(model, _graph(model, twins), prompts)


class FakeServed:
    """A network, and a graph, that predict the same thing behind any text."""

    def __init__(self, logits: Floats) -> None:
        self._logits = logits

    def read(self, tokens: Ids, *_: Any, **__: Any) -> Floats:
        """Return logits (1, vocabulary)."""
        return self._logits[None]


class FakeServedGraph(FakeServed):
    """The same as a graph: it returns the last logits only."""

    def read(self, tokens: Ids, *_: Any, **__: Any) -> Floats:
        """Return logits (vocabulary)."""
        return self._logits


def test_two_networks_that_disagree_are_found(prompts: Ids) -> None:
    """Small differences are the rounding's; another prediction is an error."""
    logits = np.random.default_rng(2).normal(0, 2, VOCABULARY).astype(np.float32)
    network: Any = FakeServed(logits)
    noise = np.random.default_rng(3).normal(0, 0.05, VOCABULARY).astype(np.float32)
    near: Any = FakeServedGraph(logits + noise)
    check_serving_graph(near, network, prompts)
    far: Any = FakeServedGraph(np.roll(logits, 1))
    with pytest.raises(ExportError, match="behind prompt 0, the serving graph predicts otherwise"):
        check_serving_graph(far, network, prompts)
    broken: Any = FakeServedGraph(np.full_like(logits, np.nan))
    with pytest.raises(ExportError, match="diverge by nan"):
        check_serving_graph(broken, network, prompts)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activation_function", "relu"),
        ("layer_norm_epsilon", 1e-6),
        ("n_inner", 100),
        ("tie_word_embeddings", False),
        ("scale_attn_by_inverse_layer_idx", True),
    ],
)
def test_a_variety_that_is_not_served_is_refused(name: str, value: object) -> None:
    """The error names the setting, what it is and what it may be."""
    config = configuration(SIZE, VOCABULARY, 0)
    setattr(config, name, value)
    with pytest.raises(CheckpointError, match=f"has {name} = {value!r}; the engine computes"):
        check_servable(GPT2LMHeadModel(config), Path("checkpoint"))


def test_heads_that_do_not_fill_a_vector_are_refused(model: GPT2LMHeadModel) -> None:
    """The error names the size of a head and what it may be."""
    check_servable(model, Path("checkpoint"))
    odd = GPT2LMHeadModel(configuration(Size(1, 2, 48, 32), VOCABULARY, 0))
    with pytest.raises(CheckpointError, match=r"has 2 heads of 24 .* multiple of 16, up to 256"):
        check_servable(odd, Path("checkpoint"))
