"""What a training run may vary, with the defaults that the bundled model was made with."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from training.errors import SettingsError
from training.precision import AUTO

OPTIMIZERS = ("muon", "adamw")
FROM_SCRATCH = {"muon": 3e-3, "adamw": 6e-4}  # learning rates
FROM_WEIGHTS = {"muon": 3e-4, "adamw": 1e-4}
WITH_ADAPTERS = 3e-4
LARGEST_SEED = 2**32 - 1  # of NumPy's generator, which is seeded beside PyTorch's


@dataclass(frozen=True)
class Allowed:
    """The numbers that an option may be; NaN is none of them."""

    words: str
    holds: Callable[[float], bool]


_ONE_OR_MORE = Allowed("1 or more", lambda given: given >= 1)
_ZERO_OR_MORE = Allowed("0 or more", lambda given: given >= 0)
_ALLOWED: Mapping[str, Allowed] = {
    "batch": _ONE_OR_MORE,
    "accumulate": _ONE_OR_MORE,
    "learning_rate": Allowed("greater than 0 and finite", lambda given: 0 < given < math.inf),
    "weight_decay": Allowed("0 or more and finite", lambda given: 0 <= given < math.inf),
    "warm_up": Allowed("0 or more and less than 1", lambda given: 0 <= given < 1),
    "lora": _ZERO_OR_MORE,
    "short_window": _ONE_OR_MORE,
    "short_until": Allowed("from 0 to 1", lambda given: 0 <= given <= 1),
    "evaluate_every": _ZERO_OR_MORE,
    "evaluation_rows": _ONE_OR_MORE,
    "patience": _ZERO_OR_MORE,
    "save_every": _ZERO_OR_MORE,
    "log_every": _ONE_OR_MORE,
    "threads": _ONE_OR_MORE,
    "seed": Allowed(f"from 0 to {LARGEST_SEED}", lambda given: 0 <= given <= LARGEST_SEED),
}


@dataclass(frozen=True)
class Size:
    """The size of a GPT-2 that starts from scratch."""

    layers: int = 6
    heads: int = 5
    width: int = 320
    context: int = 1024

    def __post_init__(self) -> None:
        if min(self.layers, self.heads, self.width, self.context) < 1:
            raise SettingsError(f"layers, heads, width and context must be 1 or more, got {self}")
        if self.width % self.heads:
            raise SettingsError(
                f"a width of {self.width} does not divide among {self.heads} heads: "
                f"choose a multiple of {self.heads}"
            )


@dataclass(frozen=True)
class FinetuneSettings:
    """What `finetune` may vary. Where None stands, the default depends on what else was chosen."""

    source: str | Path | None = None  # a folder or a name on the hub; None: from scratch
    size: Size = field(default_factory=Size)  # from scratch
    minutes: float | None = None
    steps: int | None = None
    batch: int = 8  # rows of one context each, in one pass
    accumulate: int = 1  # passes a step
    optimizer: str | None = None
    learning_rate: float | None = None
    weight_decay: float = 0.1
    warm_up: float = 0.02  # share of the budget
    lora: int = 0  # the adapters' rank; 0: all weights are trained
    checkpoint_activations: bool = False
    short_window: int = 256
    short_until: float | None = None  # share of the budget
    evaluate_every: float = 10.0  # minutes
    evaluation_rows: int = 32
    patience: int | None = None  # evaluations; 0: no end to it
    save_every: float = 4.0  # minutes
    log_every: int = 20  # steps
    threads: int | None = None
    compile: bool = False
    precision: str = AUTO
    seed: int = 1

    def __post_init__(self) -> None:
        if self.optimizer is not None and self.optimizer not in OPTIMIZERS:
            raise SettingsError(
                f"no optimizer {self.optimizer!r}: choose one of {', '.join(OPTIMIZERS)}"
            )
        for name, allowed in _ALLOWED.items():
            given = getattr(self, name)
            if given is not None and not allowed.holds(given):
                raise SettingsError(
                    f"--{name.replace('_', '-')} must be {allowed.words}, got {given}"
                )
        if self.lora and self.source is None:
            raise SettingsError("--lora adapts a model that has learned already: give --from")
        if self.lora and self.optimizer == "muon":
            raise SettingsError("--lora trains thin matrices, for which Muon is not made: adamw")

    @property
    def chosen_optimizer(self) -> str:
        """Muon from scratch; what others trained with AdamW goes on with AdamW."""
        return self.optimizer or ("muon" if self.source is None else "adamw")

    @property
    def chosen_learning_rate(self) -> float:
        """A model that has learned already is changed with care."""
        if self.learning_rate is not None:
            return self.learning_rate
        if self.lora:
            return WITH_ADAPTERS
        return (FROM_SCRATCH if self.source is None else FROM_WEIGHTS)[self.chosen_optimizer]

    @property
    def chosen_short_until(self) -> float:
        """Short windows are for models that do not yet look far back."""
        if self.short_until is not None:
            return self.short_until
        return 0.7 if self.source is None else 0.0

    @property
    def chosen_patience(self) -> int:
        """From scratch there is none: with short windows the measured loss misleads for long."""
        if self.patience is not None:
            return self.patience
        return 0 if self.source is None else 3
