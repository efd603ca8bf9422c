"""Workflows whose steps block: they do not yield until a test releases them."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import cache
from typing import Any, ClassVar, Literal

from pydantic import field_validator
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from tests.engine.flows import MayI, Said, Verdict

WAYS = ("sleeps", "spins", "speaks")


class Way(StartEvent):
    how: Literal["sleeps", "spins", "speaks"] = "sleeps"


class Spins(Workflow):
    """Blocks by waiting in Python, by spinning, or by spinning and saying so; asks a human afterwards."""

    begun: ClassVar[threading.Event] = threading.Event()
    released: ClassVar[threading.Event] = threading.Event()
    tasks: ClassVar[list[bool]] = []
    """Whether the step has found its own task after it has blocked."""

    @step
    async def spin(self, ctx: Context, ev: Way) -> MayI:
        mine = asyncio.current_task()
        self.begun.set()
        if ev.how == "sleeps":
            self.released.wait()
        spoken = 0
        while not self.released.is_set():
            if ev.how == "speaks" and spoken < 20:
                ctx.write_event_to_stream(Said(message=f"line {(spoken := spoken + 1)}"))
        self.tasks.append(asyncio.current_task() is mine)
        async with asyncio.timeout(30):
            await asyncio.sleep(0.001)
        self.tasks.append(asyncio.current_task() is mine)
        return MayI(item="tea", attempt=1)

    @step
    async def decide(self, ev: Verdict) -> StopEvent:
        return StopEvent(result=ev.approved)


class Once(StartEvent):
    blocks: bool = False
    with_lock: bool = False
    """Whether it blocks while it has the lock."""


class Shares(Workflow):
    """Its runs share a lock, a semaphore and the client of a model."""

    base: ClassVar[str] = ""
    """Address of the model."""
    begun: ClassVar[threading.Event] = threading.Event()
    released: ClassVar[threading.Event] = threading.Event()

    def __init__(self, timeout: float | None = None) -> None:
        super().__init__(timeout=timeout)
        self.lock, self.semaphore = asyncio.Lock(), asyncio.Semaphore(2)

    @step
    async def work(self, ev: Once) -> StopEvent:
        if ev.blocks and not ev.with_lock:
            self.begun.set()
            self.released.wait()
        async with self.lock:
            if ev.with_lock:
                self.begun.set()
                self.released.wait()
            await asyncio.sleep(0.001)  # so that others wait for the lock
        async with self.semaphore:
            answer = await client(self.base).acomplete("How much?")
        return StopEvent(result=str(answer))


@cache
def client(base: str) -> Any:
    """One client for all runs, as most people have it at the top of a module."""
    from llama_index.llms.openai_like import OpenAILike

    options = {"max_retries": 0, "timeout": 30, "context_window": 9000, "is_chat_model": True}
    return OpenAILike(model="m", api_base=base, api_key="sk-test", **options)


class Left(Event):
    pass


class Right(Event):
    pass


class AsksBeside(Workflow):
    """Asks a human in one branch, while another blocks."""

    released: ClassVar[threading.Event] = threading.Event()

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def ask(self, ev: Left) -> MayI:
        return MayI(item="tea", attempt=1)

    @step
    async def block(self, ev: Right) -> None:
        await asyncio.sleep(0.01)
        self.released.wait()

    @step
    async def decide(self, ctx: Context, ev: Verdict) -> StopEvent:
        ctx.write_event_to_stream(Said(message="decided"))
        return StopEvent(result=ev.approved)


class Stubborn(HumanResponseEvent):
    """An answer whose validator blocks, once it is given to the run."""

    begun: ClassVar[threading.Event] = threading.Event()
    released: ClassVar[threading.Event] = threading.Event()
    blocking_thread: ClassVar[str] = "hitl-loop"

    approved: bool

    @field_validator("approved")
    @classmethod
    def block(cls, approved: bool) -> bool:
        if threading.current_thread().name == cls.blocking_thread:
            cls.begun.set()
            cls.released.wait()
        return approved


class AsksStubborn(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def take(self, ev: Stubborn) -> StopEvent:
        return StopEvent(result=ev.approved)


class Yields(Workflow):
    """Blocks many times for less than is noticed."""

    @step
    async def work(self, ev: StartEvent) -> StopEvent:
        for _ in range(10):
            time.sleep(0.02)
            await asyncio.sleep(0)
        return StopEvent()


class SleepsOnAThread(Workflow):
    """Its step is no coroutine, so it works on a helper thread."""

    released: ClassVar[threading.Event] = threading.Event()

    @step
    def sleep(self, ev: Once) -> StopEvent:
        if ev.blocks:
            self.released.wait()
        return StopEvent()
