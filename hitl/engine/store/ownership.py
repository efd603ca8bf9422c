"""Ownership of a folder: one process at a time runs its workflows, until that process ends."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from hitl.engine.errors import StoreInUse, StoreUnusable
from hitl.engine.store.database import Database, error_message
from hitl.engine.store.queries import Queries

LOCK_FILE = "runs.lock"
PATIENCE = 1.0
"""Seconds that a process waits for the lock; `is_owned` in another process holds it only for a moment."""


class OwnershipLock:
    """The lock on a folder. The system releases it when the process ends, also by SIGKILL or a power cut.

    Args:
        home: The folder; it must exist.
    """

    def __init__(self, home: Path) -> None:
        self._lock = FileLock(home / LOCK_FILE, thread_local=False)

    def take(self) -> bool:
        """Acquire the lock; False if another process holds it.

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
    """True if some process, this one included, owns the folder."""
    lock = FileLock(home / LOCK_FILE, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:  # a folder that cannot be locked has no owner; opening its database says why
        return False
    lock.release()
    return False


def acquire_ownership(home: Path, runs: Path) -> OwnershipLock:
    """Make this process the owner of a folder.

    Args:
        home: The folder; it must exist.
        runs: The database in it, which records the id of the owner's process.

    Raises:
        StoreUnusable: If the folder cannot be written.
        StoreInUse: If another process owns it.
    """
    ownership = OwnershipLock(home)
    try:
        if ownership.take():
            return ownership
    except OSError as error:
        raise StoreUnusable(error_message(error, runs)) from error
    database = Database(runs, may_migrate=False)
    process = Queries(database).owner()
    database.close()
    if process == os.getpid():
        raise StoreInUse("This server has loaded hitl a second time, after an edit of its code. Restart the server.")
    raise StoreInUse(
        f"Another hitl (process {process}) is at work with the runs in {home}, and only one can be. Use that one, or "
        "stop it (a page then goes on by itself), or set HITL_HOME to another folder."
    )
