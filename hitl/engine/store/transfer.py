"""Copy runs from one store to another, row by row; what is there already stays unless it is behind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from hitl.engine.store.database import Transaction
from hitl.engine.store.queries import IS_LIVE
from hitl.engine.store.schema import columns_of_newest
from hitl.engine.store.statements import Store

Outcome = Literal["copied", "updated", "there"]
"""Of one run: it was new; it was behind, and was replaced; or it stays as it was there."""

NEEDED_TO_GO_ON = ("journal", "snapshots")
COPIED = ("events", "questions", "drafts", "moves", "writers", *NEEDED_TO_GO_ON)
"""The tables that are copied. Hooks and their calls belong to the processes of a store, and so does what blocks a run
there."""
OF_THE_STORE = {"number", "is_indexed"}
"""Columns of a run that each store has of its own, for its search."""
FLAGS = {"resting", "gives"}
"""Columns that are true or false, which SQLite has as numbers."""
EVENTS_THERE = "SELECT seq, kind, type, at, body FROM events WHERE run_id=? ORDER BY seq"


def runs_in(store: Store, live: bool) -> list[str]:
    """The ids of the runs that have not ended, or of those that have, oldest first."""
    which = IS_LIVE if live else f"NOT {IS_LIVE}"
    return [run_id for (run_id,) in store.database.read(f"SELECT id FROM runs WHERE {which} ORDER BY created_at, id")]


def copy_run(source: Store, target: Store, run_id: str) -> Outcome | None:
    """Copy a run with all that is stored of it, in one transaction.

    One that is there already is replaced only if nothing has happened to it there that did not happen here as well, and
    no process runs it.

    Args:
        source: Has the run. If a run can't go on elsewhere (`Store.has_ticks`), it has to be one that has ended; the
            questions that it was left with count as closed.
        target: Gets it.
        run_id: Id of the run.

    Returns:
        None if it was deleted meanwhile.

    Raises:
        StoreUnusable: If it cannot be read or written; then it is there as it was before.
    """
    tables = COPIED if source.has_ticks else [name for name in COPIED if name not in NEEDED_TO_GO_ON]
    with source.database.one_moment():
        rows = {table: _rows(source, table, "run_id", run_id) for table in tables}
        shapes = source.database.read(
            "SELECT id, shape FROM shapes WHERE id=(SELECT shape FROM runs WHERE id=?)", run_id
        )
        runs = _rows(source, "runs", "id", run_id)  # last: if it is there now, all of it was
    if not runs:
        return None
    if not source.has_ticks:
        for question in rows["questions"]:
            question["state"] = "closed" if question["state"] == "left" else question["state"]
    with target.database.transaction() as db:
        is_there = db.execute("SELECT 1 FROM runs WHERE id=?", (run_id,)).fetchone() is not None
        if is_there:
            is_free = target.lock_unclaimed(db, run_id)  # first: nothing happens to it meanwhile
            told = [tuple(event[name] for name in ("seq", "kind", "type", "at", "body")) for event in rows["events"]]
            there = [tuple(row) for row in db.execute(EVENTS_THERE, (run_id,))]
            if len(there) >= len(told) or there != told[: len(there)] or not is_free:
                return "there"
            target.delete_run(db, run_id)
        db.executemany("INSERT INTO shapes VALUES(?, ?) ON CONFLICT DO NOTHING", shapes)
        _insert(db, "runs", runs)
        for table in tables:
            _insert(db, table, rows[table])
        target.note_copied(db, run_id)
    return "updated" if is_there else "copied"


@cache
def _columns(table: str) -> tuple[str, ...]:
    left_out = OF_THE_STORE if table == "runs" else set()
    return tuple(sorted(column for name, column in columns_of_newest() if name == table and column not in left_out))


def _rows(store: Store, table: str, key: str, run_id: str) -> list[dict[str, Any]]:
    columns = _columns(table)
    rows = store.database.read(f"SELECT {', '.join(columns)} FROM {table} WHERE {key}=?", run_id)
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    for row in named:
        row |= {flag: bool(row[flag]) for flag in FLAGS & row.keys()}
    return sorted(named, key=lambda row: row["seq"]) if table == "events" else named


def _insert(db: Transaction, table: str, rows: Sequence[dict[str, Any]]) -> None:
    columns = _columns(table)
    values = ", ".join(f":{column}" for column in columns)
    db.executemany(f"INSERT INTO {table}({', '.join(columns)}) VALUES({values})", rows)
