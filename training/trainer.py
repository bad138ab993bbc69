"""transformers' Trainer, with a budget, whole checkpoints, held-out figures and samples.

The loop, accelerate's devices and precision, gradient accumulation and resuming are the Trainer's.
"""

import json
import math
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training.budget import Budget
from training.checkpoints import Progress, forget_old_checkpoints, write_progress
from training.files import flush_folder, whole_folder
from training.model import TrainableGPT2, mean_loss
from training.optimizer import build_optimizer
from training.prepared import PackedRows, Prepared, Row, as_tensor, characters_of, evenly_spaced
from training.sampling import Sampling, sample
from training.settings import FinetuneSettings

SAMPLE_PROMPTS = ("The portraits in this small room", "1890s\nA sculpture of a horse in bronze")


@dataclass(frozen=True)
class HeldOutFigures:
    """How well a model predicts the held-out text."""

    loss: float  # nats a token
    bits_per_character: float
    tokens: int
    step: int


class WindowCollator:
    """Rows become a batch; while the budget is young, each row is cut into short windows.

    Attention costs the square of the length, and at first the model learns nothing from afar. The
    windows of a row keep their positions, so every position is learned from the start.
    """

    def __init__(self, budget: Budget, short_window: int) -> None:
        self._budget = budget
        self._short_window = short_window

    def __call__(self, rows: list[Row]) -> dict[str, torch.Tensor]:
        """Return input ids, position ids and targets, each (batch, window)."""
        tokens = as_tensor(rows)  # (rows, length + 1)
        length = tokens.shape[1] - 1
        window = length
        if self._budget.is_short_phase and length % self._short_window == 0:
            window = min(self._short_window, length)
        positions = torch.arange(length).expand(len(rows), length)
        return {
            "input_ids": tokens[:, :-1].reshape(-1, window),
            "position_ids": positions.reshape(-1, window),
            "targets": tokens[:, 1:].reshape(-1, window),
        }


class BudgetTrainer(Trainer):
    """The Trainer for one run in one folder."""

    def __init__(
        self,
        model: TrainableGPT2,
        args: TrainingArguments,
        prepared: Prepared,
        budget: Budget,
        settings: FinetuneSettings,
    ) -> None:
        length = model.config.n_positions
        super().__init__(
            model=model,
            args=args,
            train_dataset=PackedRows(prepared.train, length),
            data_collator=WindowCollator(budget, settings.short_window),
        )
        self.network = model
        self.budget = budget
        self.best_loss = math.inf
        self._weight_decay = settings.weight_decay
        self._evaluated_step = -1
        self._dtype = _dtype_of(args)
        self._prepared = prepared
        self._run = Path(str(args.output_dir))
        self._staging = self._run / ".checkpoint.new"
        rows = evenly_spaced(PackedRows(prepared.held_out, length), settings.evaluation_rows)
        self._evaluation_rows = as_tensor(rows)
        self._evaluation_characters = characters_of(prepared.tokenizer, rows)

    def create_optimizer(self, *_: object, **__: object) -> torch.optim.Optimizer:
        """Build the optimizer once."""
        if self.optimizer is None:
            self.optimizer = build_optimizer(
                self.network,
                self.args.learning_rate,
                self._weight_decay,
                torch.bfloat16 if self.args.bf16 else torch.float32,  # fp16's range is too small
            )
        return self.optimizer

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LambdaLR:
        """Let the learning rate follow the budget."""
        del num_training_steps
        if self.lr_scheduler is None:
            self.lr_scheduler = LambdaLR(
                optimizer or self.create_optimizer(), _factor_of(self.budget)
            )
        return self.lr_scheduler

    def evaluate(self, *_: object, **__: object) -> dict[str, float]:
        """Measure on held-out rows, keep the model if it is the best yet, write samples."""
        if self._evaluated_step == self.state.global_step:
            return {}
        self._evaluated_step = self.state.global_step
        figures = self._held_out_figures()
        self.report({"held_out": asdict(figures)})
        if figures.loss < self.best_loss:
            self.best_loss = figures.loss
            with whole_folder(self._run / "best") as staging:
                self._save_model_and_tokenizer(staging)
                (staging / "figures.json").write_text(json.dumps(asdict(figures), indent=2) + "\n")
        for prompt in SAMPLE_PROMPTS:
            text = sample(self.network, self._prepared.tokenizer, prompt, Sampling(tokens=120))
            self.report({"sample": text})
        return {"eval_loss": figures.loss}

    def report(self, entry: dict[str, Any]) -> None:
        """Add one line to the run's log and show it."""
        line = {
            "step": self.state.global_step,
            "seconds": round(self.budget.seconds, 1),
            "share": round(self.budget.fraction, 4),
            **entry,
        }
        with (self._run / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(json.dumps(line, ensure_ascii=False), flush=True)

    def _held_out_figures(self) -> HeldOutFigures:
        loss = mean_loss(self.network, self._evaluation_rows, dtype=self._dtype)
        tokens = self._evaluation_rows[:, 1:].numel()
        bits = loss * tokens / math.log(2)
        return HeldOutFigures(
            loss, bits / self._evaluation_characters, tokens, self.state.global_step
        )

    def _save_model_and_tokenizer(self, folder: Path) -> None:
        self.save_model(str(folder), _internal_call=True)
        config = folder / "config.json"
        values = json.loads(config.read_text(encoding="utf-8"))
        values["architectures"] = ["GPT2LMHeadModel"]
        config.write_text(json.dumps(values, indent=2) + "\n")
        shutil.copyfile(self._prepared.folder / "tokenizer.json", folder / "tokenizer.json")

    def _get_output_dir(self, trial: object) -> str:
        """Let the Trainer write checkpoints beside their place."""
        del trial
        return str(self._staging)

    def _save_checkpoint(self, model: torch.nn.Module, trial: object) -> None:
        """Write a checkpoint, then rename it: kill -9 at any moment leaves whole ones only."""
        shutil.rmtree(self._staging, ignore_errors=True)
        super()._save_checkpoint(model, trial)  # type: ignore[no-untyped-call]
        name = f"checkpoint-{self.state.global_step}"
        shutil.copyfile(
            self._prepared.folder / "tokenizer.json", self._staging / name / "tokenizer.json"
        )
        write_progress(
            self._staging / name,
            Progress(self.budget.seconds, self.state.global_step, self.best_loss),
        )
        flush_folder(self._staging)
        target = self._run / name
        shutil.rmtree(target, ignore_errors=True)
        os.replace(self._staging / name, target)  # noqa: PTH105 - replace, not only rename
        shutil.rmtree(self._staging)
        forget_old_checkpoints(self._run)


def _factor_of(budget: Budget) -> Callable[[int], float]:
    """Return the schedule as a plain function: LambdaLR would save an object's fields."""
    return lambda step: budget.learning_rate_factor(step)  # noqa: PLW0108 - see above


def _dtype_of(args: TrainingArguments) -> torch.dtype:
    if args.bf16:
        return torch.bfloat16
    return torch.float16 if args.fp16 else torch.float32


class ByTheClock(TrainerCallback):
    """Saves, measures and stops by the clock and the budget, and reports the speed."""

    def __init__(self, trainer: BudgetTrainer, settings: FinetuneSettings) -> None:
        self._trainer = trainer
        self._budget = trainer.budget
        self._save_every = 60 * settings.save_every
        self._evaluate_every = 60 * settings.evaluate_every
        self._saved = self._evaluated = self._logged = 0.0
        self._logged_step = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Begin counting where an interrupted run left off."""
        del args, control
        self._saved = self._evaluated = self._logged = self._budget.seconds
        self._logged_step = state.global_step

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Decide after each step what is due."""
        del args
        self._budget.step = state.global_step
        seconds = self._budget.seconds
        if self._budget.is_used_up:
            control.should_training_stop = True
            control.should_evaluate = control.should_save = True
            return
        if seconds - self._evaluated >= self._evaluate_every:
            control.should_evaluate, self._evaluated = True, seconds
        if seconds - self._saved >= self._save_every:
            control.should_save, self._saved = True, seconds

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: object,
    ) -> None:
        """Report the loss with the speed since the last report."""
        del control
        if not logs or "loss" not in logs:
            return
        seconds, steps = self._budget.seconds, state.global_step - self._logged_step
        rows = args.per_device_train_batch_size * args.gradient_accumulation_steps
        a_step = rows * args.world_size * self._trainer.network.config.n_positions
        self._trainer.report(
            {
                "loss": round(logs["loss"], 4),
                "learning_rate": round(logs["learning_rate"], 7),
                "tokens": state.global_step * a_step,
                "tokens_per_second": round(steps * a_step / max(seconds - self._logged, 1e-9)),
            }
        )
        self._logged, self._logged_step = seconds, state.global_step
