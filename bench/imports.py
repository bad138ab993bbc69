"""What importing a function takes beside its libraries alone, whose code is not ours.

    python -m bench.imports              both functions that have a limit, 15 turns
    python -m bench.imports --turns 5

Every case is a new process, timed from its start to its end; the cases take turns, and shares are
taken within a turn. All have Python's own start in them, which the limit of 0.5 s counts (generate)
and that of 0.35 s does not (render). A shared machine is now twice as fast as a minute later: the
shares move less than the seconds. So it is also told in how many turns a handler keeps its limit,
and in how many its libraries alone would: beyond these, nothing of ours helps.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

from bench.machine import machine_facts
from bench.pages import say, tell
from bench.place import functions_environment

_TURNS = 15
_PYTHON = "Python alone"
_LIBRARIES = {
    "generate": ("numpy", "tokenizers", "boto3", "aws_lambda_powertools.logging"),
    "render": ("jinja2", "boto3", "aws_lambda_powertools.logging"),
}
_LIMITS = {"generate": 0.5, "render": 0.35}
_WITHOUT_PYTHON = {"render"}
"""Whose limit counts from where Python has started."""


def _process_seconds(code: str) -> float:
    """Return how long a new process took that runs so much code."""
    environment = functions_environment()
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)  # noqa: S603
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.imports",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--turns", type=int, default=_TURNS, help=f"(default {_TURNS})")
    turns = parser.parse_args(arguments).turns
    if turns < 1:
        parser.error(f"got {turns} turns: give 1 or more")
    say(" · ".join(f"{name}: {fact}" for name, fact in machine_facts().items()))
    for function, libraries in _LIBRARIES.items():
        _tell_function(function, libraries, turns)


def _tell_function(function: str, libraries: tuple[str, ...], turns: int) -> None:
    cases = {
        _PYTHON: "pass",
        **{f"{name.partition('.')[0]} alone": f"import {name}" for name in libraries},
        "these together": f"import {', '.join(libraries)}",
        f"{function}'s handler": f"import functions.{function}.handler",
    }
    seconds: dict[str, list[float]] = {case: [] for case in cases}
    for turn in range(turns + 1):
        for case, code in cases.items():
            took = _process_seconds(code)
            if turn:  # the first one compiles, and reads from the disk
                seconds[case].append(took)
    for case, found in seconds.items():
        tell(case, found)
    *_, together, whole = seconds.values()
    shares = [one / other for one, other in zip(together, whole, strict=True)]
    say(f"{function}'s handler is libraries to {median(shares):.0%}")
    starts = seconds[_PYTHON] if function in _WITHOUT_PYTHON else [0.0] * turns
    kept, kept_by_libraries = (
        sum(took - start <= _LIMITS[function] for took, start in zip(found, starts, strict=True))
        for found in (whole, together)
    )
    say(
        f"within {_LIMITS[function]} s in {kept} of {turns} turns; "
        f"its libraries alone in {kept_by_libraries}"
    )


if __name__ == "__main__":
    main()
