"""Everything that is asked of the file of runs."""

from __future__ import annotations

import sys
from collections.abc import Collection
from datetime import datetime

from hitl.engine.errors import QuestionNotFound
from hitl.engine.records import LIVE, Answer, EventRecord, Journal, Question, Receipt, RunRecord, Status
from hitl.engine.store.database import Database
from hitl.engine.store.row_mappers import (
    ANSWER_COLUMNS,
    EVENT_COLUMNS,
    RUN_COLUMNS,
    answer_from,
    dump,
    event_from,
    journal_row_from,
    question_from,
    run_from,
    signature_from,
    snapshot_from,
    stamp,
    time_from,
)
from hitl.engine.workflows.signature import WorkflowSignature

IS_LIVE = f"status IN {LIVE}"
"""Guards every change of a run: what has ended stays as it ended."""

SELECT_QUESTIONS = """
SELECT q.id, q.run_id, q.type, q.body, q.answer_type, q.answer_schema, q.requirements, q.asked_at, r.workflow
FROM questions q JOIN runs r ON r.id=q.run_id
"""

MATCHES = """
(instr(folded(title), :search) OR instr(folded(json_extract(result, '$.title')), :search)
 OR EXISTS(SELECT 1 FROM json_tree(runs.inputs) WHERE type='text' AND instr(folded(value), :search)))
"""


class Queries:
    """Reads runs, events, questions and answers; each call sees everything that was committed before it.

    Every method raises `StoreUnusable` when the file cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    # ---- runs

    def run(self, run_id: str) -> RunRecord | None:
        found = self.database.records(run_from, f"SELECT {RUN_COLUMNS} FROM runs WHERE id=?", run_id)
        return found[0] if found else None

    def runs(
        self,
        status: Status | None = None,
        search: str = "",
        limit: int = 50,
        before: datetime | None = None,
        since: datetime | None = None,
        ids: Collection[str] | None = None,
    ) -> list[RunRecord]:
        """Runs, the newest first; see `Engine.runs`."""
        asked = {  # only what is asked for, so that SQLite finds the index for it
            "status=:status": status,
            "created_at < :before": before and stamp(before),
            "created_at >= :since": since and stamp(since),
            "id IN (SELECT value FROM json_each(:ids))": None if ids is None else dump(list(ids)),
            MATCHES: search.casefold() or None,
        }
        if ids is not None and not ids:
            return []
        conditions = [condition for condition, value in asked.items() if value is not None]
        order = "created_at" if ids is None else "+created_at"  # few ids are found faster by themselves than in order
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        return self.database.records(
            run_from,
            f"SELECT {RUN_COLUMNS} FROM runs {where} ORDER BY {order} DESC LIMIT :limit",
            dict(zip(("status", "before", "since", "ids", "search"), asked.values(), strict=True)) | {"limit": limit},
        )

    def runs_named(self, prefix: str) -> list[str]:
        """Ids that begin with some characters, two at most."""
        rows = self.database.read("SELECT id FROM runs WHERE substr(id, 1, ?)=? LIMIT 2", len(prefix), prefix)
        return [run_id for (run_id,) in rows]

    def runs_at_work(self) -> list[str]:
        """Ids of the runs that have something to do, or have been sent something, the oldest first."""
        rows = self.database.read(f"SELECT id FROM runs WHERE {IS_LIVE} AND NOT resting ORDER BY created_at")
        return [run_id for (run_id,) in rows]

    def ended_before(self, before: datetime | None, limit: int) -> list[str]:
        """Ids of runs that have ended, before a time if one is given: those that ended first come first."""
        rows = self.database.read(
            f"SELECT id FROM runs WHERE NOT {IS_LIVE} AND (:before IS NULL OR updated_at < :before)"
            " ORDER BY updated_at LIMIT :limit",
            {"before": before and stamp(before), "limit": limit},
        )
        return [run_id for (run_id,) in rows]

    def signature(self, run_id: str) -> WorkflowSignature | None:
        """The signature that a run's workflow had when it was last at work; None when that was not recorded."""
        found = self.database.records(
            signature_from, "SELECT shapes.shape FROM shapes JOIN runs ON runs.shape=shapes.id WHERE runs.id=?", run_id
        )
        return found[0] if found else None

    def owner(self) -> int | None:
        """The id of the process that owned the file last."""
        rows = self.database.read("SELECT process FROM owner")
        return int(rows[0][0]) if rows else None

    # ---- what happened in a run

    def events(self, run_id: str, after: int = 0) -> list[EventRecord]:
        return self.database.records(
            event_from, f"SELECT {EVENT_COLUMNS} FROM events WHERE run_id=? AND seq>? ORDER BY seq", run_id, after
        )

    def journal(self, run_id: str, until: int = sys.maxsize) -> Journal | None:
        """What a run is taken up from, up to the tick with a number; None when nothing of it has run."""
        with self.database.one_moment():  # what is not in the one is in the other
            snapshots = self.database.records(
                snapshot_from, "SELECT seq, context FROM snapshots WHERE run_id=?", run_id
            )
            rows = self.database.records(
                journal_row_from,
                "SELECT seq, tick, state FROM journal WHERE run_id=? AND seq<=? ORDER BY seq",
                run_id,
                until,
            )
        return Journal(snapshots[0] if snapshots else None, tuple(rows)) if snapshots or rows else None

    # ---- questions and answers

    def questions(self, run_id: str | None = None) -> list[Question]:
        """Open questions, of one run or of all, the oldest first."""
        which = "q.state='open'" if run_id is None else "+q.state='open' AND q.run_id=:run"  # the index of its own run
        return self.database.records(
            question_from, f"{SELECT_QUESTIONS} WHERE {which} ORDER BY q.asked_at, q.seq", {"run": run_id}
        )

    def question(self, run_id: str, question_id: str) -> Question:
        """A question of a run, open or not.

        Raises:
            QuestionNotFound: If the run never asked it.
        """
        found = self.database.records(
            question_from, f"{SELECT_QUESTIONS} WHERE q.run_id=? AND q.id=?", run_id, question_id
        )
        if not found:
            raise QuestionNotFound(f"Run {run_id} has no question {question_id}. Look at the open ones again.")
        return found[0]

    def answers(self, run_id: str, state: str | None = None) -> list[Answer]:
        """Answers given in a run, in the order of their acceptance; `state` picks `answered` or `applied`."""
        return self.database.records(
            answer_from,
            f"SELECT {ANSWER_COLUMNS} FROM questions"
            " WHERE run_id=:run AND answer IS NOT NULL AND (:state IS NULL OR state=:state)"
            " ORDER BY answered_at, seq",
            {"run": run_id, "state": state},
        )

    def receipt(self, question_id: str, accepted: bool) -> Receipt:
        """What became of a question, for someone whose answer was accepted or not.

        Raises:
            QuestionNotFound: If the run was deleted meanwhile.
        """
        rows = self.database.read("SELECT state, answered_by, answered_at FROM questions WHERE id=?", question_id)
        if not rows:
            raise QuestionNotFound("The run was deleted before it could be answered.")
        state, by, at = rows[0]
        return Receipt(accepted, by, time_from(at) if at else None, state)
