"""What a run may be asked for: adapters, patience, accumulation, small memory, a full disk."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import GPT2LMHeadModel

from tests.training.conftest import tiny_settings
from tests.training.full_disk import full_disk
from training.adapters import add_adapters, merged_weights
from training.checkpoints import newest_checkpoint, read_progress
from training.errors import CheckpointError, SettingsError, StorageError
from training.finetune import finetune
from training.model import TrainableGPT2, load_model, start_from
from training.optimizer import MuonAndAdam, build_optimizer
from training.settings import FinetuneSettings, Size


def _log(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def _weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "best" / "model.safetensors")


def _first_gradients(
    data: Path, run: Path, settings: FinetuneSettings, monkeypatch: pytest.MonkeyPatch
) -> list[torch.Tensor]:
    """Run one step; return the gradients that the optimizer was given."""
    found: list[torch.Tensor] = []

    def record(optimizer: MuonAndAdam, closure: object = None) -> None:
        groups = optimizer.param_groups
        found.extend(weight.grad.clone() for group in groups for weight in group["params"])

    monkeypatch.setattr(MuonAndAdam, "step", record)
    finetune(data, run, settings)
    return found


def test_two_passes_of_two_rows_are_one_of_four(
    prepared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Losses are averaged over the passes of a step, so the gradients come out the same."""
    one, two = (
        _first_gradients(
            prepared_folder,
            tmp_path / str(batch),
            replace(tiny_settings(1), batch=batch, accumulate=4 // batch),
            monkeypatch,
        )
        for batch in (4, 2)
    )
    assert len(one) == len(two) > 20
    for expected, found in zip(one, two, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_activations_computed_twice_change_nothing(prepared_folder: Path, tmp_path: Path) -> None:
    """What is not kept is computed again, to the same gradients."""
    settings = replace(tiny_settings(2), save_every=60.0)
    finetune(prepared_folder, tmp_path / "kept", settings)
    finetune(prepared_folder, tmp_path / "again", replace(settings, checkpoint_activations=True))
    expected = _weights(tmp_path / "kept")
    for name, weight in _weights(tmp_path / "again").items():
        torch.testing.assert_close(weight, expected[name], rtol=1e-4, atol=1e-5, msg=name)


def test_a_run_without_progress_stops_early(prepared_folder: Path, tmp_path: Path) -> None:
    """After so many evaluations that are no better the run ends, and stays ended."""
    settings = replace(
        tiny_settings(40), learning_rate=1e-30, patience=2, evaluate_every=0.0, save_every=60.0
    )
    finetune(prepared_folder, tmp_path, settings)
    evaluated = [line["step"] for line in _log(tmp_path) if "held_out" in line]
    assert evaluated == [1, 2, 3]
    assert _log(tmp_path)[-1]["finished"].startswith("no better for 2 evaluations")
    assert json.loads((tmp_path / "best" / "figures.json").read_text())["step"] == 1
    finetune(prepared_folder, tmp_path, settings)
    assert "nothing was trained" in _log(tmp_path)[-1]["finished"]
    assert [line["step"] for line in _log(tmp_path) if "held_out" in line] == evaluated


def test_a_full_disk_ends_a_run_that_can_go_on(prepared_folder: Path, tmp_path: Path) -> None:
    """The earlier checkpoint is whole, nothing half-written is left, and with room it goes on."""
    finetune(prepared_folder, tmp_path, tiny_settings(2))
    with full_disk(100_000), pytest.raises(StorageError, match="checkpoint-3 cannot be written"):
        finetune(prepared_folder, tmp_path, tiny_settings(4))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["best", "checkpoint-1", "checkpoint-2", "log.jsonl"]
    finetune(prepared_folder, tmp_path, tiny_settings(4))
    checkpoint = newest_checkpoint(tmp_path)
    assert checkpoint is not None
    assert read_progress(checkpoint).step == 4


def test_adapters_are_merged_into_a_plain_model(
    run_folder: Path, prepared_folder: Path, tmp_path: Path
) -> None:
    """The best model is a plain GPT-2 that predicts as the adapted one did; the run resumes."""
    settings = replace(
        tiny_settings(2), source=str(run_folder / "best"), lora=4, learning_rate=1e-2
    )
    finetune(prepared_folder, tmp_path, settings)
    finetune(prepared_folder, tmp_path, replace(settings, steps=4))
    started = [line for line in _log(tmp_path) if "parameters" in line]
    # 2 layers; in and out of c_attn 96, 288; of c_proj 96, 96; of c_fc 96, 384; back again
    assert started[0]["trained"] == 2 * 4 * (96 + 288 + 96 + 96 + 96 + 384 + 384 + 96)
    assert started[1]["resumed_from"] == "checkpoint-2"
    model, loaded = GPT2LMHeadModel.from_pretrained(
        tmp_path / "best", local_files_only=True, output_loading_info=True
    )
    assert not loaded["missing_keys"]
    assert not loaded["unexpected_keys"]
    before = load_model(run_folder / "best")
    assert torch.equal(model.transformer.wte.weight, before.transformer.wte.weight)
    name = "transformer.h.0.mlp.c_fc.weight"
    changed = model.state_dict()[name] - before.state_dict()[name]
    assert torch.linalg.matrix_rank(changed, atol=1e-5) == 4
    # The figures were measured with adapters beside the matrices, before they were added in.
    figures = json.loads((tmp_path / "best" / "figures.json").read_text())
    again = replace(settings, source=str(tmp_path / "best"), lora=0, steps=1, learning_rate=1e-30)
    finetune(prepared_folder, tmp_path / "again", again)
    merged = json.loads((tmp_path / "again" / "best" / "figures.json").read_text())
    assert merged["loss"] == pytest.approx(figures["loss"], abs=1e-5)


def test_adapters_change_nothing_before_they_learn(run_folder: Path) -> None:
    """A fresh adapter is zero, and merging gives back the same weights under the same names."""
    model = start_from(run_folder / "best", 320)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    add_adapters(model, 4)
    merged = merged_weights(model)
    assert merged.keys() == before.keys()
    assert all(torch.equal(merged[name], weight) for name, weight in before.items())
    trained = [name for name, weight in model.named_parameters() if weight.requires_grad]
    assert all(".lora_" in name for name in trained)


def test_a_frozen_head_passes_the_gradient_on(run_folder: Path) -> None:
    """With a frozen embedding the layers learn as with a learning one."""
    gradients = []
    for frozen in (False, True):
        model = TrainableGPT2.from_pretrained(run_folder / "best", local_files_only=True).eval()
        model.lm_head.weight.requires_grad_(not frozen)
        tokens = torch.randint(0, 320, (2, 33), generator=torch.Generator().manual_seed(1))
        positions = torch.arange(32).expand(2, 32)
        model(tokens[:, :-1], positions, tokens[:, 1:]).loss.backward()
        assert (model.lm_head.weight.grad is None) == frozen
        gradients.append(model.transformer.h[0].mlp.c_fc.weight.grad)
    torch.testing.assert_close(gradients[0], gradients[1])


def test_adamw_takes_every_weight_that_is_asked_to_learn(run_folder: Path) -> None:
    """Without Muon there is one rule, and only the layers' matrices decay."""
    model = start_from(run_folder / "best", 320)
    optimizer = build_optimizer(model, 1e-4, 0.1, with_muon=False)
    assert {group["rule"] for group in optimizer.param_groups} == {"adam"}
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.1, 0.0]
    model.requires_grad_(False)
    model.transformer.ln_f.bias.requires_grad_(True)
    (group,) = build_optimizer(model, 1e-4, 0.1, with_muon=False).param_groups
    assert [weight.shape for weight in group["params"]] == [(96,)]


def test_defaults_depend_on_where_a_run_starts() -> None:
    """What has learned already is changed with care, over whole contexts, until it overfits."""
    scratch = FinetuneSettings()
    assert (scratch.chosen_optimizer, scratch.chosen_learning_rate) == ("muon", 3e-3)
    assert (scratch.chosen_short_until, scratch.chosen_patience) == (0.7, 0)
    pretrained = FinetuneSettings(source="gpt2")
    assert (pretrained.chosen_optimizer, pretrained.chosen_learning_rate) == ("adamw", 1e-4)
    assert (pretrained.chosen_short_until, pretrained.chosen_patience) == (0.0, 3)
    assert FinetuneSettings(source="gpt2", lora=8).chosen_learning_rate == 3e-4
    asked = FinetuneSettings(optimizer="muon", learning_rate=1e-3, source="gpt2", patience=0)
    assert (asked.chosen_optimizer, asked.chosen_learning_rate) == ("muon", 1e-3)
    assert asked.chosen_patience == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"optimizer": "sgd"}, "no optimizer 'sgd': choose one of muon, adamw"),
        ({"batch": 0}, "--batch must be 1 or more, got 0"),
        ({"accumulate": 0}, "--accumulate must be 1 or more"),
        ({"evaluation_rows": 0}, "--evaluation-rows must be 1 or more"),
        ({"log_every": 0}, "--log-every must be 1 or more, got 0"),
        ({"threads": 0}, "--threads must be 1 or more, got 0"),
        ({"threads": -1}, "--threads must be 1 or more, got -1"),
        ({"short_window": 0}, "--short-window must be 1 or more, got 0"),
        ({"short_until": -0.1}, r"--short-until must be from 0 to 1, got -0\.1"),
        ({"short_until": 1.1}, r"--short-until must be from 0 to 1, got 1\.1"),
        ({"warm_up": 1.0}, r"--warm-up must be 0 or more and less than 1, got 1\.0"),
        ({"warm_up": -0.1}, "--warm-up must be 0 or more and less than 1"),
        ({"warm_up": math.nan}, "--warm-up must be 0 or more and less than 1, got nan"),
        ({"learning_rate": 0.0}, "--learning-rate must be greater than 0 and finite"),
        ({"learning_rate": -1e-3}, "--learning-rate must be greater than 0"),
        ({"learning_rate": math.nan}, "--learning-rate must be greater than 0"),
        ({"weight_decay": -0.1}, "--weight-decay must be 0 or more"),
        ({"evaluate_every": -1.0}, "--evaluate-every must be 0 or more"),
        ({"save_every": -1.0}, "--save-every must be 0 or more"),
        ({"save_every": math.nan}, "--save-every must be 0 or more, got nan"),
        ({"seed": -1}, "--seed must be from 0 to 4294967295, got -1"),
        ({"seed": 2**32}, "--seed must be from 0 to 4294967295"),
        ({"lora": -1}, "--lora must be 0 or more"),
        ({"patience": -1}, "--patience must be 0 or more"),
        ({"lora": 8}, "--lora adapts a model that has learned already"),
        ({"lora": 8, "source": "gpt2", "optimizer": "muon"}, "for which Muon is not made"),
    ],
)
def test_impossible_settings_are_refused(values: dict[str, Any], message: str) -> None:
    """The error says what is possible."""
    with pytest.raises(SettingsError, match=message):
        FinetuneSettings(**values)


def test_settings_at_the_edge_of_what_is_allowed_are_taken(
    prepared_folder: Path, tmp_path: Path
) -> None:
    """No warm-up, short windows to the end, the largest seed: such a run is trained."""
    settings = replace(
        tiny_settings(2), warm_up=0.0, short_until=1.0, short_window=1, seed=2**32 - 1
    )
    finetune(prepared_folder, tmp_path, settings)
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-2"


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"size": Size(3, 2, 64, 64)}, r"of another model \(n_layer 2, not 3\)"),
        ({"size": Size(2, 4, 64, 64)}, r"of another model \(n_head 2, not 4\)"),
        ({"lora": 2}, r"\(lora 0, not 2\): go on with the options that it began with"),
    ],
)
def test_a_run_does_not_go_on_as_another(
    other: dict[str, Any], message: str, prepared_folder: Path, tmp_path: Path
) -> None:
    """The error tells what differs, and the run that was there stays."""
    finetune(prepared_folder, tmp_path / "run", tiny_settings(1))
    if "lora" in other:
        other = {**other, "source": tmp_path / "run" / "best"}
    with pytest.raises(CheckpointError, match=message):
        finetune(prepared_folder, tmp_path / "run", replace(tiny_settings(2), **other))
    assert (tmp_path / "run" / "checkpoint-1" / "progress.json").is_file()


def test_nothing_measured_is_noted_as_nothing(prepared_folder: Path, tmp_path: Path) -> None:
    """A checkpoint before the first evaluation knows no best loss."""
    finetune(prepared_folder, tmp_path, tiny_settings(2))
    assert math.isinf(read_progress(tmp_path / "checkpoint-1").best_loss)
    assert read_progress(tmp_path / "checkpoint-2").evaluations_since_best == 0
