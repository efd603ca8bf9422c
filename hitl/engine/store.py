"""The SQLite file of runs: every change of state is one conditional statement in one transaction."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from hitl.engine.errors import EngineClosed, QuestionNotFound, StoreUnusable
from hitl.engine.records import (
    Answer,
    Ending,
    EventRecord,
    JournalRow,
    NewEvent,
    Question,
    Receipt,
    RunRecord,
    Status,
    Tick,
)
from hitl.engine.rows import dump, now_text, question_from, run_from, stamp, time_from
from hitl.engine.schema import open_file

IS_LIVE = "status IN ('running', 'waiting')"
"""Guards every change of a run: what has ended stays as it ended."""

RUN_COLUMNS = "id, workflow, inputs, status, result, failure, created_at, updated_at"
QUESTION_COLUMNS = "id, run_id, type, body, answer_type, answer_schema, asked_at"
SELECT_QUESTIONS = """
SELECT q.id, q.run_id, q.type, q.body, q.answer_type, q.answer_schema, q.asked_at, r.workflow
FROM questions q JOIN runs r ON r.id=q.run_id
"""


class Store:
    """One file, one connection, one writer at a time; safe to call from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it when there is none.

        Raises:
            StoreUnusable: If the folder or the file cannot be used.
        """
        self._path = path
        self._db = open_file(path)
        self._lock = threading.RLock()
        self._closed = False

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._db.close()

    # ---- runs

    def add_run(self, run_id: str, workflow: str, inputs: dict[str, Any], start: NewEvent) -> EventRecord:
        """Store a new run with its start event, before anything of it has run."""
        now = now_text()
        with self._transaction() as db:
            db.execute(
                f"INSERT INTO runs({RUN_COLUMNS}) VALUES(?, ?, ?, 'running', NULL, NULL, ?, ?)",
                (run_id, workflow, dump(inputs), now, now),
            )
            return self._append(db, run_id, start, now)

    def run(self, run_id: str) -> RunRecord | None:
        rows = self._read(f"SELECT {RUN_COLUMNS} FROM runs WHERE id=?", run_id)
        return run_from(rows[0]) if rows else None

    def runs(
        self, status: Status | None = None, search: str = "", limit: int = 50, before: datetime | None = None
    ) -> list[RunRecord]:
        """Runs, the newest first; `search` is looked for in their inputs, `before` is a creation time."""
        return [
            run_from(row)
            for row in self._read(
                f"SELECT {RUN_COLUMNS} FROM runs WHERE (:status IS NULL OR status=:status)"
                " AND (:before IS NULL OR created_at < :before)"
                " AND (:search='' OR EXISTS(SELECT 1 FROM json_tree(runs.inputs)"
                "   WHERE type='text' AND instr(lower(value), lower(:search)) > 0))"
                " ORDER BY created_at DESC LIMIT :limit",
                {"status": status, "before": before and stamp(before), "search": search, "limit": limit},
            )
        ]

    def runs_at_work(self) -> list[str]:
        """Ids of the runs that had something to do when they were last heard of."""
        rows = self._read(f"SELECT id FROM runs WHERE {IS_LIVE} AND NOT resting ORDER BY created_at")
        return [run_id for (run_id,) in rows]

    def delete_run(self, run_id: str) -> bool:
        with self._transaction() as db:
            for table in ("events", "questions", "journal"):
                db.execute(f"DELETE FROM {table} WHERE run_id=?", (run_id,))
            return db.execute("DELETE FROM runs WHERE id=?", (run_id,)).rowcount == 1

    # ---- what a run does

    def commit(self, run_id: str, tick: Tick) -> list[EventRecord]:
        """Store everything that one tick of a run brought, or nothing when the run has ended meanwhile."""
        now = now_text()
        with self._transaction() as db:
            if not self._touch(db, run_id, now):
                return []
            records = self._append_all(db, run_id, tick, now)
            if tick.applied:
                db.execute("UPDATE questions SET state='applied' WHERE id=? AND state='answered'", (tick.applied,))
            if tick.journal:
                row = tick.journal
                db.execute("INSERT INTO journal VALUES(?, ?, ?, ?)", (run_id, row.seq, row.tick, dump(row.state)))
                db.execute("UPDATE runs SET resting=? WHERE id=?", (tick.resting, run_id))
            return records

    def finish(self, run_id: str, tick: Tick, ending: Ending) -> list[EventRecord]:
        """Store the last events of a run and how it ended; its journal has served and goes."""
        now = now_text()
        with self._transaction() as db:
            if not self._touch(db, run_id, now):
                return []
            records = self._append_all(db, run_id, tick, now)
            failure = dump(asdict(ending.failure)) if ending.failure else None
            result = None if ending.result is None else dump(ending.result)
            db.execute(
                "UPDATE runs SET status=?, result=?, failure=? WHERE id=?", (ending.status, result, failure, run_id)
            )
            self._settle(db, run_id)
            return records

    def cancel(self, run_id: str, event: NewEvent) -> list[EventRecord]:
        """End a live run at once; an empty list says that it had ended before."""
        now = now_text()
        with self._transaction() as db:
            if not self._touch(db, run_id, now):
                return []
            db.execute("UPDATE runs SET status='cancelled' WHERE id=?", (run_id,))
            self._settle(db, run_id)
            return [self._append(db, run_id, event, now)]

    def events(self, run_id: str, after: int = 0) -> list[EventRecord]:
        rows = self._read(
            "SELECT seq, kind, type, at, body FROM events WHERE run_id=? AND seq>? ORDER BY seq", run_id, after
        )
        return [EventRecord(seq, kind, type_, time_from(at), json.loads(body)) for seq, kind, type_, at, body in rows]

    def journal(self, run_id: str) -> list[JournalRow]:
        rows = self._read("SELECT seq, tick, state FROM journal WHERE run_id=? ORDER BY seq", run_id)
        return [JournalRow(seq, tick, json.loads(state)) for seq, tick, state in rows]

    # ---- questions and answers

    def questions(self, run_id: str | None = None) -> list[Question]:
        """Open questions, of one run or of all, the oldest first."""
        rows = self._read(
            f"{SELECT_QUESTIONS} WHERE q.state='open' AND (:run IS NULL OR q.run_id=:run) ORDER BY q.asked_at, q.seq",
            {"run": run_id},
        )
        return [question_from(row) for row in rows]

    def question(self, run_id: str, question_id: str) -> Question:
        """A question of a run, open or not.

        Raises:
            QuestionNotFound: If the run never asked it.
        """
        rows = self._read(f"{SELECT_QUESTIONS} WHERE q.run_id=? AND q.id=?", run_id, question_id)
        if not rows:
            raise QuestionNotFound(f"Run {run_id} has no question {question_id}. Look at the open ones again.")
        return question_from(rows[0])

    def accept(self, question_id: str, answer: NewEvent, by: str) -> list[EventRecord]:
        """Record an answer if its question is still open: the first one wins, by compare-and-set.

        Returns:
            The event that tells readers of the answer; nothing for whoever came second.
        """
        now = now_text()
        with self._transaction() as db:
            won = db.execute(
                "UPDATE questions SET state='answered', answer=?, answered_by=?, answered_at=?"
                f" WHERE id=? AND state='open' AND run_id IN (SELECT id FROM runs WHERE {IS_LIVE}) RETURNING run_id",
                (dump(answer.body), by, now, question_id),
            ).fetchone()
            if won is None:
                return []
            (run_id,) = won
            self._set_live_status(db, run_id, now)
            db.execute("UPDATE runs SET resting=0 WHERE id=?", (run_id,))
            told = NewEvent("answer", answer.type, {"question": question_id, "by": by, "answer": answer.body})
            return [self._append(db, run_id, told, now)]

    def receipt(self, question_id: str, accepted: bool) -> Receipt:
        """What became of a question, for someone whose answer was accepted or not.

        Raises:
            QuestionNotFound: If the run was deleted meanwhile.
        """
        rows = self._read("SELECT state, answered_by, answered_at FROM questions WHERE id=?", question_id)
        if not rows:
            raise QuestionNotFound("The run was deleted before it could be answered.")
        state, by, at = rows[0]
        return Receipt(accepted, by, time_from(at) if at else None, state)

    def answers(self, run_id: str, state: str | None = None) -> list[Answer]:
        """Answers given in a run, in the order of their acceptance; `state` picks `answered` or `applied`."""
        rows = self._read(
            "SELECT id, type, answer, answered_by, answered_at, state FROM questions"
            " WHERE run_id=:run AND answer IS NOT NULL AND (:state IS NULL OR state=:state)"
            " ORDER BY answered_at, seq",
            {"run": run_id, "state": state},
        )
        return [Answer(i, type_, json.loads(body), by, time_from(at), s) for i, type_, body, by, at, s in rows]

    # ---- inside a transaction

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._opened():
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise StoreUnusable(f"hitl cannot write its file of runs, {self._path}: {error}.") from error
                raise

    def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        parameters: Any = values[0] if len(values) == 1 and isinstance(values[0], dict) else values
        with self._opened():
            return self._db.execute(sql, parameters).fetchall()

    @contextmanager
    def _opened(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise EngineClosed("The engine was closed.")
            yield

    def _touch(self, db: sqlite3.Connection, run_id: str, now: str) -> bool:
        return db.execute(f"UPDATE runs SET updated_at=? WHERE id=? AND {IS_LIVE}", (now, run_id)).rowcount == 1

    def _append_all(self, db: sqlite3.Connection, run_id: str, tick: Tick, now: str) -> list[EventRecord]:
        records = []
        for new in tick.events:
            if isinstance(new, NewEvent):
                records.append(self._append(db, run_id, new, now))
                continue
            record = self._append(db, run_id, new.event, now)
            schema = dump(new.answer_schema)
            db.execute(
                f"INSERT INTO questions({QUESTION_COLUMNS}, seq, state) VALUES(?, ?, ?, ?, ?, ?, ?, ?, 'open')",
                (new.id, run_id, record.type, dump(record.body), new.answer_type, schema, now, record.seq),
            )
            self._set_live_status(db, run_id, now)
            records.append(record)
        return records

    def _append(self, db: sqlite3.Connection, run_id: str, event: NewEvent, now: str) -> EventRecord:
        seq = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM events WHERE run_id=?", (run_id,)).fetchone()[0]
        values = (run_id, seq, event.kind, event.type, now, dump(event.body))
        db.execute("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?)", values)
        return EventRecord(seq, event.kind, event.type, time_from(now), event.body)

    def _set_live_status(self, db: sqlite3.Connection, run_id: str, now: str) -> None:
        db.execute(
            "UPDATE runs SET updated_at=?, status=CASE WHEN EXISTS(SELECT 1 FROM questions WHERE run_id=runs.id"
            f" AND state='open') THEN 'waiting' ELSE 'running' END WHERE id=? AND {IS_LIVE}",
            (now, run_id),
        )

    def _settle(self, db: sqlite3.Connection, run_id: str) -> None:
        """What is left to do when a run has ended: nobody can answer any more, and nothing is restored."""
        db.execute("UPDATE questions SET state='closed' WHERE run_id=? AND state='open'", (run_id,))
        db.execute("DELETE FROM journal WHERE run_id=?", (run_id,))
