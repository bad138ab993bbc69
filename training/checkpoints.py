"""Checkpoints of a run: each is whole or not there, the newest few are kept, and the best for ever.

RUN/checkpoint-000120/   the model, the optimizer, random states, `progress.json`
RUN/best/                the model with the lowest held-out loss so far, `figures.json`
"""

import json
import math
import re
import shutil
from dataclasses import asdict, dataclass
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
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{checkpoint} is not a checkpoint of `python -m training finetune` ({error}): "
            "remove it, or choose another --out"
        ) from error


def check_same_kind(checkpoint: Path, config: GPT2Config, lora: int) -> None:
    """Refuse a checkpoint of another size or vocabulary, or with other adapters."""
    try:
        values = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
        found = {name: values[name] for name in _SHAPE}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{checkpoint}/config.json cannot be read ({error!r}): remove that checkpoint, or "
            "choose another --out"
        ) from error
    found["lora"] = read_progress(checkpoint).lora
    wanted = {name: getattr(config, name) for name in _SHAPE} | {"lora": lora}
    other = [
        f"{name} {found[name]}, not {wanted[name]}"
        for name in wanted
        if found[name] != wanted[name]
    ]
    if other:
        raise CheckpointError(
            f"{checkpoint} is of another model ({'; '.join(other)}): go on with the options that "
            "it began with, or choose another --out"
        )


def _in_order(run: Path) -> list[Path]:
    numbered = [
        (int(match[1]), folder)
        for folder in run.glob("checkpoint-*")
        if (match := _NAME.fullmatch(folder.name))
    ]
    return [folder for _, folder in sorted(numbered)]
