"""Workflows that bring the page into the states that `tests.benchmarks.page` measures."""

from __future__ import annotations

import asyncio
import random
import re
import time

from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.report import ReportWorkflow
from hitl.report.state import ResearchState
from hitl.research import Evidence, Finding
from hitl.research.findings import new_finding

SENTENCE = re.compile(r"[A-Z][^.\n]{40,200}\.(?=\s)")
PAUSES = (0.04, 0.16)
"""Shortest and longest time between two ticks, in seconds: they fall anywhere between two drawings."""


class ManyFindings(ReportWorkflow):
    """Finds as many sentences as the number that its topic begins with: `150 sentences of the library`."""

    def find(self, state: ResearchState) -> Evidence:
        documents = self.shelf.documents(state.documents)
        found: list[Finding] = []
        for document in documents:
            spans = [match.span() for match in SENTENCE.finditer(document.text)]
            found += [new_finding(document, start, end, 1.0, state.round) for start, end in spans]
        evidence = Evidence(tuple(found[: int(state.topic.split()[0])]), len(documents), len(found))
        self._keep_quoted(documents, evidence)
        return evidence


class Told(Event):
    message: str


class GoOn(InputRequiredEvent):
    message: str = "Shall it go on?"


class Answered(HumanResponseEvent):
    approved: bool


class Ticks(Workflow):
    """Writes `before` events at once, asks, writes `ticks` one by one, each with the time, and asks again."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> GoOn:
        await ctx.store.set("ticks", ev.get("ticks"))
        for number in range(ev.get("before")):
            ctx.write_event_to_stream(Told(message=f"event {number}"))
            if number % 50 == 0:
                await asyncio.sleep(0)
        return GoOn()

    @step
    async def tick(self, ctx: Context, ev: Answered) -> GoOn | StopEvent:
        ticks = await ctx.store.get("ticks")
        await ctx.store.set("ticks", 0)
        for number in range(ticks):
            await asyncio.sleep(random.uniform(*PAUSES))
            ctx.write_event_to_stream(Told(message=f"tick {number} at {time.time() * 1000:.1f} ms"))
        return GoOn() if ticks else StopEvent(result="It went on.")
