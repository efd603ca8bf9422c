"""Builds the questions of a run: the review of the findings, and the review of the text."""

from __future__ import annotations

from datetime import UTC, datetime

from hitl.llm import ConfiguredModel
from hitl.report.events import ReviewFindings, ReviewReport
from hitl.report.llm_steps import writing_request
from hitl.report.state import ResearchState
from hitl.report.text import ReportText
from hitl.report.writing.prompt import expected_call


def findings_question(state: ResearchState, model: ConfiguredModel | None, note: str) -> ReviewFindings:
    """The question that asks to review all findings kept so far.

    Args:
        state: The run's state.
        model: The configured model, which would write the report; None if there is none.
        note: What the human should know about this round; empty for nothing.
    """
    is_written = bool(state.model and model and state.kept)
    return ReviewFindings(
        topic=state.topic,
        round=state.round,
        findings=state.kept,
        dropped=state.dropped,
        notes=state.notes,
        note=note,
        looked_for=[part.question for part in state.plan.questions] if state.plan else [],
        parts=state.parts,
        model=state.model,
        calls=state.calls,
        writing=expected_call(model, writing_request(state, today())) if model and is_written else None,
        failed=state.failed,
        text=state.text if state.model else None,
    )


def text_question(state: ResearchState, model: ConfiguredModel | None, note: str) -> ReviewReport:
    """The question that asks to review the model's text before it is published.

    Args:
        state: The run's state, with the text.
        model: The configured model, which would write it again; None if there is none.
        note: What the human should know about the text; empty for nothing.
    """
    return ReviewReport(
        topic=state.topic,
        text=state.text or ReportText(),
        claims=state.claims,
        references=state.references,
        findings=len(state.kept),
        note=note,
        model=state.model,
        calls=state.calls,
        rewriting=expected_call(model, writing_request(state, today())) if model else None,
        attempt=state.attempt,
    )


def today() -> str:
    """Today's date in UTC: `2026-11-25`."""
    return datetime.now(UTC).date().isoformat()
