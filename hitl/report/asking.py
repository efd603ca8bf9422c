"""What is asked of the human: the findings, and what goes with them."""

from __future__ import annotations

from datetime import UTC, datetime

from hitl.llm import ConfiguredModel
from hitl.report.dossier import Dossier
from hitl.report.events import ReviewFindings
from hitl.report.writing import expected_call, writing_input


def ask_about(dossier: Dossier, model: ConfiguredModel | None, note: str) -> ReviewFindings:
    """The question about what was kept so far.

    Args:
        dossier: The run.
        model: Who would write, if the run has a model.
        note: What the human should know; empty when there is nothing to say.
    """
    expected = None
    if dossier.model and model and dossier.kept:
        given = writing_input(dossier.topic, dossier.kept, dossier.feedback, today())
        expected = expected_call(model, given, len(dossier.kept))
    return ReviewFindings(
        topic=dossier.topic,
        round=dossier.round,
        findings=dossier.kept,
        note=note,
        looked_for=[part.question for part in dossier.plan.questions] if dossier.plan else [],
        model=dossier.model,
        calls=dossier.calls,
        writing=expected,
        failed=dossier.failed,
        draft=dossier.draft,
    )


def today() -> str:
    """The day, in UTC: `2026-11-25`."""
    return datetime.now(UTC).date().isoformat()
