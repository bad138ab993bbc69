"""Zips of the functions' code, from the working tree, the same bytes for the same files."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError

_LEFT_OUT = frozenset({"__pycache__", "model", "Dockerfile", "requirements.txt"})
"""Not code: what Python made, the model (used where it lies), and what only a build needs."""
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can tell; a file's own would change the zip without a change."""


@dataclass(frozen=True, slots=True)
class Package:
    """A zip, and the name that its content gives it."""

    content: bytes
    key: str


def layer(folder: Path) -> Package:
    """Return a layer's zip: the folder holds `python/`."""
    return _package("layer", {str(path.relative_to(folder)): path for path in _files(folder)})


def function(folder: Path, root: Path) -> Package:
    """Return a function's zip: its files under the same dotted path that they have in the tree."""
    files = {str(path.relative_to(root)): path for path in _files(folder)}
    for parent in folder.relative_to(root).parents:
        marker = root / parent / "__init__.py"
        if parent != Path() and marker.exists():
            files[str(marker.relative_to(root))] = marker
    if not files:
        raise LocalError(f"There is no code in {folder}, which the template names.")
    return _package(folder.name, files)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not _LEFT_OUT.intersection(parts) and path.suffix != ".pyc":
            yield path


def _package(name: str, files: dict[str, Path]) -> Package:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, path in sorted(files.items()):
            entry = zipfile.ZipInfo(inner, _BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    content = buffer.getvalue()
    return Package(content, f"{name}-{hashlib.sha256(content).hexdigest()[:16]}.zip")
