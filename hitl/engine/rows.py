"""Rows of the file of runs become records, and values become what a row holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hitl.engine.records import Failure, Question, RunRecord


def run_from(row: Iterable[Any]) -> RunRecord:
    run_id, workflow, inputs, status, result, failure, created_at, updated_at = row
    return RunRecord(
        run_id,
        workflow,
        json.loads(inputs),
        status,
        json.loads(result) if result else None,
        Failure(**json.loads(failure)) if failure else None,
        time_from(created_at),
        time_from(updated_at),
    )


def question_from(row: Iterable[Any]) -> Question:
    question_id, run_id, type_, body, answer_type, schema, asked_at, workflow = row
    return Question(
        question_id, run_id, workflow, type_, json.loads(body), answer_type, json.loads(schema), time_from(asked_at)
    )


def dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def stamp(at: datetime) -> str:
    """A time as text that sorts like the time itself."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def now_text() -> str:
    return stamp(datetime.now(UTC))


def time_from(text: str) -> datetime:
    return datetime.fromisoformat(text)
