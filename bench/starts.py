"""Fresh processes: how long until the first token, how much memory when the texts are long."""

import subprocess

from bench.errors import PeerFailed
from bench.hand import at_hand, worker_environment
from bench.import_time import measure_import
from bench.job import Job
from bench.kinds import OURS, SHIPPED
from bench.plan import Entry
from bench.results import FAR, Failure, Started
from bench.run_parts import Run
from bench.shapes import Shape

_MEMORY_BATCHES = (1, 4)
_STEPS = 3
_MORE_STARTS = 4
"""Of our own engine, whose start has a limit to keep: with those for memory, six."""
_HANDLER = "functions.generate.handler"


def measure_starts(run: Run, shape: Shape, entries: list[Entry]) -> None:
    """Start each engine anew for each batch, and ours a few times more."""
    for entry in entries:
        if entry.threads != run.results.threads:
            continue
        grows = FAR in entry.positions
        batches = [(batch, grows) for batch in _MEMORY_BATCHES]
        if entry.kind.name in {OURS, SHIPPED.name}:
            batches += [(1, False)] * _MORE_STARTS
        try:
            _touch_files(run.job(entry, shape, 1))
            found = [_start(run, entry, shape, batch, grows=grows) for batch, grows in batches]
        except PeerFailed as error:
            run.fail(shape, entry.kind, str(error))
            continue
        run.results.starts += found
        peaks = [f"{start.peak_megabytes:.0f}" for start in found if start.peak_megabytes]
        run.say(
            f"{shape.name} {entry.name}: first token after {found[0].first_token_seconds:.2f} s, "
            f"peak {' and '.join(peaks) or 'not known'} MB"
        )


def measure_handler_import(run: Run) -> None:
    """Take the seconds from process start until the function's handler is imported, once."""
    try:
        found = measure_import(f"import {_HANDLER}", worker_environment(run.results.threads))
    except subprocess.CalledProcessError as error:
        if all(failure.engine != _HANDLER for failure in run.results.failures):
            reason = error.stderr.strip().splitlines()[-1]
            run.results.failures.append(Failure("no model", _HANDLER, reason))
    else:
        run.results.handler_import_seconds.append(found.from_start)


def _start(run: Run, entry: Entry, shape: Shape, batch: int, *, grows: bool) -> Started:
    peak = None
    with at_hand(run.job(entry, shape, batch), run.place.log(entry.kind, shape)) as hand:
        if grows:
            hand.ask(do="write", batch=batch, position=FAR, steps=_STEPS)
            peak = hand.ask(do="memory")["peak_megabytes"]
        return Started(
            shape=shape.name,
            engine=entry.kind.name,
            threads=entry.threads,
            batch=batch,
            first_token_seconds=hand.start.first_token_seconds,
            import_seconds=hand.start.import_seconds,
            load_seconds=hand.start.load_seconds,
            peak_megabytes=peak,
        )


def _touch_files(job: Job) -> None:
    """Read the model's files once, so that no start waits for the disk."""
    for path in job.files():
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass
