"""What goes out with a report: the decisions that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic import ValidationError

from hitl.report.events import Report, ReviewDecision, ReviewFindings
from hitl.research import Finding


class GivenAnswer(Protocol):
    """An answer as the engine keeps it."""

    @property
    def question_id(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Any]: ...
    @property
    def by(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class Decided:
    """What a human decided about one round."""

    by: str
    """The name that the human gave; nobody has verified it."""
    at: datetime
    """In UTC."""
    decision: ReviewDecision
    review: ReviewFindings | None
    """What was before the human; None when it is of another version of the report."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What was before the human, as far as it is known."""
        return self.review.findings if self.review else []

    @property
    def dropped(self) -> list[str]:
        """Ids of the findings that the human dropped, each once."""
        return list(dict.fromkeys(self.decision.dropped))


@dataclass(frozen=True)
class Publication:
    """A report and everything that goes out with it."""

    run_id: str
    report: Report
    decisions: Sequence[Decided]
    unreadable: int = 0
    """Answers of the run that are no decisions of this version of the report, and are left out."""

    @classmethod
    def of(
        cls,
        run_id: str,
        report: Report,
        asked: Mapping[str, Mapping[str, Any]],
        given: Iterable[GivenAnswer],
    ) -> Publication:
        """Put together what is stored of a run.

        Args:
            run_id: The run that gave the report.
            report: The report.
            asked: Fields of the run's questions, by the question's id.
            given: The run's answers, in the order in which they were given.
        """
        answers = list(given)
        decisions = [
            Decided(answer.by, answer.at, decision, _review(asked.get(answer.question_id)))
            for answer in answers
            if (decision := _decision(answer.body))
        ]
        return cls(run_id, report, decisions, unreadable=len(answers) - len(decisions))


def _decision(body: Mapping[str, Any]) -> ReviewDecision | None:
    try:
        return ReviewDecision(**body)
    except (TypeError, ValidationError):
        return None


def _review(body: Mapping[str, Any] | None) -> ReviewFindings | None:
    try:
        return ReviewFindings(**body) if body else None
    except (TypeError, ValidationError):
        return None
