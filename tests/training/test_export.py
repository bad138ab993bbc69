"""The bundle does what the checkpoint does, at a stated loss."""

import hashlib
import json
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from functions.generate.bundle import load_bundle
from functions.generate.network.kernel_network import KernelNetwork
from tests.training.dequantised import dequantised_model
from training.bundle import HeldOut, Naming
from training.errors import CheckpointError, ExportError, SettingsError
from training.export import ExportSettings, check_loss, export
from training.served import read_text


def test_the_bundle_keeps_its_contract(bundle_folder: Path, prepared_folder: Path) -> None:
    """`bundle.json` has every key of the contract, and the hashes are those of the files."""
    bundle = json.loads((bundle_folder / "bundle.json").read_text())
    files = {path.name for path in bundle_folder.iterdir()}
    assert files == {
        "bundle.json",
        "model.onnx",
        "model.onnx.data",
        "originality.bin",
        "tokenizer.json",
    }
    assert bundle["files"] == {
        name: hashlib.sha256((bundle_folder / name).read_bytes()).hexdigest()
        for name in sorted(files - {"bundle.json"})
    }
    facts = ("format", "name", "architecture", "layers", "heads", "width", "context_length")
    assert [bundle[key] for key in facts] == [3, "tiny", "gpt2", 2, 3, 96, 64]
    assert bundle["license"] == {"weights": "CC0-1.0", "corpus": "made up"}
    assert bundle["base_model"] == "none (trained from scratch)"
    assert bundle["vocabulary"] == 320
    assert bundle["parameters"] == 320 * 96 + 64 * 96 + 2 * (12 * 96 * 96 + 13 * 96) + 2 * 96
    assert set(bundle["decades"]) <= {"1880s", "1890s", "1900s", "1910s"}
    sampling = bundle["sampling"]
    assert set(sampling) == {
        "top_p", "top_k", "repetition_penalty", "cold_repetition_penalty", "penalised_stretch",
        "unrepeated_tokens", "min_tokens", "max_tokens",
    }  # fmt: skip
    assert 0 < sampling["min_tokens"] <= sampling["max_tokens"] < 64
    manifest = json.loads((prepared_folder / "manifest.json").read_text())
    assert bundle["corpus"]["words"] == manifest["train"]["words"]
    assert bundle["corpus"]["books"] == len(manifest["train"]["books"])
    originality = bundle["originality"]
    assert 0 < originality["words"] <= 1.2 * manifest["train"]["words"]
    assert 0 <= originality["found_too_long"] <= 0.1
    held_out = bundle["held_out"]
    assert held_out["perplexity_quantised"] <= 1.01 * held_out["perplexity_original"]
    assert held_out["bits_per_character_original"] > 0
    assert held_out["documents"] > 0


def test_the_bundle_tells_how_its_weights_are_stored(bundle_folder: Path) -> None:
    """The names of what has 8 bits, and the bits that a weight takes up, are those of the file."""
    weights = json.loads((bundle_folder / "bundle.json").read_text())["weights"]
    assert weights["bits"] == "mixed"
    with safe_open(bundle_folder / "model.onnx.data", framework="numpy") as file:
        names = set(file.keys())
        in_8 = {name.removesuffix(".blocks8") for name in names if name.endswith(".blocks8")}
        stored = [file.get_tensor(name) for name in names if "blocks" in name or "scales" in name]
    assert set(weights["in_8_bits"]) == in_8
    assert len(weights["in_8_bits"]) == len(in_8) < 9
    bits = 8 * sum(tensor.nbytes for tensor in stored) / (320 * 96 + 2 * 12 * 96 * 96)
    assert weights["bits_per_weight"] == pytest.approx(bits, abs=0.001)


def test_every_weight_is_stored_once(bundle_folder: Path) -> None:
    """The file holds the norms, biases and positions in fp32, and each matrix in blocks, once."""
    with safe_open(bundle_folder / "model.onnx.data", framework="numpy") as file:
        shapes = {name: list(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 - not a dict
    matrices = {name.rsplit(".", 1)[0] for name in shapes if ".blocks" in name}
    products = ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
    assert matrices == {"wte", *(f"h.{layer}.{name}" for layer in (0, 1) for name in products)}
    assert not any(f"{name}.weight" in shapes for name in matrices)
    assert len(shapes) == 2 * 9 + 2 * (4 + 4) + 1 + 2
    assert shapes["wpe.weight"] == [64, 96]


def test_what_serves_is_close_to_pytorch(bundle_folder: Path, run_folder: Path) -> None:
    """The kernels predict what PyTorch predicts with the dequantised weights."""
    model = dequantised_model(run_folder / "best", bundle_folder)
    tokens = np.random.default_rng(1).integers(0, 320, 60)
    expected = torch.softmax(model(torch.from_numpy(tokens[None])).logits[0], -1).numpy()
    with closing(KernelNetwork(load_bundle(bundle_folder), threads=1, places=1)) as network:
        logits = read_text(network, tokens)
    found = torch.softmax(torch.from_numpy(logits), -1).numpy()
    np.testing.assert_allclose(found, expected, atol=0.03)


@pytest.mark.parametrize("bits", ["4", "8"])
def test_all_weights_may_have_the_same_bits(
    bits: str,
    prepared_folder: Path,
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With 8 bits nearly nothing is lost; with 4, no more than was allowed."""
    # The same checkpoint was compared with its reference when `bundle_folder` was made.
    monkeypatch.setattr("training.export.check_reference", lambda *_: None)
    settings = ExportSettings(bits, most_loss=0.2, held_out_rows=8)
    held_out = export(
        run_folder / "best", prepared_folder, tmp_path / "out", Naming("tiny"), settings
    )
    loss = held_out.perplexity_quantised / held_out.perplexity_original - 1
    assert loss < {"4": 0.2, "8": 0.005}[bits]
    weights = json.loads((tmp_path / "out" / "bundle.json").read_text())["weights"]
    assert weights["bits"] == bits
    assert len(weights["in_8_bits"]) == {"4": 0, "8": 9}[bits]


def test_a_larger_loss_than_allowed_is_refused() -> None:
    """The error tells the loss, what is allowed and what to do."""
    held_out = HeldOut(20.0, 20.3, 1.0, 1.0, 1, 100)
    check_loss(held_out, 0.016)
    with pytest.raises(ExportError, match=r"from 20\.00 to 20\.30, by 1\.50%; at most 1\.00%"):
        check_loss(held_out, 0.01)
    with pytest.raises(ExportError, match="by nan%"):
        check_loss(replace(held_out, perplexity_quantised=float("nan")), 0.01)


@pytest.mark.parametrize(
    ("bits", "most_loss", "message"),
    [
        ("6", 0.01, "mixed, 4, 8 bits, got '6'"),
        ("4", 0.0, "more than 0"),
        ("4", 1.0, "less than 1"),
    ],
)
def test_impossible_settings_are_refused(bits: str, most_loss: float, message: str) -> None:
    """The error says what was got and what is allowed."""
    with pytest.raises(SettingsError, match=message):
        ExportSettings(bits, most_loss)


def test_a_checkpoint_of_another_tokenizer_is_refused(
    prepared_folder: Path, run_folder: Path, bundle_folder: Path, tmp_path: Path
) -> None:
    """A bundle whose tokenizer does not belong to its weights is never written."""
    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(run_folder / "best", checkpoint)
    (checkpoint / "tokenizer.json").write_text("{}")
    before = (bundle_folder / "bundle.json").read_bytes()
    with pytest.raises(CheckpointError, match="was trained with another tokenizer"):
        export(checkpoint, prepared_folder, bundle_folder, Naming("other"), ExportSettings())
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
        export(checkpoint, prepared_folder, tmp_path / "out", Naming("broken"), ExportSettings())
    assert not (tmp_path / "out").exists()
