"""Checkpoints of every origin become the same plain folder."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from tests.training.elsewhere.folders import (
    VOCABULARY,
    small_model,
    small_tokenizer,
    write_aitextgen,
    write_gpt_2_simple,
    write_transformers,
    write_two_files,
)
from tests.training.elsewhere.tensorflow_files import (
    gpt_2_variables,
    with_optimiser,
    write_bundle,
)
from training.elsewhere.plain import Kind, plain_checkpoint
from training.errors import CheckpointError
from training.model import load_model

WRITTEN_BY_TENSORFLOW = Path(__file__).parent / "written-by-tensorflow"


_TEXT = "The painter holds the light of the room."


def _logits(folder: Path) -> torch.Tensor:
    with torch.inference_mode():
        logits: torch.Tensor = load_model(folder)(torch.arange(40)[None]).logits
    return logits


def test_tensorflow_and_pytorch_compute_the_same(tmp_path: Path) -> None:
    """What TensorFlow computed with a checkpoint, PyTorch computes with the plain folder."""
    run = tmp_path / "run1"
    shutil.copytree(WRITTEN_BY_TENSORFLOW, run)
    # Its vocabulary of 64 is too small for one of bytes; so only the weights are compared.
    from training.elsewhere.gpt_2_simple import read_network  # noqa: PLC0415 - of this test alone
    from training.elsewhere.network import write_network  # noqa: PLC0415 - of this test alone

    write_network(read_network(run), tmp_path / "plain")
    with np.load(run / "values.npz", allow_pickle=False) as expected:
        ids, logits = torch.from_numpy(expected["ids"]), expected["logits"]
    with torch.inference_mode():
        found = load_model(tmp_path / "plain")(ids).logits.numpy()
    np.testing.assert_allclose(found, logits, atol=1e-5)


@pytest.mark.parametrize(
    ("write", "kind"),
    [
        (write_gpt_2_simple, Kind.GPT_2_SIMPLE),
        (write_aitextgen, Kind.AITEXTGEN),
        (write_transformers, Kind.TRANSFORMERS),
    ],
)
def test_each_origin_is_recognised_and_made_plain(
    write: Callable[[Path], Path], kind: Kind, tmp_path: Path
) -> None:
    """The folder loads, its tokenizer knows the end of text, and text comes back as it was."""
    plain = plain_checkpoint(write(tmp_path / "source"), tmp_path / "plain")
    assert plain.kind is kind
    assert (plain.vocabulary, plain.context, plain.rows_cut) == (VOCABULARY, 64, 0)
    model = load_model(tmp_path / "plain")
    assert model.num_parameters() == plain.parameters
    tokenizer = Tokenizer.from_file(str(tmp_path / "plain" / "tokenizer.json"))
    assert tokenizer.token_to_id("<|endoftext|>") == model.config.eos_token_id == 0
    assert tokenizer.decode(tokenizer.encode(_TEXT).ids) == _TEXT
    assert tokenizer.encode(_TEXT).ids == small_tokenizer().encode(_TEXT).ids


def test_the_weights_are_those_of_the_source(tmp_path: Path) -> None:
    """PyTorch computes with the plain folder what it computed with the original."""
    with torch.inference_mode():
        expected = small_model()(torch.arange(40)[None]).logits
    for in_shards in (False, True):
        source = write_transformers(tmp_path / f"source-{in_shards}", in_shards=in_shards)
        assert in_shards == (source / "model.safetensors.index.json").is_file()
        plain_checkpoint(source, tmp_path / "plain")
        assert torch.equal(_logits(tmp_path / "plain"), expected)
    plain_checkpoint(write_aitextgen(tmp_path / "halves"), tmp_path / "plain")
    assert torch.allclose(_logits(tmp_path / "plain"), expected, atol=0.01)


def test_what_the_optimiser_kept_is_passed_over(tmp_path: Path) -> None:
    """A checkpoint with Adam's variables gives the same weights as one without."""
    variables = gpt_2_variables(width=64)
    for name, kept in (("with", with_optimiser(variables)), ("without", variables)):
        run = write_gpt_2_simple(tmp_path / name)
        write_bundle(run / "model-1000", kept)
        plain_checkpoint(run, tmp_path / f"plain-{name}")
    first, second = (
        load_file(tmp_path / f"plain-{name}" / "model.safetensors") for name in ("with", "without")
    )
    assert all(torch.equal(first[name], second[name]) for name in first | second)


def test_weights_without_a_head_and_behind_a_wrapping_are_found(tmp_path: Path) -> None:
    """A bare GPT2Model, and one saved from within a wrapping, are the same GPT-2."""
    source = write_transformers(tmp_path / "source")
    weights = load_file(source / "model.safetensors")
    for renamed in (
        {name.removeprefix("transformer."): part for name, part in weights.items()},
        {f"module.{name}": part for name, part in weights.items()},
    ):
        save_file(renamed, source / "model.safetensors")
        plain_checkpoint(source, tmp_path / "plain")
        plain = load_file(tmp_path / "plain" / "model.safetensors")
        assert all(torch.equal(plain[name], part) for name, part in weights.items())


def test_a_vocabulary_that_grew_is_kept(tmp_path: Path) -> None:
    """Tokens that a fine-tune added, as <|startoftext|> and <|pad|>, are tokens like others."""
    source = tmp_path / "source"
    small_model(VOCABULARY + 2).save_pretrained(source)
    write_two_files(small_tokenizer(), source / "vocab.json", source / "merges.txt")
    added = {"<|startoftext|>": VOCABULARY, "<|pad|>": VOCABULARY + 1}
    (source / "added_tokens.json").write_text(json.dumps(added))
    assert plain_checkpoint(source, tmp_path / "plain").vocabulary == VOCABULARY + 2
    tokenizer = Tokenizer.from_file(str(tmp_path / "plain" / "tokenizer.json"))
    assert tokenizer.token_to_id("<|pad|>") == VOCABULARY + 1


def test_rows_that_no_token_has_are_cut_off(tmp_path: Path) -> None:
    """An embedding that was filled up to a round number loses what fills it up."""
    source = tmp_path / "source"
    small_model(384).save_pretrained(source)
    small_tokenizer().save(str(source / "tokenizer.json"))
    plain = plain_checkpoint(source, tmp_path / "plain")
    assert (plain.rows_cut, plain.vocabulary) == (64, VOCABULARY)
    with torch.inference_mode():
        expected = small_model(384)(torch.arange(40)[None]).logits[..., :VOCABULARY]
    assert torch.allclose(_logits(tmp_path / "plain"), expected, atol=1e-5)


@pytest.mark.parametrize("how", ["tokenizer_config.json", "config.json"])
def test_another_end_of_text_keeps_its_id(how: str, tmp_path: Path) -> None:
    """An end of text of another name is named as ours; what it is for the model stays the same."""
    source = write_transformers(tmp_path / "source")
    for name in ("vocab.json", "merges.txt"):
        (source / name).unlink()
    tokenizer = small_tokenizer(VOCABULARY - 1)
    tokenizer.add_special_tokens(["</s>"])
    tokenizer.save(str(source / "tokenizer.json"))
    facts = json.loads((source / "config.json").read_text())
    if how == "config.json":
        (source / how).write_text(json.dumps(facts | {"eos_token_id": VOCABULARY - 1}))
    else:
        (source / how).write_text(json.dumps({"eos_token": {"content": "</s>"}}))
    plain_checkpoint(source, tmp_path / "plain")
    plain = Tokenizer.from_file(str(tmp_path / "plain" / "tokenizer.json"))
    assert plain.token_to_id("<|endoftext|>") == VOCABULARY - 1
    assert load_model(tmp_path / "plain").config.eos_token_id == VOCABULARY - 1
    assert plain.encode(_TEXT).ids == tokenizer.encode(_TEXT).ids


def test_a_tokenizer_that_adds_cuts_or_draws_lots_is_made_plain(tmp_path: Path) -> None:
    """Padding, truncation and dropout, which training may have saved with it, are left out."""
    source = write_transformers(tmp_path / "source")
    tokenizer = small_tokenizer()
    expected = tokenizer.encode(_TEXT).ids
    tokenizer.enable_padding(length=50)
    tokenizer.enable_truncation(3)
    facts = json.loads(tokenizer.to_str())
    facts["model"]["dropout"] = 0.9
    (source / "tokenizer.json").write_text(json.dumps(facts))
    plain_checkpoint(source, tmp_path / "plain")
    plain = Tokenizer.from_file(str(tmp_path / "plain" / "tokenizer.json"))
    assert plain.encode(_TEXT).ids == expected


def test_the_tokenizer_may_lie_elsewhere(tmp_path: Path) -> None:
    """The tokenizer of aitextgen is left where that was called from; its file may be given."""
    source = write_aitextgen(tmp_path / "trained_model")
    moved = tmp_path / "aitextgen.tokenizer.json"
    (source / "aitextgen.tokenizer.json").rename(moved)
    with pytest.raises(CheckpointError, match=r"has no tokenizer.*say with --tokenizer"):
        plain_checkpoint(source, tmp_path / "plain")
    assert plain_checkpoint(source, tmp_path / "plain", moved).kind is Kind.AITEXTGEN


def test_the_usual_sizes_can_be_served(tmp_path: Path) -> None:
    """OpenAI's four sizes, distilgpt2 and aitextgen's own default pass before weights are read."""
    from transformers import GPT2Config  # noqa: PLC0415 - of this test alone

    from training.servable import check_configuration  # noqa: PLC0415 - of this test alone

    for layers, heads, width in (
        (12, 12, 768), (24, 16, 1024), (36, 20, 1280), (48, 25, 1600), (6, 12, 768), (4, 4, 128)
    ):  # fmt: skip
        config = GPT2Config(n_layer=layers, n_head=heads, n_embd=width)
        check_configuration(config, tmp_path)
