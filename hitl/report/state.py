"""The state of a report run, kept from round to round."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pydantic import BaseModel

from hitl.llm import Call
from hitl.report.events import ReportDecision, ReportEvent, ResearchTopic, RetryEvent, ReviewDecision, Stage
from hitl.report.quick_reasons import without_quick_reasons
from hitl.report.text import ReportText, Statement
from hitl.report.verification.claims import Claim, Opinion, Reference
from hitl.report.verification.references import references_of
from hitl.report.verification.verdicts import check_text
from hitl.research.evidence import AskedPart, Evidence, Finding, Query
from hitl.research.planning import Plan


class ResearchState(BaseModel):
    """The state of a run. Every method returns a new object, so that a step stores all of its change or none."""

    topic: str = ""
    documents: list[str] = []
    """Fingerprints; empty for the bundled library."""
    feedback: list[str] = []
    """The feedback so far, oldest first; an empty string asks to search deeper."""
    kept: list[Finding] = []
    dropped: list[Finding] = []
    notes: dict[str, str] = {}
    """What the human has noted on findings, by their ids."""
    parts: list[AskedPart] = []
    """What the last round found for each part of what was asked."""
    asked: list[str] = []
    """The parts of all rounds, each once."""
    round: int = 0
    model: str = ""
    """Name of the model that the run uses; empty for none."""
    calls: list[Call] = []
    """The model calls of all rounds."""
    plan: Plan | None = None
    """The model's plan for this round."""
    failed: Stage | None = None
    """The stage that failed when the model was last used; None if none did."""
    text: ReportText | None = None
    """The model's text: under review, or left by the human for its findings."""
    unfinished: str = ""
    """Why that text is incomplete, in a sentence; empty if it is complete."""
    opinions: dict[str, Opinion] = {}
    """What the model was asked to say of its statements, by their text."""
    attempt: int = 0
    """How often it has been written."""
    struck: list[str] = []
    """What the human struck out of the model's texts so far; no later one may say it."""

    def next_round(self, ev: ResearchTopic | RetryEvent, model: str = "") -> ResearchState:
        """The state of the first round, of a next round with the human's feedback, or of a retry of a failed round.

        Args:
            ev: The event that starts the round.
            model: For a first round, the name of the model to use; empty for none.
        """
        if isinstance(ev, ResearchTopic):
            return ResearchState(topic=ev.topic, documents=ev.documents, round=1, model=model)
        is_repeated = self.failed == "research"
        topic, said = ev.topic or self.topic, ev.feedback.strip()
        goes_deeper = not said and topic == self.topic and not is_repeated
        keeps_plan = is_repeated and not said and topic == self.topic
        return self.model_copy(
            update={
                "topic": topic,
                "feedback": self.feedback + ([said] if said or goes_deeper else []),
                "round": self.round if is_repeated else self.round + 1,
                "plan": self.plan if keeps_plan and self.model else None,
                "failed": None,
            }
        )

    @classmethod
    def revising(cls, ev: ResearchTopic, findings: Sequence[Finding], model: str) -> ResearchState:
        """The state of a run that takes up an earlier report again.

        Args:
            ev: The start of the run, with the earlier report.
            findings: Its findings that still stand in their documents.
            model: Name of the model to use; empty for none.
        """
        earlier = ev.revises
        assert earlier is not None
        return cls(
            topic=ev.topic,
            documents=ev.documents,
            feedback=earlier.feedback,
            kept=list(findings),
            dropped=earlier.dropped,
            round=earlier.round,
            model=model,
            text=earlier.text if model else None,
            struck=earlier.struck,
        ).without_uncited()

    def query(self, most: int) -> Query:
        """The query of this round. Quick reasons say how to search, not what for; a model gets them in its prompt."""
        return Query(
            topic=self.topic,
            feedback=tuple(map(without_quick_reasons, self.feedback)),
            kept=tuple(self.kept),
            dropped=tuple(self.dropped),
            round=self.round,
            most=most,
        )

    def with_plan(self, plan: Plan) -> ResearchState:
        return self.model_copy(update={"plan": plan})

    def with_calls(self, calls: Sequence[Call]) -> ResearchState:
        """Add model calls."""
        return self.model_copy(update={"calls": [*self.calls, *calls]})

    def with_evidence(self, evidence: Evidence) -> ResearchState:
        """Add the findings of a round."""
        asked = dict.fromkeys([*self.asked, *(part.text for part in evidence.parts)])
        return self.model_copy(
            update={
                "kept": self.kept + list(evidence.findings),
                "parts": list(evidence.parts),
                "asked": list(asked),
            }
        )

    def failed_in(self, stage: Stage) -> ResearchState:
        """Record the failed stage."""
        return self.model_copy(update={"failed": stage})

    def after(self, decision: ReviewDecision) -> ResearchState:
        """Drop, restore and note findings as the human has decided, and remove the model if it is to go on without."""
        drop, restore = set(decision.dropped), set(decision.restored) - set(decision.dropped)
        again = [finding for finding in self.dropped if finding.id in restore]
        gone = [finding for finding in self.kept if finding.id in drop]
        known = {finding.id for finding in (*self.kept, *self.dropped)}
        notes = self.notes | {id_: note.strip() for id_, note in decision.notes.items() if id_ in known}
        return self.model_copy(
            update={
                "kept": [finding for finding in self.kept if finding.id not in drop] + again,
                "dropped": [finding for finding in self.dropped if finding.id not in restore] + gone,
                "notes": {id_: note for id_, note in notes.items() if note},
                "model": "" if decision.go_on == "without a model" else self.model,
            }
        ).without_uncited()

    def without_uncited(self) -> ResearchState:
        """The state without the sentences of its text that cite none of the kept findings."""
        if self.text is None:
            return self
        kept = {finding.id for finding in self.kept}
        gone = [one.number for one in self.text.statements if not one.is_heading and kept.isdisjoint(one.findings)]
        return self.model_copy(update={"text": self.text.without(gone)})

    def without_struck(self, numbers: Collection[int]) -> ResearchState:
        """The state without the statements of its text that have these numbers."""
        return self.model_copy(update={"text": self.text.without(numbers)}) if self.text else self

    def with_text(self, text: ReportText, unfinished: str) -> ResearchState:
        """Put a text that the model has written under review.

        Args:
            text: The text.
            unfinished: Why it is incomplete, in a sentence; empty if it is complete.
        """
        return self.model_copy(
            update={"text": text, "unfinished": unfinished, "attempt": self.attempt + 1, "failed": None}
        )

    def with_opinions(self, claims: Sequence[Claim]) -> ResearchState:
        """Add what the model was asked to say of its statements."""
        opinions = {claim.text: claim.opinion for claim in claims if claim.opinion}
        return self.model_copy(update={"opinions": self.opinions | opinions})

    @property
    def statements(self) -> list[Statement]:
        """The statements of the text."""
        return self.text.statements if self.text else []

    @property
    def references(self) -> list[Reference]:
        """What the text cites."""
        by_id = {finding.id: finding for finding in self.kept}
        cited = self.text.cited if self.text else []
        return references_of([by_id[finding_id] for finding_id in cited if finding_id in by_id])

    @property
    def claims(self) -> list[Claim]:
        """The claims of the text, with what the model was asked to say of them. Checking a long text takes time."""
        return [
            claim.model_copy(update={"opinion": self.opinions.get(claim.text)})
            for claim in check_text(self.text or ReportText(), self.references)
        ]

    def after_review(self, decision: ReportDecision) -> ResearchState:
        """Remember what the human struck out of the text. A text to be rewritten keeps it, so that its numbers hold."""
        before = self.text or ReportText()
        struck = [one.text for one in before.statements if one.number in decision.struck]
        text = before if decision.action == "rewrite" else before.without(decision.struck)
        return self.model_copy(update={"text": text, "struck": list(dict.fromkeys([*self.struck, *struck]))})

    @property
    def report_event(self) -> ReportEvent:
        """The event by which the writing begins."""
        return ReportEvent(topic=self.topic, findings=self.kept, dropped=self.dropped)
