"""A report workflow run to its end, without an engine: a script of answers, one for each question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.events import Event, HumanResponseEvent, StopEvent

from hitl.report import (
    ProgressEvent,
    Report,
    ReportDecision,
    ReportWorkflow,
    ResearchTopic,
    ReviewDecision,
    ReviewFindings,
    ReviewReport,
)
from hitl.settings import load_settings

Answer = Callable[[ReviewFindings], ReviewDecision] | Callable[[ReviewReport], ReportDecision]
LONGEST = 30.0
"""Seconds after which a run that does not end is a failure."""


@dataclass
class Followed:
    """What came out of a run."""

    events: list[Event] = field(default_factory=list)
    report: Report | None = None

    @property
    def questions(self) -> list[ReviewFindings]:
        return [event for event in self.events if isinstance(event, ReviewFindings)]

    @property
    def texts(self) -> list[ReviewReport]:
        """The questions about a model's text."""
        return [event for event in self.events if isinstance(event, ReviewReport)]

    @property
    def messages(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, ProgressEvent)]

    @property
    def written(self) -> Report:
        assert self.report is not None
        return self.report


def approve(*dropped: str, **fields: Any) -> Callable[[ReviewFindings], ReviewDecision]:
    return lambda question: ReviewDecision(approved=True, dropped=list(dropped), **fields)


def reject(
    feedback: str = "", topic: str = "", dropped: Sequence[str] = ()
) -> Callable[[ReviewFindings], ReviewDecision]:
    return lambda question: ReviewDecision(approved=False, feedback=feedback, topic=topic, dropped=list(dropped))


def publish(*struck: int) -> Callable[[ReviewReport], ReportDecision]:
    return lambda question: ReportDecision(action="publish", struck=list(struck))


def rewrite(*struck: int, **fields: Any) -> Callable[[ReviewReport], ReportDecision]:
    return lambda question: ReportDecision(action="rewrite", struck=list(struck), **fields)


def back(*struck: int) -> Callable[[ReviewReport], ReportDecision]:
    """Back to the findings."""
    return lambda question: ReportDecision(action="findings", struck=list(struck))


def follow(topic: ResearchTopic | str, *answers: Answer) -> Followed:
    """Run until the report, or until a question is asked for which there is no answer; it stays open."""
    start = ResearchTopic(topic=topic) if isinstance(topic, str) else topic
    return asyncio.run(asyncio.wait_for(_follow(start, list(answers)), LONGEST))


async def _follow(start: ResearchTopic, answers: list[Answer]) -> Followed:
    followed = Followed()
    handler = ReportWorkflow(load_settings()).run(start_event=start)
    async for event in handler.stream_events():
        if not isinstance(event, StopEvent):
            followed.events.append(event)
        if isinstance(event, ReviewFindings | ReviewReport):
            if not answers:
                await handler.cancel_run()
                return followed
            answer: Callable[[Any], HumanResponseEvent] = answers.pop(0)
            handler.ctx.send_event(answer(event))
    result = await handler
    assert isinstance(result, Report)
    assert not answers, "the run ended before it had all answers"
    followed.report = result
    return followed
