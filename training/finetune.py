"""Fit GPT-2 to a prepared folder: from scratch, or from a local transformers folder.

A run owns its output folder. Started again with the same command, it goes on from its newest whole
checkpoint; after its budget is used up, it only says so.
"""

from pathlib import Path

import torch
from transformers import PrinterCallback, TrainingArguments, set_seed

from training.budget import Budget
from training.checkpoints import newest_checkpoint, read_progress
from training.errors import SettingsError
from training.model import TrainableGPT2, configuration, start_from
from training.precision import Precision, choose_precision, this_machine
from training.prepared import Prepared, open_prepared
from training.settings import FinetuneSettings
from training.trainer import BudgetTrainer, ByTheClock

_NO_LIMIT = 10_000_000  # steps; the clock stops the run long before


def finetune(data: Path, out: Path, settings: FinetuneSettings) -> Path:
    """Train until the budget is used up; return the folder of the best model."""
    prepared = open_prepared(data)
    budget = Budget(
        minutes=settings.minutes,
        steps=settings.steps,
        warm_up=settings.warm_up,
        short_until=settings.short_until,
    )
    if settings.threads:
        torch.set_num_threads(settings.threads)
    set_seed(settings.seed)
    model = _build_model(prepared, settings)
    _check_amount(prepared, model.config.n_positions, settings.batch)
    precision = choose_precision(settings.precision, this_machine())
    arguments = _arguments(out, settings, precision)
    trainer = BudgetTrainer(model, arguments, prepared, budget, settings)
    trainer.remove_callback(PrinterCallback)  # type: ignore[no-untyped-call]
    trainer.add_callback(ByTheClock(trainer, settings))  # type: ignore[no-untyped-call]
    if settings.compile:
        model.compile_layers()
    out.mkdir(parents=True, exist_ok=True)
    _train(trainer, out)
    return out / "best"


def _train(trainer: BudgetTrainer, out: Path) -> None:
    checkpoint = newest_checkpoint(out)
    budget = trainer.budget
    if checkpoint is None:
        budget.start(spent_seconds=0.0, step=0)
    else:
        progress = read_progress(checkpoint)
        budget.start(spent_seconds=progress.seconds, step=progress.step)
        trainer.best_loss = progress.best_loss
        if budget.is_used_up:
            trainer.report({"finished": "the budget was used up already; nothing was trained"})
            return
    trainer.report(
        {
            "parameters": trainer.network.num_parameters(),
            "resumed_from": checkpoint.name if checkpoint else None,
        }
    )
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)


def _build_model(prepared: Prepared, settings: FinetuneSettings) -> TrainableGPT2:
    manifest = prepared.manifest
    if settings.source is not None:
        model = start_from(settings.source, manifest.vocabulary)
    else:
        model = TrainableGPT2(  # type: ignore[no-untyped-call]
            configuration(settings.size, manifest.vocabulary, manifest.end_of_text_id)
        )
    context = model.config.n_positions
    if context % min(settings.short_window, context):
        raise SettingsError(
            f"a context of {context} does not divide into windows of {settings.short_window}: "
            f"choose a --short-window that divides it, or {context}"
        )
    return model


def _check_amount(prepared: Prepared, context: int, batch: int) -> None:
    """Refuse a corpus that does not fill one batch: nothing would ever be trained."""
    rows = (len(prepared.train) - 1) // context
    if rows < batch:
        raise SettingsError(
            f"{len(prepared.train)} tokens make {rows} rows of {context}, fewer than one batch of "
            f"{batch}: prepare more text, or choose a smaller --batch or --context"
        )


def _arguments(out: Path, settings: FinetuneSettings, precision: Precision) -> TrainingArguments:
    gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(out),
        use_cpu=not gpu,
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        max_steps=settings.steps or _NO_LIMIT,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.learning_rate,
        max_grad_norm=1.0,
        logging_steps=settings.log_every,
        logging_strategy="steps",
        save_strategy="no",
        eval_strategy="no",
        report_to=[],
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_num_workers=0,
        dataloader_drop_last=True,
        dataloader_pin_memory=gpu,
        seed=settings.seed,
        data_seed=settings.seed,
    )
