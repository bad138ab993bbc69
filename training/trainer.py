"""transformers' Trainer, with a budget, whole checkpoints, held-out figures and samples.

The loop, accelerate's devices and precision, gradient accumulation and resuming are the Trainer's.
Of several processes, the main one measures and writes.
"""

import json
import math
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import Trainer, TrainingArguments

from training.adapters import merged_weights
from training.budget import Budget
from training.checkpoints import Progress, forget_old_checkpoints, write_progress
from training.collating import WindowCollator
from training.files import flush_folder, whole_folder, writing
from training.model import TrainableGPT2, mean_loss
from training.optimizer import build_optimizer
from training.prepared import PackedRows, Prepared, as_tensor, characters_of, evenly_spaced
from training.processes import agreed
from training.run_log import RunLog
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


@dataclass(frozen=True)
class Guide:
    """What leads a run: its text, its budget, what was asked for, and where it tells of itself."""

    prepared: Prepared
    budget: Budget
    settings: FinetuneSettings
    log: RunLog


class BudgetTrainer(Trainer):
    """The Trainer for one run in one folder."""

    def __init__(self, model: TrainableGPT2, args: TrainingArguments, guide: Guide) -> None:
        length = model.config.n_positions
        prepared, settings = guide.prepared, guide.settings
        super().__init__(
            model=model,
            args=args,
            train_dataset=PackedRows(prepared.train, length),
            data_collator=WindowCollator(guide.budget, settings.short_window),
        )
        self.network = model
        self.budget = guide.budget
        self.best_loss = math.inf
        self.evaluations_since_best = 0
        self._best_step = 0
        self._settings = settings
        self._log = guide.log
        self._evaluated_step = -1
        self._dtype = _dtype_of(args)
        self._prepared = prepared
        self._run = Path(str(args.output_dir))
        self._staging = self._run / ".checkpoint.new"
        rows = evenly_spaced(PackedRows(prepared.held_out, length), settings.evaluation_rows)
        self._evaluation_rows = as_tensor(rows)
        self._evaluation_characters = characters_of(prepared.tokenizer, rows)

    def go_on_from(self, progress: Progress) -> None:
        """Take over what an interrupted run found, or the beginning of one."""
        self.best_loss = progress.best_loss
        self.evaluations_since_best = progress.evaluations_since_best
        self._best_step = progress.best_step

    def create_optimizer(self, *_: object, **__: object) -> torch.optim.Optimizer:
        """Build the optimizer once."""
        if self.optimizer is None:
            self.optimizer = build_optimizer(
                self.network,
                self.args.learning_rate,
                self._settings.weight_decay,
                # Muon's iteration needs a wide range, so fp16 will not do.
                torch.bfloat16 if self.args.bf16 else torch.float32,
                with_muon=self._settings.chosen_optimizer == "muon",
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
        """Measure on held-out rows, keep the model if it is the best yet, write samples.

        Stop where the model has not become better for as long as patience lasts. What a killed run
        measured already, up to its best model, is measured again and takes no patience.
        """
        if self._evaluated_step == self.state.global_step:
            return {}
        self._evaluated_step = self.state.global_step
        loss = agreed(self._measure() if self.is_world_process_zero() else 0.0)
        better = loss < self.best_loss
        self.best_loss = min(loss, self.best_loss)
        if better:
            self.evaluations_since_best = 0
            self._best_step = self.state.global_step
        elif self.state.global_step > self._best_step:
            self.evaluations_since_best += 1
        if self.is_out_of_patience:
            self.control.should_training_stop = self.control.should_save = True
        return {"eval_loss": loss}

    @property
    def is_out_of_patience(self) -> bool:
        """Whether the model has not become better for too many evaluations."""
        patience = self._settings.chosen_patience
        return 0 < patience <= self.evaluations_since_best

    def _measure(self) -> float:
        """Do what the main process alone does: measure, keep the best, write samples."""
        figures = self._held_out_figures()
        better = figures.loss < self.best_loss
        self._log.report({"held_out": asdict(figures), "best": better})
        if better:
            with whole_folder(self._run / "best") as staging:
                self._save_plain_model(staging)
                (staging / "figures.json").write_text(json.dumps(asdict(figures), indent=2) + "\n")
        for prompt in SAMPLE_PROMPTS:
            text = sample(self.network, self._prepared.tokenizer, prompt, Sampling(tokens=120))
            self._log.report({"sample": text})
        return figures.loss

    def _held_out_figures(self) -> HeldOutFigures:
        loss = mean_loss(self.network, self._evaluation_rows, dtype=self._dtype)
        tokens = self._evaluation_rows[:, 1:].numel()
        bits = loss * tokens / math.log(2)
        return HeldOutFigures(
            loss, bits / self._evaluation_characters, tokens, self.state.global_step
        )

    def _save_plain_model(self, folder: Path) -> None:
        """Save what everybody can load: no adapters, GPT-2's own class, the tokenizer beside it."""
        self.network.save_pretrained(folder, state_dict=merged_weights(self.network))
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
        """Write a checkpoint, then rename it: kill -9 at any moment leaves whole ones only.

        Every process writes its random state into it. Raises StorageError where there is no room.
        """
        name = f"checkpoint-{self.state.global_step}"
        with writing(self._run / name):
            if self.is_world_process_zero():
                shutil.rmtree(self._staging, ignore_errors=True)
            self.accelerator.wait_for_everyone()
            try:
                super()._save_checkpoint(model, trial)  # type: ignore[no-untyped-call]
                self.accelerator.wait_for_everyone()
                if self.is_world_process_zero():
                    self._put_in_place(name)
            except BaseException:
                shutil.rmtree(self._staging, ignore_errors=True)
                raise
            self.accelerator.wait_for_everyone()

    def _put_in_place(self, name: str) -> None:
        staged = self._staging / name
        shutil.copyfile(self._prepared.folder / "tokenizer.json", staged / "tokenizer.json")
        progress = Progress(
            seconds=self.budget.seconds,
            step=self.state.global_step,
            best_loss=self.best_loss,
            evaluations_since_best=self.evaluations_since_best,
            lora=self._settings.lora,
            best_step=self._best_step,
        )
        write_progress(staged, progress)
        flush_folder(self._staging)
        target = self._run / name
        shutil.rmtree(target, ignore_errors=True)
        os.replace(staged, target)  # noqa: PTH105 - replace, not only rename
        shutil.rmtree(self._staging)
        forget_old_checkpoints(self._run)


def _factor_of(budget: Budget) -> Callable[[int], float]:
    """Return the schedule as a plain function: LambdaLR would save an object's fields."""
    return lambda step: budget.learning_rate_factor(step)  # noqa: PLW0108 - see above


def _dtype_of(args: TrainingArguments) -> torch.dtype:
    if args.bf16:
        return torch.bfloat16
    return torch.float16 if args.fp16 else torch.float32
