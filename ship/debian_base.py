"""A base image for trying the Dockerfile where AWS's own base cannot be had.

It is this computer's own Debian, made by debootstrap, with the functions' Python copied into it and
AWS's runtime client installed, which AWS's base has built in. What is built on it is tried here and
never shipped.
"""

import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from ship.builders import Builder
from ship.errors import BuildFailed, ToolMissing
from ship.interpreters import Interpreter

COMPILER = "gcc --version"
"""The Dockerfile's argument: the compiler is in this base already."""

_PACKAGES = "ca-certificates,gcc,libc6-dev,python3"
"""Debian's own Python brings the libraries that the copied one is linked with."""
_FROM_PYPI = ("awslambdaric==4.2.2", "pip==26.3")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "site-packages", "test", "*.a")
_TASK = "/var/task"
_TRUSTED = "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"
"""The one file, which the build mounts from this computer; the links beside it lead elsewhere."""
_ENTRY = '["/usr/local/bin/python3", "-m", "awslambdaric"]'
_MADE = "2"
"""To be raised when what `_make` does changes: an older base is then made anew."""
_LINES_SHOWN = 12


def ready(builder: Builder, python: Interpreter, say: Callable[[str], None]) -> str:
    """Return the base's name, made where it is missing. Raises ToolMissing and BuildFailed."""
    if python.prefix == Path("/usr"):
        raise ToolMissing(
            f"The base takes its Python from this computer, and {python.path} is a part of the "
            f"system. Install one apart from it (pyenv install {python.version}), and try again."
        )
    if not shutil.which("debootstrap"):
        raise ToolMissing("The base is made by debootstrap: apt install debootstrap")
    suite = _suite()
    recipe = "\n".join((suite, str(python.prefix), _PACKAGES, *_FROM_PYPI, _TRUSTED, _ENTRY, _MADE))
    tag = f"localhost/trial-base:{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    if not builder.has(tag):
        say(f"Making a base image of Debian {suite} and Python {python.version}, this once …")
        _make(builder, tag, suite, python)
    return tag


def _make(builder: Builder, tag: str, suite: str, python: Interpreter) -> None:
    container = builder.said("from", "scratch")
    try:
        root = Path(builder.said("mount", container))
        _run(["debootstrap", "--variant=minbase", f"--include={_PACKAGES}", suite, str(root)])
        _add_python(python, root / "usr" / "local")
        _run(["ldconfig", "-r", str(root)])  # a Python that is a shared library is found by it
        for folder in ("var/cache/apt/archives", "var/lib/apt/lists"):
            shutil.rmtree(root / folder, ignore_errors=True)
        builder.said("unmount", container)
        builder.said(
            "config",
            f"--entrypoint={_ENTRY}",
            f"--workingdir={_TASK}",
            f"--env=LAMBDA_TASK_ROOT={_TASK}",
            f"--env={_TRUSTED}",
            container,
        )
        builder.said("commit", "--format=docker", container, tag)
    finally:
        builder.said("rm", container)


def _add_python(python: Interpreter, into: Path) -> None:
    """Copy an installed Python; it finds its library beside itself, wherever that is."""
    for folder in ("bin", "lib"):
        source = python.prefix / folder
        shutil.copytree(source, into / folder, symlinks=True, ignore=_LEFT_OUT, dirs_exist_ok=True)
    packages = into / "lib" / f"python{python.version}" / "site-packages"
    command = [str(python.path), "-m", "pip", "install", "--quiet", "--target", str(packages)]
    _run([*command, *_FROM_PYPI])


def _suite() -> str:
    """Return the name of this computer's release of Debian or Ubuntu. Raises ToolMissing."""
    try:
        name = platform.freedesktop_os_release()["VERSION_CODENAME"]
    except (OSError, KeyError) as error:
        message = "The base is made of this computer's Debian or Ubuntu, and this is neither."
        raise ToolMissing(message) from error
    return name


def _run(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603  # programs that were looked for by name
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    if done.returncode:
        words = (done.stdout + done.stderr).strip().splitlines()[-_LINES_SHOWN:]
        raise BuildFailed(f"{command[0]} did not succeed. It said:\n  " + "\n  ".join(words))
