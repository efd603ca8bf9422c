"""Questions, answers and results in words for the command line, in addition to `hitl.engine.descriptions`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError

from hitl.engine import Question, Run, descriptions
from hitl.engine.workflows.edits import edits_in
from hitl.engine.workflows.offer import shown_body
from hitl.engine.workflows.summary import has_own_summary
from hitl.files import with_file_names
from hitl.report import Report, ReviewFindings, ReviewReport
from hitl.report.verification.marks import summary
from hitl.shown_values import in_brief, without_non_finite
from hitl.text import count, humanize

if TYPE_CHECKING:
    from hitl.report.export import ReportBundle

Review: TypeAlias = ReviewFindings | ReviewReport
REVIEWS: Mapping[str, type[Review]] = {kind.__name__: kind for kind in (ReviewFindings, ReviewReport)}
DECISIONS = {
    "publish": "published",
    "rewrite": "sent back to be rewritten",
    "findings": "went back to the findings",
}
"""What a human has decided about a text, by the action of the answer."""


def review_in(question: Question) -> Review | None:
    """The review that a question asks for, of findings or of a text; None for any other question."""
    try:
        return REVIEWS[question.type](**question.body) if question.type in REVIEWS else None
    except (TypeError, ValidationError):  # from another version of the report
        return None


def report_in(result: Mapping[str, Any] | None) -> Report | None:
    """The report in a run's result; None if the result is something else, or missing."""
    try:
        return Report(**result) if result else None
    except (TypeError, ValidationError):
        return None


def bundle_of(run: Run) -> ReportBundle | None:
    """The report of a run, with the decisions that led to it; None if it has no report."""
    report = report_in(run.result)
    if report is None:
        return None
    from hitl.report.export import ReportBundle  # what writes reports is slow to import

    answers = run.answers
    asked = {answer.question_id: run.asked(answer.question_id).body for answer in answers}
    return ReportBundle.of(run.id, report, asked, answers)


def describe_question(question: Question) -> str:
    """A question in one line."""
    match review_in(question):
        case ReviewFindings() as review:
            new = sum(finding.round == review.round for finding in review.findings)
            kept = f" ({new} new)" if new < len(review.findings) else ""
            return f"“{review.topic}”, round {review.round}: {count(len(review.findings), 'finding')}{kept}"
        case ReviewReport() as review:
            again = ", rewritten" if review.attempt > 1 else ""
            sentences, colon, verdicts = summary(review.claims).partition(": ")
            return f"“{review.topic}”{again}: {sentences} to review{colon}{verdicts}"
        case None if has_own_summary(question):
            return str(with_file_names(question.summary))
        case None:
            return ", ".join([humanize(question.type), *_pairs(shown_body(question))])


def describe_answer(question: Question, answer: Mapping[str, Any]) -> str:
    """An answer in one line.

    Args:
        question: The question that it answers.
        answer: The fields of the answer.
    """
    if question.type not in REVIEWS:
        return descriptions.describe_answer(answer, edits_in(question, answer))
    rest = {name: value for name, value in answer.items() if name != "check"}
    words = _about_text(rest) if rest.get("action") in DECISIONS else [descriptions.describe_answer(rest)]
    return ", ".join(filter(None, [*words, "check" if answer.get("check") else ""]))


def _about_text(answer: Mapping[str, Any]) -> list[str]:
    """What a human decides about a text, in parts; some may be empty."""
    struck, notes, feedback = (answer.get(name) or "" for name in ("struck", "notes", "feedback"))
    return [
        DECISIONS[answer["action"]],
        f"{len(struck)} struck out" if struck else "",
        count(len(notes), "note") if notes else "",
        f"feedback: “{feedback}”" if feedback else "",
    ]


def value_in_words(value: object) -> str:
    """A value on one line, with the names of files in place of their fingerprints."""
    named = without_non_finite(in_brief(with_file_names(value)))
    return named if isinstance(named, str) else json.dumps(named, ensure_ascii=False)


def either(words: Sequence[str]) -> str:
    """Alternatives: `--publish, --rewrite or --back`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _pairs(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        said = f"“{value_in_words(value)}”" if isinstance(value, str) else value_in_words(value)
        yield f"{name.replace('_', ' ')}: {said}"
