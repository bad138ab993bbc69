"""The whole ordeal: 21,304 pages, one in twenty faulty, kill -9 ten times, then the time to clean.

    python -m tests.scraper.large_run --pages 21304 --faults 0.05 --kills 10

It serves the archive on loopback, so serving and scraping share the machine. It prints what
docs/scraping.md reports, and fails where a page is missing, double or different.
"""

import argparse
import resource
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.scraper.archive import Archive
from tests.scraper.ordeal import Ordeal
from tests.scraper.server import Server
from tests.scraper.sites import magazine

_SAMPLE_SECONDS = 0.1


class Memory:
    """The most memory that a process and its children held at one moment, in bytes."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()

    @contextmanager
    def watching(self, process: "subprocess.Popen[bytes]") -> Iterator[None]:
        """Look at it ten times a second."""
        watcher = threading.Thread(target=self._watch, args=(process.pid,))
        watcher.start()
        try:
            yield
        finally:
            self._over.set()
            watcher.join()

    def _watch(self, pid: int) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(map(_resident, _with_children(pid))))


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in children:
        yield from _with_children(int(child))


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * resource.getpagesize()


def main() -> None:
    """Run it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=21_304)
    parser.add_argument("--faults", type=float, default=0.05)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    archive = Archive(options.pages, options.faults)
    with tempfile.TemporaryDirectory() as name, Server(archive.reply) as server:
        folder = Path(name)
        site = magazine(folder, server.host)
        ordeal = Ordeal(archive, server, site, folder / "crawl.sqlite3", folder / "out")
        step = options.pages // max(options.kills, 1)
        kills = [step // 4 + step * at for at in range(options.kills - 1)]
        started = time.monotonic()
        for number in kills:
            ordeal.run_until_killed(number)
        with ordeal.start() as process:  # the last kill falls into the cleaning
            while _extracts(ordeal.database) == 0:
                time.sleep(_SAMPLE_SECONDS)
            process.kill()
            process.communicate()
        crawled = time.monotonic() - started
        print(ordeal.finish())
        ordeal.check()
        print(
            f"{options.pages} pages collected once each, {options.kills} kills, "
            f"{len(server.requests)} requests, {crawled:.0f} s, {options.pages / crawled:.0f} "
            f"pages/s; database {ordeal.database.stat().st_size / 1e6:.0f} MB"
        )
        _time_cleaning(ordeal, options.pages)


def _extracts(database: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM extracts").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def _time_cleaning(ordeal: Ordeal, pages: int) -> None:
    with closing(sqlite3.connect(ordeal.database)) as connection, connection:
        connection.execute("DELETE FROM extracts")
    memory = Memory()
    options = ("--database", str(ordeal.database), "--workers", "2")
    started = time.monotonic()
    with (
        ordeal.start("clean", str(ordeal.site), *options) as process,
        memory.watching(process),
    ):
        said = process.communicate()[0].decode()
    seconds = time.monotonic() - started
    print(said)
    ordeal.check()
    print(
        f"parsing and cleaning {pages} pages with 2 workers: {seconds:.1f} s, at most "
        f"{memory.peak / 1e6:.0f} MB resident in all processes together"
    )


if __name__ == "__main__":
    main()
