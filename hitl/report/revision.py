"""Taking up again what a run has found: the inputs of a run that begins with the review of its findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hitl.report.events import EarlierReport
from hitl.report.export.bundle import (
    Decided,
    GivenAnswer,
    ReportBundle,
    TextDecided,
    decision_in,
    dropped_after,
)
from hitl.report.text import ReportText


def revised_inputs(inputs: Mapping[str, Any], bundle: ReportBundle) -> dict[str, Any] | None:
    """The inputs of a run that begins with the findings of a finished report.

    Args:
        inputs: Those of the run that made the report.
        bundle: The report, and the decisions that led to it.

    Returns:
        None if its approval cannot be read any more, so that its findings are not known.
    """
    report = bundle.report
    return inputs_of_decided(inputs, bundle.decisions, report.text if report.model else None)


def inputs_of_unfinished(
    inputs: Mapping[str, Any], asked: Mapping[str, Mapping[str, Any]], given: Iterable[GivenAnswer]
) -> dict[str, Any] | None:
    """The inputs of a run that begins with the findings of one that has ended without a report.

    Args:
        inputs: Those of the other run.
        asked: The fields of its questions, by question id.
        given: Its answers, in the order in which they were given.

    Returns:
        None if nothing was decided, nothing was kept, or what was decided last cannot be read any more.
    """
    decided = (decision_in(answer, asked.get(answer.question_id)) for answer in given)
    decisions = [decision for decision in decided if decision]
    texts = [each.review.text for each in decisions if isinstance(each, TextDecided) and each.review]
    return inputs_of_decided(inputs, decisions, texts[-1] if texts else None)


def inputs_of_decided(
    inputs: Mapping[str, Any], decisions: Sequence[Decided | TextDecided], text: ReportText | None = None
) -> dict[str, Any] | None:
    """The inputs of a run that begins with the findings of another, as they were decided last.

    Args:
        inputs: Those of the other run.
        decisions: The decisions that were made in it.
        text: What a model wrote from its findings; the next one begins from it.

    Returns:
        None if nothing was decided, nothing was kept, or what was decided last cannot be read any more.
    """
    about_findings = [decided for decided in decisions if isinstance(decided, Decided)]
    last = about_findings[-1] if about_findings else None
    if last is None or last.review is None:
        return None
    dropped = dropped_after(about_findings)
    kept = [finding for finding in last.known.values() if finding.id not in dropped]
    if not kept:
        return None
    earlier = EarlierReport(
        findings=kept,
        dropped=list(dropped.values()),
        struck=[
            decided.statements[number].text
            for decided in decisions
            if isinstance(decided, TextDecided)
            for number in decided.struck
            if number in decided.statements
        ],
        feedback=[decided.decision.feedback for decided in about_findings if decided.decision.feedback],
        round=last.review.round,
        text=text,
    )
    better = "" if last.decision.approved else last.decision.topic  # an approval goes on without it
    return {**inputs, "topic": better or last.review.topic, "revises": earlier.model_dump(mode="json")}
