"""Workflows that the tests of the command line need beside those of the engine."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.forms.fields import File
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


class Letter(StartEvent):
    scan: File


class AskForReply(InputRequiredEvent):
    scan: str


class Reply(HumanResponseEvent):
    scan: File


class Mailroom(Workflow):
    """Takes a file, asks for another, and gives the fingerprints of both."""

    @step
    async def receive(self, ctx: Context, ev: Letter) -> AskForReply:
        await ctx.store.set("scan", ev.scan)
        return AskForReply(scan=ev.scan)

    @step
    async def send(self, ctx: Context, ev: Reply) -> StopEvent:
        return StopEvent(result=[await ctx.store.get("scan"), ev.scan])


class AsksName(Workflow):
    """Asks with the library's own events: nothing says what a yes would mean."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="What is your name?")  # type: ignore[call-arg]

    @step
    async def greet(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=f"Hello {ev.response}")


class Words(HumanResponseEvent):
    words: str


class TakesEither(Workflow):
    """Takes one of two answers to a question that names none."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="Well?")  # type: ignore[call-arg]

    @step
    async def take(self, ev: Verdict | Words) -> StopEvent:
        return StopEvent(result=type(ev).__name__)
