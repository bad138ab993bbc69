"""Many samples: batches of tasks, spread over processes, kept as they come."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

import tqdm

from functions.generate.bundle import load_bundle
from functions.generate.network.kernel_network import KernelNetwork
from functions.generate.network.reading import Network
from training.evaluation.sample_file import SampleFile
from training.evaluation.samples import Condition, Sample, Task, Writer

PLACES = 16
"""Texts that are written together by a process."""


@dataclass(frozen=True)
class Pen:
    """What writes: a bundle, or the weights of a transformers folder sampled as the bundle is."""

    bundle: Path
    weights: Path | None = None

    def network(self) -> Network:
        """Open it, for one thread of the processor."""
        if self.weights is None:
            return KernelNetwork(load_bundle(self.bundle), threads=1, places=PLACES)
        import torch  # noqa: PLC0415 - only where it is needed: every process would wait for it

        from training.evaluation.torch_network import TorchNetwork  # noqa: PLC0415 - as above
        from training.model import load_model  # noqa: PLC0415 - as above

        torch.set_num_threads(1)
        return TorchNetwork(load_model(self.weights), PLACES)


def tasks_for(
    condition: Condition, count: int, prompts: Sequence[str], first_seed: int
) -> list[Task]:
    """Return `count` tasks: the same openings and seeds under every condition.

    With more tasks than openings these come again, with other seeds. The first tasks are the same
    whatever the count is.
    """
    return [
        Task(condition, number, prompts[number % len(prompts)], first_seed + number)
        for number in range(count)
    ]


def write_samples(
    pen: Pen, file: SampleFile, tasks: Sequence[Task], processes: int
) -> list[Sample]:
    """Write what is missing of the tasks, showing how far it is; return all of their samples."""
    missing = file.missing(tasks)
    batches = [missing[at : at + PLACES] for at in range(0, len(missing), PLACES)]
    done = len(tasks) - len(missing)
    with tqdm.tqdm(total=len(tasks), initial=done, unit="sample", desc="writing") as bar:
        for samples in _written(pen, batches, min(processes, len(batches))):
            file.add(samples)
            bar.update(len(samples))
    return file.found(tasks)


def _written(pen: Pen, batches: Sequence[Sequence[Task]], processes: int) -> Iterator[list[Sample]]:
    if processes <= 1:
        if batches:
            with closing(pen.network()) as network:
                writer = Writer(load_bundle(pen.bundle), network)
                for batch in batches:
                    yield [*writer.write(batch)]
        return
    # Spawned, since a forked process would have PyTorch's threads in an unknown state.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _open_writer, (pen,))
    try:
        for finished in as_completed([pool.submit(_write_batch, batch) for batch in batches]):
            yield finished.result()
    finally:
        pool.shutdown(cancel_futures=True)


_opened: dict[str, Any] = {}
"""This process's writer: a pool gives its jobs no other place to keep it."""


def _open_writer(pen: Pen) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits for us
    Thread(target=_end_with_parent, daemon=True).start()
    _opened["writer"] = Writer(load_bundle(pen.bundle), pen.network())


def _end_with_parent() -> None:
    """End this process when the one that waits for it is gone, killed perhaps: nobody else does."""
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _write_batch(batch: Sequence[Task]) -> list[Sample]:
    return [*_opened["writer"].write(batch)]
