"""Who runs the workflows of a folder: one process at a time, and nobody once that process has died."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from hitl.engine.errors import StoreInUse, StoreUnusable
from hitl.engine.store.database import Database, in_words
from hitl.engine.store.queries import Queries

LOCK_FILE = "runs.lock"
PATIENCE = 1.0
"""Seconds that a process waits for the lock: one that only looks whether it is held lets go at once."""


class OwnershipLock:
    """The lock on a folder. The system releases it when the process ends, also by SIGKILL or a power cut.

    Args:
        home: The folder, which is there.
    """

    def __init__(self, home: Path) -> None:
        self._lock = FileLock(home / LOCK_FILE, thread_local=False)

    def take(self) -> bool:
        """Become the owner; False when another process is.

        Raises:
            OSError: If the folder cannot be written.
        """
        try:
            self._lock.acquire(timeout=PATIENCE, poll_interval=0.05)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        self._lock.release()


def is_owned(home: Path) -> bool:
    """Whether some process, this one included, owns the folder."""
    lock = FileLock(home / LOCK_FILE, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:  # what cannot be locked cannot be owned; whoever opens the file there is told why
        return False
    lock.release()
    return False


def acquire_ownership(home: Path, runs: Path) -> OwnershipLock:
    """Become the one process that runs the workflows of a folder.

    Args:
        home: The folder, which is there.
        runs: The file of runs in it, which tells who owns it.

    Raises:
        StoreUnusable: If the folder cannot be written.
        StoreInUse: If another process owns it.
    """
    ownership = OwnershipLock(home)
    try:
        if ownership.take():
            return ownership
    except OSError as error:
        raise StoreUnusable(in_words(error, runs)) from error
    database = Database(runs, may_migrate=False)
    process = Queries(database).owner()
    database.close()
    if process == os.getpid():
        raise StoreInUse("This server has loaded hitl a second time, after an edit of its code. Restart the server.")
    raise StoreInUse(
        f"Another hitl (process {process}) is at work with the runs in {home}, and only one can be. Use that one, or "
        "stop it and this page goes on by itself, or set HITL_HOME to another folder."
    )
