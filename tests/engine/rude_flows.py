"""Workflows that do what no workflow should, each in one way."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import ClassVar

from pydantic import field_validator
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, EngineError
from tests.engine.flows import MayI
from tests.engine.more_flows import Choice, Left, Right


class Moody(HumanResponseEvent):
    """An answer whose validator raises what it likes, once it is in that mood."""

    broken: ClassVar[threading.Event] = threading.Event()
    approved: bool

    @field_validator("approved")
    @classmethod
    def look(cls, approved: bool) -> bool:
        if cls.broken.is_set():
            raise KeyError("no such team")
        return approved


class AsksMoody(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def decide(self, ev: Moody) -> StopEvent:
        return StopEvent(result=ev.approved)


class ExitsWhenCancelled(Workflow):
    begun: ClassVar[threading.Event] = threading.Event()

    @step
    async def work(self, ev: StartEvent) -> StopEvent:
        self.begun.set()
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            sys.exit(1)
        return StopEvent()


class Blocks(Workflow):
    """Holds up the loop of all runs until `released` is set, and asks then."""

    begun: ClassVar[threading.Event] = threading.Event()
    released: ClassVar[threading.Event] = threading.Event()

    @step
    async def work(self, ev: StartEvent) -> InputRequiredEvent:
        self.begun.set()
        self.released.wait()
        return InputRequiredEvent()

    @step
    async def decide(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent()


class BlocksAThread(Workflow):
    """Is at work on a worker thread until `released` is set: the loop is free, but the thread does not end."""

    released: ClassVar[threading.Event] = threading.Event()

    @step
    async def work(self, ev: StartEvent) -> StopEvent:
        await asyncio.to_thread(self.released.wait)
        return StopEvent()


class StartsAnother(Workflow):
    """Calls the engine that runs it."""

    engine: ClassVar[Engine | None] = None

    @step
    async def work(self, ev: StartEvent) -> StopEvent:
        assert self.engine
        try:
            self.engine.start("AskOnce", item="tea")
        except EngineError as error:
            return StopEvent(result=str(error))
        return StopEvent(result="started")


class PickyBesideWork(Workflow):
    """Waits for a certain answer beside a branch that never ends by itself."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def left(self, ctx: Context, ev: Left) -> StopEvent:
        choice = await ctx.wait_for_event(
            Choice, waiter_event=MayI(item="left", attempt=1), requirements={"number": 1}, timeout=None
        )
        return StopEvent(result=choice.text)

    @step
    async def right(self, ev: Right) -> None:
        await asyncio.sleep(1000)


class WaitsForACancelledTask(Workflow):
    """Nobody cancels the step itself."""

    @step
    async def wait(self, ev: StartEvent) -> StopEvent:
        task = asyncio.create_task(asyncio.sleep(1000))
        asyncio.get_running_loop().call_soon(task.cancel)
        await task
        return StopEvent()
