"""Delete ended runs by age or by the size of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from hitl.engine.store.statements import Store

AT_ONCE = 50
"""Runs deleted per transaction, so that other writers do not wait long."""


def prune(store: Store, delete: Callable[[Sequence[str]], int], days: int | None, megabytes: int | None) -> int:
    """Delete runs that have ended; see `Client.prune`.

    Args:
        store: The runs.
        delete: Deletes those of them that have ended, and returns how many it has deleted.
        days: See `Client.prune`.
        megabytes: See `Client.prune`.
    """
    pruned, before = 0, None if days is None else datetime.now(UTC) - timedelta(days=days)
    while days is not None and (ids := store.ended_before(before, AT_ONCE)):
        pruned += delete(ids)
    while megabytes is not None and store.database.size() > megabytes * 1_000_000:
        if not (ids := store.ended_before(None, AT_ONCE)):
            break
        pruned += delete(ids)
    if pruned:
        store.tidy_index()
        store.database.shrink()
    return pruned
