"""What the workflow tells the human about a round, in words."""

from __future__ import annotations

from collections.abc import Sequence

from hitl.llm import Call, spending_by_step, spending_in_words
from hitl.report.dossier import Dossier
from hitl.research import Evidence
from hitl.research.planning import Plan
from hitl.research.words import terms_of

WORDS_NAMED = 5
"""Words that no document holds which are named, at most."""
WARNINGS_TOLD = 3
"""Documents of which it is told what was not read, at most."""


def beginning_note(dossier: Dossier, before: Dossier) -> str:
    """Said when a round begins.

    Args:
        dossier: The run as this round begins it.
        before: The run as the round before has left it.
    """
    if dossier.round == before.round:
        return f"Trying again to find evidence on “{dossier.topic}”"
    if dossier.round == 1:
        return f"Looking for evidence on “{dossier.topic}”"
    feedback = dossier.feedback[-1] if len(dossier.feedback) > len(before.feedback) else None
    how = "" if feedback is None else f", heeding “{feedback}”" if feedback else ", deeper than before"
    return f"Looking again for evidence on “{dossier.topic}”{how}"


def plan_note(plan: Plan) -> str:
    """Said when a model has divided the topic."""
    questions = " · ".join(part.question for part in plan.questions) or "the topic as it is"
    return f"Looking for: {questions}"


def evidence_note(evidence: Evidence, seconds: float, invented: int = 0) -> str:
    """Said when a round has looked everywhere.

    Args:
        evidence: What it found.
        seconds: How long it took.
        invented: Quotes of a model that stand in no document.
    """
    took = f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"
    note = (
        f"Read {_count(evidence.documents, 'document')}, ranked {_count(evidence.passages, 'passage')} "
        f"in {took}, found {_count(len(evidence.findings), 'new finding')}"
    )
    if not invented:
        return note
    fate = "stands in no document and is left out" if invented == 1 else "stand in no document and are left out"
    return f"{note}; {_count(invented, 'quote')} that the model named {fate}"


def spending_note(calls: Sequence[Call], writing: Call | None) -> str:
    """Said at a decision: what the model has cost, and what the report will cost."""
    so_far = f"so far {spending_by_step(calls)}" if calls else "nothing asked so far"
    return f"{so_far}; writing will cost {spending_in_words([writing])}" if writing else so_far


def unwritten_note(problem: str, text: str) -> str:
    """Said when a report was not written to its end.

    Args:
        problem: Why, in a sentence.
        text: What there is of it.
    """
    words = len(text.split())
    kept = f"What it had written until then, {_count(words, 'word')}, is kept" if words else "Nothing of it was written"
    return f"{problem} {kept}, and your findings are as you left them."


def review_note(dossier: Dossier, evidence: Evidence) -> str:
    """Said above the findings: what the human should know before deciding; empty when that is nothing.

    Args:
        dossier: The run before this round's evidence was added.
        evidence: What this round found.
    """
    return " ".join(filter(None, [_found_note(dossier, evidence), unknown_note(evidence), *_warnings(evidence)]))


def _found_note(dossier: Dossier, evidence: Evidence) -> str:
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


def unknown_note(evidence: Evidence) -> str:
    """Said where words were asked for that no document holds; empty when there are none."""
    if not evidence.unknown:
        return ""
    named = [f"“{word}”" for word in evidence.unknown[:WORDS_NAMED]]
    more = len(evidence.unknown) - len(named)
    words = f"{', '.join(named)} and {_count(more, 'other word')}" if more else _one_of(named)
    rest = ": these findings match only the rest of what was asked" if evidence.findings else ""
    return f"No document holds {words}{rest}."


def _warnings(evidence: Evidence) -> list[str]:
    """What to know of the documents; of many, the first few by name."""
    more = len(evidence.warnings) - WARNINGS_TOLD
    rest = [f"The same goes for {_count(more, 'other document')}."] if more > 0 else []
    return [*evidence.warnings[:WARNINGS_TOLD], *rest]


def _one_of(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
