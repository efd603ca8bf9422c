"""The report workflow: research, a human's review, and only then the writing.

Start ──topic──▶ do research ──question──▶ human review ──approved──▶ write report ──▶ Stop
                     ▲                        │    ▲                      │
                     └─ rejected, with words ─┘    └──── not finished ────┘
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from workflows import Context, Workflow, step

from hitl.llm import configured_model
from hitl.report.asking import ask_about, today
from hitl.report.assistant import Looked, Written, look_with_model, write_with_model
from hitl.report.dossier import Dossier
from hitl.report.events import (
    ProgressEvent,
    Report,
    ReportEvent,
    ResearchTopic,
    RetryEvent,
    ReviewDecision,
    ReviewFindings,
    StopWriting,
    WritingEvent,
)
from hitl.report.finishing import UnfinishedReport, composed, extracted
from hitl.report.notes import beginning_note, evidence_note, review_note
from hitl.report.writing import Draft
from hitl.research import Document, Evidence, Shelf, find_evidence
from hitl.settings import Settings, load_settings

NOTHING_KEPT = "Nothing was kept, and a report needs evidence. Ask for another round, or cancel."


class ReportWorkflow(Workflow):
    """Researches a topic, asks a human about the findings, and writes a report from what was approved.

    A model, if there is one, plans the research, selects the quotes and writes. Whatever it cannot do leads back to
    the human, who has it tried again, goes on without it, or cancels.

    Args:
        settings: Where the shelf is, how many findings a round brings, and which model there is; read from
            the environment when left out.
        options: Passed on to `Workflow`.
    """

    def __init__(self, settings: Settings | None = None, **options: Any) -> None:
        super().__init__(**{**options, "timeout": None})  # a human may take days
        self.settings = settings or load_settings()
        self.shelf = Shelf(self.settings.home)
        self.model = configured_model(self.settings)
        self._stops: dict[str, asyncio.Event] = {}  # by the draft that is being written

    @step
    async def do_research(self, ctx: Context[Dossier], ev: ResearchTopic | RetryEvent) -> ReviewFindings:
        """Look for evidence, heeding everything the human has said so far."""
        before, say = await ctx.store.get_state(), _telling(ctx)
        dossier = before.next_round(ev, self._model_for(ev))
        say(beginning_note(dossier, before))
        began = time.perf_counter()
        looked = await self._look(dossier, say)
        if looked.problem:
            return await self._ask(ctx, looked.dossier.failed_in("research"), looked.problem)
        say(evidence_note(looked.evidence, time.perf_counter() - began, looked.invented))
        note = review_note(looked.dossier, looked.evidence)
        return await self._ask(ctx, looked.dossier.with_evidence(looked.evidence), note)

    @step
    async def human_review(
        self, ctx: Context[Dossier], ev: ReviewDecision
    ) -> RetryEvent | ReportEvent | ReviewFindings:
        """Take the human's decision: another round, or the report."""
        dossier = (await ctx.store.get_state()).after(ev)
        await ctx.store.set_state(dossier)
        if not ev.approved:
            return RetryEvent(feedback=ev.feedback, topic=ev.topic)
        if not dossier.kept:
            return await self._ask(ctx, dossier, NOTHING_KEPT)
        return ReportEvent(topic=dossier.topic, findings=dossier.kept, dropped=dossier.dropped, go_on=ev.go_on)

    @step
    async def write_report(self, ctx: Context[Dossier], ev: ReportEvent) -> Report | ReviewFindings:
        """Write from the approved findings and nothing else."""
        dossier = await ctx.store.get_state()
        _telling(ctx)(f"Writing from {len(ev.findings)} approved findings")
        if ev.go_on == "with the draft":
            written = Written(dossier, dossier.draft)
        elif dossier.model:
            written = await self._write(ctx, dossier)
        else:
            return await asyncio.to_thread(extracted, ev, dossier, today())
        try:
            return await asyncio.to_thread(composed, ev, written, today())
        except UnfinishedReport as unfinished:
            return await self._ask(ctx, written.dossier.failed_in("writing", written.text), str(unfinished))

    @step
    async def stop_writing(self, ctx: Context[Dossier], ev: StopWriting) -> None:
        """Have the writing come to its end now; what is there is kept."""
        if stop := self._stops.get(ev.draft):
            _telling(ctx)(f"{ev.by} stops the writing")
            stop.set()

    def find(self, dossier: Dossier) -> Evidence:
        """Look for what a round asks for, without a model; called on a thread, since it takes its time."""
        documents = self.shelf.documents(dossier.documents)
        evidence = find_evidence(documents, dossier.inquiry(self.settings.findings))
        self._keep_quoted(documents, evidence)
        return evidence

    async def _look(self, dossier: Dossier, say: Callable[[str], None]) -> Looked:
        if not dossier.model:
            return Looked(dossier, await asyncio.to_thread(self.find, dossier))
        documents = await asyncio.to_thread(self.shelf.documents, dossier.documents)
        looked = await look_with_model(self.model, dossier, documents, self.settings.findings, say)
        await asyncio.to_thread(self._keep_quoted, documents, looked.evidence)
        return looked

    async def _write(self, ctx: Context[Dossier], dossier: Dossier) -> Written:
        """Have the model write, piece by piece into the events of the run."""
        draft_id = uuid.uuid4().hex
        draft = Draft(lambda delta: ctx.write_event_to_stream(WritingEvent(draft=draft_id, delta=delta)))
        ctx.write_event_to_stream(WritingEvent(draft=draft_id, delta=""))  # from now on it can be stopped
        self._stops[draft_id] = asyncio.Event()
        try:
            return await write_with_model(self.model, dossier, today(), draft, self._stops[draft_id], _telling(ctx))
        finally:
            del self._stops[draft_id]

    def _keep_quoted(self, documents: Sequence[Document], evidence: Evidence) -> None:
        """Put what is quoted on the shelf, so that every quote can be checked as long as the folder lasts."""
        quoted = {finding.document for finding in evidence.findings}
        for document in documents:
            if document.fingerprint in quoted:
                self.shelf.add(document)

    def _model_for(self, ev: ResearchTopic | RetryEvent) -> str:
        """Name of the model that may help with a run that begins; empty for none."""
        return self.model.name if self.model and isinstance(ev, ResearchTopic) and ev.model == "configured" else ""

    async def _ask(self, ctx: Context[Dossier], dossier: Dossier, note: str) -> ReviewFindings:
        """Keep what is known by now, and ask about it."""
        await ctx.store.set_state(dossier)
        return ask_about(dossier, self.model, note)


def _telling(ctx: Context[Dossier]) -> Callable[[str], None]:
    return lambda message: ctx.write_event_to_stream(ProgressEvent(message=message))
