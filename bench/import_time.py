"""How long a new process takes until it has imported something.

The process itself tells when it was there and when it had done: what it takes to end, a tenth of a
second with numpy and boto3, is no part of it. Both clocks are the system's monotonic one.
"""

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bench.place import ROOT

HANDLER_SECONDS = 0.5
"""What the generate function's handler may take, from the start of its process."""
RENDER_SECONDS = 0.35
"""What the render function's may take, the import alone."""

_TOLD = "import time; began = time.monotonic(); {}; print(began, time.monotonic())"


@dataclass(frozen=True, slots=True)
class Import:
    """Seconds of one import."""

    from_start: float
    """From the start of the process to the end of the import."""
    alone: float


def measure_import(statement: str, environment: Mapping[str, str]) -> Import:
    """Run a statement, as `import numpy`, in a new process.

    Raises CalledProcessError, with what the process wrote in `stderr`, where it fails.
    """
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", _TOLD.format(statement)],
        cwd=ROOT,  # Python looks there first
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    began, ended = map(float, done.stdout.split()[-2:])  # behind what the import prints
    return Import(from_start=ended - started, alone=ended - began)
