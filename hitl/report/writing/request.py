"""What a model is asked to write."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from hitl.report.text import ReportText
from hitl.research import Finding


@dataclass(frozen=True)
class WritingRequest:
    """A text to be written from approved findings, or one to be written again."""

    topic: str
    findings: Sequence[Finding]
    """The approved findings, at least one."""
    feedback: Sequence[str]
    """What the human has said in all rounds, oldest first; empty texts say nothing."""
    today: str
    """Today's date, `2026-11-25`."""
    earlier: ReportText | None = None
    """The text to be written again; None for a first one."""
    struck: Collection[int] = ()
    """Numbers of the statements of the earlier text that must not come back."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """What is wrong with a statement of the earlier text, by its number."""
    banned: Collection[str] = ()
    """Texts of statements that were struck out before; they must not come back either."""

    @property
    def to_rewrite(self) -> list[int]:
        """Numbers of the statements that are struck or noted; if there are none, all of the text is written."""
        numbers = {statement.number for statement in self.earlier.statements} if self.earlier else set()
        return sorted(numbers & {*self.struck, *self.notes})
