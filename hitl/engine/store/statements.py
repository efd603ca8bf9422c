"""What is changed in the file of runs: every change of state is one conditional statement in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import asdict

from hitl.engine.records import Ending, EventRecord, NewEvent, NewQuestion, Snapshot, Tick
from hitl.engine.store.queries import IS_LIVE, Queries
from hitl.engine.store.row_mappers import QUESTION_COLUMNS, dump, now_text, time_from
from hitl.engine.workflows.signature import WorkflowSignature

TABLES_OF_A_RUN = ("events", "questions", "journal", "snapshots")


class Store(Queries):
    """Writes runs, and reads them.

    Every method raises `StoreUnusable`, and changes nothing, when the file cannot be written.
    """

    # ---- runs

    def add_run(self, run_id: str, workflow: str, start: NewEvent, signature: WorkflowSignature) -> EventRecord:
        """Store a new run with its start event, before anything of it has run."""
        with self.database.transaction() as db:
            now = now_text()
            db.execute("INSERT OR IGNORE INTO shapes VALUES(?, ?)", (signature.id, signature.to_json()))
            db.execute(
                "INSERT INTO runs(id, workflow, inputs, status, created_at, updated_at, shape)"
                " VALUES(?, ?, ?, 'running', ?, ?, ?)",
                (run_id, workflow, dump(start.body), now, now, signature.id),
            )
            return _append(db, run_id, [start], now)[0]

    def keep_signature(self, run_id: str, signature: WorkflowSignature) -> None:
        """Note the signature of the workflow that takes up a run, if none is recorded: the first version did not."""
        if self.signature(run_id):
            return
        with self.database.transaction() as db:
            db.execute("INSERT OR IGNORE INTO shapes VALUES(?, ?)", (signature.id, signature.to_json()))
            db.execute("UPDATE runs SET shape=? WHERE id=?", (signature.id, run_id))

    def rename_run(self, run_id: str, title: str | None) -> bool:
        with self.database.transaction() as db:
            return db.execute("UPDATE runs SET title=? WHERE id=?", (title, run_id)).rowcount == 1

    def delete_runs(self, run_ids: Collection[str], unless_live: bool = False) -> int:
        """Remove runs and everything stored of them.

        Args:
            run_ids: Which.
            unless_live: Leave those that have not ended.

        Returns:
            How many there were.
        """
        with self.database.transaction() as db:
            gone = [run_id for run_id in run_ids if _delete(db, run_id, unless_live)]
            for table in TABLES_OF_A_RUN:
                db.executemany(f"DELETE FROM {table} WHERE run_id=?", [(run_id,) for run_id in gone])
            return len(gone)

    def take_ownership(self, process: int) -> None:
        """Note which process runs the workflows from now on."""
        with self.database.transaction() as db:
            db.execute("INSERT OR REPLACE INTO owner VALUES(1, ?, ?)", (process, now_text()))

    # ---- what a run does

    def commit(self, run_id: str, tick: Tick) -> list[EventRecord]:
        """Store everything that one tick of a run brought, or nothing when the run has ended meanwhile."""
        with self.database.transaction() as db:
            now = now_text()
            if not _touch(db, run_id, now):
                return []
            records = _append_all(db, run_id, tick, now)
            if tick.applied:
                db.execute("UPDATE questions SET state='applied' WHERE id=? AND state='answered'", (tick.applied,))
            if tick.given_up:
                db.execute("UPDATE questions SET state='closed' WHERE id=? AND state='open'", (tick.given_up,))
                _set_live_status(db, run_id, now)
            if row := tick.journal:
                db.execute("INSERT INTO journal VALUES(?, ?, ?, ?)", (run_id, row.seq, row.tick, dump(row.state)))
            if tick.journal or tick.resting:
                _set_resting(db, run_id, tick.resting)
            return records

    def compact(self, run_id: str, snapshot: Snapshot) -> None:
        """Put a snapshot in the place of its ticks; later ones stay, and so does a later snapshot."""
        with self.database.transaction() as db:
            db.execute(
                f"INSERT INTO snapshots SELECT ?, ?, ? FROM runs WHERE id=? AND {IS_LIVE}"
                " ON CONFLICT(run_id) DO UPDATE SET seq=excluded.seq, context=excluded.context"
                " WHERE excluded.seq > snapshots.seq",
                (run_id, snapshot.seq, dump(snapshot.context), run_id),
            )
            db.execute(
                "DELETE FROM journal WHERE run_id=:run AND seq < (SELECT seq FROM snapshots WHERE run_id=:run)",
                {"run": run_id},
            )

    def finish(self, run_id: str, tick: Tick, ending: Ending) -> list[EventRecord]:
        """Store the last events of a run and how it ended; its journal has served and goes."""
        with self.database.transaction() as db:
            now = now_text()
            if not _touch(db, run_id, now):
                return []
            records = _append_all(db, run_id, tick, now)
            failure = dump(asdict(ending.failure)) if ending.failure else None
            result = None if ending.result is None else dump(ending.result)
            db.execute(
                "UPDATE runs SET status=?, result=?, failure=? WHERE id=?", (ending.status, result, failure, run_id)
            )
            _settle(db, run_id)
            return records

    def cancel(self, run_id: str, event: NewEvent) -> list[EventRecord]:
        """End a live run at once; an empty list says that it had ended before."""
        with self.database.transaction() as db:
            now = now_text()
            if not _touch(db, run_id, now):
                return []
            db.execute("UPDATE runs SET status='cancelled' WHERE id=?", (run_id,))
            _settle(db, run_id)
            return _append(db, run_id, [event], now)

    def accept(self, question_id: str, answer: NewEvent, by: str) -> list[EventRecord]:
        """Record an answer if its question is still open: the first one wins, by compare-and-set.

        Returns:
            The event that tells readers of the answer; nothing for whoever came second.
        """
        with self.database.transaction() as db:
            now = now_text()
            won = db.execute(
                "UPDATE questions SET state='answered', answer=?, answered_by=?, answered_at=?"
                f" WHERE id=? AND state='open' AND run_id IN (SELECT id FROM runs WHERE {IS_LIVE}) RETURNING run_id",
                (dump(answer.body), by, now, question_id),
            ).fetchone()
            if won is None:
                return []
            (run_id,) = won
            _set_live_status(db, run_id, now)
            _set_resting(db, run_id, False)
            told = NewEvent("answer", answer.type, {"question": question_id, "by": by, "answer": answer.body})
            return _append(db, run_id, [told], now)


def _touch(db: sqlite3.Connection, run_id: str, now: str) -> bool:
    return db.execute(f"UPDATE runs SET updated_at=? WHERE id=? AND {IS_LIVE}", (now, run_id)).rowcount == 1


def _append(db: sqlite3.Connection, run_id: str, events: list[NewEvent], now: str) -> list[EventRecord]:
    first = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM events WHERE run_id=?", (run_id,)).fetchone()[0]
    at = time_from(now)
    records = [EventRecord(seq, new.kind, new.type, at, new.body) for seq, new in enumerate(events, start=first)]
    rows = [(run_id, record.seq, record.kind, record.type, now, dump(record.body)) for record in records]
    db.executemany("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?)", rows)
    return records


def _append_all(db: sqlite3.Connection, run_id: str, tick: Tick, now: str) -> list[EventRecord]:
    if not tick.events:
        return []
    events = [new.event if isinstance(new, NewQuestion) else new for new in tick.events]
    records = _append(db, run_id, events, now)
    for new, record in zip(tick.events, records, strict=True):
        if isinstance(new, NewQuestion):
            schema, required = dump(new.answer_schema), dump(new.requirements)
            db.execute(
                f"INSERT INTO questions({QUESTION_COLUMNS}, seq, state) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
                (new.id, run_id, record.type, dump(record.body), new.answer_type, schema, required, now, record.seq),
            )
            _set_live_status(db, run_id, now)
    return records


def _set_live_status(db: sqlite3.Connection, run_id: str, now: str) -> None:
    db.execute(
        "UPDATE runs SET updated_at=?, status=CASE WHEN EXISTS(SELECT 1 FROM questions WHERE run_id=runs.id"
        f" AND state='open') THEN 'waiting' ELSE 'running' END WHERE id=? AND {IS_LIVE}",
        (now, run_id),
    )


def _set_resting(db: sqlite3.Connection, run_id: str, resting: bool) -> None:
    """A run to which an answer is on its way does not rest, whatever its last tick says."""
    db.execute(
        "UPDATE runs SET resting=? AND NOT EXISTS(SELECT 1 FROM questions WHERE run_id=runs.id AND state='answered')"
        " WHERE id=?",
        (resting, run_id),
    )


def _settle(db: sqlite3.Connection, run_id: str) -> None:
    """What is left to do when a run has ended: nobody can answer any more, and nothing is restored."""
    db.execute("UPDATE questions SET state='closed' WHERE run_id=? AND state='open'", (run_id,))
    db.execute("DELETE FROM journal WHERE run_id=?", (run_id,))
    db.execute("DELETE FROM snapshots WHERE run_id=?", (run_id,))


def _delete(db: sqlite3.Connection, run_id: str, unless_live: bool) -> bool:
    condition = f" AND NOT {IS_LIVE}" if unless_live else ""
    return db.execute(f"DELETE FROM runs WHERE id=?{condition}", (run_id,)).rowcount == 1
