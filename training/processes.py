"""Several processes train one model: one of them decides, measures and writes, all agree.

`accelerate launch` starts one process for each GPU. What is decided by the clock must be decided
alike in all of them, or they wait for each other for ever; and a learning rate that follows the
clock must be the same number everywhere, or their weights drift apart.
"""

import time
from collections.abc import Callable

import torch
from accelerate import PartialState
from accelerate.utils import broadcast
from transformers import TrainingArguments


class RunArguments(TrainingArguments):
    """The Trainer's arguments, with a processor that PyTorch's files know.

    Among several processes the first processor is called `cpu:0`, and nothing that was saved can
    be loaded to a device of that name.
    """

    @property
    def device(self) -> torch.device:
        """The device of this process."""
        device: torch.device = super().device
        return torch.device("cpu") if device.type == "cpu" else device


class SharedClock:
    """Seconds that go on for a single process; of several, all read the main one's last tick."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._last: float | None = None

    def __call__(self) -> float:
        """Return the time in seconds from some moment on."""
        return self._now() if self._last is None else self._last

    def tick(self) -> None:
        """Read the main process's clock. All processes must come here equally often."""
        if PartialState().num_processes > 1:
            self._last = agreed(self._now())


def agreed(value: float) -> float:
    """Return the main process's value in every process."""
    state = PartialState()
    if state.num_processes == 1:
        return value
    shared = torch.tensor([value], dtype=torch.float64, device=state.device)
    return float(broadcast(shared, from_process=0)[0])
