"""A process that holds one engine and does what it is told, line by line.

    python -m bench.worker JOB

`JOB` is a `bench.job.Job` in JSON. Each line on standard input is an order in JSON, each answered
by one line. In between it waits, and uses no processor. What engines print goes to standard error.
"""

import json
import os
import sys
import time
from importlib import import_module
from typing import Any, TextIO, cast

from bench.clock import Notebook, Stopwatch
from bench.engine import Engine, Peer
from bench.job import Job
from bench.memory import peak_megabytes


def main() -> None:
    """Load the engine, say how long that took, and serve."""
    job = Job.from_json(sys.argv[1])
    answers = _private_output()
    began = time.monotonic()
    peer = cast("Peer", import_module(f"bench.peers.{job.kind.module}"))
    imported = time.monotonic()
    engine = peer.load(job)
    loaded = time.monotonic()
    engine.write(1, 0, Notebook(1))
    _say(answers, {"import_seconds": imported - began, "load_seconds": loaded - imported})
    for line in sys.stdin:
        _say(answers, _obey(engine, json.loads(line)))


def _private_output() -> TextIO:
    """Keep standard output for the answers; send what libraries write there to standard error."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return private


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _obey(engine: Engine, order: dict[str, Any]) -> dict[str, Any]:
    match order.pop("do"):
        case "measure":
            return _measure(engine, **order)
        case "write":
            notebook = Notebook(order["steps"])
            engine.write(order["batch"], order["position"], notebook)
            return {"tokens": notebook.tokens}
        case "read":
            import numpy as np  # noqa: PLC0415 - an engine that does without starts without

            np.save(order["into"], engine.read(order["length"]))
            return {}
        case "memory":
            return {"peak_megabytes": peak_megabytes()}
        case other:
            raise ValueError(f"an order is measure, write, read or memory, got {other!r}")


def _measure(
    engine: Engine, batch: int, position: int, least_seconds: float, steps: tuple[int, int]
) -> dict[str, Any]:
    watch = Stopwatch(time.perf_counter, least_seconds, *steps)
    engine.write(batch, position, watch)
    return {"steps": watch.steps, "seconds": watch.seconds, "others": watch.others}


if __name__ == "__main__":
    main()
