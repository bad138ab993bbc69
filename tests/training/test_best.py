"""The best model of a run stays its best, also where the run was stopped before it could save."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.training.conftest import TINY, tiny_settings
from training import trainer
from training.checkpoints import Progress, read_progress, with_the_best
from training.errors import CheckpointError
from training.finetune import finetune
from training.model import configuration
from training.settings import FinetuneSettings, Size

CONFIG = configuration(TINY, vocabulary=320, end_of_text_id=0)


def _figures(run: Path) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((run / "best" / "figures.json").read_text())
    return figures


def _measurements(run: Path) -> list[dict[str, Any]]:
    lines = map(json.loads, (run / "log.jsonl").read_text().splitlines())
    return [line for line in lines if "held_out" in line]


def _write_best(run: Path, figures: str, config: str | None = None) -> None:
    (run / "best").mkdir(exist_ok=True)
    (run / "best" / "figures.json").write_text(figures)
    (run / "best" / "config.json").write_text(
        CONFIG.to_json_string(use_diff=False) if config is None else config
    )


@pytest.fixture
def settings() -> FinetuneSettings:
    """Return settings for a run that measures and saves at its end only."""
    return replace(tiny_settings(2), save_every=60.0)


@pytest.fixture
def stopped(
    prepared_folder: Path,
    settings: FinetuneSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Return a run that was stopped after it measured its best model and before it saved."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(trainer.BudgetTrainer, "_save_checkpoint", stop)
        with pytest.raises(KeyboardInterrupt):
            finetune(prepared_folder, tmp_path, settings)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best", "log.jsonl"]
    return tmp_path


def test_a_worse_model_does_not_replace_the_best_of_a_stopped_run(
    stopped: Path,
    prepared_folder: Path,
    settings: FinetuneSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same command measures worse, and says so; then better, and replaces it."""
    before = _figures(stopped)
    with monkeypatch.context() as patched:
        patched.setattr(trainer, "mean_loss", lambda *_, **__: before["loss"] + 1)
        finetune(prepared_folder, stopped, settings)
    assert _figures(stopped) == before
    assert [line["best"] for line in _measurements(stopped)] == [True, False]
    with monkeypatch.context() as patched:
        patched.setattr(trainer, "mean_loss", lambda *_, **__: before["loss"] - 1)
        finetune(prepared_folder, stopped, replace(settings, steps=3))
    assert _figures(stopped)["loss"] == before["loss"] - 1


def test_the_best_that_a_kill_put_aside_is_the_best_still(
    stopped: Path,
    prepared_folder: Path,
    settings: FinetuneSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed between the two renames, the run goes on with the best model back in its place."""
    before = _figures(stopped)
    (stopped / "best").rename(stopped / ".best.old")
    monkeypatch.setattr(trainer, "mean_loss", lambda *_, **__: before["loss"] + 1)
    finetune(prepared_folder, stopped, settings)
    assert _figures(stopped) == before


def test_what_is_measured_again_takes_no_patience(
    stopped: Path,
    prepared_folder: Path,
    settings: FinetuneSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Up to the step of its best model, 2 here, a run cannot know yet whether it gets better."""
    loss = _figures(stopped)["loss"]
    monkeypatch.setattr(trainer, "mean_loss", lambda *_, **__: loss + 1)
    finetune(prepared_folder, stopped, replace(settings, steps=9, evaluate_every=0.0, patience=2))
    assert [line["step"] for line in _measurements(stopped)] == [2, 1, 2, 3, 4]
    assert read_progress(stopped / "checkpoint-4").best_step == 2


def test_the_lower_loss_counts(tmp_path: Path) -> None:
    """A newer best begins patience anew; an older one changes nothing."""
    progress = Progress(seconds=9.0, step=5, best_loss=2.0, evaluations_since_best=2)
    _write_best(tmp_path, '{"loss": 1.5, "step": 7}')
    found = with_the_best(progress, tmp_path, CONFIG)
    assert found == Progress(seconds=9.0, step=5, best_loss=1.5, best_step=7)
    _write_best(tmp_path, '{"loss": 2.0, "step": 3}')
    assert with_the_best(progress, tmp_path, CONFIG) == progress


@pytest.mark.parametrize("figures", ["{", "[]", "{}", '{"loss": NaN, "step": 1}'])
def test_figures_that_tell_no_loss_are_none(figures: str, tmp_path: Path) -> None:
    """Then what the checkpoint knows is all that is known."""
    progress = Progress(seconds=0.0, step=0, best_loss=math.inf)
    assert with_the_best(progress, tmp_path, CONFIG) == progress
    _write_best(tmp_path, figures)
    assert with_the_best(progress, tmp_path, CONFIG) == progress


def test_the_best_of_another_model_is_refused(tmp_path: Path) -> None:
    """Its loss would keep this run's own models away, and it would be taken for one of them."""
    progress = Progress(seconds=0.0, step=0, best_loss=math.inf)
    _write_best(tmp_path, '{"loss": 1.5, "step": 7}')
    other = configuration(Size(3, 2, 64, 64), vocabulary=320, end_of_text_id=0)
    with pytest.raises(CheckpointError, match=r"best is of another model \(n_layer 2, not 3\)"):
        with_the_best(progress, tmp_path, other)
    _write_best(tmp_path, '{"loss": 1.5, "step": 7}', config="{")
    with pytest.raises(CheckpointError, match=r"config\.json cannot be read"):
        with_the_best(progress, tmp_path, CONFIG)
