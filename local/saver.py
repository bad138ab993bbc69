"""The saver: what has been acknowledged is on disk.

A write waits for the next save before its answer goes out, and all who wait share one save (group
commit). A save takes what changed on the event loop, where the emulator writes, and puts it on the
disk in a thread; what is written meanwhile waits for the save after it. The files are sound at any
moment: kill -9 loses nothing that was acknowledged. (A power cut may: nothing is forced to the
platter.)
"""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from local import state

Write = Callable[[], None]

_EVERY_SECONDS = 1.0
"""How often stores are saved although nobody waits: Lambda's own poller takes messages."""


class Store(Protocol):
    """Something whose changes are saved."""

    def prepare(self) -> Write | None:
        """Take what changed, and return what puts it on the disk, or None where nothing did.

        The one is called on the event loop, the other in a thread; it may raise OSError, and then
        the next call prepares it again.
        """


class Snapshot:
    """A small store, saved whole."""

    def __init__(self, path: Path, content: Callable[[], bytes]) -> None:
        """Take the file, and what returns its content."""
        self._path = path
        self._content = content
        self._saved: int | None = None

    def prepare(self) -> Write | None:
        """Compare the content with what was saved."""
        content = taken(self._content)
        return None if hash(content) == self._saved else partial(self._write, content)

    def _write(self, content: bytes) -> None:
        state.write(self._path, content)
        self._saved = hash(content)


class Saver:
    """Saves stores."""

    def __init__(self, stores: tuple[Store, ...]) -> None:
        """Take the stores."""
        self._stores = stores
        self._waiting: asyncio.Future[None] | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def commit(self) -> None:
        """Return when everything written so far is on disk. Raises OSError where it is not."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()
            self._wake.set()
        await asyncio.shield(self._waiting)

    def start(self) -> None:
        """Begin to save."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Save a last time. Raises OSError."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            await self._save()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _EVERY_SECONDS)
            self._wake.clear()
            waiting, self._waiting = self._waiting, None
            try:
                await self._save()
            except OSError as error:
                if waiting is not None:
                    waiting.set_exception(error)
            else:
                if waiting is not None:
                    waiting.set_result(None)

    async def _save(self) -> None:
        writes = [write for store in self._stores if (write := store.prepare()) is not None]
        if writes:
            await asyncio.to_thread(_all, writes)


def taken(content: Callable[[], bytes]) -> bytes:
    """Return a store's content; a thread of the emulator may change it meanwhile, then again."""
    for _ in range(20):
        try:
            return content()
        except RuntimeError:  # "dictionary changed size during iteration"
            continue
    raise OSError("the store did not stand still")


def _all(writes: list[Write]) -> None:
    for write in writes:
        write()
