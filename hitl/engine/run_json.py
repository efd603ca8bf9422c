"""Runs as data for other programs, under stable keys."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hitl.engine.descriptions import title_of
from hitl.engine.records import Question, RunRecord
from hitl.engine.run import Run
from hitl.files import files_in
from hitl.shown_values import without_non_finite


def run_data(record: RunRecord) -> dict[str, Any]:
    """A run without its result, which may be long."""
    data = asdict(record)
    del data["result"]
    return data | {"headline": title_of(record)}


def whole_run(run: Run) -> dict[str, Any]:
    """Everything that is stored about a run, and the names of the files that it was given."""
    data = {
        "record": run_data(run.record),
        "blocked_reason": (reason := run.blocked_reason),
        "obstacle": reason,  # the former name of `blocked_reason`
        "questions": [asdict(question) for question in _asked(run)],
        "answers": [asdict(answer) for answer in run.answers],
        "events": [asdict(event) for event in run.events()],
        "result": run.result,
    }
    files = [
        {"fingerprint": file.fingerprint, "names": file.names, "size": file.size, "media_type": file.media_type}
        for file in files_in(data)
    ]
    return data | {"files": files}


def _asked(run: Run) -> list[Question]:
    """The questions of a run, answered and open, in the order they were asked."""
    answered = [run.asked(answer.question_id) for answer in run.answers]
    return sorted([*answered, *run.questions], key=lambda question: question.asked_at)


def to_json(value: object) -> str:
    """JSON in plain ASCII, with times in UTC, and NaN and the infinities as texts, since JSON has no such numbers."""
    return json.dumps(without_non_finite(value), indent=2, default=_utc, allow_nan=False)


def _utc(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no JSON value")
