"""Samples on disk: each is kept as it comes, so that an interrupted command goes on.

A JSON object a line. The first says what the samples were made with; a file of another model, of
other openings or seeds is refused, not mixed and not overwritten. A line that was cut short by an
interruption, which can only be the last, is dropped; any other damage is an error.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.errors import EvaluationError
from training.evaluation.samples import Sample, Task
from training.whole_file import writable, write_whole


@dataclass(frozen=True)
class Identity:
    """What must be the same for samples to belong together."""

    weights: str  # hash of the bundle, or of a transformers folder
    bundle: str  # its hash: it gives the tokenizer
    sampling: dict[str, float]  # and how is sampled
    held_out: str  # SHA-256 of the shard that the openings come from
    prompt_words: int
    first_seed: int


class SampleFile:
    """The samples of one model."""

    def __init__(self, path: Path, identity: Identity) -> None:
        """Read what is there. Raises EvaluationError, StorageError."""
        self._path = path
        self._identity = identity
        self._samples: dict[tuple[int, bool, int], Sample] = {}
        if path.is_file():
            self._read()
        if not path.is_file() or not path.stat().st_size:
            write_whole(path, f"{json.dumps(asdict(identity))}\n")

    def missing(self, tasks: Iterable[Task]) -> list[Task]:
        """Return the tasks whose samples are not there yet."""
        return [task for task in tasks if _key_of(task) not in self._samples]

    def found(self, tasks: Iterable[Task]) -> list[Sample]:
        """Return the samples of these tasks, which are all there."""
        return [self._samples[_key_of(task)] for task in tasks]

    def add(self, samples: Iterable[Sample]) -> None:
        """Keep samples, on the disk when this returns. Raises StorageError."""
        with writable(self._path), self._path.open("a", encoding="utf-8") as file:
            for sample in samples:
                self._keep(sample)
                file.write(json.dumps(asdict(sample), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _keep(self, sample: Sample) -> None:
        self._samples[sample.eccentricity, sample.is_steered, sample.number] = sample

    def _read(self) -> None:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            with writable(self._path):
                os.truncate(self._path, len(whole))
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                values = json.loads(line)
                if number == 1:
                    self._check(Identity(**values))
                else:
                    self._keep(_sample(values))
            except (ValueError, TypeError) as error:
                raise EvaluationError(
                    f"{self._path}, line {number}, is no sample ({error}): "
                    "remove the file to write all samples anew"
                ) from error

    def _check(self, found: Identity) -> None:
        for name, value in asdict(self._identity).items():
            if getattr(found, name) != value:
                raise EvaluationError(
                    f"{self._path} holds samples with another {name} ({getattr(found, name)}, now "
                    f"{value}): give another --out, or remove the file to write them anew"
                )


def _key_of(task: Task) -> tuple[int, bool, int]:
    return task.condition.eccentricity, task.condition.is_steered, task.number


def _sample(values: Any) -> Sample:  # noqa: ANN401 - JSON may be anything
    sample = Sample(**values)
    kinds = {"eccentricity": int, "number": int, "is_steered": bool, "text": str, "tokens": list}
    for name, kind in kinds.items():
        if not isinstance(getattr(sample, name), kind):
            raise TypeError(f"{name} is {getattr(sample, name)!r}")
    return sample
