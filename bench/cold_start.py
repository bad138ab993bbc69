"""What a visitor waits for who meets the render function cold: import, preparation, first pages.

    make package && python -m bench.cold_start     the zips as they ship, and without their bytecode

Each start is a new process of the functions' own Python, which may keep no bytecode, as on Lambda,
and finds the zip, the layer and what Lambda brings, nothing else. The variants take turns. What the
pages read is at hand at once, so the database's time is not in it; nor is what Lambda itself takes.
On Lambda import and preparation (clients of AWS, static files) are done in the init phase.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.machine import machine_facts
from bench.pages import say, tell
from bench.place import ROOT
from local import template
from ship import interpreters, processors, trial, zips

_FIRST = ("review", "home", "card")
_STARTS = 15
_START = f"""
import json, time
began = time.perf_counter()
from functions.render import handler
told = {{"import": time.perf_counter() - began}}
from artreview import clients
began = time.perf_counter()
clients.table("reviews"), clients.table("site"), clients.ssm()
told["prepare"] = time.perf_counter() - began
import logging
from bench import pages
logging.disable(logging.CRITICAL)
parts = pages.parts_at_hand()
began = time.perf_counter()
parts.pages
told["prepare"] += time.perf_counter() - began
handler.render_parts = lambda: parts
for name in {_FIRST!r}:
    told[name] = pages.answer_seconds(handler.handler, pages.PATHS[name])
print(json.dumps(told))
"""


def lay_out(built: Path, into: Path, keep: Callable[[str], bool]) -> Path:
    """Copy the built function and its layer as Lambda mounts them; returns the folder of both.

    The bench is beside them, so that nothing else of this tree can be found. `keep` tells of a
    folder's name whether it is copied.
    """

    def left_out(_folder: str, names: list[str]) -> list[str]:
        return [name for name in names if not keep(name)]

    shutil.copytree(ROOT / "bench", into / "bench", ignore=left_out)
    shutil.copytree(built / "RenderFunction", into / "task", ignore=left_out)
    shutil.copytree(built / "SharedLayer", into / "opt", ignore=left_out)
    return into


def start_seconds(python: Path, mounted: Path, brought: Path) -> Mapping[str, float]:
    """Return what one new process took: import, preparation, the first of each page."""
    paths = (mounted / "task", mounted / "opt" / "python", brought)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",  # nothing is asked with them
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    done = subprocess.run(  # noqa: S603  # the functions' own Python
        [python, "-S", "-B", "-c", _START],
        env=environment,
        cwd=mounted,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.cold_start",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--starts", type=int, default=_STARTS, help=f"of each (default {_STARTS})")
    options = parser.parse_args(arguments)
    built = zips.folder_for(processors.own_architecture()) / "built"
    brought = trial.BROUGHT_BY_LAMBDA
    if not built.is_dir() or not brought.is_dir():
        sys.exit(f"There is no {built}, or no {brought}: run `make package` first.")
    version = zips.runtime_version(template.read(zips.TEMPLATE))
    python = interpreters.find(version).path
    say(" · ".join(f"{name}: {fact}" for name, fact in machine_facts().items()))
    with tempfile.TemporaryDirectory() as scratch:
        measured = _in_turns(python, built, brought, Path(scratch), options.starts)
    for variant, rows in measured.items():
        for name in ("import", "prepare", *_FIRST):
            tell(f"{variant}, {name}", [row[name] for row in rows])


def _in_turns(
    python: Path, built: Path, brought: Path, scratch: Path, starts: int
) -> Mapping[str, list[Mapping[str, float]]]:
    variants: Mapping[str, Callable[[str], bool]] = {
        "as it ships": lambda _name: True,
        "templates as text": lambda name: name != "compiled_templates",
        "no bytecode": lambda name: name not in {"__pycache__", "compiled_templates"},
    }
    mounted = {
        name: lay_out(built, scratch / name.replace(" ", "-"), keep)
        for name, keep in variants.items()
    }
    measured: dict[str, list[Mapping[str, float]]] = {name: [] for name in variants}
    for start in range(starts + 1):
        for name, folder in mounted.items():
            seconds = start_seconds(python, folder, brought)
            if start:  # the first one reads the files from the disk
                measured[name].append(seconds)
    return measured


if __name__ == "__main__":
    main()
