"""The report workflow: research, a human's review, the writing, and, if a model wrote, a review of its text.

Start ──topic──▶ do research ──findings──▶ human review ──approved──▶ write report ──(no model)──▶ Stop
                     ▲                        │   ▲                      │     ▲
                     └─ rejected, with words ─┘   │                    text    │ rewrite
                                                  │                      ▼     │
                                                  └──── findings ──── text review ──publish──▶ Stop
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from workflows import Context, Workflow, step

from hitl.llm import NoteProgress, configured_model
from hitl.report.build_question import findings_question, text_question, today
from hitl.report.events import (
    ProgressEvent,
    QuestionsAnswered,
    Report,
    ReportDecision,
    ReportEvent,
    ResearchTopic,
    RetryEvent,
    ReviewDecision,
    ReviewFindings,
    ReviewReport,
    RewriteEvent,
    SentencesChecked,
    StopWriting,
    WritingEvent,
)
from hitl.report.llm_steps import ResearchResult, WritingResult, research_with_model, write_with_model
from hitl.report.messages import (
    beginning_note,
    evidence_note,
    publishing_note,
    review_note,
    taken_up_note,
    text_note,
)
from hitl.report.state import ResearchState
from hitl.report.text import Sentence
from hitl.report.writing.compose import composed
from hitl.report.writing.extractive import extractive_text
from hitl.research import Document, Evidence, Finding, Shelf, UnknownDocument, find_evidence
from hitl.research.dedupe import without_dropped
from hitl.research.findings import new_finding
from hitl.settings import Settings, load_settings
from hitl.text import count

COUNTED: Mapping[str, type[QuestionsAnswered | SentencesChecked]] = {
    "reading": QuestionsAnswered,
    "checking": SentencesChecked,
}
"""The event that says how much of a model call is done, by the name of the call."""
NOTHING_KEPT = "Nothing was kept, and a report needs evidence. Ask for another round, or cancel."
NOTHING_LEFT = "Everything is struck out, and a report needs a sentence. Keep one, have the text rewritten, or go back."
NOTHING_TO_REWRITE = "No model is set any more, so nothing can be rewritten. Publish what you keep, or go back."


class ReportWorkflow(Workflow):
    """Researches a topic, asks a human to review the findings, and writes a report from the approved ones.

    Without a model the report consists of approved quotes. A model, if one is configured, plans the research, selects
    the quotes and writes; a human then reviews its text, and only what that human leaves is published. If the model
    fails, the human decides whether to retry, continue without it, or cancel.

    Args:
        settings: The settings of the shelf's folder, the findings per round and the model; read from the environment
            if omitted.
        options: Passed to `Workflow`, except `timeout`, which is always None.
    """

    resumes = ("55592101d58d485d", "74e6acc29a3e9d37")
    """Signatures of earlier versions whose runs this version can go on with: without a review of the text, and without
    notes and restored findings."""

    def __init__(self, settings: Settings | None = None, **options: Any) -> None:
        super().__init__(**{**options, "timeout": None})  # a human may take days
        self.settings = settings or load_settings()
        self.shelf = Shelf(self.settings.home)
        self.model = configured_model(self.settings)
        self._stops: dict[str, asyncio.Event] = {}  # by id of the draft that is being written

    @step
    async def do_research(self, ctx: Context[ResearchState], ev: ResearchTopic | RetryEvent) -> ReviewFindings:
        """Search for evidence with all feedback so far, or take up an earlier report."""
        before, say = await ctx.store.get_state(), _telling(ctx)
        if isinstance(ev, ResearchTopic) and ev.revises:
            return await self._take_up(ctx, ev)
        state = before.next_round(ev, self._model_for(ev))
        say(beginning_note(state, before))
        began = time.perf_counter()
        found = await self._research(state, say, _counting(ctx))
        if found.problem:
            return await self._ask_findings(ctx, found.state.failed_in("research"), found.problem)
        say(evidence_note(found.evidence, time.perf_counter() - began, found.invented))
        note = review_note(found.state, found.evidence, before)
        return await self._ask_findings(ctx, found.state.with_evidence(found.evidence), note)

    @step
    async def human_review(
        self, ctx: Context[ResearchState], ev: ReviewDecision
    ) -> RetryEvent | ReportEvent | ReviewFindings:
        """Handle the human's decision about the findings: another round, or the writing."""
        state = (await ctx.store.get_state()).after(ev)
        await ctx.store.set_state(state)
        if not ev.approved:
            return RetryEvent(feedback=ev.feedback, topic=ev.topic)
        if not without_dropped(state.kept, state.dropped):
            return await self._ask_findings(ctx, state, NOTHING_KEPT)
        return ReportEvent(topic=state.topic, findings=state.kept, dropped=state.dropped, check=bool(ev.check))

    @step
    async def write_report(
        self, ctx: Context[ResearchState], ev: ReportEvent | RewriteEvent
    ) -> Report | ReviewReport | ReviewFindings:
        """Write from the approved findings only: a report of quotes, or a model's text for review."""
        state, say = await ctx.store.get_state(), _telling(ctx)
        say(f"Writing from {count(len(state.kept), 'approved finding')}")
        if not state.model:
            return await asyncio.to_thread(self._quotes, state)
        written = await self._write(ctx, state, ev)
        note = text_note(written.problem, written.note)
        if written.state.text:
            return await self._ask_text(ctx, written.state, note)
        return await self._ask_findings(ctx, written.state.failed_in("writing"), note)

    @step
    async def text_review(
        self, ctx: Context[ResearchState], ev: ReportDecision
    ) -> Report | RewriteEvent | ReviewReport | ReviewFindings:
        """Handle the human's decision about the model's text: publish it, rewrite it, or back to the findings."""
        before = await ctx.store.get_state()
        state = before.after_review(ev)
        if ev.action == "rewrite" and not self.model:
            return await self._ask_text(ctx, before, NOTHING_TO_REWRITE)
        if ev.action == "publish" and not (state.text and state.text.sections):
            return await self._ask_text(ctx, before, NOTHING_LEFT)
        await ctx.store.set_state(state)
        match ev.action:
            case "publish":
                struck = len(before.statements) - len(state.statements)
                _telling(ctx)(publishing_note(state, struck))
                return await asyncio.to_thread(self._published, state, struck)
            case "rewrite":
                return RewriteEvent(struck=ev.struck, notes=ev.notes, feedback=ev.feedback, check=bool(ev.check))
            case "findings":
                return await self._ask_findings(ctx, state, "")

    @step
    async def stop_writing(self, ctx: Context[ResearchState], ev: StopWriting) -> None:
        """Stop the writing of a draft; the whole sentences so far are kept."""
        if stop := self._stops.get(ev.draft):
            _telling(ctx)(f"{ev.by} stops the writing")
            stop.set()

    def find(self, state: ResearchState) -> Evidence:
        """Search for the evidence of a round without a model. It blocks, so call it on a thread."""
        documents = self.shelf.documents(state.documents)
        evidence = find_evidence(documents, state.query(self.settings.findings))
        self._keep_quoted(documents, evidence)
        return evidence

    async def _research(
        self, state: ResearchState, say: Callable[[str], None], note_progress: NoteProgress
    ) -> ResearchResult:
        if not state.model:
            return ResearchResult(state, await asyncio.to_thread(self.find, state))
        documents = await asyncio.to_thread(self.shelf.documents, state.documents)
        found = await research_with_model(self.model, state, documents, self.settings.findings, say, note_progress)
        await asyncio.to_thread(self._keep_quoted, documents, found.evidence)
        return found

    async def _write(
        self, ctx: Context[ResearchState], state: ResearchState, ev: ReportEvent | RewriteEvent
    ) -> WritingResult:
        """Let the model write, and publish each heading and each sentence as a `WritingEvent`."""
        draft_id = uuid.uuid4().hex

        def publish(piece: str | Sentence) -> None:
            delta = f"\n# {piece}\n" if isinstance(piece, str) else f" {piece.text}"
            ctx.write_event_to_stream(WritingEvent(draft=draft_id, delta=delta))

        ctx.write_event_to_stream(WritingEvent(draft=draft_id, delta=""))  # names the draft, so that it can be stopped
        stop = self._stops[draft_id] = asyncio.Event()
        try:
            telling, counting = _telling(ctx), _counting(ctx)
            return await write_with_model(self.model, state, ev, today(), publish, stop, telling, counting)
        finally:
            del self._stops[draft_id]

    def _quotes(self, state: ResearchState) -> Report:
        """The report of a run without a model: approved quotes and nothing else."""
        text = extractive_text(state.topic, state.kept, state.asked, state.dropped)
        return composed(
            state.topic,
            text,
            state.kept,
            written_on=today(),
            calls=state.calls,
            parts=state.asked,
            other_names=self._other_names(state.kept),
        )

    def _published(self, state: ResearchState, struck: int) -> Report:
        """The report of a text that a human has published."""
        assert state.text is not None
        return composed(
            state.topic,
            state.text,
            state.kept,
            model=state.model,
            written_on=today(),
            claims=state.claims,
            struck=struck,
            unfinished=state.unfinished,
            calls=state.calls,
            parts=state.asked,
            other_names=self._other_names(state.kept),
        )

    def _other_names(self, findings: Sequence[Finding]) -> dict[str, tuple[str, ...]]:
        """Further file names of quoted documents, by fingerprint."""
        names = {}
        for fingerprint in {finding.document for finding in findings}:
            with suppress(UnknownDocument):  # taken off the shelf since
                names[fingerprint] = tuple(self.shelf.get(fingerprint).other_names)
        return names

    async def _take_up(self, ctx: Context[ResearchState], ev: ResearchTopic) -> ReviewFindings:
        """Ask about the findings of an earlier report that still stand in their documents."""
        assert ev.revises is not None
        standing = await asyncio.to_thread(self._standing, ev.revises.findings)
        gone = len(ev.revises.findings) - len(standing)
        state = ResearchState.revising(ev, standing, self._model_for(ev))
        return await self._ask_findings(ctx, state, taken_up_note(gone))

    def _standing(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings whose quotes stand in their documents: a start from outside could bring others."""
        return [found for finding in findings if (found := self._found_again(finding))]

    def _found_again(self, finding: Finding) -> Finding | None:
        """A finding as its document has it; None if its quote is not there."""
        try:
            document = self.shelf.get(finding.document)
        except UnknownDocument:
            return None
        if document.text[finding.start : finding.end] != finding.quote:
            return None
        found = new_finding(document, finding.start, finding.end, finding.score, finding.round)
        return found.model_copy(
            update={"answers": finding.answers, "matched": finding.matched, "is_weak": finding.is_weak}
        )

    def _keep_quoted(self, documents: Sequence[Document], evidence: Evidence) -> None:
        """Store the quoted documents on the shelf, so that their quotes can be checked later."""
        quoted = {finding.document for finding in evidence.findings}
        for document in documents:
            if document.fingerprint in quoted:
                self.shelf.add(document)

    def _model_for(self, ev: ResearchTopic | RetryEvent) -> str:
        """Name of the model that a new run may use; empty for none, and for a later round."""
        return self.model.name if self.model and isinstance(ev, ResearchTopic) and ev.model == "configured" else ""

    async def _ask_findings(self, ctx: Context[ResearchState], state: ResearchState, note: str) -> ReviewFindings:
        """Store the state and ask about its findings."""
        await ctx.store.set_state(state)
        return await asyncio.to_thread(findings_question, state, self.model, note)  # it may load the list of prices

    async def _ask_text(self, ctx: Context[ResearchState], state: ResearchState, note: str) -> ReviewReport:
        """Store the state and ask about its text."""
        await ctx.store.set_state(state)
        return await asyncio.to_thread(text_question, state, self.model, note)


def _telling(ctx: Context[ResearchState]) -> Callable[[str], None]:
    return lambda message: ctx.write_event_to_stream(ProgressEvent(message=message))


def _counting(ctx: Context[ResearchState]) -> NoteProgress:
    def note(step: str, done: int, total: int) -> None:
        if counted := COUNTED.get(step):
            ctx.write_event_to_stream(counted(done=done, total=total))

    return note
