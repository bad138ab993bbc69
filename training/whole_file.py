"""A file that a command writes: whole or not there, and one clear error where it cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.errors import StorageError
from training.files import writing


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place and rename it into it; its folder is made.

    What is no file, as a device or a pipe, is written to and not replaced. Raises StorageError.
    """
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
            return
        staging = path.with_name(f".{path.name}.new")
        try:
            staging.write_text(text, "utf-8")
            staging.replace(path)
        except OSError:
            if staging.is_file():
                staging.unlink()
            raise


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn every error of the system into a StorageError, where nothing but `path` is written."""
    try:
        with writing(path):
            yield
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror or error}): choose another place"
        ) from error
