"""Deleting runs that ended long ago, or take up too much room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hitl.engine.store.statements import Store

AT_ONCE = 50
"""Runs that one transaction deletes: nobody has to wait long for it."""


def prune(store: Store, days: int | None, megabytes: int | None) -> int:
    """Delete runs that have ended; see `Engine.prune`."""
    pruned, before = 0, None if days is None else datetime.now(UTC) - timedelta(days=days)
    while days is not None and (ids := store.ended_before(before, AT_ONCE)):
        pruned += store.delete_runs(ids, unless_live=True)
    while megabytes is not None and store.database.size() > megabytes * 1_000_000:
        if not (ids := store.ended_before(None, AT_ONCE)):
            break
        pruned += store.delete_runs(ids, unless_live=True)
    if pruned:
        store.database.shrink()
    return pruned
