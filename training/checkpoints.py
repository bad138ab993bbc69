"""Checkpoints of a run: each is whole or not there, the newest few are kept, and the best for ever.

RUN/checkpoint-000120/   the model, the optimizer, random states, `progress.json`
RUN/best/                the model with the lowest held-out loss so far, `figures.json`
"""

import json
import math
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from transformers import GPT2Config

from training.errors import CheckpointError

KEPT = 2
_SHAPE = ("n_layer", "n_head", "n_embd", "n_positions", "vocab_size")
_NAME = re.compile(r"checkpoint-(\d+)")


def newest_checkpoint(run: Path) -> Path | None:
    """Return the newest whole checkpoint of a run, or None when there is none yet."""
    found = _in_order(run)
    return found[-1] if found else None


def forget_old_checkpoints(run: Path) -> None:
    """Remove all but the newest few."""
    for folder in _in_order(run)[:-KEPT]:
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Progress:
    """What a checkpoint notes beside what the Trainer does; infinity: nothing was measured yet."""

    seconds: float
    step: int
    best_loss: float
    evaluations_since_best: int = 0
    lora: int = 0  # the adapters' rank
    best_step: int = 0  # of the model in `best`; beyond `step` after a kill before a save


def write_progress(checkpoint: Path, progress: Progress) -> None:
    """Note the progress inside a checkpoint."""
    values = asdict(progress)
    values["best_loss"] = None if math.isinf(progress.best_loss) else progress.best_loss
    (checkpoint / "progress.json").write_text(json.dumps(values, indent=2) + "\n")


def read_progress(checkpoint: Path) -> Progress:
    """Read what `write_progress` noted."""
    path = checkpoint / "progress.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        best = values["best_loss"]
        return Progress(
            seconds=float(values["seconds"]),
            step=int(values["step"]),
            best_loss=math.inf if best is None else float(best),
            evaluations_since_best=int(values.get("evaluations_since_best", 0)),
            lora=int(values.get("lora", 0)),
            best_step=int(values.get("best_step", 0)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{checkpoint} is not a checkpoint of `python -m training finetune` ({error}): "
            "remove it, or choose another --out"
        ) from error


def with_the_best(progress: Progress, run: Path, config: GPT2Config) -> Progress:
    """Add to the progress of a checkpoint what the model in RUN/best tells, if that is newer.

    A run that was killed between measuring and saving has a better model than its checkpoint knows
    of. Patience begins anew with it. Raises CheckpointError where it is another kind of model.
    """
    best = run / "best"
    try:
        figures = json.loads((best / "figures.json").read_text(encoding="utf-8"))
        loss, step = float(figures["loss"]), int(figures["step"])
    except (OSError, ValueError, KeyError, TypeError):
        return progress  # nothing was measured yet, or it is no model of a run
    if not loss < progress.best_loss:
        return progress
    _check_same(best, config, {})
    return replace(progress, best_loss=loss, best_step=step, evaluations_since_best=0)


def check_same_kind(checkpoint: Path, config: GPT2Config, lora: int) -> None:
    """Refuse a checkpoint of another size or vocabulary, or with other adapters."""
    _check_same(checkpoint, config, {"lora": (read_progress(checkpoint).lora, lora)})


def _check_same(folder: Path, config: GPT2Config, also: Mapping[str, tuple[int, int]]) -> None:
    """Refuse a model of another size; `also` has what was found and wanted beside its shape."""
    try:
        values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        both = {name: (values[name], getattr(config, name)) for name in _SHAPE}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{folder}/config.json cannot be read ({error!r}): remove {folder}, or "
            "choose another --out"
        ) from error
    both.update(also)
    other = [
        f"{name} {found}, not {wanted}" for name, (found, wanted) in both.items() if found != wanted
    ]
    if other:
        raise CheckpointError(
            f"{folder} is of another model ({'; '.join(other)}): go on with the options that "
            "it began with, or choose another --out"
        )


def _in_order(run: Path) -> list[Path]:
    numbered = [
        (int(match[1]), folder)
        for folder in run.glob("checkpoint-*")
        if (match := _NAME.fullmatch(folder.name))
    ]
    return [folder for _, folder in sorted(numbered)]
