"""The whole way from text to a measured bundle, on a small slice, by commands as one types them."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from training.errors import RehearsalError, SettingsError
from training.gathering import Sources
from training.slice import DOCUMENTS, slice_by_bundle, slice_of, write_reviews

_ROOT = Path(__file__).parents[1]
SHIPPED = _ROOT / "functions" / "generate" / "model"

_SLICE = "slice.jsonl"
_MADE = ("prepared", "run", "model", "evaluation", "docs")
_SIZE = ("--layers", "2", "--heads", "3", "--width", "96", "--context", "256")


def rehearse(
    sources: Sources | None, out: Path, minutes: float, say: Callable[[str], None]
) -> None:
    """Write a slice into `out`, run each command on it. Raises RehearsalError where one fails."""
    if not minutes > 0:
        raise SettingsError(f"got {minutes:g} minutes of training: give more than 0")
    _forget_earlier(out)
    write_slice(sources, out, say)
    for arguments in commands(out.absolute(), minutes):
        command = shlex.join(["python", "-m", "training", *arguments])
        say(f"\n$ {command}")
        done = subprocess.run(  # noqa: S603 - our own interpreter and commands
            [sys.executable, "-m", "training", *arguments], cwd=_ROOT, check=False
        )
        if done.returncode:
            raise RehearsalError(
                f"stopped with status {done.returncode} at: {command}; its own words are above"
            )


def write_slice(
    sources: Sources | None, out: Path, say: Callable[[str], None], documents: int = DOCUMENTS
) -> None:
    """Write so many documents of a corpus into `out`; without one, the bundle that ships writes."""
    if sources is None:
        say("the bundle that ships writes the slice")
        write_reviews(slice_by_bundle(SHIPPED, documents), out / _SLICE)
    else:
        write_reviews(slice_of(sources, documents), out / _SLICE)


def _forget_earlier(out: Path) -> None:
    """Remove what an earlier rehearsal made: its run would only go on where it ended."""
    if (out / _SLICE).is_file():
        for name in _MADE:
            shutil.rmtree(out / name, ignore_errors=True)


def commands(out: Path, minutes: float) -> Iterator[list[str]]:
    """Yield the arguments of each command, in order."""
    prepared, run, bundle, evaluation, docs = (str(out / name) for name in _MADE)
    given = ["--reviews", str(out / _SLICE), "--vocabulary", "1024", "--held-out", "0.15"]
    # A slice may hold near-copies, as corpora of the web do: they shall not end a rehearsal.
    yield ["prepare", *given, "--leaks", "drop", "--out", prepared]
    often = ["--log-every", "2", "--evaluate-every", f"{minutes / 4:g}", "--batch", "4"]
    length = ["--minutes", f"{minutes:g}"]
    yield ["finetune", "--data", prepared, "--out", run, *length, *_SIZE, *often]
    best = f"{run}/best"
    named = ["--name", "rehearsal", "--most-loss", "0.05"]
    yield ["export", "--checkpoint", best, "--data", prepared, "--out", bundle, *named]
    measured = ["--bundle", bundle, "--data", prepared, "--checkpoint", best, "--run", run]
    yield ["evaluate", *measured, "--out", evaluation, "--samples", "8", "--rows", "16"]
    yield ["card", "--report", f"{evaluation}/report.json", "--docs", docs]
