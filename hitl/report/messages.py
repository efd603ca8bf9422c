"""The messages of the report workflow to the human."""

from __future__ import annotations

from collections.abc import Sequence

from hitl.llm import Call, usage_by_step, usage_in_words
from hitl.report.state import ResearchState
from hitl.research import Evidence
from hitl.research.evidence import AskedPart
from hitl.research.planning import Plan
from hitl.research.search.tokens import terms_of
from hitl.text import count, cut

WORDS_NAMED = 5
"""Maximum number of words listed as contained in no document."""
PART_SHOWN = 80
"""Maximum characters shown of a part of what was asked."""
NO_ROOM = "something, but there was no room for it in this round"
WARNINGS_TOLD = 3
"""Maximum number of warnings shown about documents with unread words."""


def beginning_note(state: ResearchState, before: ResearchState) -> str:
    """The progress message at the start of a round.

    Args:
        state: The state in this round.
        before: The state after the previous round.
    """
    if state.round == before.round:
        return f"Trying again to find evidence on “{state.topic}”"
    if state.round == 1:
        return f"Looking for evidence on “{state.topic}”"
    feedback = state.feedback[-1] if len(state.feedback) > len(before.feedback) else None
    how = "" if feedback is None else f", heeding “{feedback}”" if feedback else ", deeper than before"
    return f"Looking again for evidence on “{state.topic}”{how}"


def plan_note(plan: Plan) -> str:
    """The progress message after the model has made its plan."""
    questions = " · ".join(part.question for part in plan.questions) or "the topic as it is"
    return f"Looking for: {questions}"


def evidence_note(evidence: Evidence, seconds: float, invented: int = 0) -> str:
    """The progress message after the search of a round.

    Args:
        evidence: The evidence found.
        seconds: Duration of the search.
        invented: Number of sentences that the model named and that do not exist.
    """
    took = f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"
    note = (
        f"Read {count(evidence.documents, 'document')}, ranked {count(evidence.passages, 'passage')} "
        f"in {took}, found {count(len(evidence.findings), 'new finding')}"
    )
    if parts := parts_note(evidence.parts):
        note = f"{note}: {parts}"
    if not invented:
        return note
    fate = "does not exist and is left out" if invented == 1 else "do not exist and are left out"
    return f"{note}; {count(invented, 'sentence')} that the model named {fate}"


def usage_note(calls: Sequence[Call], writing: Call | None) -> str:
    """The message at a decision: usage of the model so far, and the estimated cost of writing."""
    so_far = f"so far {usage_by_step(calls)}" if calls else "nothing asked so far"
    return f"{so_far}; writing will cost {usage_in_words([writing])}" if writing else so_far


def text_note(problem: str, cut: str) -> str:
    """The note about a text that a model has written, or has not; empty if there is nothing to say.

    Args:
        problem: Why it is incomplete or missing, in a sentence; empty if it is complete.
        cut: What was left out and why, in sentences; empty for nothing.
    """
    kept = "What it had written until then is kept, and so are your findings." if problem else ""
    return " ".join(filter(None, [problem, kept, cut]))


def publishing_note(state: ResearchState, struck: int) -> str:
    """The progress message when a human publishes the text.

    Args:
        state: The state with the text that is published.
        struck: Number of statements that the human struck out of it.
    """
    sentences = sum(not statement.is_heading for statement in state.statements)
    without = f", {count(struck, 'statement')} struck out" if struck else ""
    return f"Publishing {count(sentences, 'sentence')}{without}"


def taken_up_note(gone: int) -> str:
    """The note about an earlier report that is revised.

    Args:
        gone: Number of its findings whose quotes are not in their documents any more.
    """
    left_out = f" {count(gone, 'finding')} left out: not in the documents any more." if gone else ""
    return f"The report is taken up again from its findings.{left_out}"


def part_note(part: AskedPart) -> str:
    """What a round found for a part of what was asked: `cost: 1 finding`, `noise: nothing in these documents`."""
    found = [count(part.found, "finding")] if part.found else []
    if part.weak:
        found.append(f"{part.weak} that {'fits' if part.weak == 1 else 'fit'} less well")
    if not found:
        found.append("nothing new" if part.before else NO_ROOM if part.has_more else "nothing in these documents")
    if part.before:
        found.append(f"{part.before} seen before")
    return f"{cut(part.text, PART_SHOWN)}: {', '.join(found)}"


def parts_note(parts: Sequence[AskedPart]) -> str:
    """The same for several parts, in one line; empty for a single one."""
    return " · ".join(map(part_note, parts)) if len(parts) > 1 else ""


def review_note(state: ResearchState, evidence: Evidence, before: ResearchState | None = None) -> str:
    """The note above the findings: what the human should know before deciding; empty if there is nothing to say.

    Args:
        state: The state before this round's evidence was added.
        evidence: The evidence of this round.
        before: The state after the round before; None if this is the first.
    """
    notes = [
        _found_note(state, evidence),
        _otherwise_note(state, evidence, before) if before else "",
        spelling_note(evidence.parts),
        unknown_note(evidence),
        unquoted_note(evidence),
        _model_note(state, evidence),
        *_warnings(evidence),
    ]
    return " ".join(filter(None, notes))


def corrected_topic(parts: Sequence[AskedPart]) -> str:
    """The topic with misspelt words as the documents spell them; empty if none seems to be misspelt."""
    return next((part.did_you_mean for part in parts if part.did_you_mean and not part.is_said), "")


def spelling_note(parts: Sequence[AskedPart]) -> str:
    """The note about misspelt words; empty if there seem to be none."""
    named = [f"“{cut(part.did_you_mean, PART_SHOWN)}”" for part in parts if part.did_you_mean]
    return f"Did you mean {_one_of(named)}?" if named else ""


def _otherwise_note(state: ResearchState, evidence: Evidence, before: ResearchState) -> str:
    """What a round without a model did otherwise than the one before it; empty for a first round."""
    if state.model or not before.round or state.round == before.round:
        return ""
    did = []
    if len(state.feedback) > len(before.feedback):
        also = [f"“{cut(part.text, PART_SHOWN)}”" for part in evidence.parts if part.is_said]
        did += [f"looked also for {_joined(also, 'and')}"] if also else []
        did += ["went deeper (to passages that match less of what was asked)"] if evidence.went_deeper else []
    if state.topic != before.topic:
        did.append(f"looked for “{cut(state.topic, PART_SHOWN)}” instead of “{cut(before.topic, PART_SHOWN)}”")
    if evidence.left_aside:
        did.append(f"left aside {count(evidence.left_aside, 'passage')} that you have seen")
    return f"This round {_joined(did, 'and')}." if did else ""


def _model_note(state: ResearchState, evidence: Evidence) -> str:
    """What a round without a model could not do for the parts of which it found nothing that fits."""
    missing = [part for part in evidence.parts if not (part.found or part.before or part.has_more)]
    if state.model or not missing or not terms_of(state.topic):
        return ""
    return "The search compares words; with a language model it would also look for other words for the same thing."


def _found_note(state: ResearchState, evidence: Evidence) -> str:
    new, kept = len(evidence.findings), len(state.kept)
    if not new and not terms_of(state.topic):
        return f"There is no word in “{cut(state.topic, PART_SHOWN)}” that could be looked for. Try other words."
    if not new and not kept and state.dropped:
        return "Nothing else was found, and everything that was found before is dropped. Try other words."
    if not new and not kept:
        asked = cut(state.topic, PART_SHOWN)
        return f"Nothing in {count(evidence.documents, 'document')} answers “{asked}”. Try other words."
    if not new:
        return "Nothing new was found. What you kept is below: say what is missing in other words, or approve."
    if all(finding.is_weak for finding in evidence.findings):
        kept_before = f" {kept} kept from before." if kept else ""
        nothing = "Nothing fits well" if state.round == 1 else "Nothing new fits well"
        return f"{nothing}: what was found shares only some of the words.{kept_before}"
    if state.round == 1:
        return ""
    return found_note(new, kept)


def found_note(new: int, kept: int) -> str:
    """How many findings are new, and how many were kept from before."""
    return f"{count(new, 'new finding')}{f', {kept} kept from before' if kept else ''}."


def unknown_note(evidence: Evidence) -> str:
    """The note about words of the query that no document contains; empty if there are none."""
    if not evidence.unknown:
        return ""
    words = _named(evidence.unknown, "or")
    rest = ": these findings match only the rest of what was asked" if evidence.findings else ""
    return f"No document holds {words}{rest}."


def unquoted_note(evidence: Evidence) -> str:
    """The note about words that stand only in what is never quoted by itself; empty if there are none."""
    if not evidence.unquoted:
        return ""
    stand = "stands" if len(evidence.unquoted) == 1 else "stand"
    where = "headings, captions or lists of sources, which are not quoted"
    return f"{_named(evidence.unquoted, 'and')} {stand} only in {where}: look there yourself."


def _named(words: Sequence[str], conjunction: str) -> str:
    named = [f"“{word}”" for word in words[:WORDS_NAMED]]
    more = len(words) - len(named)
    return f"{', '.join(named)} and {count(more, 'other word')}" if more else _joined(named, conjunction)


def _warnings(evidence: Evidence) -> list[str]:
    """The first warnings about documents, and the number of the others."""
    more = len(evidence.warnings) - WARNINGS_TOLD
    rest = [f"{count(more, 'other document')} with a warning."] if more > 0 else []
    return [*evidence.warnings[:WARNINGS_TOLD], *rest]


def _one_of(words: Sequence[str]) -> str:
    return _joined(words, "or")


def _joined(words: Sequence[str], conjunction: str) -> str:
    return f" {conjunction} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
