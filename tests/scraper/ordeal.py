"""A run over a faulty archive, killed again and again, and what has to be true at its end."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.scraper.archive import Archive
from tests.scraper.server import Server
from tests.scraper.sites import CONTACT

ROOT = Path(__file__).parents[2]
_PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class Ordeal:
    """One archive, one database, one command that is started again after each kill."""

    archive: Archive
    server: Server
    site: Path
    database: Path
    out: Path

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a command of the scraper."""
        return subprocess.Popen(
            [sys.executable, "-m", "scraper", *(command or self.run_command())],
            cwd=ROOT,
            env={**CONTACT, "PATH": os.defpath, "PYTHONWARNINGS": "error"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run_command(self) -> tuple[str, ...]:
        """Return the command `run` with its options."""
        options = ("--database", str(self.database), "--out", str(self.out), "--workers", "2")
        return ("run", str(self.site), *options)

    def run_with_kills(self, at_requests: Sequence[int]) -> str:
        """Run to the end, with kill -9 whenever so many requests were made; return what it said."""
        for number in at_requests:
            self.run_until_killed(number)
        return self.finish()

    def run_until_killed(self, at_request: int) -> None:
        """Run, and kill -9 when so many requests were made in all."""
        with self.start() as process:
            assert self.server.wait_for_requests(at_request, _PATIENCE)
            process.send_signal(signal.SIGKILL)
            process.communicate()

    def finish(self) -> str:
        """Run to the end; return what it said."""
        with self.start() as process:
            said = process.communicate(timeout=_PATIENCE)[0].decode()
        assert process.returncode == 0, said
        return said

    def check(self) -> None:
        """Compare the database with the archive: every review once, in its own words."""
        archive = self.archive
        with closing(sqlite3.connect(self.database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            base = self.server.base
            kept = [
                address.removeprefix(base)
                for (address,) in connection.execute(
                    "SELECT address FROM pages JOIN bodies ON page_id = id "
                    "WHERE kind = 'article' AND state = 'kept'"
                )
            ]
            wanted = {archive.address_of(number) for number in range(archive.pages)}
            assert len(kept) == archive.pages
            assert set(kept) == wanted
            left = connection.execute(
                "SELECT count(*) FROM pages WHERE state NOT IN ('kept', 'moved')"
            ).fetchone()
            assert left == (0,)
            self._check_texts(connection)

    def _check_texts(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute(
            "SELECT address, articles.text, year, removed FROM articles "
            "JOIN extracts USING (page_id) JOIN pages ON id = page_id"
        ).fetchall()
        assert len(rows) == self.archive.pages
        for address, text, year, removed in rows:
            number = int(address.rpartition("-")[2])
            assert text == "\n".join(self.archive.paragraphs_of(number)), address
            assert year == self.archive.year_of(number)
            assert bool(removed) == self.archive.copied(number), (address, removed)
