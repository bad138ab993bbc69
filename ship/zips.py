"""Builds what Lambda gets as zips: the functions with their packages, by AWS SAM, and the layer.

SAM takes the packages' wheels for the architecture that is asked for, whichever this computer has
(https://docs.aws.amazon.com/lambda/latest/dg/python-package.html), so nothing is compiled and no
container is needed. The function that is an image is built by `image.py`.
"""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import environment, template
from local.place import ROOT
from ship import bytecode, interpreters
from ship.errors import BuildFailed

TEMPLATE = ROOT / "infra" / "template.yaml"
SCRATCH = ROOT / ".ship"
"""Everything that shipping makes; to be deleted at any time."""

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can tell; a file's own would change the zip without a change."""
_LINES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Artefact:
    """What one function or layer of the template is shipped as."""

    resource: str
    """Its name in the template."""
    folder: Path
    """What is in the zip, unpacked."""
    archive: Path
    """The zip: the same bytes for the same files."""

    @property
    def size(self) -> int:
        """Bytes of the zip."""
        return self.archive.stat().st_size


def folder_for(architecture: str) -> Path:
    """Return where the zips for this architecture are, or belong."""
    return SCRATCH / f"zips-{architecture}"


def build_zips(
    architecture: str, into: Path, say: Callable[[str], None], path: Path = TEMPLATE
) -> tuple[Artefact, ...]:
    """Build every zip function and layer of the template, for this architecture.

    The folder is emptied first. Raises ToolMissing, BuildFailed and LocalError.
    """
    described = template.read(path)
    say(f"Building the zips for {architecture} …")
    shutil.rmtree(into, ignore_errors=True)
    built = into / "built"
    python, lock = environment.ready(environment.ENVIRONMENTS["ship"], say)
    try:
        _sam_build(python.parent / "sam", described, architecture, built, path)
    finally:
        os.close(lock)
    functions, layers = zip_functions(described), of_type(described, template.LAYER)
    sources = template.sources(described, path)
    for name in layers:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(sources[name], built / name, ignore=ignored)
    _compile(built, functions, layers, interpreters.find(runtime_version(described)))
    return tuple(_artefact(name, built / name, into) for name in (*functions, *layers))


def zip_functions(described: template.Template) -> tuple[str, ...]:
    """Return the functions that are shipped as zips."""
    return tuple(
        name for name in of_type(described, template.FUNCTION) if not _is_image(described, name)
    )


def of_type(described: template.Template, kind: str) -> tuple[str, ...]:
    """Return the names of the template's resources of this type."""
    resources: dict[str, Any] = described["Resources"]
    return tuple(name for name, resource in resources.items() if resource["Type"] == kind)


def runtime_version(described: template.Template) -> str:
    """Return the version of Python that the zip functions run on, as `3.12`. Raises BuildFailed."""
    resources = described["Resources"]
    runtimes = {resources[name]["Properties"]["Runtime"] for name in zip_functions(described)}
    if len(runtimes) != 1:
        raise BuildFailed(f"The functions have the runtimes {sorted(runtimes)}; they must be one.")
    return str(runtimes.pop()).removeprefix("python")


def native_libraries(folder: Path) -> dict[str, int]:
    """Return the libraries of machine code in a folder, each with the number of its processor."""
    found: dict[str, int] = {}
    for path in sorted(folder.rglob("*.so*")):
        head = path.read_bytes()[:20]
        if head.startswith(b"\x7fELF"):
            found[str(path.relative_to(folder))] = int.from_bytes(head[18:20], "little")
    return found


def pack(folder: Path, archive: Path) -> None:
    """Zip a folder, leaving its files' times behind."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(path.relative_to(folder)), _BEGINNING)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
                opened.writestr(entry, path.read_bytes())


def _check_made(folder: Path) -> None:
    if not folder.is_dir():
        message = f"sam build made no {folder.name}, though the template describes it as a zip."
        raise BuildFailed(message)


def _artefact(name: str, folder: Path, into: Path) -> Artefact:
    archive = into / f"{name}.zip"
    pack(folder, archive)
    return Artefact(name, folder, archive)


def _compile(
    built: Path,
    functions: Sequence[str],
    layers: Sequence[str],
    python: interpreters.Interpreter,
) -> None:
    """Put beside every module what Python would compile of it. Raises BuildFailed.

    https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html tells where each is mounted.
    """
    beside = [built / name / "python" for name in layers]
    for name in functions:
        _check_made(built / name)
        bytecode.compile_templates(built / name, beside, python)
        bytecode.compile_modules(built / name, "/var/task", python)
    for name in layers:
        bytecode.compile_modules(built / name, "/opt", python)


def _is_image(described: template.Template, name: str) -> bool:
    kind: str = described["Resources"][name]["Properties"].get("PackageType", "Zip")
    return kind == "Image"


def _sam_build(
    sam: Path, described: template.Template, architecture: str, built: Path, path: Path
) -> None:
    """Run `sam build` for all but the images. Raises ToolMissing and BuildFailed."""
    python = interpreters.find(runtime_version(described))
    images = [name for name in of_type(described, template.FUNCTION) if _is_image(described, name)]
    command = [str(sam), "build", "--template", str(path)]
    command += ["--build-dir", str(built)]
    command += [f"--exclude={name}" for name in images]
    command += ["--parameter-overrides", f"Architecture={architecture}"]
    # SAM looks for the functions' own Python on the PATH, and asks its installer for the wheels.
    search = os.pathsep.join((str(python.path.parent), os.environ.get("PATH", os.defpath)))
    variables = {**os.environ, "PATH": search, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(  # noqa: S603  # our own environment's program
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = (done.stdout + done.stderr).strip().splitlines()[-_LINES_SHOWN:]
        raise BuildFailed("sam build did not succeed. It said:\n  " + "\n  ".join(words))
