"""A run learns, keeps its best model and survives being killed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import GPT2LMHeadModel

from tests.training.conftest import BUNDLED, tiny_settings
from training.checkpoints import newest_checkpoint, read_progress
from training.errors import CheckpointError, SettingsError
from training.finetune import finetune

REPOSITORY = Path(__file__).parents[2]


def _log(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def test_a_run_learns_and_reports(run_folder: Path) -> None:
    """The log tells the falling loss, the speed, held-out bits per character and samples."""
    log = _log(run_folder)
    losses = [line["loss"] for line in log if "loss" in line]
    assert losses[-1] < 0.7 * losses[0]
    assert all(line["tokens_per_second"] > 0 for line in log if "loss" in line)
    held_out = [line["held_out"] for line in log if "held_out" in line]
    assert 0 < held_out[-1]["bits_per_character"] < 5
    assert any(line.get("sample", "").startswith("The portraits") for line in log)


def test_the_best_model_is_a_plain_transformers_folder(run_folder: Path) -> None:
    """Anybody can load it by its folder, and it has its tokenizer and its figures beside it."""
    model = GPT2LMHeadModel.from_pretrained(run_folder / "best", local_files_only=True)
    assert model.config.architectures == ["GPT2LMHeadModel"]
    assert (run_folder / "best" / "tokenizer.json").is_file()
    figures = json.loads((run_folder / "best" / "figures.json").read_text())
    assert figures["step"] == 30


def test_a_finished_run_stays_finished(run_folder: Path, prepared_folder: Path) -> None:
    """The same command again trains nothing."""
    before = newest_checkpoint(run_folder)
    finetune(prepared_folder, run_folder, replace(tiny_settings(30), size=BUNDLED))
    assert "finished" in _log(run_folder)[-1]
    assert newest_checkpoint(run_folder) == before


def test_only_the_newest_checkpoints_are_kept(run_folder: Path) -> None:
    """A long run does not fill the disk, and nothing half-written is left."""
    names = sorted(path.name for path in run_folder.iterdir())
    assert names == ["best", "checkpoint-29", "checkpoint-30", "log.jsonl"]


def test_a_killed_run_goes_on_where_it_was(prepared_folder: Path, tmp_path: Path) -> None:
    """After kill -9 in the middle, the same command ends with the result of a run never killed."""
    torch.use_deterministic_algorithms(mode=False)
    run = tmp_path / "killed"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "training", "finetune", "--data", prepared_folder),
            *("--out", run, "--steps", "12", "--layers", "2", "--heads", "2", "--width", "64"),
            *("--context", "64", "--batch", "4", "--short-window", "32", "--short-until", "0.5"),
            *("--learning-rate", "0.01", "--evaluation-rows", "4", "--save-every", "0"),
            *("--evaluate-every", "60", "--log-every", "5", "--threads", "1"),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while newest_checkpoint(run) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    checkpoint = newest_checkpoint(run)
    assert checkpoint is not None
    assert read_progress(checkpoint).step < 12, "the run ended before it could be killed"

    settings = replace(tiny_settings(12), short_until=0.5)
    finetune(prepared_folder, run, settings)
    finetune(prepared_folder, tmp_path / "whole", settings)
    assert _log(run)[-3]["held_out"]["loss"] == pytest.approx(
        _log(tmp_path / "whole")[-3]["held_out"]["loss"], rel=1e-3
    )


def test_a_run_can_start_from_a_local_model(
    run_folder: Path, prepared_folder: Path, tmp_path: Path
) -> None:
    """From a trained folder, training begins at that folder's loss, not from scratch."""
    settings = replace(tiny_settings(2), source=run_folder / "best", learning_rate=1e-4)
    finetune(prepared_folder, tmp_path, settings)
    before = json.loads((run_folder / "best" / "figures.json").read_text())["loss"]
    after = json.loads((tmp_path / "best" / "figures.json").read_text())["loss"]
    assert after == pytest.approx(before, rel=0.05)


def test_a_source_of_another_kind_is_refused(prepared_folder: Path, tmp_path: Path) -> None:
    """Neither an empty folder nor another architecture is trained."""
    settings = replace(tiny_settings(2), source=tmp_path)
    with pytest.raises(CheckpointError, match=r"has no config\.json"):
        finetune(prepared_folder, tmp_path / "run", settings)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(CheckpointError, match="holds a 'bert': only 'gpt2'"):
        finetune(prepared_folder, tmp_path / "run", settings)


def test_a_source_of_another_vocabulary_is_refused(
    run_folder: Path, prepared_folder: Path, tmp_path: Path
) -> None:
    """The error names both sizes and says how to prepare the text."""
    manifest = json.loads((prepared_folder / "manifest.json").read_text())
    for path in prepared_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, "vocabulary": 999}))
    with pytest.raises(CheckpointError, match="vocabulary of 320 and the prepared text one of 999"):
        finetune(tmp_path, tmp_path / "run", replace(tiny_settings(2), source=run_folder / "best"))


def test_windows_must_divide_the_context(prepared_folder: Path, tmp_path: Path) -> None:
    """The error says what would fit."""
    with pytest.raises(SettingsError, match="does not divide into windows of 48"):
        finetune(prepared_folder, tmp_path, replace(tiny_settings(2), short_window=48))


def test_too_little_text_is_refused(prepared_folder: Path, tmp_path: Path) -> None:
    """Text that does not fill one batch is an error, not a run without end."""
    with pytest.raises(SettingsError, match="fewer than one batch of 100000"):
        finetune(prepared_folder, tmp_path, replace(tiny_settings(2), batch=100_000))


def test_a_folder_with_a_foreign_checkpoint_is_refused(
    prepared_folder: Path, tmp_path: Path
) -> None:
    """A checkpoint that is not ours is named, not overwritten."""
    (tmp_path / "checkpoint-5").mkdir()
    with pytest.raises(CheckpointError, match="checkpoint-5 is not a checkpoint"):
        finetune(prepared_folder, tmp_path, tiny_settings(2))
