"""What an engine does for the bench, and what a module about one holds.

A step reads one token of each text and takes the likeliest next one of each (greedy): both are in
the time that is measured, for every engine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bench.job import Job
from bench.kinds import Kind
from bench.shapes import Shape

Floats = npt.NDArray[np.float32]

Watch = Callable[[Sequence[int]], bool]
"""Is told, after each step, the token that was chosen for each text; True ends the writing."""


@dataclass(frozen=True, slots=True)
class Making:
    """Files that are to be made, and from what."""

    kind: Kind
    shape: Shape
    folder_of: Callable[[str], Path]
    """Where the files of a source are, which `Kind.needs` names."""
    target: Path


class Engine(Protocol):
    """A loaded model with room for some texts."""

    def read(self, length: int) -> Floats:
        """Read the first `length` tokens of the text anew; return the last logits (vocabulary,)."""

    def write(self, batch: int, position: int, watch: Watch) -> None:
        """Write step by step, until `watch` says that it is enough.

        `batch` texts are written at once. What stands before `position` is the text's; the first
        step reads the text's token there. Getting there is not watched.
        """


class Peer(Protocol):
    """A module in `bench/peers/`."""

    def convert(self, making: Making) -> None:
        """Write into the folder `making.target` what `load` needs."""

    def load(self, job: Job) -> Engine:
        """Load what `convert` wrote, with room for so many texts."""
