"""The queries of the database."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hitl.engine.errors import QuestionNotFound
from hitl.engine.hooks import Hook
from hitl.engine.records import (
    LIVE,
    Answer,
    Course,
    Draft,
    EventRecord,
    Journal,
    Move,
    OpenQuestion,
    Question,
    Receipt,
    RunRecord,
    Status,
    Traversal,
)
from hitl.engine.store.database import Tables
from hitl.engine.store.row_mappers import (
    ANSWER_COLUMNS,
    DRAFT_COLUMNS,
    EVENT_COLUMNS,
    RUN_COLUMNS,
    answer_from,
    draft_from,
    dump,
    event_from,
    journal_row_from,
    load,
    now_text,
    open_question_from,
    question_from,
    run_from,
    signature_from,
    snapshot_from,
    stamp,
    time_from,
)
from hitl.engine.store.search import (
    INDEX,
    INDEXED,
    MOST_TERMS,
    NOT_INDEXED,
    TERMS_LIKE,
    TEXT_OF_RUN,
    any_of,
    pattern_of,
    words_of,
)
from hitl.engine.workflows.signature import WorkflowSignature
from hitl.files import NAMED

IS_LIVE = f"status IN {LIVE}"
"""SQL condition of every change of a run's status: a run that has ended never changes it again."""

SELECT_QUESTIONS = """
SELECT q.id, q.run_id, q.type, q.body, q.answer_type, q.answer_schema, q.requirements, q.asked_at, q.expires_at,
 q.summary, r.workflow
FROM questions q JOIN runs r ON r.id=q.run_id
"""

DRAFTS_FOR = """
SELECT old.id FROM questions old JOIN questions asked ON asked.run_id=old.run_id
WHERE asked.id=:question AND (old.id=asked.id OR old.type=asked.type AND old.answered_at <= asked.asked_at)
"""
"""The questions whose drafts a browser is offered for a question: itself, and earlier ones that came to nothing there
since somebody else has answered them."""

DRAFT_OF_BROWSER = f"""
drafts WHERE run_id=:run AND browser=:browser AND question_id IN ({DRAFTS_FOR})
ORDER BY question_id=:question DESC, changed_at DESC LIMIT 1
"""

TEXTS_OF_RUNS = """
WITH these AS (SELECT value AS id FROM json_each(:ids))
SELECT inputs, created_at FROM runs WHERE id IN (SELECT id FROM these)
UNION ALL SELECT result, updated_at FROM runs WHERE id IN (SELECT id FROM these) AND result IS NOT NULL
UNION ALL SELECT body, asked_at FROM questions WHERE run_id IN (SELECT id FROM these)
UNION ALL SELECT answer, answered_at FROM questions WHERE run_id IN (SELECT id FROM these) AND answer IS NOT NULL
"""
"""What the runs were given, what they have asked and what they gave, each with its time."""
RUNS_AT_ONCE = 100
PARAMETER = re.compile(r":(\w+)")
WRITER = """
SELECT step FROM writers WHERE writers.run_id=events.run_id AND writers.seq<=events.seq
ORDER BY writers.seq DESC LIMIT 1
"""
"""The step that wrote an event."""
SUMMARY = """
CASE kind WHEN 'question' THEN
(SELECT summary FROM questions WHERE questions.run_id=events.run_id AND questions.seq=events.seq LIMIT 1) END
"""
"""What a question asks, in a line."""

SELECT_OPEN = f"""
SELECT q.id, q.type, q.summary, q.asked_at, q.expires_at, {", ".join(f"r.{name}" for name in RUN_COLUMNS.split(", "))}
FROM questions q JOIN runs r ON r.id=q.run_id
"""
FEW_IDS = 500
"""Number of runs up to which it is quicker to read their texts than to look into the index of all."""


class RunVersion(NamedTuple):
    """The version of a workflow that a run belongs to."""

    workflow: str
    shape: str | None
    """Id of the signature recorded with the run; None if there is none."""


class Queries:
    """Reads runs, events, questions and answers; each call sees everything that was committed before it.

    Every method raises `StoreUnusable` when the file cannot be read.
    """

    def __init__(self, database: Tables) -> None:
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
        workflows: Collection[str] | None = None,
        offset: int = 0,
    ) -> list[RunRecord]:
        """Runs, newest first; see `Client.runs`."""
        if ids is not None and not ids:
            return []
        asked = Conditions(
            {
                "status=:status": status,
                "created_at < :before": before and stamp(before),
                "created_at >= :since": since and stamp(since),
                "runs.id IN (SELECT value FROM json_each(:ids))": _json_list(ids),
                "workflow IN (SELECT value FROM json_each(:workflows))": _json_list(workflows),
            }
        )
        if words := words_of(search):
            reads_all = ids is not None and len(ids) <= FEW_IDS
            numbers = self._numbers_with(words, asked, offset + limit, reads_all)[offset:]
            return self.database.records(
                run_from,
                f"SELECT {RUN_COLUMNS} FROM runs WHERE number IN ({', '.join(map(str, numbers)) or 'NULL'})"
                " ORDER BY created_at DESC, number DESC",
            )
        order = (
            "created_at" if ids is None else "created_at || ''"
        )  # not by its index: a few ids are found faster by id
        # the place is found without reading the runs before it
        page = f"SELECT id FROM runs {asked.where()} ORDER BY {order} DESC LIMIT :limit OFFSET :offset"
        return self.database.records(
            run_from,
            f"SELECT {RUN_COLUMNS} FROM runs WHERE id IN ({page}) ORDER BY created_at DESC",
            asked.values | {"limit": limit, "offset": offset},
        )

    def _numbers_with(self, words: Sequence[str], asked: Conditions, most: int, reads_all: bool) -> list[int]:
        """Numbers of the runs that have all words in their texts, the highest first.

        Args:
            words: Without case.
            asked: What else is asked of them.
            most: The maximum number of runs.
            reads_all: Whether all are to be read, instead of looking into the index.
        """
        values = asked.values | {f"word{at}": word for at, word in enumerate(words)} | {"most": most}
        patterns = {f"pattern{at}": each for at, word in enumerate(words) if (each := pattern_of(word))}
        has_words = [f"instr({TEXT_OF_RUN}, :word{at})" for at in range(len(words))]
        uses_index = self.database.has_search and not reads_all
        with self.database.one_moment():
            found = self.database.read(
                f"SELECT number FROM runs {asked.where(*([NOT_INDEXED] if uses_index else []), *has_words)}"
                " ORDER BY number DESC LIMIT :most",
                values,
            )
            if uses_index and (queries := self._full_text_queries(words)) is not None:
                fits = [
                    *(f"{INDEX}.{INDEXED} LIKE :{name}" for name in patterns),
                    *([f"{INDEX} MATCH :query"] if queries else []),
                    *(f"instr({INDEX}.{INDEXED}, :word{at})" for at in range(len(words))),
                ]
                found += self.database.read(  # CROSS: from the index to the runs, in its order
                    f"SELECT {INDEX}.rowid FROM {INDEX} CROSS JOIN runs ON runs.number={INDEX}.rowid"
                    f" {asked.where(*fits, 'runs.is_indexed')} ORDER BY {INDEX}.rowid DESC LIMIT :most",
                    values | patterns | {"query": " AND ".join(queries)},
                )
        return sorted((number for (number,) in found), reverse=True)[:most]

    def _full_text_queries(self, words: Sequence[str]) -> list[str] | None:
        """What all texts in the index fit that have the words for which there is no pattern.

        Returns:
            None if no text can have all words.
        """
        queries = []
        for word in words:
            if pattern_of(word) is not None:
                continue
            starts = {word[:3], word[:3].lower()}  # without case, for this index and for Python
            terms = {term for start in starts for (term,) in self.database.read(TERMS_LIKE, {"start": start})}
            if not terms:
                return None
            if len(terms) <= MOST_TERMS:
                queries.append(f"({any_of(sorted(terms))})")
        return queries

    def courses(self, run_ids: Collection[str]) -> dict[str, Course]:
        """What was asked and answered in runs, by id; see `Client.courses`."""
        rows = self.database.read(
            "SELECT run_id, summary, answered_by, answered_at FROM questions"
            " WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id, seq",
            dump(list(run_ids)),
        )
        courses: dict[str, Course] = {}
        last: dict[str, str] = {}
        for run_id, summary, by, at in rows:
            course = courses.get(run_id, Course())
            is_last = at is not None and at >= last.get(run_id, "")
            courses[run_id] = Course(
                course.asked + 1,
                course.answered + (at is not None),
                by if is_last else course.answered_by,
                summary or course.summary,
            )
            if is_last:
                last[run_id] = at
        return courses

    def runs_named(self, prefix: str) -> list[str]:
        """Ids of runs that begin with `prefix`, at most two."""
        rows = self.database.read("SELECT id FROM runs WHERE substr(id, 1, ?)=? LIMIT 2", len(prefix), prefix)
        return [run_id for (run_id,) in rows]

    def runs_at_work(self) -> list[str]:
        """Ids of the active runs, oldest first."""
        rows = self.database.read(f"SELECT id FROM runs WHERE {IS_LIVE} AND NOT resting ORDER BY created_at")
        return [run_id for (run_id,) in rows]

    def ended_before(self, before: datetime | None, limit: int) -> list[str]:
        """Ids of at most `limit` ended runs, those that ended first before others; only those that ended before
        `before`, if it is given."""
        rows = self.database.read(
            f"SELECT id FROM runs WHERE NOT {IS_LIVE} AND (:before IS NULL OR updated_at < :before)"
            " ORDER BY updated_at LIMIT :limit",
            {"before": before and stamp(before), "limit": limit},
        )
        return [run_id for (run_id,) in rows]

    def signature(self, run_id: str) -> WorkflowSignature | None:
        """The workflow's signature recorded with a run; None if there is none."""
        found = self.database.records(
            signature_from, "SELECT shapes.shape FROM shapes JOIN runs ON runs.shape=shapes.id WHERE runs.id=?", run_id
        )
        return found[0] if found else None

    def live_versions(self) -> dict[RunVersion, WorkflowSignature | None]:
        """The versions of workflows that live runs belong to, with the signature recorded with those runs, if any."""
        rows = self.database.read(
            f"WITH live AS (SELECT DISTINCT workflow, shape FROM runs WHERE {IS_LIVE})"
            " SELECT workflow, live.shape, shapes.shape FROM live LEFT JOIN shapes ON shapes.id=live.shape"
        )
        return {
            RunVersion(workflow, shape): WorkflowSignature.from_json(text) if text else None
            for workflow, shape, text in rows
        }

    def live_runs_of(self, version: RunVersion) -> set[str]:
        """Ids of the live runs that belong to a version of a workflow."""
        rows = self.database.read(
            f"SELECT id FROM runs WHERE {IS_LIVE} AND workflow=? AND coalesce(shape, '')=?",
            version.workflow,
            version.shape or "",
        )
        return {run_id for (run_id,) in rows}

    def times_resumed(self, run_id: str) -> int:
        """How often a run was resumed after it was cancelled; 0 if there is none."""
        rows = self.database.read("SELECT resumed FROM runs WHERE id=?", run_id)
        return int(rows[0][0]) if rows else 0

    def traversal(self, run_id: str) -> Traversal:
        """What of its workflow a run has been through; nothing if there is no such run."""
        rows = self.database.read("SELECT at_work FROM runs WHERE id=?", run_id)
        moves = self.database.read("SELECT step, event, gives, times FROM moves WHERE run_id=?", run_id)
        return Traversal(
            tuple(load(rows[0][0])) if rows else (),
            {Move(step, event, bool(gives)): times for step, event, gives, times in moves},
        )

    def owner(self) -> int | None:
        """Id of the process that last owned the database; None if none has."""
        rows = self.database.read("SELECT process FROM owner")
        return int(rows[0][0]) if rows else None

    def blocked_reason(self, run_id: str) -> str | None:
        """Why the last owner of the database cannot continue a run, in a sentence; None if it can."""
        rows = self.database.read("SELECT reason FROM blocked WHERE run_id=?", run_id)
        return str(rows[0][0]) if rows else None

    def blocked_runs(self) -> set[str]:
        """Ids of the runs that the last owner of the database cannot continue."""
        return {run_id for (run_id,) in self.database.read("SELECT run_id FROM blocked")}

    def files_named(self, run_ids: Collection[str] | None = None) -> dict[str, datetime]:
        """What may be the fingerprint of a file in what runs were given, have asked and gave, and when it last was.

        Args:
            run_ids: The runs; None for all. They are read in parts, so that other readers have their turn.
        """
        named: dict[str, datetime] = {}
        ids = self.run_ids() if run_ids is None else list(run_ids)
        for start in range(0, len(ids), RUNS_AT_ONCE):
            for text, at in self.database.read(TEXTS_OF_RUNS, {"ids": dump(ids[start : start + RUNS_AT_ONCE])}):
                for fingerprint in NAMED.findall(text):
                    named[fingerprint] = max(time_from(at), named.get(fingerprint, time_from(at)))
        return named

    def still_named(self, fingerprints: Collection[str]) -> set[str]:
        """Those of these files that a run names; see `files_named`."""
        return set(fingerprints) & self.files_named().keys() if fingerprints else set()

    def run_ids(self) -> list[str]:
        """The ids of all runs."""
        return [run_id for (run_id,) in self.database.read("SELECT id FROM runs")]

    # ---- events and ticks

    def events(self, run_id: str, after: int = 0) -> list[EventRecord]:
        return self.database.records(
            event_from,
            f"SELECT {EVENT_COLUMNS}, ({WRITER}), {SUMMARY} FROM events WHERE run_id=? AND seq>? ORDER BY seq",
            run_id,
            after,
        )

    def journal(self, run_id: str, until: int = sys.maxsize) -> Journal | None:
        """The journal of a run up to and including tick `until`; None if nothing of it has run."""
        with self.database.one_moment():  # compacting moves ticks from one table to the other
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

    def has_begun(self, run_id: str) -> bool:
        """True if a tick of a run is stored that has not ended."""
        return self.journal(run_id) is not None

    # ---- calls of hooks

    def next_notice_at(self, hook: Hook) -> datetime | None:
        """When the next call of a hook is due; None if there is none."""
        (due,) = self.database.read(
            "SELECT min(due_at) FROM outbox WHERE topic=:topic AND hook=:name",
            {"topic": hook.topic, "name": hook.name},
        )[0]
        return time_from(due or now_text()) if due is not None else None

    # ---- questions and answers

    def questions(self, run_id: str | None = None) -> list[Question]:
        """Open questions, of one run or of all, oldest first."""
        which = "q.state='open'" if run_id is None else "q.state || ''='open' AND q.run_id=:run"  # by the index of runs
        return self.database.records(
            question_from, f"{SELECT_QUESTIONS} WHERE {which} ORDER BY q.asked_at, q.seq", {"run": run_id}
        )

    def open_questions(
        self,
        ids: Collection[str] | None = None,
        workflows: Collection[str] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[OpenQuestion]:
        """Open questions as a list shows them, oldest first; see `Client.open_questions`."""
        asked = _open_questions_of(ids, workflows)
        return self.database.records(
            open_question_from,
            f"{SELECT_OPEN} {asked.where()} ORDER BY q.asked_at, q.run_id, q.seq LIMIT :limit OFFSET :offset",
            asked.values | {"limit": limit, "offset": offset},
        )

    def count_open_questions(self, ids: Collection[str] | None = None, workflows: Collection[str] | None = None) -> int:
        """The number of open questions; see `Client.open_questions`."""
        asked = _open_questions_of(ids, workflows)
        joined = "" if workflows is None else "JOIN runs r ON r.id=q.run_id"
        return int(self.database.read(f"SELECT count(*) FROM questions q {joined} {asked.where()}", asked.values)[0][0])

    def expiring(self) -> list[Question]:
        """Open questions that stop waiting at some time, the next one first."""
        return self.database.records(
            question_from,
            f"{SELECT_QUESTIONS} WHERE q.state='open' AND q.expires_at IS NOT NULL ORDER BY q.expires_at",
        )

    def questions_left(self, run_id: str) -> list[Question]:
        """The questions that were open when a run was cancelled, and at which it can be resumed, oldest first."""
        return self.database.records(
            question_from, f"{SELECT_QUESTIONS} WHERE q.state='left' AND q.run_id=? ORDER BY q.asked_at, q.seq", run_id
        )

    def last_question(self, run_id: str) -> Question | None:
        """The question that a run has asked last, open or not; None if it has asked none."""
        found = self.database.records(
            question_from, f"{SELECT_QUESTIONS} WHERE q.run_id=? ORDER BY q.seq DESC LIMIT 1", run_id
        )
        return found[0] if found else None

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

    def draft(self, run_id: str, question_id: str, browser: str) -> Draft | None:
        """The draft of a browser for a question; see `Run.draft`."""
        found = self.database.records(
            draft_from,
            f"SELECT {DRAFT_COLUMNS} FROM {DRAFT_OF_BROWSER}",
            {"run": run_id, "question": question_id, "browser": browser},
        )
        return found[0] if found else None

    def drafts(self, run_id: str, question_id: str) -> list[Draft]:
        """The drafts of all browsers for a question, the one that was changed last first."""
        return self.database.records(
            draft_from,
            f"SELECT {DRAFT_COLUMNS} FROM drafts WHERE run_id=? AND question_id=? ORDER BY changed_at DESC",
            run_id,
            question_id,
        )

    def drafts_by(self, run_id: str, question_id: str, by: str) -> list[Draft]:
        """The drafts of one author for a question; see `Run.drafts_by`."""
        rows = self.database.read(
            f"SELECT {DRAFT_COLUMNS}, coalesce(answered_by, '') FROM drafts"
            " JOIN questions ON questions.id=drafts.question_id"
            f" WHERE drafts.run_id=:run AND question_id IN ({DRAFTS_FOR})"
            " ORDER BY question_id=:question DESC, changed_at DESC",
            {"run": run_id, "question": question_id},
        )
        name, found = by.casefold(), [(draft_from(draft), answered_by.casefold()) for *draft, answered_by in rows]
        return [draft for draft, answered_by in found if draft.by.casefold() == name and answered_by != name]

    def receipt(self, question_id: str, accepted: bool) -> Receipt:
        """The receipt for an answer that was accepted or not, with the current state of its question.

        Raises:
            QuestionNotFound: If the run was deleted meanwhile.
        """
        rows = self.database.read("SELECT state, answered_by, answered_at FROM questions WHERE id=?", question_id)
        if not rows:
            raise QuestionNotFound("The run was deleted before it could be answered.")
        state, by, at = rows[0]
        return Receipt(accepted, by, time_from(at) if at else None, "closed" if state == "left" else state)


class Conditions:
    """Conditions of a query, of which only those in use become part of it, so that SQLite can choose an index.

    Args:
        given: By condition, with one parameter each: its value; None if it is not in use.
    """

    def __init__(self, given: Mapping[str, object]) -> None:
        self._used = {condition: value for condition, value in given.items() if value is not None}
        self.values = {PARAMETER.findall(condition)[0]: value for condition, value in self._used.items()}
        """By parameter."""

    def where(self, *others: str) -> str:
        """The clause with these conditions and others."""
        conditions = [*self._used, *others]
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _open_questions_of(ids: Collection[str] | None, workflows: Collection[str] | None) -> Conditions:
    return Conditions(
        {
            "q.state=:state": "open",
            "q.run_id IN (SELECT value FROM json_each(:ids))": _json_list(ids),
            "r.workflow IN (SELECT value FROM json_each(:workflows))": _json_list(workflows),
        }
    )


def _json_list(values: Collection[str] | None) -> str | None:
    return None if values is None else dump(list(values))
