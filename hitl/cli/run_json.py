"""Runs as data for other programs, under stable keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hitl.engine import Question, Run, RunRecord
from hitl.engine.descriptions import title_of
from hitl.files import files_in


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
