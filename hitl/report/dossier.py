"""The dossier: what a run knows from its earlier rounds."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from hitl.llm import Call
from hitl.report.events import ResearchTopic, RetryEvent, ReviewDecision, Stage
from hitl.research import Evidence, Finding, Inquiry
from hitl.research.planning import Plan


class Dossier(BaseModel):
    """The state of a run; every method returns a new one, so that a step stores its change at once or not at all."""

    topic: str = ""
    documents: list[str] = []
    """Fingerprints; empty for the bundled library."""
    feedback: list[str] = []
    """To each round so far; an empty one asked to look deeper."""
    kept: list[Finding] = []
    dropped: list[Finding] = []
    round: int = 0
    model: str = ""
    """Name of the model that helps; empty when none does."""
    calls: list[Call] = []
    """Of the model, in all rounds."""
    plan: Plan | None = None
    """What the model has divided the topic into, for this round."""
    failed: Stage | None = None
    """What the model could not do when it was last asked."""
    draft: str = ""
    """What it has written of a report that it did not finish."""

    def next_round(self, ev: ResearchTopic | RetryEvent, model: str = "") -> Dossier:
        """Begin the first round, or one that heeds what the human said, or again one that could not be done.

        Args:
            ev: What begins it.
            model: For a first round, the name of the model that may help.
        """
        if isinstance(ev, ResearchTopic):
            return Dossier(topic=ev.topic, documents=ev.documents, round=1, model=model)
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
                "draft": "",
            }
        )

    def inquiry(self, most: int) -> Inquiry:
        """What this round asks for."""
        return Inquiry(
            topic=self.topic,
            feedback=tuple(self.feedback),
            kept=tuple(self.kept),
            dropped=tuple(self.dropped),
            round=self.round,
            most=most,
        )

    def with_plan(self, plan: Plan) -> Dossier:
        return self.model_copy(update={"plan": plan})

    def with_calls(self, calls: Sequence[Call]) -> Dossier:
        """Add what the model was asked."""
        return self.model_copy(update={"calls": [*self.calls, *calls]})

    def with_evidence(self, evidence: Evidence) -> Dossier:
        """Add what a round has found."""
        return self.model_copy(update={"kept": self.kept + list(evidence.findings)})

    def failed_in(self, stage: Stage, draft: str = "") -> Dossier:
        """Remember what could not be done, and what was written of a report: an older draft, when that is nothing."""
        return self.model_copy(update={"failed": stage, "draft": draft or self.draft})

    def after(self, decision: ReviewDecision) -> Dossier:
        """Take out what the human dropped, and the model if the human goes on without it."""
        drop = set(decision.dropped)
        return self.model_copy(
            update={
                "kept": [finding for finding in self.kept if finding.id not in drop],
                "dropped": self.dropped + [finding for finding in self.kept if finding.id in drop],
                "model": "" if decision.go_on == "without a model" else self.model,
            }
        )
