"""Folders that are either whole or not there: written beside their place, then renamed into it."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.errors import StorageError

# How the libraries that write files in C++ and Rust tell what the system told them; PyTorch
# and NumPy keep the reason to themselves.
_SIGNS_OF_THE_DISK = (
    "os error 28",
    "os error 27",
    "os error 122",
    "inline_container",
    "requested and",
)
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary sibling of `target` that takes its place only when the block succeeds.

    A folder that was there before is moved aside first and removed last, so that at every moment
    one of the two whole versions is on disk. Between the two renames it is not in its place:
    whoever looks at `target` before writing it calls `put_back` first. Raises StorageError where
    there is no room.
    """
    put_back(target)
    staging = target.parent / f".{target.name}.new"
    previous = _previous(target)
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        try:
            yield staging
            flush_folder(staging)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        if target.exists():
            shutil.rmtree(previous, ignore_errors=True)
            target.rename(previous)
        staging.rename(target)
    shutil.rmtree(previous, ignore_errors=True)


def put_back(target: Path) -> None:
    """Put the folder of last time back where a kill between two renames left its place empty.

    Only for the one that writes `target`: beside a writer at work it would undo half of its work.
    """
    previous = _previous(target)
    if previous.is_dir() and not target.exists():
        with writing(target):
            previous.rename(target)


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn what libraries raise when `target` cannot be written into one clear StorageError."""
    try:
        yield
    except Exception as error:
        if not _is_of_the_disk(error):
            raise
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else ""
        raise StorageError(
            f"{target} cannot be written ({reason or 'no room on the disk'}): make room or choose "
            "another place; what was there before is still whole"
        ) from error


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


def _previous(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _is_of_the_disk(error: Exception) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _DISK_IS_FULL or isinstance(error, PermissionError)
    return any(sign in str(error) for sign in _SIGNS_OF_THE_DISK)
