"""The engine's kernels, compiled for this computer before the site starts."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from local.place import ROOT

_BUILD = "functions.generate.network.kernels.build"
_LIBRARY = "functions/generate/network/kernels/kernels-*.so"


def compile_kernels(python: Path, say: Callable[[str], None], root: Path = ROOT) -> None:
    """Compile what is not compiled yet; without a compiler say so, and go on.

    The reviews are then written by onnxruntime, which needs no compiler and is slower.
    """
    if not list(root.glob(_LIBRARY)):
        say("Compiling the kernels that write the reviews, this once …")
    done = subprocess.run(  # noqa: S603  # our own module, in our own environment
        [python, "-m", _BUILD], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[0]
        say(f"{reason} Reviews will be written all the same, more slowly.")
