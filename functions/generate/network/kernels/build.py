"""Compile the kernels into the library that the engine loads, where there is a C compiler.

    python -m functions.generate.network.kernels.build

Standard library only: an image's build stage, or a laptop's first start, has nothing else yet. The
library's name holds a hash of its sources, so that one of other sources is never loaded.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_SECONDS = 300


class BuildError(Exception):
    """The kernels cannot be compiled; the message says why, in one paragraph."""


@dataclass(frozen=True, slots=True)
class Level:
    """A kind of processor: its kernels' name, floats in a vector, the compiler's flags."""

    name: str
    lanes: int
    flags: tuple[str, ...] = ()


_PLAIN = Level("plain", 4)
_LEVELS = {
    "x86_64": (
        Level(
            "avx512",
            16,
            (
                *("-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx512vnni", "-mfma"),
                "-mprefer-vector-width=512",
            ),
        ),
        Level("avx2", 8, ("-mavx2", "-mfma")),
        _PLAIN,
    ),
    "aarch64": (Level("neon", 4, ("-march=armv8.2-a+dotprod",)), _PLAIN),
}
_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}

_FLAGS = ("-std=gnu11", "-O3", "-fPIC", "-fvisibility=hidden", "-pthread", "-Wall", "-Wextra")
_KERNEL_FLAGS = ("-ffp-contract=fast", "-funroll-loops", "-Wno-psabi")
"""A product and a sum may be rounded once; nothing else about floats is loosened. Vectors that are
wider than the processor's are passed between inlined functions only."""


def library_file(folder: Path = HERE) -> Path:
    """Return where the library of these sources is, or would be."""
    digest = hashlib.sha256(platform.machine().encode())
    for path in sorted((*folder.glob("*.c"), *folder.glob("*.h"), folder / "build.py")):
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return folder / f"kernels-{digest.hexdigest()[:16]}.so"


def build(folder: Path = HERE, compiler: str | None = None) -> Path:
    """Compile what is not compiled yet, and return the library. Raises BuildError."""
    target = library_file(folder)
    if target.exists():
        return target
    compiler = compiler or os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise BuildError(
            "there is no C compiler (on Debian and Ubuntu: apt install gcc libc6-dev)."
        )
    machine = _MACHINES.get(platform.machine().lower())
    levels = _LEVELS.get(machine or "", (_PLAIN,))
    with tempfile.TemporaryDirectory() as scratch:
        units: list[tuple[str, Level | None]] = [("kernels", level) for level in levels]
        units += [(name, None) for name in ("crew", "levels", "network")]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            objects = list(
                pool.map(lambda unit: _compile(compiler, folder, Path(scratch), *unit), units)
            )
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        try:
            _run([compiler, "-shared", "-pthread", "-o", str(partial), *map(str, objects), "-lm"])
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    for older in folder.glob("kernels-*.so"):
        if older != target:
            older.unlink(missing_ok=True)
    return target


def _compile(compiler: str, folder: Path, scratch: Path, name: str, level: Level | None) -> Path:
    target = scratch / f"{name}-{level.name if level else 'all'}.o"
    flags = list(_FLAGS)
    if level:
        flags += [*_KERNEL_FLAGS, *level.flags, f"-DLEVEL={level.name}", f"-DLANES={level.lanes}"]
        flags += [f'-DDOT_HEADER="dot_{level.name}.h"']
    _run([compiler, *flags, "-c", str(folder / f"{name}.c"), "-o", str(target)])
    return target


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # the machine's compiler, on our own sources
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{command[0]} cannot be run: {error}") from error
    if done.returncode:
        raise BuildError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")


def main(folder: Path = HERE) -> int:
    """Build, and say what came of it; 1 where it could not be done."""
    try:
        print(build(folder))
    except BuildError as error:
        print(f"The kernels were not compiled: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
