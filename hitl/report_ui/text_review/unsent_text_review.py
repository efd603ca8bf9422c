"""The review of a text that is not sent yet: what a visitor has dropped, noted and typed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hitl.engine import Question, Run
from hitl.report.events import ReportDecision, ReviewReport
from hitl.report.verification.claims import Claim
from hitl.ui import AnswerEntries, ClosedAnswer, Entry, open_unsent_answer
from hitl.ui.keys import widget_key

DIGEST = 16
"""Hexadecimal digits of a statement's digest."""


class UnsentTextReview:
    """One visitor's unsent decision on a text.

    Args:
        unsent: Its entries.
        asked: The question.
    """

    def __init__(self, unsent: AnswerEntries, asked: ReviewReport) -> None:
        self._unsent = unsent
        self._asked = asked
        self._ids = ids_of(asked.claims)

    @property
    def feedback(self) -> str:
        """What is missing."""
        return str(self._unsent["feedback"])

    @property
    def check(self) -> bool:
        """Whether the model is to be asked about its sentences."""
        return bool(self._unsent["check"])

    @property
    def struck(self) -> list[int]:
        """Numbers of the statements that are dropped."""
        return [claim.number for claim in self._asked.claims if not self.keeps(claim)]

    @property
    def notes(self) -> dict[str, str]:
        """What is noted on statements, by their number."""
        notes = {str(claim.number): self.note(claim) for claim in self._asked.claims}
        return {number: note for number, note in notes.items() if note}

    @property
    def unheeded(self) -> str:
        """What is typed that only another writing would heed."""
        notes = (self.note(claim) for claim in self._asked.claims if self.keeps(claim))
        return "\n".join(filter(None, [self.feedback.strip(), *notes]))

    @property
    def problem(self) -> str:
        """Why the last change could not be stored; empty if it could."""
        return self._unsent.problem

    def keeps(self, claim: Claim) -> bool:
        """Whether a statement would be published."""
        return bool(self._unsent[f"keep-{self._ids[claim.number]}"])

    def keep_or_drop(self, claims: Iterable[Claim], keep: bool) -> None:
        """Keep statements, or drop them."""
        self._unsent.put({f"keep-{self._ids[claim.number]}": keep for claim in claims})

    def note(self, claim: Claim) -> str:
        """What is noted on a statement; empty for nothing."""
        return str(self._unsent[f"note-{self._ids[claim.number]}"]).strip()

    def put_note(self, claim: Claim, note: str) -> None:
        """Note something on a statement, in place of what was noted before."""
        self._unsent.put({f"note-{self._ids[claim.number]}": note})

    def keep(self) -> None:
        """Store what has changed; `on_change` of every widget."""
        self._unsent.keep()


def ids_of(claims: Sequence[Claim]) -> Mapping[int, str]:
    """What tells each statement from the others, by number: its words, and which of the same words it is.

    What is entered for it follows it into the next text, where it may have another number, and stays away from what has
    its number there.
    """
    seen: Counter[str] = Counter()
    ids = {}
    for claim in claims:
        digest = hashlib.sha256(claim.text.encode("utf-8", "backslashreplace")).hexdigest()[:DIGEST]
        seen[digest] += 1
        ids[claim.number] = f"{digest}-{seen[digest]}"
    return ids


def open_unsent_text_review(run: Run, question: Question, asked: ReviewReport) -> UnsentTextReview:
    """What this browser has entered for a question, put into the widgets that are drawn next.

    Args:
        run: The run that asks.
        question: The question.
        asked: What it asks about.
    """
    entries = {"feedback": Entry(widget_key("feedback")), "check": Entry(widget_key("check"), False)}
    ids = ids_of(asked.claims).values()
    entries |= {f"keep-{id_}": Entry(initial=True) for id_ in ids}
    entries |= {f"note-{id_}": Entry() for id_ in ids}
    return UnsentTextReview(open_unsent_answer(run, question, entries), asked)


def closed_text_review(asked: ReviewReport, decision: ReportDecision | None) -> UnsentTextReview:
    """What was decided on a text that is not under review any more, to be read alone.

    Args:
        asked: The question.
        decision: None if nobody has decided.
    """
    struck = set(decision.struck) if decision else set()
    notes = decision.notes if decision else {}
    values: dict[str, Any] = {"feedback": "", "check": False}
    for number, id_ in ids_of(asked.claims).items():
        values |= {f"keep-{id_}": number not in struck, f"note-{id_}": notes.get(number, "")}
    return UnsentTextReview(ClosedAnswer(values), asked)
