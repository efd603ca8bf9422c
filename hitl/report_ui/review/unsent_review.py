"""The review of findings that is not sent yet: what a visitor has typed, noted, dropped and restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hitl.engine import Question, Run
from hitl.report.events import ReviewDecision, ReviewFindings
from hitl.report.quick_reasons import with_quick_reasons
from hitl.research import Finding
from hitl.ui import AnswerEntries, ClosedAnswer, Entry, open_unsent_answer
from hitl.ui.keys import widget_key


class UnsentReview:
    """One visitor's unsent decision on one question.

    Args:
        unsent: Its entries.
        review: The question.
    """

    def __init__(self, unsent: AnswerEntries, review: ReviewFindings) -> None:
        self._unsent = unsent
        self._review = review
        self._dropped_before = {finding.id for finding in review.dropped}

    @property
    def feedback(self) -> str:
        """What is missing, as it is sent: the quick reasons, and what was typed."""
        return with_quick_reasons(self._unsent["reasons"] or [], str(self._unsent["feedback"]))

    @property
    def better_topic(self) -> str:
        return str(self._unsent["topic"])

    @property
    def unheeded(self) -> str:
        """What is typed that only another round would heed."""
        return "\n".join(filter(None, [self.feedback, self.better_topic.strip()]))

    @property
    def check(self) -> bool:
        """Whether the model is to be asked about its sentences."""
        return bool(self._unsent["check"])

    @property
    def dropped(self) -> list[str]:
        """Ids of the findings of the round that are dropped."""
        return [finding.id for finding in self._review.findings if not self.keeps(finding)]

    @property
    def restored(self) -> list[str]:
        """Ids of the findings dropped earlier that are restored."""
        return [finding.id for finding in self._review.dropped if self.keeps(finding)]

    @property
    def notes(self) -> dict[str, str]:
        """What was noted anew, by id of the finding; empty for a note that was taken away."""
        notes = {finding.id: self.note(finding) for finding in (*self._review.findings, *self._review.dropped)}
        return {id_: note for id_, note in notes.items() if note != self._review.notes.get(id_, "")}

    @property
    def problem(self) -> str:
        """Why the last change could not be stored; empty if it could."""
        return self._unsent.problem

    def keeps(self, finding: Finding) -> bool:
        """Whether a finding would be used."""
        return bool(self._unsent[self._keep(finding)])

    def keep_or_drop(self, findings: Iterable[Finding], keep: bool) -> None:
        """Keep findings, or drop them."""
        self._unsent.put({self._keep(finding): keep for finding in findings})

    def note(self, finding: Finding) -> str:
        """What is noted on a finding; empty for nothing."""
        return str(self._unsent[f"note-{finding.id}"]).strip()

    def put_note(self, finding: Finding, note: str) -> None:
        """Note something on a finding, in place of what was noted before."""
        self._unsent.put({f"note-{finding.id}": note})

    def keep(self) -> None:
        """Store what has changed; `on_change` of every widget."""
        self._unsent.keep()

    def _keep(self, finding: Finding) -> str:
        """The name of the entry that keeps a finding: not the same for one that was dropped before this round."""
        return f"restore-{finding.id}" if finding.id in self._dropped_before else f"keep-{finding.id}"


def open_unsent_review(run: Run, question: Question, review: ReviewFindings) -> UnsentReview:
    """What this browser has entered for a question, put into the widgets that are drawn next.

    Args:
        run: The run that asks.
        question: The question.
        review: What it asks about.
    """
    entries: dict[str, Entry] = {
        "feedback": Entry(widget_key("feedback")),
        "reasons": Entry(widget_key("reasons"), []),
        "topic": Entry(widget_key("better_topic")),
        "check": Entry(widget_key("check"), False),
    }
    entries |= {f"keep-{finding.id}": Entry(initial=True) for finding in review.findings}
    entries |= {f"restore-{finding.id}": Entry(initial=False) for finding in review.dropped}
    entries |= _notes(review)
    return UnsentReview(open_unsent_answer(run, question, entries), review)


def closed_review(review: ReviewFindings, decision: ReviewDecision | None) -> UnsentReview:
    """What was decided on a question that is not open any more, to be read alone.

    Args:
        review: What it asked about.
        decision: None if nobody has decided: then all is as it was when it was asked.
    """
    dropped = set(decision.dropped) if decision else set()
    restored = set(decision.restored) if decision else set()
    notes = review.notes | (decision.notes if decision else {})
    values: dict[str, Any] = {"feedback": "", "reasons": [], "topic": "", "check": False}
    values |= {f"keep-{finding.id}": finding.id not in dropped for finding in review.findings}
    values |= {f"restore-{finding.id}": finding.id in restored for finding in review.dropped}
    values |= {f"note-{one.id}": notes.get(one.id, "") for one in (*review.findings, *review.dropped)}
    return UnsentReview(ClosedAnswer(values), review)


def _notes(review: ReviewFindings) -> Mapping[str, Any]:
    return {
        f"note-{finding.id}": Entry(initial=review.notes.get(finding.id, ""))
        for finding in (*review.findings, *review.dropped)
    }
