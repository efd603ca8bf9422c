"""Taking a finished report up again: the inputs of a run that revises it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl.report.events import EarlierReport
from hitl.report.export.bundle import Decided, ReportBundle, TextDecided, dropped_after


def revised_inputs(inputs: Mapping[str, Any], bundle: ReportBundle) -> dict[str, Any] | None:
    """The inputs of a run that begins with the findings of a finished report.

    Args:
        inputs: Those of the run that made the report.
        bundle: The report, and the decisions that led to it.

    Returns:
        None if its approval cannot be read any more, so that its findings are not known.
    """
    decisions = [decided for decided in bundle.decisions if isinstance(decided, Decided)]
    approvals = [decided for decided in decisions if decided.decision.approved and decided.review]
    if not approvals or approvals[-1].review is None:
        return None
    review = approvals[-1].review
    dropped = dropped_after(decisions)
    report = bundle.report
    earlier = EarlierReport(
        findings=[finding for finding in approvals[-1].known.values() if finding.id not in dropped],
        dropped=list(dropped.values()),
        struck=[
            decided.statements[number].text
            for decided in bundle.decisions
            if isinstance(decided, TextDecided)
            for number in decided.struck
            if number in decided.statements
        ],
        feedback=[decided.decision.feedback for decided in decisions if decided.decision.feedback],
        round=review.round,
        text=report.text if report.model else None,
    )
    return {**inputs, "topic": review.topic, "revises": earlier.model_dump(mode="json")}
