"""Finds the Python that Lambda runs the functions with: what is tried is what is shipped."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ship.errors import ToolMissing

_ASKED = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.base_prefix)"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python of this computer."""

    path: Path
    version: str
    """Major and minor, as in `3.12`."""
    prefix: Path
    """Where it is installed: `/usr` for the distribution's own."""


def find(version: str) -> Interpreter:
    """Return a Python of this version: of the PATH, or one of pyenv's. Raises ToolMissing."""
    for path in _candidates(version):
        found = _asked(path)
        if found is not None and found.version == version:
            return found
    raise ToolMissing(
        f"Python {version}, which the functions run on, is not on this computer. Install it "
        f"(apt install python{version}, or pyenv install {version}), and try again."
    )


def _candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    yield Path(sys.executable)
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    home = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(home.glob(f"versions/{version}.*/bin/{name}"), reverse=True)


def _asked(path: Path) -> Interpreter | None:
    """Return what the interpreter says of itself; None where it does not run (a shim of pyenv)."""
    try:
        done = subprocess.run(  # noqa: S603  # an interpreter, asked for its version
            [path, "-c", _ASKED], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != 2:
        return None
    return Interpreter(path, lines[0], Path(lines[1]))
