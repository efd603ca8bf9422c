"""Copy runs from one store to another, row by row; what is there already stays unless it is behind.

Names and drafts, which people change without anything happening to the run, are brought by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from hitl.engine.records import Journal
from hitl.engine.store.database import Transaction
from hitl.engine.store.queries import IS_LIVE
from hitl.engine.store.row_mappers import dump
from hitl.engine.store.schema import columns_of_newest
from hitl.engine.store.statements import Store

Outcome = Literal["copied", "updated", "there"]
"""Of one run: it was new; it, its name or a draft was behind; or it stays as it was there."""

NEEDED_TO_GO_ON = ("journal", "snapshots")
COPIED = ("events", "questions", "drafts", "moves", "writers", *NEEDED_TO_GO_ON)
"""The tables that are copied. Hooks and their calls belong to the processes of a store, and so does what blocks a run
there."""
OF_THE_STORE = {"number", "is_indexed"}
"""Columns of a run that each store has of its own, for its search."""
FLAGS = {"resting", "gives"}
"""Columns that are true or false, which SQLite has as numbers."""
BRING_DRAFT = (
    "INSERT INTO drafts(question_id, browser, run_id, author, body, changed_at)"
    " SELECT id, :browser, run_id, :author, :body, :changed_at FROM questions WHERE id=:question_id"
    " AND (state IN ('open', 'left')"
    " OR EXISTS(SELECT 1 FROM drafts WHERE question_id=:question_id AND browser=:browser))"
    " ON CONFLICT(question_id, browser) DO UPDATE SET author=:author, body=:body, changed_at=:changed_at"
    " WHERE drafts.changed_at < :changed_at"
)
"""One that is not there was deleted with the answer, unless its question is open."""
EVENTS_THERE = "SELECT seq, kind, type, at, body FROM events WHERE run_id=? ORDER BY seq"


def runs_in(store: Store, live: bool) -> list[str]:
    """The ids of the runs that have not ended, or of those that have, oldest first."""
    which = IS_LIVE if live else f"NOT {IS_LIVE}"
    return [run_id for (run_id,) in store.database.read(f"SELECT id FROM runs WHERE {which} ORDER BY created_at, id")]


def copy_run(source: Store, target: Store, run_id: str, journal: Journal | None = None) -> Outcome | None:
    """Copy a run with all that is stored of it, in one transaction.

    One that is there already is replaced only if nothing has happened to it there that did not happen here as well, and
    no process runs it.

    Args:
        source: Has the run. If what a run needs to go on is not in it (`Store.has_ticks`), the run has to be one that
            has ended, or comes with its journal; the questions that it was left with count as closed.
        target: Gets it.
        run_id: Id of the run.
        journal: From which it goes on.

    Returns:
        None if it was deleted meanwhile.

    Raises:
        StoreUnusable: If it cannot be read or written; then it is there as it was before.
    """
    tables = COPIED if source.has_ticks else tuple(name for name in COPIED if name not in NEEDED_TO_GO_ON)
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
    if journal:
        rows |= _rows_of(run_id, journal)
        tables = COPIED
    (run,) = runs
    name, drafts = run["title"], rows["drafts"]
    with target.database.transaction() as db:
        row = db.execute("SELECT title FROM runs WHERE id=?", (run_id,)).fetchone()
        is_free = row is None or target.lock_unclaimed(db, run_id)  # first: nothing happens to it meanwhile
        stays = row is not None and not (is_free and _is_behind(db, run_id, rows["events"]))
        if row:
            run["title"] = _name_to_have(source, target, run_id, name, row[0])
        if not stays:
            if row:
                drafts = _selected(db, "drafts", "run_id", run_id)
                target.delete_run(db, run_id)
            db.executemany("INSERT INTO shapes VALUES(?, ?) ON CONFLICT DO NOTHING", shapes)
            _insert(db, "runs", runs)
            for table in tables:
                _insert(db, table, rows[table])
            target.note_copied(db, run_id)
        elif run["title"] != row[0]:
            db.execute("UPDATE runs SET title=?, is_indexed=FALSE WHERE id=?", (run["title"], run_id))
        brought = [db.execute(BRING_DRAFT, draft).rowcount for draft in drafts] if row else []
        target.note_name(db, run_id, name)
    if row is None:
        return "copied"
    return "there" if stays and run["title"] == row[0] and not any(brought) else "updated"


def _rows_of(run_id: str, journal: Journal) -> dict[str, list[dict[str, Any]]]:
    """A journal as rows of its tables."""
    snapshot = journal.snapshot
    return {
        "journal": [
            {"run_id": run_id, "seq": row.seq, "tick": row.tick, "state": dump(row.state)} for row in journal.rows
        ],
        "snapshots": [{"run_id": run_id, "seq": snapshot.seq, "context": dump(snapshot.context)}] if snapshot else [],
    }


def _is_behind(db: Transaction, run_id: str, events: Sequence[dict[str, Any]]) -> bool:
    """True if these events are those of the run that is there, and more."""
    told = [tuple(event[name] for name in ("seq", "kind", "type", "at", "body")) for event in events]
    there = [tuple(row) for row in db.execute(EVENTS_THERE, (run_id,))]
    return len(there) < len(told) and there == told[: len(there)]


def _name_to_have(source: Store, target: Store, run_id: str, name: str | None, there: str | None) -> str | None:
    """The name of a run that is there already: one that was given to it since it was last copied to Postgres.

    Where it was renamed in both places, that of Postgres counts, in which it goes on.
    """
    shared = source if target.has_ticks else target
    was_copied, before = shared.name_when_copied(run_id)
    if not was_copied:
        return (name or there) if shared is source else (there or name)
    if name == before:
        return there
    return name if shared is source or there == before else there


@cache
def _columns(table: str) -> tuple[str, ...]:
    left_out = OF_THE_STORE if table == "runs" else set()
    return tuple(sorted(column for name, column in columns_of_newest() if name == table and column not in left_out))


def _rows(store: Store, table: str, key: str, run_id: str) -> list[dict[str, Any]]:
    return _named(table, store.database.read(_selection(table, key), run_id))


def _selected(db: Transaction, table: str, key: str, run_id: str) -> list[dict[str, Any]]:
    return _named(table, db.execute(_selection(table, key), (run_id,)).fetchall())


def _selection(table: str, key: str) -> str:
    return f"SELECT {', '.join(_columns(table))} FROM {table} WHERE {key}=?"


def _named(table: str, rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    named = [dict(zip(_columns(table), row, strict=True)) for row in rows]
    for row in named:
        row |= {flag: bool(row[flag]) for flag in FLAGS & row.keys()}
    return sorted(named, key=lambda row: row["seq"]) if table == "events" else named


def _insert(db: Transaction, table: str, rows: Sequence[dict[str, Any]]) -> None:
    columns = _columns(table)
    values = ", ".join(f":{column}" for column in columns)
    db.executemany(f"INSERT INTO {table}({', '.join(columns)}) VALUES({values})", rows)
