"""Convert database rows to records, and values to what a column holds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hitl.engine.records import (
    LIVE,
    Answer,
    Draft,
    EventRecord,
    Failure,
    JournalRow,
    OpenQuestion,
    Question,
    RunRecord,
    Snapshot,
)
from hitl.engine.workflows.signature import WorkflowSignature

RUN_COLUMNS = "id, workflow, title, inputs, status, resting, result, failure, created_at, updated_at, started_by"
EVENT_COLUMNS = "seq, kind, type, at, body"
QUESTION_COLUMNS = "id, run_id, type, body, answer_type, answer_schema, requirements, asked_at, expires_at, summary"
ANSWER_COLUMNS = "id, type, answer, answered_by, answered_at, state"
NOTICE_COLUMNS = "id, topic, hook, run_id, question_id, attempts, resumed"
DRAFT_COLUMNS = "question_id, browser, author, drafts.body, changed_at"

ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
NUMBER = "__hitl_number"
"""The only key of a dict that stands for a number that JSON does not have."""
NUMBERS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""One object each: Python takes two records for equal that hold the very same NaN."""
MARK = f'{{"{NUMBER}":'


def run_from(row: Iterable[Any]) -> RunRecord:
    run_id, workflow, title, inputs, status, resting, result, failure, created_at, updated_at, by = row
    return RunRecord(
        run_id,
        workflow,
        title,
        load(inputs),
        status,
        status in LIVE and not resting,
        load(result) if result else None,
        Failure(**json.loads(failure)) if failure else None,
        time_from(created_at),
        time_from(updated_at),
        by,
    )


def event_from(row: Iterable[Any]) -> EventRecord:
    seq, kind, type_, at, body, step, summary = row
    return EventRecord(seq, kind, type_, time_from(at), load(body), step, summary or "")


def question_from(row: Iterable[Any]) -> Question:
    question_id, run_id, type_, body, answer_type, schema, requirements, asked_at, expires_at, summary, workflow = row
    return Question(
        question_id,
        run_id,
        workflow,
        type_,
        load(body),
        answer_type,
        json.loads(schema),
        load(requirements),
        time_from(asked_at),
        time_from(expires_at) if expires_at else None,
        summary,
    )


def open_question_from(row: Iterable[Any]) -> OpenQuestion:
    question_id, type_, summary, asked_at, expires_at, *run = row
    expires = time_from(expires_at) if expires_at else None
    return OpenQuestion(question_id, type_, summary, time_from(asked_at), expires, run_from(run))


def answer_from(row: Iterable[Any]) -> Answer:
    question_id, question_type, body, by, at, state = row
    return Answer(question_id, question_type, load(body), by, time_from(at), state)


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
    """A value as JSON; a number that JSON does not have, such as NaN, as a dict that `load` knows."""
    try:
        return ENCODER.encode(value)
    except ValueError:
        return ENCODER.encode(_with_marked_numbers(value))


def load(text: str) -> Any:
    """What `dump` has written."""
    return json.loads(text, object_hook=_number_from if MARK in text else None)


def _with_marked_numbers(value: object) -> object:
    match value:
        case float() if not math.isfinite(value):
            return {NUMBER: str(value)}
        case dict():
            return {name: _with_marked_numbers(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_with_marked_numbers(inner) for inner in value]
        case _:
            return value


def _number_from(found: dict[str, Any]) -> Any:
    return NUMBERS.get(str(found.get(NUMBER)), found) if len(found) == 1 else found


def stamp(at: datetime) -> str:
    """A time as ISO text in UTC, which sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def now_text() -> str:
    return stamp(datetime.now(UTC))


def time_from(text: str) -> datetime:
    return datetime.fromisoformat(text)
