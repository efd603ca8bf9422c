"""Workflows that ask, fail and check in the ways that logs and lists tell of."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, model_validator
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl import HumanAction


class Span(StartEvent):
    low: int
    high: int

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        if self.high < self.low:
            raise ValueError("high is below low")
        return self


class PickSpan(InputRequiredEvent):
    text: str = "Which span?"


class Picked(HumanResponseEvent):
    low: int
    high: int
    approved: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> Picked:
        if self.high < self.low:
            raise ValueError("high is below low.")
        return self


class Spans(Workflow):
    """Its inputs and its answer are checked as a whole."""

    @step
    async def ask(self, ev: Span) -> PickSpan:
        return PickSpan()

    @step
    async def take(self, ev: Picked) -> StopEvent:
        return StopEvent(result=[ev.low, ev.high])


class Route(BaseModel):
    origin: str = "Rome"
    to: str = "Oslo"

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Route:
        if self.origin == self.to:
            raise ValueError("it goes nowhere")
        return self


class Book(InputRequiredEvent):
    """A tool call whose arguments are checked as a whole."""

    actions: ClassVar = ("accept", "edit", "respond", "ignore")
    args: Route
    note: str = "The cheapest one"


class Travels(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> Book:
        return Book(args=Route())

    @step
    async def go(self, ev: HumanAction) -> StopEvent:
        return StopEvent(result=ev.args)


class Trouble(StartEvent):
    kind: Literal["key", "assert", "figure", "sentence", "object", "stop field"]


class Odd(StopEvent):
    thing: Any


class Troubles(Workflow):
    @step
    async def go(self, ev: Trouble) -> StopEvent:
        match ev.kind:
            case "key":
                raise KeyError("supplier")
            case "assert":
                raise AssertionError
            case "figure":
                raise LookupError(404)
            case "sentence":
                raise RuntimeError("The supplier does not answer.")
            case "stop field":
                return Odd(thing=object())
            case _:
                return StopEvent(result=object())


class TooSlow(Workflow):
    @step
    async def work(self, ev: StartEvent) -> StopEvent:
        await asyncio.sleep(60)
        return StopEvent()


def too_slow() -> TooSlow:
    return TooSlow(timeout=0.5)


class Ask(Event):
    reviewer: str


class Review(InputRequiredEvent):
    reviewer: str
    text: str = "Tides"

    @property
    def summary(self) -> str:
        return f"{self.reviewer}: your vote"


class Vote(HumanResponseEvent):
    vote: str


class Panel(Workflow):
    """Asks several people at once."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Ask | None:
        for name in ("Ana", "Ben"):
            ctx.send_event(Ask(reviewer=name))
        return None

    @step
    async def ask(self, ctx: Context, ev: Ask) -> StopEvent | None:
        await ctx.wait_for_event(Vote, waiter_event=Review(reviewer=ev.reviewer), waiter_id=ev.reviewer)
        return None


class Note(StartEvent):
    note: str
    count: int


class Stalls(Workflow):
    """Neither asks nor ends."""

    @step
    async def do_nothing(self, ev: Note) -> StopEvent | None:
        return None


class Payment(StartEvent):
    amount: float = Field(ge=0, description="In euros")
    note: str = Field(default="", description="For the books")


class Described(Workflow):
    @step
    async def pay(self, ev: Payment) -> StopEvent:
        return StopEvent(result=f"# Paid\n“{ev.amount}” euros")
