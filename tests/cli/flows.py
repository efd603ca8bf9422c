"""A workflow that the tests of the command line need beside those of the engine."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import StartEvent, StopEvent

from tests.engine.flows import Left, MayI, Right, Verdict


class AsksTwice(Workflow):
    """Has two open questions at once."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def ask_left(self, ev: Left) -> MayI:
        return MayI(item="tea", attempt=1)

    @step
    async def ask_right(self, ev: Right) -> MayI:
        return MayI(item="milk", attempt=1)

    @step
    async def decide(self, ctx: Context, ev: Verdict) -> StopEvent | None:
        return StopEvent(result=None) if ctx.collect_events(ev, [Verdict] * 2) else None
