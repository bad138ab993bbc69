"""The database's tables, and how its file is opened: whole, ours, of this version, ours alone.

    pages      one row for every address ever heard of: its state, tries, last error, validators
    bodies     the raw HTML of every page that was had, compressed
    hosts      robots rules as they were fetched, and until when a host asked to be left alone
    extracts   what the selectors found in a body
    articles   the cleaned text of an extract, or why it was removed
    notes      single values

The journal is a write-ahead log, and every change of state is one transaction: a process that is
killed leaves the state of its last transaction.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scraper.errors import DatabaseError, DiskFull, InUse, OtherVersion

APPLICATION = 0x41525643
"""Marks the file as ours (SQLite's application_id)."""
VERSION = 2
_WAIT_SECONDS = 30.0

_TABLES = """
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('landing', 'article')),
    section TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'kept', 'moved', 'gone', 'refused', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    found_at REAL NOT NULL,
    checked_at REAL,
    kept_at REAL,
    moved_to INTEGER REFERENCES pages (id),
    split_key TEXT NOT NULL,
    chosen INTEGER NOT NULL DEFAULT 0,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    links_mark TEXT NOT NULL DEFAULT '',
    links_found INTEGER
) STRICT;
CREATE INDEX pages_due ON pages (kind, state, not_before, id);
CREATE TABLE bodies (
    page_id INTEGER PRIMARY KEY REFERENCES pages (id),
    compressed BLOB NOT NULL,
    content_type TEXT NOT NULL,
    digest BLOB NOT NULL
) STRICT;
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    robots BLOB,
    robots_at REAL,
    reservations BLOB,
    reservations_at REAL,
    not_before REAL NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE extracts (
    page_id INTEGER PRIMARY KEY REFERENCES pages (id),
    mark BLOB NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    date TEXT NOT NULL,
    year INTEGER,
    text TEXT NOT NULL,
    problem TEXT NOT NULL
) STRICT;
CREATE TABLE articles (
    page_id INTEGER PRIMARY KEY REFERENCES pages (id),
    text TEXT NOT NULL,
    words INTEGER NOT NULL,
    removed TEXT NOT NULL DEFAULT '',
    duplicate_of INTEGER REFERENCES pages (id),
    similarity REAL
) STRICT;
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, and make it where there is none. Transactions are begun by hand."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(f"{path} cannot be opened: {error}") from error
    try:
        with plain_errors(path):
            _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open an existing database for reading only."""
    if not path.is_file():
        raise DatabaseError(f"no database at {path}: begin with the command `links`")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        with plain_errors(path):
            _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours; a full disk has one of its own."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull(
                f"no room left to write {path}: nothing was changed; make room and run the same "
                "command again"
            ) from error
        if code == sqlite3.SQLITE_NOTADB:
            raise OtherVersion(f"{path} is not a database: name another file") from error
        raise DatabaseError(f"{path}: {error}") from error


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the database for one crawl: a second one at the same time would ask hosts twice.

    The operating system lets go of the lock when the process ends, however it ends.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise DatabaseError(f"{path} cannot be opened: {error.strerror}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse(
                f"another process works on {path}: wait until it is done, or stop it"
            ) from error
        yield
    finally:
        os.close(lock)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if empty and _number(connection, "application_id") == 0:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(
            f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {APPLICATION}; "
            f"PRAGMA user_version = {VERSION}; COMMIT;"
        )
    _check(connection, path)
    connection.execute("PRAGMA synchronous = NORMAL")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if _number(connection, "application_id") != APPLICATION:
        raise OtherVersion(f"{path} is a database of something else: name another file")
    version = _number(connection, "user_version")
    if version != VERSION:
        raise OtherVersion(
            f"{path} is of version {version}, this scraper of version {VERSION}: use the scraper "
            "that made it, or begin with another file; nothing was changed"
        )


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
