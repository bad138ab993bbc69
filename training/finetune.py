"""Fit GPT-2 to a prepared folder: from scratch, from a folder, or from a model of the hub.

A run owns its output folder. Started again with the same command, it goes on from its newest whole
checkpoint; after its budget is used up, or its patience, it only says so.
"""

import math
import sys
from pathlib import Path

import torch
from accelerate import PartialState
from transformers import PrinterCallback, TrainingArguments, set_seed

from training.adapters import add_adapters
from training.beginning import note_beginning
from training.budget import Budget
from training.by_the_clock import ByTheClock
from training.checkpoints import (
    Progress,
    check_same_kind,
    newest_checkpoint,
    read_progress,
    with_the_best,
)
from training.errors import SettingsError
from training.files import put_back, writing
from training.model import TrainableGPT2, configuration, start_from
from training.precision import Precision, choose_precision, this_machine
from training.prepared import Prepared, open_prepared
from training.processes import RunArguments, SharedClock
from training.run_log import RunLog, Silence, display_for
from training.settings import FinetuneSettings
from training.trainer import BudgetTrainer, Guide

_NO_LIMIT = 10_000_000  # steps; the clock stops the run long before


def finetune(data: Path, out: Path, settings: FinetuneSettings) -> Path:
    """Train until the budget is used up; return the folder of the best model."""
    prepared = open_prepared(data)
    clock = SharedClock()
    budget = Budget(
        minutes=settings.minutes,
        steps=settings.steps,
        warm_up=settings.warm_up,
        short_until=settings.chosen_short_until,
        now=clock,
    )
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    set_seed(settings.seed)
    precision = choose_precision(settings.precision, this_machine())
    arguments = _arguments(out, settings, precision)
    model = _build_model(prepared, settings)
    _check_amount(prepared, model.config.n_positions, arguments)
    if settings.compile:
        model.compile_layers()
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    log = RunLog(
        out / "log.jsonl",
        budget,
        display_for(sys.stdout) if PartialState().is_main_process else Silence(),
    )
    try:
        trainer = BudgetTrainer(model, arguments, Guide(prepared, budget, settings, log))
        trainer.remove_callback(PrinterCallback)  # type: ignore[no-untyped-call]
        trainer.add_callback(  # type: ignore[no-untyped-call]
            ByTheClock(budget, log, settings, clock.tick, model.config.n_positions)
        )
        clock.tick()
        how = {"precision": precision, "optimizer": settings.chosen_optimizer}
        _train(trainer, out, log, settings.lora, how)
    finally:
        log.close()
    return out / "best"


def _train(trainer: BudgetTrainer, out: Path, log: RunLog, lora: int, how: dict[str, str]) -> None:
    checkpoint = newest_checkpoint(out)
    progress = _progress(trainer, checkpoint, out, lora)
    budget = trainer.budget
    budget.start(spent_seconds=progress.seconds, step=progress.step)
    trainer.go_on_from(progress)
    if checkpoint is not None:
        reason = "the budget was used up already" if budget.is_used_up else ""
        if trainer.is_out_of_patience:
            reason = f"no better for {progress.evaluations_since_best} evaluations"
        if reason:
            if trainer.is_world_process_zero():
                log.report({"finished": f"{reason}; nothing was trained"})
            return
    network = trainer.network
    if trainer.is_world_process_zero():
        log.report(
            {
                "parameters": network.num_parameters(),
                "trained": network.num_parameters(only_trainable=True),
                "resumed_from": checkpoint.name if checkpoint else None,
                **how,
            }
        )
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.is_out_of_patience and trainer.is_world_process_zero():
        since = trainer.evaluations_since_best
        log.report({"finished": f"no better for {since} evaluations: stopped before the budget"})


def _progress(trainer: BudgetTrainer, checkpoint: Path | None, out: Path, lora: int) -> Progress:
    """Tell where the run stands: what its checkpoint notes, and its best model if that is newer."""
    if trainer.is_world_process_zero():
        put_back(out / "best")
    trainer.accelerator.wait_for_everyone()
    progress = Progress(seconds=0.0, step=0, best_loss=math.inf)
    if checkpoint is not None:
        progress = read_progress(checkpoint)
        check_same_kind(checkpoint, trainer.network.config, lora)
    return with_the_best(progress, out, trainer.network.config)


def _build_model(prepared: Prepared, settings: FinetuneSettings) -> TrainableGPT2:
    manifest = prepared.manifest
    if settings.source is not None:
        model = start_from(settings.source, manifest.vocabulary)
    else:
        model = TrainableGPT2(  # type: ignore[no-untyped-call]
            configuration(settings.size, manifest.vocabulary, manifest.end_of_text_id)
        )
    note_beginning(model.config, settings.source)
    context = model.config.n_positions
    if settings.chosen_short_until > 0 and context % min(settings.short_window, context):
        raise SettingsError(
            f"a context of {context} does not divide into windows of {settings.short_window}: "
            f"choose a --short-window that divides it, or {context}"
        )
    if settings.lora:
        add_adapters(model, settings.lora)
    return model


def _check_amount(prepared: Prepared, context: int, arguments: TrainingArguments) -> None:
    """Refuse a corpus that does not fill one step: nothing would ever be trained."""
    rows = (len(prepared.train) - 1) // context
    batch = arguments.train_batch_size * arguments.world_size
    if rows < batch:
        raise SettingsError(
            f"{len(prepared.train)} tokens make {rows} rows of {context}, fewer than one batch of "
            f"{batch}: prepare more text, or choose a smaller --batch or --context"
        )


def _arguments(out: Path, settings: FinetuneSettings, precision: Precision) -> TrainingArguments:
    gpu = torch.cuda.is_available()
    return RunArguments(
        output_dir=str(out),
        use_cpu=not gpu,
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        max_steps=_NO_LIMIT if settings.steps is None else settings.steps,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        gradient_checkpointing=settings.checkpoint_activations,
        # The other way needs inputs that have gradients, and frozen embeddings give none.
        gradient_checkpointing_kwargs={"use_reentrant": False},
        ddp_find_unused_parameters=False,  # all are used
        learning_rate=settings.chosen_learning_rate,
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
