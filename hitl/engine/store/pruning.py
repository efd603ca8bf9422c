"""Delete ended runs by age or by the size of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hitl.engine.store.statements import Store

AT_ONCE = 50
"""Runs deleted per transaction, so that other writers do not wait long."""


def prune(store: Store, days: int | None, megabytes: int | None) -> int:
    """Delete runs that have ended; see `Client.prune`."""
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
