"""What `evaluate` measures, and how much of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from training.errors import EvaluationError

_LEAST = {
    "samples": 2,
    "base_samples": 2,
    "prompt_words": 1,
    "first_seed": 0,
    "rows": 1,
    "decade_documents": 1,
    "processes": 1,
}


@dataclass(frozen=True)
class Sources:
    """What is measured: the bundle and its corpus; the rest where there is any."""

    bundle: Path
    data: Path
    checkpoint: Path | None = None
    base: Path | None = None
    run: Path | None = None


@dataclass(frozen=True)
class EvaluationSettings:
    """What `evaluate` may vary."""

    eccentricities: tuple[int, ...] = (1, 3, 5, 7, 10)
    samples: int = 60  # of each eccentricity
    base_samples: int = 20
    base_eccentricity: int = 7
    prompt_words: int = 6
    first_seed: int = 1
    rows: int = 128  # contexts of either part, for the perplexity
    decade_documents: int = 200
    processes: int = os.cpu_count() or 1

    def __post_init__(self) -> None:
        if not self.eccentricities:
            raise EvaluationError("no eccentricity to measure: give at least one, from 1 to 10")
        for eccentricity in (*self.eccentricities, self.base_eccentricity):
            if not 1 <= eccentricity <= 10:
                raise EvaluationError(f"eccentricities go from 1 to 10, got {eccentricity}")
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value < least:
                option = name.replace("_", "-")
                raise EvaluationError(f"--{option} must be at least {least}, got {value}")
