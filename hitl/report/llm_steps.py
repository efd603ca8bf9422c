"""The steps of the report that use a model: planning and reading in a round of research, and writing.

ModelFailure is caught here and becomes a sentence for the human.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hitl.llm import ConfiguredModel, Model, ModelFailure, NoteProgress
from hitl.llm.usage import tokens_of
from hitl.report.events import ReportEvent, RewriteEvent
from hitl.report.messages import plan_note
from hitl.report.state import ResearchState
from hitl.report.text import Sentence
from hitl.report.writing.model_text import WritingRequest, write_text
from hitl.report.writing.opinions import ask_opinions
from hitl.research import Document, Evidence
from hitl.research.dedupe import without_dropped
from hitl.research.llm_search import search_with_model
from hitl.research.planning import make_plan

Say = Callable[[str], None]

NO_MODEL_ANY_MORE = (
    "This run began with a language model, and none is set any more: neither OPENAI_API_KEY nor OPENAI_API_BASE. "
    "Set one and start hitl again, or go on without a model."
)


@dataclass(frozen=True)
class ResearchResult:
    """The result of a round of research."""

    state: ResearchState
    """The run's state, with the plan and the model calls added."""
    evidence: Evidence
    invented: int = 0
    """Number of sentences that the model named and that were not found; they are left out."""
    problem: str = ""
    """Why the round failed, in a sentence; empty if it did not."""


@dataclass(frozen=True)
class WritingResult:
    """The result of the writing."""

    state: ResearchState
    """The run's state, with the text, if there is any, and the model calls added."""
    problem: str = ""
    """Why the text is incomplete or missing, in a sentence; empty if it is complete."""
    note: str = ""
    """What else the human should know about it, in sentences; empty for nothing."""


async def research_with_model(
    configured: ConfiguredModel | None,
    state: ResearchState,
    documents: Sequence[Document],
    most: int,
    say: Say,
    note_progress: NoteProgress = lambda step, done, total: None,
) -> ResearchResult:
    """Let the model plan a round of research and select sentences from the passages that the search finds.

    Args:
        configured: The model; None if the settings no longer name one.
        state: The run's state in this round; if it already has a plan, that is reused.
        documents: The documents to search.
        most: Maximum number of new findings.
        say: Called with each progress message.
        note_progress: Called with how much of how much of a call is done.
    """
    if configured is None:
        return ResearchResult(state, Evidence((), 0, 0), problem=NO_MODEL_ANY_MORE)
    query = state.query(most)
    async with Model(configured, say, tokens_of(state.calls), note_progress) as model:
        try:
            plan = state.plan or await make_plan(model, documents, query)
            state = state.with_plan(plan)
            say(plan_note(plan))
            found = await search_with_model(model, documents, query, plan)
        except ModelFailure as failure:
            return ResearchResult(state.with_calls(model.calls), Evidence((), len(documents), 0), problem=str(failure))
        return ResearchResult(state.with_calls(model.calls), found.evidence, found.invented)


def writing_request(state: ResearchState, today: str, ev: ReportEvent | RewriteEvent | None = None) -> WritingRequest:
    """What the model is asked to write.

    Args:
        state: The run's state.
        today: Today's date, `2026-11-25`.
        ev: What the human has asked for; None for a first text.
    """
    findings = without_dropped(state.kept, state.dropped)
    again = ev if isinstance(ev, RewriteEvent) else None
    return WritingRequest(
        state.topic,
        findings,
        [*state.feedback, again.feedback] if again else state.feedback,
        today,
        earlier=state.text,
        struck=again.struck if again else (),
        notes=again.notes if again else {},
        banned=state.struck,
    )


async def write_with_model(
    configured: ConfiguredModel | None,
    state: ResearchState,
    ev: ReportEvent | RewriteEvent,
    today: str,
    on_piece: Callable[[str | Sentence], None],
    stop: asyncio.Event,
    say: Say,
    note_progress: NoteProgress = lambda step, done, total: None,
) -> WritingResult:
    """Let the model write from the kept findings, or write again, until it finishes, fails or is stopped.

    Args:
        configured: The model; None if the settings no longer name one.
        state: The run's state.
        ev: What the human has asked for.
        today: Today's date, `2026-11-25`.
        on_piece: Called with each heading and each whole sentence.
        stop: Set when a human stops the writing.
        say: Called with each progress message.
        note_progress: Called with how much of how much of a call is done.
    """
    if configured is None:
        return WritingResult(state, NO_MODEL_ANY_MORE)
    async with Model(configured, say, tokens_of(state.calls), note_progress) as model:
        written = await write_text(model, writing_request(state, today, ev), on_piece, stop)
        if not written.text.sections:
            left = state.without_struck(ev.struck) if isinstance(ev, RewriteEvent) else state
            return WritingResult(left.with_calls(model.calls), written.problem, written.cut)
        state = state.with_text(written.text, written.problem)
        if ev.check and not stop.is_set():
            say("Asking the model what it says of each sentence and its quotes")
            claims = await asyncio.to_thread(lambda: state.claims)
            state = state.with_opinions(await ask_opinions(model, claims, state.references))
        return WritingResult(state.with_calls(model.calls), written.problem, written.cut)
