"""The bundle does what the checkpoint does, in plain onnxruntime."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from training.bundle import Naming
from training.errors import CheckpointError
from training.export import export
from training.graph import Graph
from training.model import load_model


def _graph(bundle: Path) -> Graph:
    return Graph(bundle / "model.onnx", layers=2, heads=2, head_size=32)


def test_the_bundle_keeps_its_contract(bundle_folder: Path, prepared_folder: Path) -> None:
    """`bundle.json` has every key of the contract, and the hashes are those of the files."""
    bundle = json.loads((bundle_folder / "bundle.json").read_text())
    files = {path.name for path in bundle_folder.iterdir()}
    assert files == {"bundle.json", "model.onnx", "model.onnx.data", "tokenizer.json"}
    assert bundle["files"] == {
        name: hashlib.sha256((bundle_folder / name).read_bytes()).hexdigest()
        for name in sorted(files - {"bundle.json"})
    }
    facts = ("format", "name", "architecture", "layers", "heads", "width", "context_length")
    assert [bundle[key] for key in facts] == [1, "tiny", "gpt2", 2, 2, 64, 64]
    assert bundle["license"] == {"weights": "CC0-1.0", "corpus": "made up"}
    assert bundle["vocabulary"] == 320
    assert bundle["parameters"] == 320 * 64 + 64 * 64 + 2 * (12 * 64 * 64 + 13 * 64) + 2 * 64
    assert set(bundle["decades"]) <= {"1880s", "1890s", "1900s", "1910s"}
    sampling = bundle["sampling"]
    assert set(sampling) == {
        "top_p", "top_k", "repetition_penalty", "unrepeated_tokens", "min_tokens", "max_tokens"
    }  # fmt: skip
    assert 0 < sampling["min_tokens"] <= sampling["max_tokens"] < 64
    manifest = json.loads((prepared_folder / "manifest.json").read_text())
    assert bundle["corpus"]["words"] == manifest["train"]["words"]
    assert bundle["corpus"]["books"] == len(manifest["train"]["books"])
    held_out = bundle["held_out"]
    ratio = held_out["perplexity_quantised"] / held_out["perplexity_original"]
    assert ratio == pytest.approx(1, abs=0.02)
    assert held_out["bits_per_character_original"] > 0
    assert held_out["documents"] > 0


def test_the_quantised_graph_is_close_to_pytorch(bundle_folder: Path, run_folder: Path) -> None:
    """Probabilities move by little, for rows read together and for one row token by token."""
    model = load_model(run_folder / "best")
    graph = _graph(bundle_folder)
    ids = np.random.default_rng(1).integers(0, 320, (3, 20))
    expected = torch.softmax(model(torch.from_numpy(ids)).logits, -1).numpy()
    logits, _ = graph.run(ids)
    together = torch.softmax(torch.from_numpy(logits), -1).numpy()
    np.testing.assert_allclose(together, expected, atol=0.02)
    past, rows = None, []
    for place in range(20):
        logits, past = graph.run(ids[:1, place : place + 1], past)
        rows.append(torch.softmax(torch.from_numpy(logits[0, 0]), -1).numpy())
    np.testing.assert_allclose(np.stack(rows), expected[0], atol=0.02)
    assert past is not None
    assert past[0].shape == (1, 2, 20, 32)


def test_weights_are_stored_once_in_8_bits(bundle_folder: Path) -> None:
    """No weight matrix but the positions is left in fp32, and the tied matrix is there once."""
    graph = onnx.load(str(bundle_folder / "model.onnx")).graph
    wide = [
        tensor.name
        for tensor in graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT
        and len(tensor.dims) == 2
        and "wpe" not in tensor.name
        and "scale" not in tensor.name
    ]
    assert wide == []
    tied = [t for t in graph.initializer if list(t.dims) == [320, 2, 32]]
    assert [t.data_type for t in tied] == [onnx.TensorProto.UINT8]
    kinds = {node.op_type for node in graph.node}
    assert {"MatMulNBits", "GatherBlockQuantized"} <= kinds
    assert "Gemm" not in kinds


def test_a_checkpoint_of_another_tokenizer_is_refused(
    prepared_folder: Path, run_folder: Path, bundle_folder: Path, tmp_path: Path
) -> None:
    """A bundle whose tokenizer does not belong to its weights is never written."""
    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(run_folder / "best", checkpoint)
    (checkpoint / "tokenizer.json").write_text("{}")
    before = (bundle_folder / "bundle.json").read_bytes()
    with pytest.raises(CheckpointError, match="was trained with another tokenizer"):
        export(checkpoint, prepared_folder, bundle_folder, Naming("other"))
    assert (bundle_folder / "bundle.json").read_bytes() == before


def test_a_broken_checkpoint_is_refused(
    prepared_folder: Path, run_folder: Path, tmp_path: Path
) -> None:
    """Weights that are cut short are named."""
    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(run_folder / "best", checkpoint)
    weights = checkpoint / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        export(checkpoint, prepared_folder, tmp_path / "out", Naming("broken"))
    assert not (tmp_path / "out").exists()
