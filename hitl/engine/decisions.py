"""What humans have decided in a run, in words."""

from __future__ import annotations

from hitl.engine.descriptions import describe_answer
from hitl.engine.records import Answer
from hitl.engine.run import Run
from hitl.engine.workflows.edits import NO_EDITS, edits_in


def describe_decision(run: Run, answer: Answer) -> str:
    """An answer of a run in one line; of an edit also what was changed from what to what."""
    is_edit = answer.body.get("action") == "edit"  # of the others the question, which may be long, need not be read
    return describe_answer(answer.body, edits_in(run.asked(answer.question_id), answer.body) if is_edit else NO_EDITS)
