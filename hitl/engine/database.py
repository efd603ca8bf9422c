"""The SQLite file itself: how it is opened, written and read, and its errors in words."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from hitl.engine.errors import EngineClosed, StoreUnusable
from hitl.engine.schema import NEWEST, migrate, version_of

BUSY = 30
"""Seconds that a writer waits for another process's transaction; ours take milliseconds."""
ON_OPENING = "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
"""What is committed is on the disk, readers do not wait for the writer, and free pages can be given back."""


class Database:
    """One file with two connections: one that writes, and one whose long reads keep no writer waiting.

    Safe to call from any thread.

    Args:
        path: The file; made when there is none.
        may_migrate: Whether a file of an earlier version may be brought up to date: not while an
            older hitl is at work with it.

    Raises:
        StoreUnusable: If the folder or the file cannot be used, or another version of hitl has written it.
    """

    def __init__(self, path: Path, may_migrate: bool = True) -> None:
        self.path = path
        self.trouble: str | None = None
        """What went wrong with the last transaction, in a sentence; None when nothing did."""
        self._closed = False
        self._write_lock, self._read_lock = threading.RLock(), threading.RLock()
        try:
            self._writer = _connect(path)
        except sqlite3.Error as error:
            raise StoreUnusable(in_words(error, path)) from error
        try:
            self._prepare(may_migrate)
            self._reader = _connect(path)
            self._reader.create_function("folded", 1, lambda text: str(text).casefold(), deterministic=True)
            self._seen = self._data_version()
        except sqlite3.Error as error:
            self._writer.close()
            raise StoreUnusable(in_words(error, path)) from error
        except StoreUnusable:
            self._writer.close()
            raise

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
            StoreUnusable: If it cannot be committed; `trouble` says so until a later one can.
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
                    self.trouble = in_words(error, self.path)
                    raise StoreUnusable(self.trouble) from error
                raise

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; one dict instead of values gives them by name.

        Raises:
            StoreUnusable: If the file cannot be read.
            EngineClosed: If it was closed.
        """
        parameters: Any = values[0] if len(values) == 1 and isinstance(values[0], dict) else values
        with self._read_lock:
            self._check_open()
            try:
                return self._reader.execute(sql, parameters).fetchall()
            except sqlite3.Error as error:
                raise StoreUnusable(in_words(error, self.path)) from error

    def changed_elsewhere(self) -> bool:
        """Whether another process has committed something since the last time this was asked."""
        with self._write_lock:
            self._check_open()
            now = self._data_version()
            changed, self._seen = now != self._seen, now
            return changed

    def size(self) -> int:
        """Bytes that the file's content takes; what was deleted does not count."""
        (pages,), (free,), (page_size,) = (
            self.read(f"PRAGMA {name}")[0] for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * page_size)

    def shrink(self) -> None:
        """Give the disk back what was deleted.

        Raises:
            StoreUnusable: If the file cannot be written.
        """
        with self._write_lock:
            self._check_open()
            try:
                self._writer.execute("PRAGMA incremental_vacuum").fetchall()
            except sqlite3.Error as error:
                raise StoreUnusable(in_words(error, self.path)) from error

    def copy_to(self, target: Path) -> None:
        """Copy the file as it is at this moment, while it is used, and check the copy.

        Raises:
            StoreUnusable: If the copy cannot be written, or is damaged.
        """
        try:
            with closing(_connect(self.path)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreUnusable(in_words(error, target)) from error
        if problem != "ok":
            raise StoreUnusable(f"The copy of {self.path} is damaged ({problem}): the file itself probably is, too.")

    def _prepare(self, may_migrate: bool) -> None:
        version = version_of(self._writer)
        if version > NEWEST:
            raise StoreUnusable(
                f"{self.path} was written by a newer hitl (version {version} of its tables; this one knows {NEWEST}). "
                "Nothing in it was changed. Update hitl to open it."
            )
        if 0 < version < NEWEST and not may_migrate:
            raise StoreUnusable(
                f"{self.path} is in use by an older hitl. Nothing in it was changed. Restart that one as this version."
            )
        self._writer.executescript(ON_OPENING)
        if version < NEWEST:
            migrate(self._writer)
        if version and self._writer.execute("PRAGMA auto_vacuum").fetchone()[0] == 0:
            self._writer.executescript("PRAGMA auto_vacuum=INCREMENTAL; VACUUM;")  # the first version could not shrink

    def _data_version(self) -> int:
        """A number that changes when somebody else commits; asking takes microseconds."""
        return int(self._writer.execute("PRAGMA data_version").fetchone()[0])

    def _check_open(self) -> None:
        if self._closed:
            raise EngineClosed("The engine was closed.")


def make_folder(folder: Path) -> None:
    """Make the folder of the file, if there is none.

    Raises:
        StoreUnusable: If that is not possible.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what people research is nobody else's business
    except OSError as error:
        raise StoreUnusable(in_words(error, folder)) from error


def in_words(error: Exception, path: Path) -> str:
    """What an error of the disk or of SQLite means for the file, and what to do about it."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF or getattr(error, "errno", 0):
        case sqlite3.SQLITE_FULL | errno.ENOSPC:
            return (
                f"The disk that holds {path} is full. What was stored is safe. Free some space: hitl then goes on by "
                "itself."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return (
                f"{path} is damaged, or is not a file of hitl's. It was left as it is. Put a backup in its place, or "
                "move it away to begin anew."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | errno.EACCES | errno.EROFS | errno.EPERM:
            return (
                f"hitl may not write {path}. Nothing in it was changed. Make the folder and the file writable for the "
                "user that hitl runs as, or set HITL_HOME to another folder."
            )
        case sqlite3.SQLITE_BUSY:
            return f"Another process has kept {path} locked for {BUSY} seconds. Nothing was changed. Try again."
        case _:
            return (
                f"hitl cannot use its file of runs, {path}: {error}. Nothing in it was changed. Look at the disk and "
                "the folder's permissions, or set HITL_HOME to another folder."
            )


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=BUSY)
