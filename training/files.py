"""Folders that are either whole or not there: written beside their place, then renamed into it."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary sibling of `target` that takes its place only when the block succeeds.

    A folder that was there before is moved aside first and removed last, so that at every moment
    one of the two whole versions is on disk.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.parent / f".{target.name}.new"
    previous = target.parent / f".{target.name}.old"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        yield staging
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    flush_folder(staging)
    if target.exists():
        shutil.rmtree(previous, ignore_errors=True)
        target.rename(previous)
    staging.rename(target)
    shutil.rmtree(previous, ignore_errors=True)


def flush_folder(folder: Path) -> None:
    """Ask the disk to hold every file of `folder`, so that a rename never outruns the content."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as opened:
                os.fsync(opened.fileno())


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal, reading it in pieces."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
