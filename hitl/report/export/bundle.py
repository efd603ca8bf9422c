"""A report together with the decisions that led to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from hitl.report.events import Report, ReportDecision, ReviewDecision, ReviewFindings, ReviewReport
from hitl.report.text import Statement
from hitl.research import Finding

T = TypeVar("T", ReviewDecision, ReviewFindings, ReportDecision, ReviewReport)


class GivenAnswer(Protocol):
    """An answer as the engine stores it."""

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
    """A human's decision about the findings of a round."""

    by: str
    """The name that the human gave; it is not verified."""
    at: datetime
    """In UTC."""
    decision: ReviewDecision
    review: ReviewFindings | None
    """The question that was answered; None if it is missing or of another version of the report."""
    went_on: str = ""
    """How the human had the run go on after a model call had failed; also in ways that only earlier versions had."""
    question_id: str = ""
    """Id of the question that was answered."""

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings in the question; empty if the question is unknown."""
        return self.review.findings if self.review else []

    @property
    def dropped(self) -> list[str]:
        """Ids of the findings that the human dropped, each once."""
        return list(dict.fromkeys(self.decision.dropped))

    @property
    def restored(self) -> list[str]:
        """Ids of the findings that the human restored, each once."""
        return list(dict.fromkeys(self.decision.restored))

    @property
    def known(self) -> dict[str, Finding]:
        """The findings that the human could decide about, kept and dropped ones, by id."""
        asked = (*self.review.findings, *self.review.dropped) if self.review else ()
        return {finding.id: finding for finding in asked}


@dataclass(frozen=True)
class TextDecided:
    """A human's decision about a text that a model has written."""

    by: str
    """The name that the human gave; it is not verified."""
    at: datetime
    """In UTC."""
    decision: ReportDecision
    review: ReviewReport | None
    """The question that was answered; None if it is missing or of another version of the report."""
    question_id: str = ""
    """Id of the question that was answered."""

    @property
    def struck(self) -> list[int]:
        """Numbers of the statements that the human struck out, each once."""
        return list(dict.fromkeys(self.decision.struck))

    @property
    def statements(self) -> dict[int, Statement]:
        """The statements of the text, by number; empty if the question is unknown."""
        return {statement.number: statement for statement in self.review.text.statements} if self.review else {}


@dataclass(frozen=True)
class ReportBundle:
    """A report and everything that is exported with it."""

    run_id: str
    report: Report
    decisions: Sequence[Decided | TextDecided]
    unreadable: int = 0
    """Number of answers left out because they are no decisions of this version of the report."""

    @classmethod
    def of(
        cls,
        run_id: str,
        report: Report,
        asked: Mapping[str, Mapping[str, Any]],
        given: Iterable[GivenAnswer],
    ) -> ReportBundle:
        """Build a bundle from what is stored of a run.

        Args:
            run_id: Id of the run that wrote the report.
            report: The report.
            asked: The fields of the run's questions, by question id.
            given: The run's answers, in the order in which they were given.
        """
        answers = list(given)
        decided = (decision_in(answer, asked.get(answer.question_id)) for answer in answers)
        decisions = [decision for decision in decided if decision]
        return cls(run_id, report, decisions, unreadable=len(answers) - len(decisions))


def dropped_after(decisions: Sequence[Decided]) -> dict[str, Finding]:
    """The findings that are dropped after some decisions, by id."""
    known: dict[str, Finding] = {}
    dropped: dict[str, None] = {}
    for decided in decisions:
        known |= decided.known
        for id_ in decided.restored:
            dropped.pop(id_, None)
        dropped |= dict.fromkeys(decided.dropped)
    return {id_: known[id_] for id_ in dropped if id_ in known}


def decision_in(answer: GivenAnswer, question: Mapping[str, Any] | None) -> Decided | TextDecided | None:
    """An answer with its question; None if it is no decision of this version."""
    body = answer.body
    if "action" in body:
        decision = _read(ReportDecision, body)
        asked = _read(ReviewReport, question)
        return TextDecided(answer.by, answer.at, decision, asked, answer.question_id) if decision else None
    went_on = body.get("go_on", "")
    known = _read(ReviewDecision, {name: value for name, value in body.items() if name != "go_on"})
    if known is None:
        return None
    return Decided(answer.by, answer.at, known, _read(ReviewFindings, question), str(went_on), answer.question_id)


def _read(kind: type[T], body: Mapping[str, Any] | None) -> T | None:
    """An event from its stored fields; None if they are missing or of another version."""
    try:
        return kind(**body) if body else None
    except (TypeError, ValidationError):
        return None
