"""Compiles what a zip holds, so that no cold start has to.

Lambda mounts a function's files read-only: Python cannot keep there what it compiles, and would
compile every module again each time a function starts. So the zip brings the bytecode (PEP 552,
with a hash in place of a time, since a zip's times are made equal), and the pages their templates
as Python. Bytecode that is not of the Python that runs is passed over by it, no harm done.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ship.errors import BuildFailed
from ship.interpreters import Interpreter

_TEMPLATES = Path("functions", "render", "page_templates.py")
_COMPILED = _TEMPLATES.with_name("compiled_templates")
_LINES_SHOWN = 12


def compile_modules(folder: Path, mounted: str, python: Interpreter) -> None:
    """Put the bytecode of every module beside it.

    `mounted` is where Lambda will have the folder: the bytecode names its sources so, and the
    same Python makes the same of them in any folder. Raises BuildFailed.
    """
    command = ["-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", ".", "-p", mounted, "."]
    _run(python, folder, command, (), f"{folder.name} could not be compiled")


def compile_templates(folder: Path, beside: Sequence[Path], python: Interpreter) -> None:
    """Write the templates of a function's pages as modules; nothing where it has no pages.

    `beside` is what Lambda adds to the path: the layers. Raises BuildFailed.
    """
    if (folder / _TEMPLATES).is_file():
        command = ["-m", ".".join(_TEMPLATES.with_suffix("").parts), str(_COMPILED)]
        _run(python, folder, command, beside, f"The pages of {folder.name} have a fault")


def _run(
    python: Interpreter, folder: Path, command: list[str], beside: Sequence[Path], failed: str
) -> None:
    """Run the functions' Python in the folder, with nothing of this computer's packages (-S)."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = own | {
        "PYTHONPATH": os.pathsep.join(str(path) for path in beside),
        "PYTHONHASHSEED": "0",  # a set is then written in one order: the same zip each time
    }
    done = subprocess.run(  # noqa: S603  # the functions' own Python
        [str(python.path), "-S", "-B", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = (done.stdout + done.stderr).strip().splitlines()[-_LINES_SHOWN:]
        raise BuildFailed(f"{failed}. Python said:\n  " + "\n  ".join(words))
