"""Report workflows whose research is slow, fails, or waits for a test."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path
from typing import ClassVar

from workflows import Workflow, step
from workflows.events import Event

from hitl.report import (
    Report,
    ReportEvent,
    ReportWorkflow,
    ResearchTopic,
    ReviewDecision,
    ReviewFindings,
)
from hitl.report.state import ResearchState
from hitl.report.writing.extractive import write_extracted
from hitl.research import Evidence


class FailingReport(ReportWorkflow):
    """Fails in its research, until it is mended."""

    mended: ClassVar[threading.Event] = threading.Event()

    def find(self, dossier: ResearchState) -> Evidence:
        if not self.mended.is_set():
            raise RuntimeError("the shelf is <b>broken</b>")
        return super().find(dossier)


class SlowReport(ReportWorkflow):
    """Takes five seconds for every round of research."""

    def find(self, dossier: ResearchState) -> Evidence:
        time.sleep(5)
        return super().find(dossier)


class HeldReport(ReportWorkflow):
    """Looks for evidence once its folder has a file `go`, which it takes away."""

    def find(self, dossier: ResearchState) -> Evidence:
        go = Path(os.environ["HITL_HOME"]) / "go"
        while not go.exists():
            time.sleep(0.05)
        go.unlink()
        return super().find(dossier)


class PatientReport(ReportWorkflow):
    """Does not begin to research before it is let."""

    let: ClassVar[threading.Event] = threading.Event()

    def find(self, dossier: ResearchState) -> Evidence:
        self.let.wait(timeout=30)
        return super().find(dossier)


class MoodyReport(ReportWorkflow):
    """Does what its topic says: `slowly` looks until another run begins to look, `in vain` fails."""

    another: ClassVar[threading.Event] = threading.Event()

    def find(self, dossier: ResearchState) -> Evidence:
        if "slowly" in dossier.topic:
            self.another.clear()
            self.another.wait(timeout=60)
        self.another.set()
        if "in vain" in dossier.topic:
            raise OSError("The shelf cannot be reached: the disk does not answer.")
        return super().find(dossier)


class PrintEvent(Event):
    report: Report


class LongerReport(ReportWorkflow):
    """Has one step more, as after an update."""

    @step
    async def set_type(self, ev: ReportEvent) -> PrintEvent:
        return PrintEvent(report=await asyncio.to_thread(write_extracted, ev.topic, ev.findings, ev.dropped))

    @step
    async def print_report(self, ev: PrintEvent) -> Report:
        return ev.report


class OlderReport(Workflow):
    """Asks and ends with less than today's report has, as an earlier version may have done."""

    @step
    async def do_research(self, ev: ResearchTopic) -> ReviewFindings:
        return ReviewFindings.model_construct(topic="tides", round="first")

    @step
    async def human_review(self, ev: ReviewDecision) -> Report:
        return Report.model_construct(title="Tides")
