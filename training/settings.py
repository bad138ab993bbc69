"""What a training run may vary, with the defaults that the bundled model was made with."""

from dataclasses import dataclass, field
from pathlib import Path

from training.errors import SettingsError
from training.precision import AUTO


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
    """What `finetune` may vary."""

    source: Path | None = None  # a local transformers folder; None: from scratch, in this size
    size: Size = field(default_factory=Size)
    minutes: float | None = None
    steps: int | None = None
    batch: int = 8  # rows of one context each, in one pass
    accumulate: int = 1  # passes a step
    learning_rate: float = 3e-3
    weight_decay: float = 0.1
    warm_up: float = 0.02  # share of the budget
    short_window: int = 256
    short_until: float = 0.7  # share of the budget
    evaluate_every: float = 10.0  # minutes
    evaluation_rows: int = 32
    save_every: float = 4.0  # minutes
    log_every: int = 20  # steps
    threads: int | None = None
    compile: bool = False
    precision: str = AUTO
    seed: int = 1
