"""The report workflow: research, a human's review, and only then the writing.

Start ──topic──▶ do research ──question──▶ human review ──approved──▶ write report ──▶ Stop
                     ▲                          │
                     └──── rejected, with feedback ──┘
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from workflows import Context, Workflow, step

from hitl.report.dossier import Dossier
from hitl.report.events import (
    ProgressEvent,
    Report,
    ReportEvent,
    ResearchTopic,
    RetryEvent,
    ReviewDecision,
    ReviewFindings,
)
from hitl.report.extracting import write_extracted
from hitl.report.notes import beginning_note, evidence_note, review_note
from hitl.research import Evidence, Shelf, find_evidence
from hitl.settings import Settings, load_settings


class ReportWorkflow(Workflow):
    """Researches a topic, asks a human about the findings, and writes a report from what was approved.

    Args:
        settings: Where the shelf is, and how many findings a round brings; read from the environment
            when left out.
        options: Passed on to `Workflow`.
    """

    def __init__(self, settings: Settings | None = None, **options: Any) -> None:
        super().__init__(**{**options, "timeout": None})  # a human may take days
        self.settings = settings or load_settings()
        self.shelf = Shelf(self.settings.home)

    @step
    async def do_research(self, ctx: Context[Dossier], ev: ResearchTopic | RetryEvent) -> ReviewFindings:
        """Look for evidence, heeding everything the human has said so far."""
        before = await ctx.store.get_state()
        dossier = before.next_round(ev)
        ctx.write_event_to_stream(ProgressEvent(message=beginning_note(dossier, before)))
        began = time.perf_counter()
        evidence = await asyncio.to_thread(self.find, dossier)
        seconds = time.perf_counter() - began
        ctx.write_event_to_stream(ProgressEvent(message=evidence_note(evidence, seconds)))
        await ctx.store.set_state(dossier.with_evidence(evidence))
        return self._ask(dossier.with_evidence(evidence), review_note(dossier, evidence))

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
            return self._ask(
                dossier, "Nothing was kept, and a report needs evidence. Ask for another round, or cancel."
            )
        return ReportEvent(topic=dossier.topic, findings=dossier.kept, dropped=dossier.dropped)

    @step
    async def write_report(self, ctx: Context[Dossier], ev: ReportEvent) -> Report:
        """Write from the approved findings and nothing else."""
        ctx.write_event_to_stream(ProgressEvent(message=f"Writing from {len(ev.findings)} approved findings"))
        return await asyncio.to_thread(write_extracted, ev.topic, ev.findings, ev.dropped)

    def find(self, dossier: Dossier) -> Evidence:
        """Look for what a round asks for; called on a thread, since it takes its time."""
        documents = self.shelf.documents(dossier.documents)
        evidence = find_evidence(documents, dossier.inquiry(self.settings.findings))
        quoted = {finding.document for finding in evidence.findings}
        for document in documents:
            if document.fingerprint in quoted:
                self.shelf.add(document)  # so that every quote can be checked as long as the folder lasts
        return evidence

    def _ask(self, dossier: Dossier, note: str) -> ReviewFindings:
        return ReviewFindings(topic=dossier.topic, round=dossier.round, findings=dossier.kept, note=note)
