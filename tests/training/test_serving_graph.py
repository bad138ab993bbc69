"""The graph that serves computes what PyTorch computes with the same, dequantised weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
import torch
from transformers import GPT2LMHeadModel

from tests.training.dequantised import dequantised_model
from training.model import configuration
from training.model_files import write_model
from training.quantise import round_matrices
from training.settings import Size

CONTEXT = 32
VOCABULARY = 301
TOLERANCE = 0.12
"""The graph rounds what it multiplies to 8 bits, one scale a block; the logits' own spread is 1."""

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Case:
    """A random model, dequantised, and its graph with a cache for two texts."""

    model: GPT2LMHeadModel
    session: Any
    caches: dict[str, Floats]  # each (2, heads, context, head size)

    def expected(self, tokens: Ids) -> Floats:
        """Return PyTorch's logits behind a text (length)."""
        with torch.no_grad():
            logits = self.model(torch.from_numpy(tokens[None])).logits[0, -1]
        return np.asarray(logits)

    def read(self, tokens: Ids, positions: Ids, texts: slice) -> Floats:
        """Read tokens (texts, new) into the cache of those texts: logits (texts, vocabulary)."""
        binding = self.session.io_binding()
        lengths = positions[:, -1].astype(np.int32)
        logits = np.empty((len(tokens), VOCABULARY), dtype=np.float32)
        binding.bind_cpu_input("tokens", np.ascontiguousarray(tokens))
        binding.bind_cpu_input("positions", np.ascontiguousarray(positions))
        binding.bind_cpu_input("lengths", lengths)
        binding.bind_cpu_input("total_length", np.array([lengths.max() + 1], dtype=np.int32))
        for name, whole in self.caches.items():
            cache = whole[texts]
            place = ("cpu", 0, np.float32, cache.shape, cache.ctypes.data)
            binding.bind_input(f"past.{name}", *place)
            binding.bind_output(f"present.{name}", *place)
        binding.bind_output("logits", "cpu", 0, np.float32, logits.shape, logits.ctypes.data)
        self.session.run_with_iobinding(binding)
        return logits


def _random_model(size: Size) -> GPT2LMHeadModel:
    """Return a model whose logits spread by about 1, with biases and norms that matter."""
    torch.manual_seed(1)
    model = GPT2LMHeadModel(configuration(size, VOCABULARY, 0)).eval().requires_grad_(False)
    for name, parameter in model.named_parameters():
        mean = 1.0 if "ln_" in name and name.endswith("weight") else 0.0
        parameter.normal_(mean, size.width**-0.5)
    return model  # type: ignore[no-any-return]


@pytest.fixture(params=[(96, 3, "attn"), (256, 4, ""), (64, 2, "none")], scope="module")
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> _Case:
    """Return a model with some, all and no matrices in 4 bits; a width of 96 pads all blocks."""
    width, heads, in_4_bits = request.param
    folder: Path = tmp_path_factory.mktemp("serving")
    model = _random_model(Size(layers=2, heads=heads, width=width, context=CONTEXT))
    text = torch.randint(0, VOCABULARY, (8, CONTEXT), generator=torch.Generator().manual_seed(2))
    choices = round_matrices(model, text, (4, 8))
    chosen = {name: both[4 if in_4_bits in name else 8] for name, both in choices.items()}
    write_model(folder, model, chosen)
    model.save_pretrained(folder / "checkpoint")
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
    )
    shape = (2, heads, CONTEXT, width // heads)
    caches = {
        f"{layer}.{part}": np.zeros(shape, dtype=np.float32)
        for layer in range(2)
        for part in ("keys", "values")
    }
    return _Case(dequantised_model(folder / "checkpoint", folder), session, caches)


def test_two_texts_of_different_length(case: _Case) -> None:
    """Each prompt is read at once; then both texts are read on together, token by token."""
    texts = np.random.default_rng(3).integers(0, VOCABULARY, (2, CONTEXT))
    lengths = np.array([12, 7])
    for row, length in enumerate(lengths):
        prompt = texts[row, :length]
        logits = case.read(prompt[None], np.arange(length)[None], slice(row, row + 1))
        np.testing.assert_allclose(logits[0], case.expected(prompt), atol=TOLERANCE)
    for step in range(CONTEXT - lengths.max()):
        positions = lengths[:, None] + step  # (2, 1)
        tokens = np.take_along_axis(texts, positions, axis=1)
        logits = case.read(tokens, positions, slice(0, 2))
        for row, position in enumerate(positions[:, 0]):
            expected = case.expected(texts[row, : position + 1])
            np.testing.assert_allclose(logits[row], expected, atol=TOLERANCE)


def test_a_prompt_may_come_in_pieces(case: _Case) -> None:
    """A text read in two parts predicts what it predicts read at once."""
    text = np.random.default_rng(4).integers(0, VOCABULARY, 20)
    case.read(text[None, :9], np.arange(9)[None], slice(0, 1))
    logits = case.read(text[None, 9:], np.arange(9, 20)[None], slice(0, 1))
    np.testing.assert_allclose(logits[0], case.expected(text), atol=TOLERANCE)


def test_the_graph_itself_is_sound(case: _Case) -> None:
    """ONNX's own checker finds nothing, and the graph holds no weights."""
    path = Path(case.session._model_path)
    graph = onnx.load(str(path), load_external_data=False).graph
    kinds = {node.op_type for node in graph.node}
    assert {"GatherBlockQuantized", "GroupQueryAttention", "MatMulNBits"} <= kinds
    assert path.stat().st_size < 100_000
