"""The writes to the database; every change of state is one conditional statement in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from hitl.engine.hooks import Hook
from hitl.engine.records import (
    MOST_DRAFTS,
    Ending,
    EventRecord,
    Move,
    NewEvent,
    NewQuestion,
    Notice,
    Snapshot,
    Tick,
    Topic,
)
from hitl.engine.store.database import Tables, Transaction
from hitl.engine.store.queries import DRAFT_OF_BROWSER, DRAFTS_FOR, IS_LIVE, Queries
from hitl.engine.store.row_mappers import NOTICE_COLUMNS, QUESTION_COLUMNS, dump, now_text, stamp, time_from
from hitl.engine.store.search import INDEX, INDEXED, NOT_INDEXED, OLDEST_NOT_INDEXED, TEXT_OF_RUN
from hitl.engine.workflows.edits import NO_EDITS, Edits
from hitl.engine.workflows.signature import WorkflowSignature

TABLES_OF_A_RUN = ("events", "questions", "journal", "snapshots", "blocked", "drafts", "outbox", "moves", "writers")
QUESTIONS_LEFT = "SELECT id FROM questions WHERE run_id=:run AND state='left'"
IS_DUE = "topic=:topic AND hook=:hook AND due_at <= :now"


class Store(Queries):
    """Writes and reads runs.

    Every method raises `StoreUnusable`, and changes nothing, when the file cannot be written.
    """

    has_ticks = True
    """Whether what a run needs to go on is in these tables."""

    def __init__(self, database: Tables) -> None:
        super().__init__(database)
        self.wake_hooks: Callable[[], None] = lambda: None
        """Called after a question or an ending was stored: there may be notices for hooks."""

    # ---- runs

    def add_run(
        self, run_id: str, workflow: str, start: NewEvent, signature: WorkflowSignature, by: str = ""
    ) -> EventRecord:
        """Store a new run with its start event, before any of its steps runs; `by` is who starts it, if known."""
        with self.database.transaction() as db:
            now, inputs = now_text(), dump(start.body)
            self._hold_files(db, inputs)
            db.execute("INSERT INTO shapes VALUES(?, ?) ON CONFLICT DO NOTHING", (signature.id, signature.to_json()))
            db.execute(
                "INSERT INTO runs(id, workflow, inputs, status, created_at, updated_at, shape, started_by, number)"
                " VALUES(?, ?, ?, 'running', ?, ?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM runs))",
                (run_id, workflow, inputs, now, now, signature.id, by),
            )
            return _append(db, run_id, [start], now)[0]

    def _hold_files(self, db: Transaction, body: str) -> None:
        """Called in the transaction that stores fields which may name files; overridden where files are rows, too."""

    def keep_signature(self, run_id: str, signature: WorkflowSignature) -> None:
        """Record the signature of the workflow that resumes a run, if it has none; version 1 recorded none."""
        if self.signature(run_id):
            return
        with self.database.transaction() as db:
            db.execute("INSERT INTO shapes VALUES(?, ?) ON CONFLICT DO NOTHING", (signature.id, signature.to_json()))
            db.execute("UPDATE runs SET shape=? WHERE id=?", (signature.id, run_id))

    def rename_run(self, run_id: str, title: str | None) -> bool:
        with self.database.transaction() as db:
            return db.execute("UPDATE runs SET title=?, is_indexed=FALSE WHERE id=?", (title, run_id)).rowcount == 1

    def delete_runs(self, run_ids: Collection[str], unless_live: bool = False) -> int:
        """Delete runs and everything stored of them.

        Args:
            run_ids: Ids of the runs.
            unless_live: Keep those that have not ended.

        Returns:
            How many were deleted.
        """
        with self.database.transaction() as db:
            gone = [run_id for run_id in run_ids if self._delete(db, run_id, unless_live)]
            for table in TABLES_OF_A_RUN:
                db.executemany(f"DELETE FROM {table} WHERE run_id=?", [(run_id,) for run_id in gone])
            return len(gone)

    def delete_run(self, db: Transaction, run_id: str) -> None:
        """Delete a run and everything stored of it, as part of a transaction."""
        self._delete(db, run_id, unless_live=False)
        for table in TABLES_OF_A_RUN:
            db.execute(f"DELETE FROM {table} WHERE run_id=?", (run_id,))

    def lock_unclaimed(self, db: Transaction, run_id: str) -> bool:
        """Keep a run as it is until the transaction ends; False if a process runs it."""
        return True  # whoever copies into a file has reserved its folder

    def note_copied(self, db: Transaction, run_id: str) -> None:
        """Complete a run whose rows were copied from elsewhere."""
        db.execute("UPDATE runs SET number=(SELECT coalesce(max(number), 0) + 1 FROM runs) WHERE id=?", (run_id,))

    def note_name(self, db: Transaction, run_id: str, name: str | None) -> None:
        """Note the name that a run had where it was copied from; only Postgres does."""

    def name_when_copied(self, run_id: str) -> tuple[bool, str | None]:
        """Whether the name was noted that a run had when it was copied, and that name."""
        return False, None

    def number_runs(self) -> None:
        """Number the runs anew by their age, after older ones were copied; the search looks at them in this order."""
        with self.database.transaction() as db:
            db.execute(
                "UPDATE runs SET number=placed.number, is_indexed=FALSE FROM"
                " (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM runs) AS placed"
                " WHERE placed.id=runs.id"
            )
            if self.database.has_search:
                db.execute(f"DELETE FROM {INDEX}")

    def _delete(self, db: Transaction, run_id: str, unless_live: bool) -> bool:
        condition = f" AND NOT {IS_LIVE}" if unless_live else ""
        row = db.execute(f"DELETE FROM runs WHERE id=?{condition} RETURNING number", (run_id,)).fetchone()
        if row and self.database.has_search:
            db.execute(f"DELETE FROM {INDEX} WHERE rowid=?", row)
        return row is not None

    def index_texts(self, most: int) -> int:
        """Put the texts of runs that have changed into the index for the search.

        Args:
            most: The maximum number of runs.

        Returns:
            How many there were; 0 if all are in the index, or this SQLite has none.
        """
        if not self.database.has_search or not self.database.read(f"SELECT 1 FROM runs WHERE {NOT_INDEXED} LIMIT 1"):
            return 0
        with self.database.transaction() as db:
            numbers = dump([number for (number,) in db.execute(OLDEST_NOT_INDEXED, (most,))])
            db.execute(f"DELETE FROM {INDEX} WHERE rowid IN (SELECT value FROM json_each(?))", (numbers,))
            db.execute(
                f"INSERT INTO {INDEX}(rowid, {INDEXED}) SELECT number, {TEXT_OF_RUN} FROM runs"
                " WHERE number IN (SELECT value FROM json_each(?))",
                (numbers,),
            )
            return db.execute(
                "UPDATE runs SET is_indexed=TRUE WHERE number IN (SELECT value FROM json_each(?))", (numbers,)
            ).rowcount

    def tidy_index(self) -> None:
        """Drop what deleted runs have left in the index, so that their space is free."""
        if self.database.has_search:
            with self.database.transaction() as db:
                db.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES('optimize')")

    def take_ownership(self, process: int) -> None:
        """Record the process that runs the workflows from now on."""
        with self.database.transaction() as db:
            db.execute(
                "INSERT INTO owner VALUES(1, ?, ?)"
                " ON CONFLICT(one) DO UPDATE SET process=excluded.process, since=excluded.since",
                (process, now_text()),
            )

    def note_blocked(self, run_id: str, reason: str | None) -> None:
        """Record why the owner cannot continue a run, for other processes to show; None if it can."""
        with self.database.transaction() as db:
            db.execute("DELETE FROM blocked WHERE run_id=?", (run_id,))
            if reason is not None:  # not for a run that was deleted meanwhile
                db.execute("INSERT INTO blocked SELECT id, ? FROM runs WHERE id=?", (reason, run_id))

    def forget_blocked(self) -> None:
        """Forget the reasons of an earlier owner: what it could not continue, the next one may."""
        with self.database.transaction() as db:
            db.execute("DELETE FROM blocked")

    # ---- progress of a run

    def commit(self, run_id: str, tick: Tick) -> list[EventRecord] | None:
        """Store everything of one tick of a run.

        Returns:
            The new events; None if nothing was stored, since the run has ended meanwhile.
        """
        with self.database.transaction() as db:
            records = self._commit(db, run_id, tick)
        if any(isinstance(new, NewQuestion) for new in tick.events):
            self.wake_hooks()
        return records

    def _commit(self, db: Transaction, run_id: str, tick: Tick) -> list[EventRecord] | None:
        now = now_text()
        if not _touch(db, run_id, now, tick.at_work):
            return None
        records = _append_all(db, run_id, tick, now)
        _count_moves(db, run_id, tick.moves)
        if tick.applied:
            db.execute("UPDATE questions SET state='applied' WHERE id=? AND state='answered'", (tick.applied,))
        for question_id in tick.closed:
            db.execute("UPDATE questions SET state='closed' WHERE id=? AND state='open'", (question_id,))
        if tick.closed:
            _set_live_status(db, run_id, now)
        if row := tick.journal:
            db.execute("INSERT INTO journal VALUES(?, ?, ?, ?)", (run_id, row.seq, row.tick, dump(row.state)))
        if tick.journal or tick.idle or tick.number:
            _set_idle(db, run_id, tick.idle)
        return records

    def compact(self, run_id: str, snapshot: Snapshot) -> None:
        """Replace ticks by their snapshot; later ticks and a later snapshot stay."""
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
        """Store the last events of a run and its ending, and delete its journal. Returns the new events."""
        with self.database.transaction() as db:
            records = self._finish(db, run_id, tick, ending)
        self.wake_hooks()
        return records

    def _finish(self, db: Transaction, run_id: str, tick: Tick, ending: Ending) -> list[EventRecord]:
        now = now_text()
        if not _touch(db, run_id, now):
            return []
        records = _append_all(db, run_id, tick, now)
        _count_moves(db, run_id, tick.moves)
        failure = dump(asdict(ending.failure)) if ending.failure else None
        result = None if ending.result is None else dump(ending.result)
        db.execute(
            "UPDATE runs SET status=?, result=?, failure=?, is_indexed=FALSE WHERE id=?",
            (ending.status, result, failure, run_id),
        )
        _settle(db, run_id)
        _notify(db, "end", run_id, now)
        if ending.status == "failed":
            _notify(db, "failure", run_id, now)
        return records

    def cancel(self, run_id: str, event: NewEvent) -> list[EventRecord]:
        """End a run at once. Returns the new event; nothing if the run had already ended.

        If it does nothing but wait for humans, what it needs to be resumed stays: its open questions and its journal.
        """
        with self.database.transaction() as db:
            now = now_text()
            if not _touch(db, run_id, now):
                return []
            db.execute("UPDATE runs SET status='cancelled' WHERE id=?", (run_id,))
            db.execute(
                "UPDATE questions SET state='left' WHERE run_id=:run AND state='open'"
                " AND EXISTS(SELECT 1 FROM runs WHERE id=:run AND resting)",
                {"run": run_id},
            )
            if not db.execute(f"SELECT 1 FROM ({QUESTIONS_LEFT})", {"run": run_id}).fetchone():
                _settle(db, run_id)
            _notify(db, "end", run_id, now)
            records = _append(db, run_id, [event], now)
        self.wake_hooks()
        return records

    def resume(self, run_id: str, event: NewEvent) -> list[EventRecord]:
        """Have a cancelled run wait again at the questions that it was left with, by compare-and-set.

        Returns:
            The new event; nothing if the run is not cancelled (any more), or was left without a question.
        """
        with self.database.transaction() as db:
            now = now_text()
            is_first = db.execute(  # not resting: its owner brings it into memory, which may end waits that are over
                "UPDATE runs SET status='waiting', resting=FALSE, resumed=resumed+1, updated_at=:now"
                f" WHERE id=:run AND status='cancelled' AND EXISTS({QUESTIONS_LEFT})",
                {"run": run_id, "now": now},
            ).rowcount
            if not is_first:
                return []
            left = db.execute(f"{QUESTIONS_LEFT} ORDER BY seq", {"run": run_id}).fetchall()
            db.execute("UPDATE questions SET state='open' WHERE run_id=? AND state='left'", (run_id,))
            for (question_id,) in left:
                _notify(db, "question", run_id, now, question_id)
            records = _append(db, run_id, [event], now)
        self.wake_hooks()
        return records

    def accept(
        self, question_id: str, answer: NewEvent, by: str, browser: str = "", edits: Edits = NO_EDITS
    ) -> list[EventRecord]:
        """Record an answer if its question is still open; the first one wins, by compare-and-set.

        Args:
            question_id: Id of the question.
            answer: The answer.
            by: Who gives it.
            browser: Where it was entered: the drafts that were offered there for this question are deleted. Empty if
                it was entered elsewhere.
            edits: What it changes of what the question proposed, for the log.

        Returns:
            The answer's event; nothing if another answer was first or the question is closed.
        """
        with self.database.transaction() as db:
            now, body = now_text(), dump(answer.body)
            self._lock_run_of(db, question_id)
            self._hold_files(db, body)
            won = db.execute(
                "UPDATE questions SET state='answered', answer=?, answered_by=?, answered_at=?"
                f" WHERE id=? AND state='open' AND run_id IN (SELECT id FROM runs WHERE {IS_LIVE}) RETURNING run_id",
                (body, by, now, question_id),
            ).fetchone()
            if won is None:
                return []
            (run_id,) = won
            _set_live_status(db, run_id, now)
            _set_idle(db, run_id, False)
            db.execute("UPDATE runs SET is_indexed=FALSE WHERE id=?", (run_id,))
            if browser:
                db.execute(
                    f"DELETE FROM drafts WHERE browser=:browser AND question_id IN ({DRAFTS_FOR})",
                    {"browser": browser, "question": question_id},
                )
            told = {"question": question_id, "by": by, "answer": answer.body}
            if edits:
                told["edits"] = {name: list(values) for name, values in edits.items()}  # as it is read again
            return _append(db, run_id, [NewEvent("answer", answer.type, told)], now)

    def expire(self, run_id: str, question_id: str) -> bool:
        """Close a question that has waited long enough; False if it was answered before, by compare-and-set."""
        with self.database.transaction() as db:
            now = now_text()
            self._lock_run_of(db, question_id)
            db.execute("UPDATE questions SET state='closed' WHERE id=? AND state='open'", (question_id,))
            _set_live_status(db, run_id, now)
            _set_idle(db, run_id, False)  # what follows from it is still to be done
            row = db.execute("SELECT answer FROM questions WHERE id=?", (question_id,)).fetchone()
            return row is None or row[0] is None

    def _lock_run_of(self, db: Transaction, question_id: str) -> None:
        """Lock the run of a question first, as everything does that changes a run, where writers do not queue up."""

    # ---- calls of hooks

    def keep_hooks(self, hooks: Callable[[], list[Hook]]) -> list[Hook]:
        """Record which hooks there are, in place of those that were recorded before.

        Args:
            hooks: Returns them; called inside the transaction, so that the last of several threads that change them
                writes the last change.

        Returns:
            Those that were recorded.
        """
        with self.database.transaction() as db:
            there = hooks()
            db.execute("DELETE FROM hooks")
            db.executemany(
                "INSERT INTO hooks VALUES(?, ?) ON CONFLICT DO NOTHING", [(hook.topic, hook.name) for hook in there]
            )
            return there

    def begin_notice(self, hook: Hook) -> Notice | None:
        """The next call that a hook is to get now, if any; its attempt is counted before it is made, so that one that
        ends the process is given up at some time."""
        if not self.database.read(f"SELECT 1 FROM outbox WHERE {IS_DUE} LIMIT 1", _due(hook)):
            return None
        with self.database.transaction() as db:
            row = db.execute(
                f"UPDATE outbox SET attempts=attempts+1 WHERE id=(SELECT id FROM outbox WHERE {IS_DUE}"
                f" ORDER BY due_at, id LIMIT 1) RETURNING {NOTICE_COLUMNS}",
                _due(hook),
            ).fetchone()
            return Notice(*row) if row else None

    def end_notice(self, notice: Notice) -> None:
        """Forget a call that was made."""
        with self.database.transaction() as db:
            db.execute("DELETE FROM outbox WHERE id=?", (notice.id,))

    def postpone_notice(self, notice: Notice, until: datetime | None) -> bool:
        """Record when a call is to be made again; None if never. False if its run was deleted meanwhile."""
        with self.database.transaction() as db:
            due = until and stamp(until)
            return db.execute("UPDATE outbox SET due_at=? WHERE id=?", (due, notice.id)).rowcount == 1

    # ---- drafts

    def keep_draft(self, run_id: str, question_id: str, browser: str, body: str, by: str) -> bool:
        """Store a browser's draft for a question; see `Run.keep_draft`.

        Args:
            run_id: The run that asks.
            question_id: The question.
            browser: Id of the browser.
            body: JSON text.
            by: Who enters it.

        Returns:
            False if the question is not open, and there is no draft of this browser to replace.
        """
        with self.database.transaction() as db:
            return _keep_draft(db, run_id, question_id, browser, body, by)

    def change_draft(
        self, run_id: str, question_id: str, browser: str, change: Callable[[dict[str, Any]], str], by: str
    ) -> bool:
        """Change a browser's draft in one transaction, so that of two changes at once neither undoes the other.

        Args:
            run_id: The run that asks.
            question_id: The question.
            browser: Id of the browser.
            change: Makes the new body, JSON text, from the one that `draft` returns, or from an empty one.
            by: Who enters it.

        Returns:
            See `keep_draft`.
        """
        with self.database.transaction() as db:
            about = {"run": run_id, "question": question_id, "browser": browser}
            row = db.execute(f"SELECT drafts.body FROM {DRAFT_OF_BROWSER}", about).fetchone()
            return _keep_draft(db, run_id, question_id, browser, change(json.loads(row[0]) if row else {}), by)


def _keep_draft(db: Transaction, run_id: str, question_id: str, browser: str, body: str, by: str) -> bool:
    draft = {"run": run_id, "question": question_id, "browser": browser, "body": body, "by": by}
    kept = db.execute(
        "INSERT INTO drafts(question_id, browser, run_id, author, body, changed_at)"
        " SELECT id, :browser, run_id, :by, :body, :now FROM questions WHERE id=:question AND run_id=:run"
        " AND (state IN ('open', 'left')"
        " OR EXISTS(SELECT 1 FROM drafts WHERE question_id=:question AND browser=:browser))"
        " ON CONFLICT(question_id, browser) DO UPDATE SET author=:by, body=:body, changed_at=:now",
        draft | {"now": now_text()},
    ).rowcount
    db.execute(
        "DELETE FROM drafts WHERE question_id=:question AND browser IN"
        " (SELECT browser FROM drafts WHERE question_id=:question AND browser != :browser"
        " ORDER BY changed_at DESC LIMIT 1000000 OFFSET :others)",
        draft | {"others": MOST_DRAFTS - 1},
    )
    return kept == 1


def _touch(db: Transaction, run_id: str, now: str, at_work: Sequence[str] | None = None) -> bool:
    working = None if at_work is None else dump(at_work)
    return (
        db.execute(
            f"UPDATE runs SET updated_at=?, at_work=coalesce(?, at_work) WHERE id=? AND {IS_LIVE}",
            (now, working, run_id),
        ).rowcount
        == 1
    )


def _count_moves(db: Transaction, run_id: str, moves: Sequence[Move]) -> None:
    db.executemany(
        "INSERT INTO moves VALUES(?, ?, ?, ?, 1)"
        " ON CONFLICT(run_id, step, event, gives) DO UPDATE SET times=moves.times+1",
        [(run_id, move.step, move.event, move.gives) for move in moves],
    )


def _append(db: Transaction, run_id: str, events: list[NewEvent], now: str) -> list[EventRecord]:
    first = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM events WHERE run_id=?", (run_id,)).fetchone()[0]
    at = time_from(now)
    records = [
        EventRecord(seq, new.kind, new.type, at, new.body, new.step) for seq, new in enumerate(events, start=first)
    ]
    rows = [(run_id, record.seq, record.kind, record.type, now, dump(record.body)) for record in records]
    db.executemany("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?)", rows)
    _note_writers(db, run_id, records)
    return records


def _note_writers(db: Transaction, run_id: str, records: Sequence[EventRecord]) -> None:
    """Store which step writes from an event on, where it is another than before."""
    last = db.execute("SELECT step FROM writers WHERE run_id=? ORDER BY seq DESC LIMIT 1", (run_id,)).fetchone()
    before = last[0] if last else None
    for record in records:
        if record.step != before:
            db.execute("INSERT INTO writers VALUES(?, ?, ?)", (run_id, record.seq, record.step))
            before = record.step


def _append_all(db: Transaction, run_id: str, tick: Tick, now: str) -> list[EventRecord]:
    new_events = [new for new in tick.events if not (isinstance(new, NewQuestion) and _is_asked_already(db, new))]
    if not new_events:
        return []
    events = [new.event if isinstance(new, NewQuestion) else new for new in new_events]
    records = _append(db, run_id, events, now)
    records = [
        replace(record, summary=new.summary) if isinstance(new, NewQuestion) else record
        for new, record in zip(new_events, records, strict=True)
    ]
    for new, record in zip(new_events, records, strict=True):
        if isinstance(new, NewQuestion):
            schema, required = dump(new.answer_schema), dump(new.requirements)
            about = (new.id, run_id, record.type, dump(record.body), new.answer_type, schema, required)
            times = (now, new.expires_at and stamp(new.expires_at))
            db.execute(
                f"INSERT INTO questions({QUESTION_COLUMNS}, seq, state)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
                (*about, *times, new.summary, record.seq),
            )
            _notify(db, "question", run_id, now, new.id)
            _set_live_status(db, run_id, now)
    return records


def _is_asked_already(db: Transaction, new: NewQuestion) -> bool:
    """True for a question that is stored; if it is open it gets the answer type and the limits of its waiter."""
    expires_at = new.expires_at and stamp(new.expires_at)
    about = (new.answer_type, dump(new.answer_schema), dump(new.requirements), expires_at)
    db.execute(
        "UPDATE questions SET answer_type=?, answer_schema=?, requirements=?, expires_at=? WHERE id=? AND state='open'",
        (*about, new.id),
    )
    return db.execute("SELECT 1 FROM questions WHERE id=?", (new.id,)).fetchone() is not None


def _notify(db: Transaction, topic: Topic, run_id: str, now: str, question_id: str | None = None) -> None:
    """Store a call for each hook of a topic; nothing if there is none."""
    db.execute(
        "INSERT INTO outbox(topic, hook, run_id, question_id, written_at, due_at, resumed)"
        " SELECT topic, name, :run, :question, :now, '', (SELECT resumed FROM runs WHERE id=:run)"
        " FROM hooks WHERE topic=:topic",
        {"topic": topic, "run": run_id, "question": question_id, "now": now},
    )


def _due(hook: Hook) -> dict[str, str]:
    return {"topic": hook.topic, "hook": hook.name, "now": now_text()}


def _set_live_status(db: Transaction, run_id: str, now: str) -> None:
    db.execute(
        "UPDATE runs SET updated_at=?, status=CASE WHEN EXISTS(SELECT 1 FROM questions WHERE run_id=runs.id"
        f" AND state='open') THEN 'waiting' ELSE 'running' END WHERE id=? AND {IS_LIVE}",
        (now, run_id),
    )


def _set_idle(db: Transaction, run_id: str, idle: bool) -> None:
    """Store whether a run is idle; one with an undelivered answer is not, whatever its last tick says."""
    db.execute(
        "UPDATE runs SET resting=? AND NOT EXISTS(SELECT 1 FROM questions WHERE run_id=runs.id AND state='answered')"
        " WHERE id=?",
        (idle, run_id),
    )


def _settle(db: Transaction, run_id: str) -> None:
    """Clean up after a run has ended: close its open questions, and delete its journal and snapshot."""
    db.execute("UPDATE questions SET state='closed' WHERE run_id=? AND state='open'", (run_id,))
    db.execute("DELETE FROM journal WHERE run_id=?", (run_id,))
    db.execute("DELETE FROM snapshots WHERE run_id=?", (run_id,))
