"""The workflow of the crash test: whatever is answered to it stands in its result."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

PAUSE = 0.005
"""Seconds between two lines of the long step."""


class Job(StartEvent):
    rounds: int
    """Questions that are asked alone, and then in each of two branches."""
    lines: int
    """Lines that the long step writes."""
    picky: bool
    """Whether the last question waits for an answer with certain fields."""


class Reply(HumanResponseEvent):
    topic: str
    so_far: list[str]
    token: str
    """Given to one answer only, in all runs."""


class Remark(Reply):
    pass


class AskLast(InputRequiredEvent):
    topic: str
    attempt: int
    so_far: list[str]


class Ask(AskLast):
    answer_type: ClassVar = Reply


class Fork(Event):
    pass


class Branch(Event):
    topic: str


class Line(Event):
    n: int


class Done(Event):
    taken: list[str]


class Joined(Event):
    taken: list[str]


class Interview(Workflow):
    """Asks alone, then in two branches beside a long step, then from inside a step.

    A step that a crash interrupts runs again, and finds what it has written to the state before, if a step beside it
    was committed in between. So what is told in a branch travels with its questions and answers, while what is told
    alone, when no other step is at work, is kept in the state.
    """

    @step
    async def begin(self, ctx: Context, ev: Job) -> Ask:
        await ctx.store.set("rounds", ev.rounds)
        await ctx.store.set("lines", ev.lines)
        await ctx.store.set("picky", ev.picky)
        await ctx.store.set("taken", [])
        return Ask(topic="alone", attempt=1, so_far=[])

    @step
    async def take(self, ctx: Context, ev: Reply) -> Ask | Fork | Done:
        rounds = await ctx.store.get("rounds")
        if ev.topic == "alone":
            taken = [*await ctx.store.get("taken"), ev.token]
            await ctx.store.set("taken", taken)
            more = len(taken) < rounds
            return Ask(topic="alone", attempt=len(taken) + 1, so_far=[]) if more else Fork()
        taken = [*ev.so_far, ev.token]
        more = len(taken) < rounds
        return Ask(topic=ev.topic, attempt=len(taken) + 1, so_far=taken) if more else Done(taken=taken)

    @step
    async def fork(self, ctx: Context, ev: Fork) -> Branch | None:
        for topic in ("left", "right"):
            ctx.send_event(Branch(topic=topic))
            await asyncio.sleep(PAUSE)
        return None

    @step
    async def ask_in_branch(self, ev: Branch) -> Ask:
        return Ask(topic=ev.topic, attempt=1, so_far=[])

    @step
    async def work(self, ctx: Context, ev: Fork) -> Done:
        for n in range(await ctx.store.get("lines")):
            ctx.write_event_to_stream(Line(n=n))
            await asyncio.sleep(PAUSE)
        return Done(taken=[])

    @step
    async def join(self, ctx: Context, ev: Done) -> Joined | None:
        branches = ctx.collect_events(ev, [Done] * 3)
        if branches is None:
            return None
        return Joined(taken=[*await ctx.store.get("taken"), *(token for done in branches for token in done.taken)])

    @step
    async def ask_last(self, ctx: Context, ev: Joined) -> StopEvent:
        remark = await ctx.wait_for_event(
            Remark,
            waiter_event=AskLast(topic="last", attempt=1, so_far=ev.taken),
            requirements={"topic": "last"} if await ctx.store.get("picky") else None,
            timeout=None,
        )
        return StopEvent(result=[*ev.taken, remark.token])
