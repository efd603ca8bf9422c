"""A workflow that says much."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class Go(StartEvent):
    times: int


class Said(Event):
    message: str


class Chatty(Workflow):
    @step
    async def talk(self, ctx: Context, ev: Go) -> StopEvent:
        for number in range(ev.times):
            ctx.write_event_to_stream(Said(message=f"Said number {number}: <b> $a$"))
        return StopEvent(result=ev.times)
