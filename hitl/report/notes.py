"""What the workflow tells the human about a round, in words."""

from __future__ import annotations

from hitl.report.dossier import Dossier
from hitl.research import Evidence
from hitl.research.ranking import terms_of


def beginning_note(dossier: Dossier, before: Dossier) -> str:
    """Said when a round begins.

    Args:
        dossier: The run as this round begins it.
        before: The run as the round before has left it.
    """
    if dossier.round == 1:
        return f"Looking for evidence on “{dossier.topic}”"
    feedback = dossier.feedback[-1] if len(dossier.feedback) > len(before.feedback) else None
    how = "" if feedback is None else f", heeding “{feedback}”" if feedback else ", deeper than before"
    return f"Looking again for evidence on “{dossier.topic}”{how}"


def evidence_note(evidence: Evidence, seconds: float) -> str:
    """Said when a round has looked everywhere."""
    found = _count(len(evidence.findings), "new finding")
    return (
        f"Read {_count(evidence.documents, 'document')}, ranked {_count(evidence.passages, 'passage')} "
        f"in {seconds * 1000:,.0f} ms, found {found}"
    )


def review_note(dossier: Dossier, evidence: Evidence) -> str:
    """Said above the findings: what the human should know before deciding; empty when that is nothing.

    Args:
        dossier: The run before this round's evidence was added.
        evidence: What this round found.
    """
    new, kept = len(evidence.findings), len(dossier.kept)
    if not new and not terms_of(dossier.topic):
        return f"There is no word in “{dossier.topic}” that could be looked for. Try other words."
    if not new and not kept and dossier.dropped:
        return "Nothing else was found, and everything that was found before is dropped. Try other words."
    if not new and not kept:
        return f"Nothing in {_count(evidence.documents, 'document')} answers “{dossier.topic}”. Try other words."
    if not new:
        return "Nothing new was found. What you kept is below: say what is missing in other words, or approve."
    if dossier.round == 1:
        return ""
    return f"{_count(new, 'new finding')}{f', {kept} kept from before' if kept else ''}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
