"""The Python environments under `.venv/`, built when they are missing and left alone when not.

An environment is whole when its stamp says so: the stamp holds a hash of its requirements and of
the Python that built it, is removed before anything changes and written when everything is done.
What was interrupted has no stamp, and is built anew. A lock keeps two builders apart, and keeps a
builder from an environment that somebody is running in.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local import locks
from local.errors import LocalError
from local.place import ROOT

FUNCTIONS = (
    "functions/requirements.txt",
    *(f"functions/{name}/requirements.txt" for name in ("submit", "generate", "render")),
)
_LINES_SHOWN = 12
"""How much of the installer's own words is shown when it fails."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: its folder under `.venv/`, what it is for, and what goes in."""

    name: str
    purpose: str
    requirements: tuple[str, ...]

    def folder(self, root: Path = ROOT) -> Path:
        """Return the folder it is in."""
        return root / ".venv" / self.name

    def python(self, root: Path = ROOT) -> Path:
        """Return its interpreter."""
        return self.folder(root) / "bin" / "python"


ENVIRONMENTS = {
    environment.name: environment
    for environment in (
        Environment("app", "what the functions run on", FUNCTIONS),
        Environment("cloud", "the local cloud", ("local/requirements.txt",)),
        Environment("deploy", "deploying to AWS", ("ship/requirements.txt",)),
        Environment(
            "dev",
            "tests, checks and training",
            (
                *FUNCTIONS,
                "training/requirements.txt",
                "scraper/requirements.txt",
                "tests/requirements.txt",
            ),
        ),
        Environment(
            "bench",
            "the other engines that `make bench` measures beside ours",
            (*FUNCTIONS, "training/requirements.txt", "bench/requirements.txt"),
        ),
        Environment("audit", "looking for known weaknesses", ("tests/audit-requirements.txt",)),
        Environment("ship", "checking and building what is deployed", ("infra/requirements.txt",)),
        Environment("scan", "the scanner of permissions", ("infra/scan-requirements.txt",)),
    )
}


def ready(
    environment: Environment, say: Callable[[str], None], root: Path = ROOT
) -> tuple[Path, int]:
    """Return the environment's interpreter, built first if need be, and a lock that keeps it.

    The lock is shared, so any number may run in the environment, and nobody rebuilds it meanwhile.
    Raises LocalError.
    """
    wanted = stamp(environment, root)
    users = root / ".venv" / f"{environment.name}.users"
    building = _building_lock(root / ".venv" / f"{environment.name}.building", environment, say)
    try:
        if not _is_whole(environment, wanted, root):
            alone = _alone(users, environment)
            try:
                _build(environment, wanted, say, root, building)
            finally:
                os.close(alone)
        return environment.python(root), locks.take(users, shared=True, wait=True)
    finally:
        os.close(building)


def stamp(environment: Environment, root: Path = ROOT) -> str:
    """Return what the environment's stamp must say. Raises LocalError."""
    digest = hashlib.sha256(_python_tag().encode())
    for name in environment.requirements:
        try:
            digest.update(b"\0" + name.encode() + b"\0" + (root / name).read_bytes())
        except FileNotFoundError as error:
            raise LocalError(f"{name} is missing from {root}; restore it.") from error
    return f"{_python_tag()} {digest.hexdigest()}"


def _python_tag() -> str:
    return f"{platform.python_implementation()}-{platform.python_version()}-{platform.machine()}"


def _is_whole(environment: Environment, wanted: str, root: Path) -> bool:
    return _stamp_found(environment, root) == wanted and environment.python(root).exists()


def _stamp_found(environment: Environment, root: Path) -> str:
    try:
        return (environment.folder(root) / "stamp").read_text()
    except FileNotFoundError:
        return ""


def _building_lock(path: Path, environment: Environment, say: Callable[[str], None]) -> int:
    try:
        return locks.take(path)
    except locks.LockTaken:
        say(f"Waiting for another process that is building .venv/{environment.name} …")
        return locks.take(path, wait=True)


def _alone(users: Path, environment: Environment) -> int:
    try:
        return locks.take(users)
    except locks.LockTaken as error:
        raise LocalError(
            f".venv/{environment.name} must be rebuilt, because its requirements changed, "
            "but something is running in it. Stop that (another make run?), and try again."
        ) from error


def _build(
    environment: Environment, wanted: str, say: Callable[[str], None], root: Path, building: int
) -> None:
    folder = environment.folder(root)
    found = _stamp_found(environment, root)
    started = time.monotonic()
    if found.split(" ")[0] == _python_tag() and environment.python(root).exists():
        say(f"Updating .venv/{environment.name} ({environment.purpose}) …")
        (folder / "stamp").unlink()
    else:
        say(f"Building .venv/{environment.name} ({environment.purpose}), this once …")
        _make_bare(folder)
    command = [str(environment.python(root)), "-m", "pip", "install", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "--no-input"]
    for name in environment.requirements:
        command += ["-r", str(root / name)]
    count = _run_pip(command, environment, building, say)
    partial = folder / "stamp.new"
    partial.write_text(wanted)
    partial.replace(folder / "stamp")
    say(f"  {count} packages in {time.monotonic() - started:.0f} s")


def _make_bare(folder: Path) -> None:
    """Make an environment with pip and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        words = (made.stdout + made.stderr).strip().splitlines()[-_LINES_SHOWN:]
        raise LocalError(
            f"{sys.executable} cannot make environments (python -m venv failed). "
            "On Debian and Ubuntu: apt install python3-venv. It said:\n  " + "\n  ".join(words)
        )


def _run_pip(
    command: list[str], environment: Environment, building: int, say: Callable[[str], None]
) -> int:
    """Run pip, and return how many packages it installed. Raises LocalError.

    pip holds the lock too: where we are killed and it is not, the next builder waits for it.
    """
    words: deque[str] = deque(maxlen=_LINES_SHOWN)
    fetched = installed = 0
    shows_counter = sys.stdout.isatty()
    with subprocess.Popen(  # noqa: S603  # our own interpreter and files
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=(building,),
    ) as pip:
        for line in pip.stdout or ():
            words.append(line.rstrip())
            fetched += line.startswith(("Collecting ", "Processing "))
            if line.startswith("Successfully installed "):
                installed = len(line.split()) - 2
            is_fetched = line.startswith("Installing collected")
            if is_fetched and not shows_counter:
                say(f"  fetched {fetched} packages, installing …")
            if shows_counter:
                step = "installing" if is_fetched else "fetching"
                sys.stdout.write(f"\r  {step} {fetched} packages \033[K")
                sys.stdout.flush()
    if shows_counter:
        sys.stdout.write("\r\033[K")
    if pip.returncode:
        raise LocalError(
            f"The packages for .venv/{environment.name} could not be installed. "
            "Check the network, and run the same again; what was fetched is kept. pip said:\n  "
            + "\n  ".join(words)
        )
    return installed
