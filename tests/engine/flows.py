"""Small workflows that the engine's tests run."""

from __future__ import annotations

import asyncio
import threading
from typing import ClassVar

from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class Order(StartEvent):
    item: str
    price: float = 1.0


class MayI(InputRequiredEvent):
    item: str
    attempt: int


class Verdict(HumanResponseEvent):
    approved: bool
    reason: str = ""


class Said(Event):
    message: str


class AskOnce(Workflow):
    """Asks whether an order may be made, again after every no."""

    @step
    async def ask(self, ctx: Context, ev: Order) -> MayI:
        await ctx.store.set("item", ev.item)
        ctx.write_event_to_stream(Said(message=f"Looked up {ev.item}"))
        return MayI(item=ev.item, attempt=1)

    @step
    async def decide(self, ctx: Context, ev: Verdict) -> MayI | StopEvent:
        attempts = await ctx.store.get("attempts", default=1)
        await ctx.store.set("attempts", attempts + 1)
        item = await ctx.store.get("item")
        return (
            StopEvent(result={"ordered": item, "after": attempts})
            if ev.approved
            else MayI(item=item, attempt=attempts + 1)
        )


class Fails(Workflow):
    @step
    async def explode(self, ev: StartEvent) -> StopEvent:
        raise ZeroDivisionError("nothing to divide by")


class Slow(Workflow):
    """Says that it has begun, then works until a test lets it go on."""

    go_on: ClassVar[threading.Event] = threading.Event()

    @step
    async def work(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ctx.write_event_to_stream(Said(message="begun"))
        while not self.go_on.is_set():
            await asyncio.sleep(0.01)
        return StopEvent(result="done")


class Next(Event):
    n: int


class Counts(Workflow):
    """Takes as many steps as it is told, writing its state at each."""

    @step
    async def count(self, ctx: Context, ev: StartEvent | Next) -> Next | StopEvent:
        n = ev.n if isinstance(ev, Next) else 0
        steps = await ctx.store.get("steps", default=None) or ev.get("steps")
        await ctx.store.set("steps", steps)
        await ctx.store.set("n", n)
        return StopEvent(result=n) if n == steps else Next(n=n + 1)


class Chatters(Workflow):
    """Writes many events inside one step."""

    @step
    async def talk(self, ctx: Context, ev: StartEvent) -> StopEvent:
        for n in range(ev.get("lines")):
            ctx.write_event_to_stream(Said(message=str(n)))
            if n % 7 == 0:
                await asyncio.sleep(0)
        return StopEvent(result=None)


class Waits(Workflow):
    """Asks from inside a step, with a waiter."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        verdict = await ctx.wait_for_event(Verdict, waiter_event=MayI(item="tea", attempt=1))
        return StopEvent(result=verdict.approved)


class Score(HumanResponseEvent):
    score: float


class WaitsTwice(Workflow):
    """Asks twice from inside one step."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        verdict = await ctx.wait_for_event(Verdict, waiter_event=MayI(item="tea", attempt=1), timeout=None)
        score = await ctx.wait_for_event(Score, waiter_event=MayI(item="tea", attempt=2), timeout=None)
        return StopEvent(result=[verdict.reason, score.score])


class Grows(Workflow):
    """Changes a value of its state in place, between two questions."""

    @step
    async def ask(self, ctx: Context, ev: Order) -> MayI:
        await ctx.store.set("items", [])
        return MayI(item=ev.item, attempt=1)

    @step
    async def add(self, ctx: Context, ev: Verdict) -> MayI | StopEvent:
        items = await ctx.store.get("items")
        items.append(ev.reason)
        await ctx.store.set("items", items)
        return StopEvent(result=items) if ev.approved else MayI(item="more", attempt=len(items) + 1)


class Left(Event):
    pass


class Right(Event):
    pass


class Beside(Workflow):
    """Asks in one branch while the other one works until a test lets it go on."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def ask(self, ev: Left) -> MayI:
        return MayI(item="tea", attempt=1)

    @step
    async def work(self, ctx: Context, ev: Right) -> None:
        ctx.write_event_to_stream(Said(message="working"))
        while not Slow.go_on.is_set():
            await asyncio.sleep(0.01)
        ctx.write_event_to_stream(Said(message="worked"))

    @step
    async def decide(self, ev: Verdict) -> StopEvent:
        return StopEvent(result=ev.approved)


class Grades(Workflow):
    @step
    async def ask(self, ev: Order) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def take(self, ev: Score) -> StopEvent:
        return StopEvent(result=ev.score)


class Opaque(Event):
    thing: object


class Rude(Workflow):
    """Ends in a way that no step should."""

    @step
    async def end(self, ctx: Context, ev: StartEvent) -> StopEvent:
        match ev.get("how"):
            case "exit":
                raise SystemExit(3)
            case "opaque result":
                return StopEvent(result=object())
            case "opaque progress":
                ctx.write_event_to_stream(Said(message="before"))
                ctx.write_event_to_stream(Opaque(thing=object()))
                ctx.write_event_to_stream(Said(message="after"))
        return StopEvent(result="politely")


made_before = AskOnce(timeout=None)


def the_one_made_before() -> Workflow:
    return made_before


class Vague(Workflow):
    """Takes two kinds of answers and does not say which one belongs to its question."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def decide(self, ev: Verdict | HumanResponseEvent) -> StopEvent:
        return StopEvent(result=None)


def not_a_workflow() -> int:
    return 3
