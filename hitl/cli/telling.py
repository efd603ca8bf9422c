"""What the command line says of questions and results beside `hitl.engine.descriptions`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from hitl.engine import Question
from hitl.report import Report, ReviewFindings
from hitl.text import humanize


def review_in(question: Question) -> ReviewFindings | None:
    """The findings that a question asks about; None when it is another question."""
    try:
        return ReviewFindings(**question.body) if question.type == ReviewFindings.__name__ else None
    except (TypeError, ValidationError):  # of another version of the report
        return None


def report_in(result: Mapping[str, Any] | None) -> Report | None:
    """The report that a run gave; None when it gave something else, or nothing yet."""
    try:
        return Report(**result) if result else None
    except (TypeError, ValidationError):
        return None


def describe_question(question: Question) -> str:
    """What is asked, in one line."""
    review = review_in(question)
    if review is None:
        return ", ".join([humanize(question.type), *_pairs(question.body)])
    new = sum(finding.round == review.round for finding in review.findings)
    kept = f" ({new} new)" if new < len(review.findings) else ""
    return f"“{review.topic}”, round {review.round}: {_count(len(review.findings), 'finding')}{kept}"


def value_in_words(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pairs(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        said = f"“{value}”" if isinstance(value, str) else value_in_words(value)
        yield f"{name.replace('_', ' ')}: {said}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
