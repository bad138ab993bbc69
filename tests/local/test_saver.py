"""The saver: nothing is acknowledged before it is on disk."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from local.saver import Saver, Snapshot


class Store:
    """A store whose snapshot is its content, and that counts how often one was taken."""

    def __init__(self) -> None:
        """Begin empty."""
        self.content = b""
        self.snapshots = 0

    def snapshot(self) -> bytes:
        """Return the content."""
        self.snapshots += 1
        return self.content


def with_saver(
    test: Callable[[Saver], Awaitable[None]], snapshots: dict[Path, Callable[[], bytes]]
) -> None:
    """Run a test with a saver that runs."""

    async def run() -> None:
        saver = Saver(tuple(Snapshot(path, content) for path, content in snapshots.items()))
        saver.start()
        await test(saver)
        await saver.stop()

    asyncio.run(run())


def test_a_commit_returns_when_the_write_is_on_disk(tmp_path: Path) -> None:
    """What was written before the commit is in the file after it."""
    store, path = Store(), tmp_path / "store"

    async def test(saver: Saver) -> None:
        for number in range(20):
            store.content = str(number).encode()
            await saver.commit()
            assert path.read_bytes() == store.content

    with_saver(test, {path: store.snapshot})


def test_those_who_wait_share_a_save(tmp_path: Path) -> None:
    """A hundred writers at once cost a few saves, and each finds its own write saved."""
    store, path = Store(), tmp_path / "store"

    async def test(saver: Saver) -> None:
        async def write(number: int) -> None:
            mine = f"<{number}>".encode()
            store.content += mine
            await saver.commit()
            assert mine in path.read_bytes()

        await asyncio.gather(*(write(number) for number in range(100)))
        assert store.snapshots <= 3

    with_saver(test, {path: store.snapshot})


def test_a_write_during_a_save_waits_for_the_next(tmp_path: Path) -> None:
    """Writers who come one after another while a save is under way are not forgotten."""
    store, path = Store(), tmp_path / "store"

    async def test(saver: Saver) -> None:
        async def write(number: int) -> None:
            await asyncio.sleep(number / 1000)
            mine = f"<{number}>".encode()
            store.content += mine
            await saver.commit()
            assert mine in path.read_bytes()

        await asyncio.gather(*(write(number) for number in range(50)))

    with_saver(test, {path: store.snapshot})


def test_a_full_disk_is_not_acknowledged(tmp_path: Path) -> None:
    """Where the file cannot be written, the commit fails; when it can again, it succeeds."""
    store, path = Store(), tmp_path / "folder" / "store"

    async def test(saver: Saver) -> None:
        store.content = b"one"
        with pytest.raises(FileNotFoundError):
            await saver.commit()
        path.parent.mkdir()
        await saver.commit()
        assert path.read_bytes() == b"one"

    with_saver(test, {path: store.snapshot})


def test_a_store_that_moves_is_asked_again(tmp_path: Path) -> None:
    """A thread that changes a store under the snapshot delays it, and nothing more."""
    calls = 0

    def restless() -> bytes:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise RuntimeError("dictionary changed size during iteration")
        return b"still"

    async def test(saver: Saver) -> None:
        await saver.commit()
        assert (tmp_path / "store").read_bytes() == b"still"

    with_saver(test, {tmp_path / "store": restless})


def test_what_nobody_waits_for_is_saved_too(tmp_path: Path) -> None:
    """The volatile store is saved within about a second, and at the stop."""
    store, path = Store(), tmp_path / "store"

    async def test(_saver: Saver) -> None:
        store.content = b"taken by the poller"
        for _ in range(300):
            if path.exists() and path.read_bytes() == store.content:
                break
            await asyncio.sleep(0.01)
        assert path.read_bytes() == store.content
        store.content = b"at the stop"

    with_saver(test, {path: store.snapshot})
    assert path.read_bytes() == b"at the stop"
