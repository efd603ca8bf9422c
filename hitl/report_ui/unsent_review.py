"""The review of findings that is not sent yet: what a visitor has typed and switched off."""

from __future__ import annotations

from collections.abc import Sequence

from hitl.engine import Question, Run
from hitl.research import Finding
from hitl.ui import Entry, UnsentAnswer, open_unsent_answer
from hitl.ui.keys import widget_key


class UnsentReview:
    """One visitor's unsent decision on one question.

    Args:
        unsent: Its entries.
        findings: The findings of the question.
    """

    def __init__(self, unsent: UnsentAnswer, findings: Sequence[Finding]) -> None:
        self._unsent = unsent
        self._findings = findings

    @property
    def feedback(self) -> str:
        return str(self._unsent["feedback"])

    @property
    def better_topic(self) -> str:
        return str(self._unsent["topic"])

    @property
    def check(self) -> bool:
        """Whether the model is to be asked about its sentences."""
        return bool(self._unsent["check"])

    @property
    def dropped(self) -> set[str]:
        """Ids of the findings that are switched off."""
        return {finding.id for finding in self._findings if not self._unsent[_keep(finding)]}

    def keep(self) -> None:
        """Store what has changed; `on_change` of every widget."""
        self._unsent.keep()


def open_unsent_review(run: Run, question: Question, findings: Sequence[Finding]) -> UnsentReview:
    """What this browser has entered for a question, put into the widgets that are drawn next.

    Args:
        run: The run that asks.
        question: The question.
        findings: What it asks about.
    """
    entries = {
        "feedback": Entry(widget_key("feedback")),
        "topic": Entry(widget_key("better_topic")),
        "check": Entry(widget_key("check"), False),
    }
    entries |= {_keep(finding): Entry(keep_key(finding), True) for finding in findings}
    return UnsentReview(open_unsent_answer(run, question, entries), findings)


def keep_key(finding: Finding) -> str:
    """The key of the switch that keeps a finding."""
    return widget_key("keep", f"-{finding.id}")


def _keep(finding: Finding) -> str:
    """The name of the entry that keeps a finding."""
    return f"keep-{finding.id}"
