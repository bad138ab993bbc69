"""What importing a function takes beside its libraries alone, whose code is not ours.

    python -m bench.imports              both functions that have a limit, 15 turns
    python -m bench.imports --turns 5

Every import has a new process; the cases take turns, and shares are taken within a turn. A shared
machine is now twice as fast as a minute later: the shares move less than the seconds. So it is also
told in how many turns a handler keeps its limit, and in how many its libraries alone do: where
these do not, no code of ours could.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.import_time import HANDLER_SECONDS, RENDER_SECONDS, Import, measure_import
from bench.machine import machine_facts
from bench.pages import say, tell
from bench.place import functions_environment

_TURNS = 15


@dataclass(frozen=True, slots=True)
class _Function:
    """A function whose import has a limit."""

    name: str
    libraries: tuple[str, ...]
    limit: float
    """In seconds."""
    counts_pythons_start: bool

    def counted(self, found: Import) -> float:
        """Return the seconds that the limit is about."""
        return found.from_start if self.counts_pythons_start else found.alone


_LOGGING = "aws_lambda_powertools.logging"
_FUNCTIONS = (
    _Function("generate", ("numpy", "tokenizers", "boto3", _LOGGING), HANDLER_SECONDS, True),
    _Function("render", ("jinja2", "boto3", _LOGGING), RENDER_SECONDS, False),
)


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
    for function in _FUNCTIONS:
        _tell_function(function, turns)


def _tell_function(function: _Function, turns: int) -> None:
    cases = {
        **{f"{name.partition('.')[0]} alone": f"import {name}" for name in function.libraries},
        "these together": f"import {', '.join(function.libraries)}",
        f"{function.name}'s handler": f"import functions.{function.name}.handler",
    }
    seconds: dict[str, list[float]] = {case: [] for case in cases}
    environment = functions_environment()
    for turn in range(turns + 1):
        for case, statement in cases.items():
            found = measure_import(statement, environment)
            if turn:  # the first one compiles, and reads from the disk
                seconds[case].append(function.counted(found))
    for case, took in seconds.items():
        tell(case, took)
    *_, together, whole = seconds.values()
    _tell_compared(function, together, whole)


def _tell_compared(function: _Function, together: list[float], whole: list[float]) -> None:
    """Print what share is the libraries', and how often whose import keeps the limit."""
    shares = [one / other for one, other in zip(together, whole, strict=True)]
    kept, kept_alone = (sum(took <= function.limit for took in each) for each in (whole, together))
    counted = "with" if function.counts_pythons_start else "without"
    say(
        f"{function.name}'s handler is libraries to {median(shares):.0%}; {function.limit} s, "
        f"{counted} Python's start, are kept in {kept} turns of {len(whole)}, "
        f"by the libraries alone in {kept_alone}"
    )


if __name__ == "__main__":
    main()
