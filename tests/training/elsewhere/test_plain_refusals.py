"""What cannot become a plain folder is refused, with an error that says why."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.training.elsewhere.folders import (
    write_aitextgen,
    write_gpt_2_simple,
    write_transformers,
)
from tests.training.elsewhere.tensorflow_files import (
    gpt_2_variables,
    write_bundle,
    write_hparams,
    write_run,
)
from training.elsewhere.plain import plain_checkpoint, recognise
from training.errors import CheckpointError


class _Runs:
    """Is pickled as a call: opening it as Python would create a file."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._target,)


def test_a_pickle_with_code_in_it_is_refused(tmp_path: Path) -> None:
    """What is in it does not run."""
    source = write_aitextgen(tmp_path / "source")
    torch.save({"a": _Runs(tmp_path / "ran")}, source / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="holds more than weights"):
        plain_checkpoint(source, tmp_path / "plain")
    assert not (tmp_path / "ran").exists()


def _change(name: str, **facts: object) -> Callable[[Path], None]:
    def change(source: Path) -> None:
        path = source / name
        path.write_text(json.dumps(json.loads(path.read_text()) | facts))

    return change


def _write(name: str, content: bytes) -> Callable[[Path], None]:
    def write(source: Path) -> None:
        (source / name).write_bytes(content)

    return write


def _weight(name: str, part: torch.Tensor | None) -> Callable[[Path], None]:
    def change(source: Path) -> None:
        weights = load_file(source / "model.safetensors")
        if part is None:
            del weights[name]
        else:
            weights[name] = part
        save_file(weights, source / "model.safetensors")

    return change


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_change("config.json", model_type="gpt_neo"), "'gpt_neo': only 'gpt2'"),
        (_change("config.json", model_type="llama"), "'llama': only 'gpt2'"),
        (_change("config.json", n_layer=3), r"lacks transformer\.h\.2\.ln_1\.weight"),
        (_change("config.json", n_layer=1), r"has transformer\.h\.1\..* \(12 such\)"),
        (
            _change("config.json", n_embd=32),
            r"\(320, 64\), and its config.json asks for \(320, 32\)",
        ),
        (_change("config.json", n_head=3), "3 heads in a width of 64"),
        (_change("config.json", n_head=16), "16 heads of 4 in a width of 64"),
        (_change("config.json", activation_function="relu"), "activation_function = 'relu'"),
        (
            _change("config.json", vocab_size=5000),
            "weights for 5000 tokens, and its tokenizer has 320",
        ),
        (
            _change("config.json", vocab_size=300),
            "weights for 300 tokens, and its tokenizer has 320",
        ),
        (_write("config.json", b"{"), r"configuration of .* cannot be had: .*config\.json"),
        (_write("model.safetensors", b"cut"), "is damaged"),
        (_write("vocab.json", b"{"), "are not a BPE"),
        (_write("tokenizer.json", b"{}"), "is not a tokenizer.json"),
        (_write("added_tokens.json", b'{"<|pad|>": 400}'), "do not belong together"),
        (_weight("transformer.ln_f.bias", None), r"lacks transformer\.ln_f\.bias"),
        (_weight("lm_head.weight", torch.zeros(320, 64)), "output head of its own"),
        (_weight("transformer.ln_f.bias", torch.full((64,), torch.nan)), "infinite or none"),
        (_weight("transformer.ln_f.bias", torch.zeros(64, dtype=torch.int8)), "as torch.int8"),
        (lambda source: (source / "model.safetensors").unlink(), "has neither model.safetensors"),
    ],
)
def test_a_broken_folder_is_refused(
    damage: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    """One line says what does not fit; nothing is written."""
    source = write_transformers(tmp_path / "source")
    damage(source)
    with pytest.raises(CheckpointError, match=message):
        plain_checkpoint(source, tmp_path / "plain")
    assert not (tmp_path / "plain").exists()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_change("hparams.json", n_layer=3), r"lacks transformer\.h\.2\..*hparams.json"),
        (_change("hparams.json", n_layer=1), r"has transformer\.h\.1\."),
        (
            _change("hparams.json", n_ctx=32),
            r"\(64, 64\), and its hparams.json asks for \(32, 64\)",
        ),
        (_change("hparams.json", n_head=0), "sizes are 1 or more"),
        (_change("hparams.json", n_head=None), "lacks or mangles a size"),
        (_write("hparams.json", b'{"n_ctx": 64}'), "lacks or mangles a size"),
        (lambda source: (source / "hparams.json").unlink(), "and no hparams.json"),
        (lambda source: (source / "model-1000.index").unlink(), "model-1000.index is missing"),
        (lambda source: (source / "vocab.bpe").unlink(), "has no tokenizer"),
    ],
)
def test_a_broken_run_is_refused(
    damage: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    """The same for gpt-2-simple."""
    source = write_gpt_2_simple(tmp_path / "run1")
    damage(source)
    with pytest.raises(CheckpointError, match=message):
        plain_checkpoint(source, tmp_path / "plain")
    assert not (tmp_path / "plain").exists()


def test_another_model_of_tensorflow_is_refused(tmp_path: Path) -> None:
    """The error tells what the checkpoint holds instead."""
    run = write_gpt_2_simple(tmp_path / "run1")
    write_bundle(run / "model-1000", {"dense/kernel": np.zeros((3, 4), np.float32)})
    with pytest.raises(
        CheckpointError, match=r"none of GPT-2's variables.*begins with dense/kernel"
    ):
        plain_checkpoint(run, tmp_path / "plain")


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    """The index names it."""
    source = write_transformers(tmp_path / "source", in_shards=True)
    shard = sorted(source.glob("model-*.safetensors"))[1]
    shard.unlink()
    with pytest.raises(CheckpointError, match=f"{shard.name} is missing"):
        plain_checkpoint(source, tmp_path / "plain")


def test_what_is_no_checkpoint_is_said_to_be_none(tmp_path: Path) -> None:
    """A folder one level too high is answered with the one that is meant."""
    with pytest.raises(CheckpointError, match="there is no folder"):
        recognise(tmp_path / "none")
    with pytest.raises(CheckpointError, match="give the folder that holds these files"):
        recognise(tmp_path)
    write_run(tmp_path / "checkpoint" / "run1", gpt_2_variables())
    with pytest.raises(CheckpointError, match=r"give .*checkpoint/run1"):
        recognise(tmp_path / "checkpoint")


def test_without_a_state_file_there_must_be_one_save(tmp_path: Path) -> None:
    """One save is taken as it is; of several none is guessed."""
    run = write_gpt_2_simple(tmp_path / "run1")
    (run / "checkpoint").unlink()
    assert plain_checkpoint(run, tmp_path / "plain").name == "run1, model-1000"
    write_bundle(run / "model-2000", gpt_2_variables(width=64))
    with pytest.raises(CheckpointError, match=r"2 files \*\.index"):
        plain_checkpoint(run, tmp_path / "plain")
    write_hparams(run, gpt_2_variables(width=64))
