"""The dossier: what a run knows from its earlier rounds."""

from __future__ import annotations

from pydantic import BaseModel

from hitl.report.events import ResearchTopic, RetryEvent, ReviewDecision
from hitl.research import Evidence, Finding, Inquiry


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

    def next_round(self, ev: ResearchTopic | RetryEvent) -> Dossier:
        """Begin the first round, or one that heeds what the human said."""
        if isinstance(ev, ResearchTopic):
            return Dossier(topic=ev.topic, documents=ev.documents, round=1)
        said_nothing = not ev.feedback.strip() and ev.topic in ("", self.topic)
        feedback = [ev.feedback.strip()] if ev.feedback.strip() or said_nothing else []
        return self.model_copy(
            update={
                "topic": ev.topic or self.topic,
                "feedback": self.feedback + feedback,
                "round": self.round + 1,
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

    def with_evidence(self, evidence: Evidence) -> Dossier:
        """Add what a round has found."""
        return self.model_copy(update={"kept": self.kept + list(evidence.findings)})

    def after(self, decision: ReviewDecision) -> Dossier:
        """Take out what the human dropped."""
        drop = set(decision.dropped)
        return self.model_copy(
            update={
                "kept": [finding for finding in self.kept if finding.id not in drop],
                "dropped": self.dropped + [finding for finding in self.kept if finding.id in drop],
            }
        )
