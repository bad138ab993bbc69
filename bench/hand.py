"""A worker as the bench sees it: started, asked, put to rest."""

import json
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.errors import PeerFailed
from bench.job import Job
from bench.place import ROOT, functions_environment
from bench.plan import LEAST_SECONDS, STEPS

_LINES_SHOWN = 1
_PATIENCE = 600.0  # seconds for one answer
_REST_AT_MOST = 1.0
_LOOKS_APART = 0.02


@dataclass(frozen=True, slots=True)
class Start:
    """How long a worker took from its process's start, and within that."""

    first_token_seconds: float
    """From the start of the process to the engine's first token."""
    import_seconds: float
    """To import the engine's library."""
    load_seconds: float
    """To load the model."""


class Hand:
    """A running worker. `start` says how long that took."""

    def __init__(self, job: Job, log: Path) -> None:
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter
                [sys.executable, "-m", "bench.worker", job.to_json()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=ROOT,
                env=worker_environment(job.threads),
            )
        answer = self._answer()
        self.start = Start(first_token_seconds=time.monotonic() - began, **answer)

    def ask(self, **order: object) -> dict[str, Any]:
        """Give an order and return its answer, when the worker rests again. Raises PeerFailed."""
        _pipe(self._process.stdin).write(json.dumps(order).encode() + b"\n")
        _pipe(self._process.stdin).flush()
        answer = self._answer()
        self._let_rest()
        return answer

    def measure(self, batch: int, position: int) -> dict[str, Any]:
        """Let it write a stretch of so many texts there; returns its steps and their seconds."""
        return self.ask(
            do="measure",
            batch=batch,
            position=position,
            least_seconds=LEAST_SECONDS,
            steps=STEPS,
        )

    def close(self) -> None:
        """End the worker."""
        self._process.kill()
        self._process.wait()
        _pipe(self._process.stdin).close()
        _pipe(self._process.stdout).close()

    def _answer(self) -> dict[str, Any]:
        output = _pipe(self._process.stdout)
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            line = output.readline() if selector.select(_PATIENCE) else b""
        if line:
            return dict(json.loads(line))
        self.close()
        words = self._log.read_text("utf-8", errors="replace").strip().splitlines()
        raise PeerFailed(" / ".join(words[-_LINES_SHOWN:]) or f"no answer in {_PATIENCE:.0f} s")

    def _let_rest(self) -> None:
        """Wait until its threads no longer spin for the next step, so that they disturb nobody."""
        deadline = time.monotonic() + _REST_AT_MOST
        used = _ticks_used(self._process.pid)
        while time.monotonic() < deadline:
            time.sleep(_LOOKS_APART)
            before, used = used, _ticks_used(self._process.pid)
            if used == before:
                return


@contextmanager
def at_hand(job: Job, log: Path) -> Iterator[Hand]:
    """Start a worker, and end it behind the block. Raises PeerFailed."""
    hand = Hand(job, log)
    try:
        yield hand
    finally:
        hand.close()


def worker_environment(threads: int) -> dict[str, str]:
    """Return the environment of a process that runs an engine."""
    return {
        **functions_environment(),
        "OMP_NUM_THREADS": str(threads),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }


def _ticks_used(process: int) -> int | None:
    """Return the processor time that a process has used; None where there is no /proc."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])  # utime and stime, counted from the state


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise TypeError("a worker is started with pipes")
    return pipe
