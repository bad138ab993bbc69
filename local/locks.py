"""Locks between processes: they end with the process that holds them, however it ends."""

import fcntl
import os
from pathlib import Path


class LockTaken(Exception):  # the caller turns it into its own sentence
    """Somebody else holds the lock; `holder` is what they wrote into it."""

    def __init__(self, holder: str) -> None:
        """Keep what the holder wrote."""
        super().__init__(holder)
        self.holder = holder


def take(path: Path, *, shared: bool = False, wait: bool = False, note: str = "") -> int:
    """Take the lock and return its file descriptor; closing that gives the lock back.

    A holder of an exclusive lock may leave a note for those who find it taken. The descriptor
    survives `exec`, and so does the lock. Raises LockTaken unless `wait`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 1000).decode(errors="replace").strip()
        os.close(descriptor)
        raise LockTaken(holder) from error
    if note:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, note.encode(), 0)
    os.set_inheritable(descriptor, True)  # the function takes it so
    return descriptor
