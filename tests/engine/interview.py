"""The workflow of the crash test: whatever is answered to it stands in its result."""

from __future__ import annotations

import asyncio
import uuid
from typing import ClassVar

from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

PAUSE = 0.005
"""Seconds between two lines of the long step."""
MORE_WAITS = 5
"""Questions that are asked in addition if `Job.waits`."""


class Job(StartEvent):
    rounds: int
    """Questions that are asked alone, and then in each of two branches."""
    lines: int
    """Lines that the long step writes."""
    picky: bool
    """Whether the last question waits for an answer with certain fields."""
    waits: bool = False
    """Whether more is asked from inside steps after it: in a row, in a loop, and side by side."""


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
    nonce: str = ""
    """Another one each time that its step runs."""


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


class Asked(Event):
    taken: list[str]


class Signing(Event):
    topic: str
    taken: list[str]


class Signed(Event):
    token: str
    taken: list[str]


class Interview(Workflow):
    """Asks alone, then in two branches beside a long step, then from inside steps.

    A step that a crash interrupts runs again, and finds what it has written to the state before, if a step beside it
    was committed in between. So what is told in a branch travels with its questions and answers, while what is told
    alone, when no other step is at work, is kept in the state.
    """

    @step
    async def begin(self, ctx: Context, ev: Job) -> Ask:
        await ctx.store.set("rounds", ev.rounds)
        await ctx.store.set("lines", ev.lines)
        await ctx.store.set("picky", ev.picky)
        await ctx.store.set("waits", ev.waits)
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
    async def ask_last(self, ctx: Context, ev: Joined) -> StopEvent | Asked:
        remark = await ctx.wait_for_event(
            Remark,
            waiter_event=AskLast(topic="last", attempt=1, so_far=ev.taken),
            requirements={"topic": "last"} if await ctx.store.get("picky") else None,
            timeout=None,
        )
        taken = [*ev.taken, remark.token]
        if not await ctx.store.get("waits"):
            return StopEvent(result=taken)
        ctx.write_event_to_stream(AskLast(topic="written", attempt=1, so_far=taken, nonce=uuid.uuid4().hex))
        taken.append((await ctx.wait_for_event(Remark)).token)
        for attempt in (1, 2):
            again = AskLast(topic="again", attempt=attempt, so_far=taken, nonce=str(uuid.uuid4()))
            taken.append((await ctx.wait_for_event(Remark, waiter_event=again)).token)
        return Asked(taken=taken)

    @step
    async def fan_out(self, ctx: Context, ev: Asked) -> Signing | None:
        for topic in ("ana", "ben"):
            ctx.send_event(Signing(topic=topic, taken=ev.taken))
        return None

    @step
    async def sign(self, ctx: Context, ev: Signing) -> Signed:
        question = AskLast(topic=ev.topic, attempt=1, so_far=ev.taken, nonce=uuid.uuid4().hex)
        return Signed(token=(await ctx.wait_for_event(Remark, waiter_event=question)).token, taken=ev.taken)

    @step
    async def end(self, ctx: Context, ev: Signed) -> StopEvent | None:
        signed = ctx.collect_events(ev, [Signed] * 2)
        return StopEvent(result=[*ev.taken, *(each.token for each in signed)]) if signed else None
