"""The model bundle."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.generate.bundle import load_bundle
from functions.generate.errors import BundleRefused
from functions.generate.network.graph_network import GraphNetwork
from tests.generate.conftest import MODEL

MEGABYTE = 1_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the bundle that may be damaged."""
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def change_facts(folder: Path, **changes: Any) -> None:
    """Change keys of `bundle.json`; None removes one."""
    path = folder / "bundle.json"
    facts = json.loads(path.read_text("utf-8")) | changes
    path.write_text(json.dumps({k: v for k, v in facts.items() if v is not None}), "utf-8")


def test_cold_texts_are_kept_from_circling_more() -> None:
    """The penalty rises in a straight line as the temperature falls from 1 to 0."""
    sampling = replace(
        load_bundle(MODEL).sampling, repetition_penalty=1.2, cold_repetition_penalty=1.6
    )
    found = [sampling.at(temperature).repetition_penalty for temperature in (0.0, 0.25, 1.0, 1.5)]
    assert found == pytest.approx([1.6, 1.5, 1.2, 1.2])
    assert sampling.at(0.25).temperature == 0.25
    assert sampling.at(0.25).max_tokens == sampling.max_tokens


def test_a_bundle_may_ask_for_one_penalty_at_all_temperatures(copy: Path) -> None:
    """Those that were exported before there were two do."""
    facts = json.loads((copy / "bundle.json").read_text("utf-8"))
    del facts["sampling"]["cold_repetition_penalty"]
    change_facts(copy, sampling=facts["sampling"] | {"repetition_penalty": 1.3})
    sampling = load_bundle(copy).sampling
    assert sampling.at(0.1).repetition_penalty == sampling.at(1.0).repetition_penalty == 1.3


def test_what_is_sampled_otherwise_has_another_hash(copy: Path) -> None:
    """A review's seed gives the same text with the same hash, so the hash tells how it is drawn."""
    facts = json.loads((copy / "bundle.json").read_text("utf-8"))
    before = load_bundle(copy).hash
    change_facts(copy, name="another name")
    assert load_bundle(copy).hash == before
    change_facts(copy, sampling=facts["sampling"] | {"top_k": 41})
    assert load_bundle(copy).hash != before


def test_the_bundle_that_ships_is_whole_and_small() -> None:
    """Its hashes match, it states its quality, and it stays within 25 MB."""
    bundle = load_bundle(MODEL)
    assert len(bundle.hash) == 12
    assert sum(file.stat().st_size for file in MODEL.iterdir()) <= 25 * MEGABYTE
    facts = json.loads((MODEL / "bundle.json").read_text("utf-8"))
    held_out = facts["held_out"]
    assert held_out["perplexity_quantised"] <= 1.01 * held_out["perplexity_original"]
    assert set(facts["files"]) == {file.name for file in MODEL.iterdir()} - {"bundle.json"}


def test_a_missing_file_is_named(copy: Path) -> None:
    """The message says which file cannot be read."""
    (copy / "tokenizer.json").unlink()
    with pytest.raises(BundleRefused, match=r"tokenizer\.json cannot be read"):
        load_bundle(copy)


def test_a_truncated_file_is_named(copy: Path) -> None:
    """A weight file that lost its end is refused before onnxruntime sees it."""
    weights = copy / "model.onnx.data"
    with weights.open("r+b") as file:
        file.truncate(weights.stat().st_size // 2)
    with pytest.raises(BundleRefused, match=r"model\.onnx\.data is damaged"):
        load_bundle(copy)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"architecture": "llama"}, "'llama'"),
        ({"format": 1}, r"\(1, 'gpt2'\)"),
        ({"sampling": {}}, "top_p"),
        ({"context_length": "long"}, "invalid literal"),
        ({"files": {}}, r"lists no model\.onnx"),
    ],
)
def test_other_bundles_are_refused_by_name(
    copy: Path, changes: dict[str, Any], message: str
) -> None:
    """Another architecture, another format, or a key that is missing."""
    change_facts(copy, **changes)
    with pytest.raises(BundleRefused, match=message):
        load_bundle(copy)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_facts_that_cannot_be_read(copy: Path, content: bytes) -> None:
    """A mangled `bundle.json` is refused, not guessed at."""
    (copy / "bundle.json").write_bytes(content)
    with pytest.raises(BundleRefused, match=r"bundle\.json"):
        load_bundle(copy)


def test_no_bundle_at_all(tmp_path: Path) -> None:
    """The message names the setting."""
    with pytest.raises(BundleRefused, match="MODEL_DIR"):
        load_bundle(tmp_path)


def test_a_graph_that_is_none(copy: Path) -> None:
    """Files whose hashes match and that are no ONNX graph are the bundle's fault."""
    (copy / "model.onnx").write_bytes(b"not a graph")
    facts = json.loads((copy / "bundle.json").read_text("utf-8"))
    files = facts["files"] | {"model.onnx": hashlib.sha256(b"not a graph").hexdigest()}
    change_facts(copy, files=files)
    with pytest.raises(BundleRefused, match=r"model\.onnx cannot be loaded"):
        GraphNetwork(load_bundle(copy), threads=1, places=1)
