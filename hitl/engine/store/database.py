"""The SQLite file: opening, writing and reading it, and its errors as messages."""

from __future__ import annotations

import errno
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from hitl.engine.errors import EngineClosed, StoreUnusable
from hitl.engine.store.schema import NEWEST, is_complete, migrate, version_of
from hitl.engine.store.search import INDEX, has_index, make_index

T = TypeVar("T")

BUSY = 30
"""Seconds that a writer waits for another process's transaction; ours take milliseconds."""
PAGES_AT_ONCE = 1000
"""Free pages that one step of `shrink` returns to the disk."""
CHECKED = 100_000_000
"""Maximum size in bytes of a file that is checked when it is opened; that takes a fraction of a second."""
ON_OPENING = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
"""Commits are synced to the disk, and readers do not wait for the writer."""
ON_MAKING = "PRAGMA auto_vacuum=INCREMENTAL;"
"""Allows free pages to be returned to the disk; must be set before there are tables."""


class Rows(Protocol):
    """The rows that a statement gives."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Transaction(Protocol):
    """What executes the statements of a transaction: SQLite's connection, or one to Postgres."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Rows: ...
    def executemany(self, sql: str, parameters: Iterable[Any], /) -> object: ...


class Tables(Protocol):
    """The database that has the tables of runs: a file (`Database`) or Postgres (`postgres.PostgresDatabase`)."""

    trouble: str | None
    has_search: bool

    @property
    def is_closed(self) -> bool: ...
    def close(self) -> None: ...
    def transaction(self) -> AbstractContextManager[Transaction]: ...
    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]: ...
    def one_moment(self) -> AbstractContextManager[None]: ...
    def records(self, made_from: Callable[[tuple[Any, ...]], T], sql: str, *values: object) -> list[T]: ...
    def changed_elsewhere(self) -> bool: ...
    def commits(self) -> int: ...
    def size(self) -> int: ...
    def shrink(self) -> None: ...
    def copy_to(self, target: Path) -> None: ...


class Database:
    """One file with two connections: one for writing, and one for reading, so that long reads block no writer.

    Safe to call from any thread.

    Args:
        path: The file; created if missing.
        may_migrate: Whether to migrate a file of an earlier version; not while an older hitl is using it.
        is_checked: Whether to check the file for damage, as its owner does, if it is not larger than `CHECKED`.

    Raises:
        StoreUnusable: If the folder or the file cannot be used, or is of another version and cannot be migrated.
    """

    def __init__(self, path: Path, may_migrate: bool = True, is_checked: bool = True) -> None:
        self.path = path
        self.trouble: str | None = None
        """Why the last transaction failed, in a sentence; None if it did not."""
        self._closed = False
        self._write_lock, self._read_lock = threading.RLock(), threading.RLock()
        try:
            self._writer = _connect(path)
        except sqlite3.Error as error:
            raise StoreUnusable(error_message(error, path)) from error
        try:
            self._prepare(may_migrate, is_checked)
            self._reader = _connect(path)
            for connection in (self._reader, self._writer):
                connection.create_function("folded", 1, _folded, deterministic=True)
            self.has_search = has_index(self._writer)
            """Whether there is an index for the search; see `search.py`."""
            self._seen = self._data_version()
        except sqlite3.Error as error:
            self._writer.close()
            raise StoreUnusable(error_message(error, path)) from error
        except StoreUnusable:
            self._writer.close()
            raise

    @property
    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        with self._write_lock, self._read_lock:
            if not self._closed:
                self._closed = True
                self._reader.close()
                self._writer.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside the block is committed together, or not at all.

        Raises:
            StoreUnusable: If it cannot be committed; `trouble` has the reason until a later one succeeds.
            EngineClosed: If the file was closed.
        """
        with self._write_lock:
            self._check_open()
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
                self.trouble = None
            except BaseException as error:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    self.trouble = error_message(error, self.path)
                    raise StoreUnusable(self.trouble) from error
                raise

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; pass one dict for named parameters.

        Raises:
            StoreUnusable: If the file cannot be read.
            EngineClosed: If it was closed.
        """
        parameters: Any = values[0] if len(values) == 1 and isinstance(values[0], dict) else values
        with self._read_lock:
            self._check_open()
            try:
                return self._reader.execute(sql, parameters).fetchall()
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise StoreUnusable(error_message(error, self.path)) from error

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """A read transaction: all reads inside the block see the same state of the database."""
        with self._read_lock:
            self._check_open()
            self._reader.execute("BEGIN")
            try:
                yield
            finally:
                self._reader.execute("ROLLBACK")

    def records(self, made_from: Callable[[tuple[Any, ...]], T], sql: str, *values: object) -> list[T]:
        """The rows of a query, each converted by `made_from`; see `read`."""
        rows = self.read(sql, *values)
        try:
            return [made_from(row) for row in rows]
        except (ValueError, TypeError, KeyError) as error:  # hitl writes no such rows: the file is damaged
            raise StoreUnusable(error_message(error, self.path)) from error

    def changed_elsewhere(self) -> bool:
        """True if another connection, as of another process, has committed something since the previous call."""
        with self._write_lock:
            self._check_open()
            now = self._data_version()
            changed, self._seen = now != self._seen, now
            return changed

    def commits(self) -> int:
        """A number that differs after every commit, of this process or another; reading it takes microseconds.

        Raises:
            StoreUnusable: If the file cannot be read.
            EngineClosed: If it was closed.
        """
        return int(self.read("PRAGMA data_version")[0][0])  # of the reader, for which the writer is another connection

    def size(self) -> int:
        """Size of the file's content in bytes, without free pages and the index for the search.

        What deleted runs have left in the index is dropped later, so its size says nothing about what is stored.
        """
        (pages,), (free,), (page_size,) = (
            self.read(f"PRAGMA {name}")[0] for name in ("page_count", "freelist_count", "page_size")
        )
        index = self.read(f"SELECT coalesce(sum(length(block)), 0) FROM {INDEX}_data")[0][0] if self.has_search else 0
        return int((pages - free) * page_size - index)

    def shrink(self) -> None:
        """Return free pages to the disk.

        Raises:
            StoreUnusable: If the file cannot be written.
        """
        while self.read("PRAGMA freelist_count")[0][0] > 0:
            with self._write_lock:  # released after each step, so that others can write
                self._check_open()
                try:
                    self._writer.executescript(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")
                except sqlite3.Error as error:
                    raise StoreUnusable(error_message(error, self.path)) from error

    def copy_to(self, target: Path) -> None:
        """Copy the file while it is in use, and check the copy.

        Raises:
            StoreUnusable: If the copy cannot be written, or is damaged.
        """
        was_there = target.exists()
        try:
            with closing(_connect(self.path)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            if not was_there:
                target.unlink(missing_ok=True)
            raise StoreUnusable(f"The copy {target} cannot be written: {error}.") from error
        if problem != "ok":
            raise StoreUnusable(f"The copy of {self.path} is damaged ({problem}): the file itself probably is, too.")

    def _prepare(self, may_migrate: bool, is_checked: bool) -> None:
        version = version_of(self._writer)
        if not self._is_sound(is_checked):
            raise StoreUnusable(error_message(ValueError(), self.path))
        if version > NEWEST:
            raise StoreUnusable(
                f"{self.path} was written by a newer hitl (version {version} of its tables; this one knows {NEWEST}). "
                "Nothing in it was changed. Update hitl to open it."
            )
        if 0 < version < NEWEST and not may_migrate:
            raise StoreUnusable(
                f"{self.path} is in use by an older hitl. Nothing in it was changed. Restart that one as this version."
            )
        self._set_up(ON_OPENING if version else ON_MAKING + ON_OPENING)
        if version < NEWEST:
            migrate(self._writer)
        if not is_complete(self._writer):
            raise StoreUnusable(error_message(ValueError(), self.path))
        if may_migrate:
            make_index(self._writer)
        if version and may_migrate and self._writer.execute("PRAGMA auto_vacuum").fetchone()[0] == 0:
            self._writer.executescript(ON_MAKING + "VACUUM;")  # early files were made without it

    def _set_up(self, pragmas: str) -> None:
        """Run the pragmas; retry while busy, since SQLite's timeout does not apply to switching the journal to WAL."""
        deadline = time.monotonic() + BUSY
        while True:
            try:
                self._writer.executescript(pragmas)
                return
            except sqlite3.OperationalError as error:
                if reason_of(error) != "busy" or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _is_sound(self, is_checked: bool) -> bool:
        """True if the tables are hitl's and the file is undamaged; a file larger than `CHECKED` is not checked."""
        self._writer.execute("BEGIN")  # another thread may be creating the tables
        tables = self._writer.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        is_of_hitl = tables == 0 or version_of(self._writer) > 0
        is_passed_over = not is_checked or self.path.stat().st_size > CHECKED
        is_whole = is_passed_over or self._writer.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        self._writer.execute("COMMIT")
        return bool(is_of_hitl and is_whole)

    def _data_version(self) -> int:
        """A number that changes when another connection commits; reading it takes microseconds."""
        return int(self._writer.execute("PRAGMA data_version").fetchone()[0])

    def _check_open(self) -> None:
        if self._closed:
            raise EngineClosed("The engine was closed.")


def make_folder(folder: Path) -> None:
    """Create the folder of the database if it is missing.

    Raises:
        StoreUnusable: If it cannot be created.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # private: it shows what people research
    except OSError as error:
        raise StoreUnusable(error_message(error, folder)) from error


Reason = Literal["full", "damaged", "forbidden", "busy", "unknown"]

REASONS: dict[int, Reason] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_READONLY: "forbidden",
    sqlite3.SQLITE_CANTOPEN: "forbidden",
    sqlite3.SQLITE_PERM: "forbidden",
    sqlite3.SQLITE_BUSY: "busy",
}
"""What SQLite's primary error codes mean: https://www.sqlite.org/rescode.html."""
REASONS_OF_THE_SYSTEM: dict[int, Reason] = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.EROFS: "forbidden",
}


def reason_of(error: Exception) -> Reason:
    """The reason for an error of SQLite, of the system or of a stored value."""
    match error:
        case sqlite3.OperationalError() if not hasattr(error, "sqlite_errorcode"):
            return "damaged"  # Python's own: a text that is not UTF-8
        case sqlite3.Error():
            return REASONS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "unknown")
        case OSError():
            return REASONS_OF_THE_SYSTEM.get(error.errno or 0, "unknown")
        case _:
            return "damaged"  # hitl writes no such value: the file is damaged


def error_message(error: Exception, path: Path) -> str:
    """A message that says what an error means for the file, and what to do about it."""
    match reason_of(error):
        case "full":
            return (
                f"The disk that holds {path} is full. What was stored is safe. Free some space: hitl then goes on by "
                "itself."
            )
        case "damaged":
            return (
                f"{path} is damaged, or is not a file of hitl's. It was left as it is. Put a backup in its place, or "
                "move it away to begin anew."
            )
        case "forbidden":
            return (
                f"hitl may not write {path}. Nothing in it was changed. Make the folder and the file writable for the "
                "user that hitl runs as, or set HITL_HOME to another folder."
            )
        case "busy":
            return f"Another process has kept {path} locked for {BUSY} seconds. Nothing was changed. Try again."
        case "unknown":
            return (
                f"hitl cannot use its file of runs, {path}: {error}. Nothing in it was changed. Look at the disk and "
                "the folder's permissions, or set HITL_HOME to another folder."
            )


def _folded(value: object) -> str:
    """The case-folded text of a value, for case-insensitive search; empty for None."""
    return "" if value is None else str(value).casefold()


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=BUSY)
