"""Convert database rows to records, and values to what a column holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hitl.engine.records import LIVE, Answer, Draft, EventRecord, Failure, JournalRow, Question, RunRecord, Snapshot
from hitl.engine.workflows.signature import WorkflowSignature

RUN_COLUMNS = "id, workflow, title, inputs, status, resting, result, failure, created_at, updated_at"
EVENT_COLUMNS = "seq, kind, type, at, body"
QUESTION_COLUMNS = "id, run_id, type, body, answer_type, answer_schema, requirements, asked_at"
ANSWER_COLUMNS = "id, type, answer, answered_by, answered_at, state"
DRAFT_COLUMNS = "question_id, browser, author, drafts.body, changed_at"


def run_from(row: Iterable[Any]) -> RunRecord:
    run_id, workflow, title, inputs, status, resting, result, failure, created_at, updated_at = row
    return RunRecord(
        run_id,
        workflow,
        title,
        json.loads(inputs),
        status,
        status in LIVE and not resting,
        json.loads(result) if result else None,
        Failure(**json.loads(failure)) if failure else None,
        time_from(created_at),
        time_from(updated_at),
    )


def event_from(row: Iterable[Any]) -> EventRecord:
    seq, kind, type_, at, body = row
    return EventRecord(seq, kind, type_, time_from(at), json.loads(body))


def question_from(row: Iterable[Any]) -> Question:
    question_id, run_id, type_, body, answer_type, schema, requirements, asked_at, workflow = row
    return Question(
        question_id,
        run_id,
        workflow,
        type_,
        json.loads(body),
        answer_type,
        json.loads(schema),
        json.loads(requirements),
        time_from(asked_at),
    )


def answer_from(row: Iterable[Any]) -> Answer:
    question_id, question_type, body, by, at, state = row
    return Answer(question_id, question_type, json.loads(body), by, time_from(at), state)


def draft_from(row: Iterable[Any]) -> Draft:
    question_id, browser, author, body, changed_at = row
    return Draft(question_id, browser, author, json.loads(body), time_from(changed_at))


def journal_row_from(row: Iterable[Any]) -> JournalRow:
    seq, tick, state = row
    return JournalRow(seq, tick, json.loads(state))


def snapshot_from(row: Iterable[Any]) -> Snapshot:
    seq, context = row
    return Snapshot(seq, json.loads(context))


def signature_from(row: Iterable[Any]) -> WorkflowSignature:
    (text,) = row
    return WorkflowSignature.from_json(text)


def dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def stamp(at: datetime) -> str:
    """A time as ISO text in UTC, which sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def now_text() -> str:
    return stamp(datetime.now(UTC))


def time_from(text: str) -> datetime:
    return datetime.fromisoformat(text)
