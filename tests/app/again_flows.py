"""A workflow in three versions, whose start events have other fields."""

from __future__ import annotations

from pydantic import BaseModel, Field
from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class Hotel(BaseModel):
    name: str = ""
    stars: int = 3


class Goal(StartEvent):
    goal: str
    days: int = 1
    stops: list[str] = Field(default=[])
    hotel: Hotel = Hotel()


class Where(StartEvent):
    target: str
    days: int = 1
    stops: list[str] = Field(default=[])
    hotel: Hotel = Hotel()


class Short(StartEvent):
    goal: str
    days: int = Field(default=1, le=2)


class MayI(InputRequiredEvent):
    text: str = "May I?"


class Yes(HumanResponseEvent):
    approved: bool


class Travel(Workflow):
    @step
    async def ask(self, ev: Goal) -> MayI:
        return MayI()

    @step
    async def go(self, ev: Yes) -> StopEvent:
        return StopEvent()


class Renamed(Workflow):
    @step
    async def ask(self, ev: Where) -> MayI:
        return MayI()

    @step
    async def go(self, ev: Yes) -> StopEvent:
        return StopEvent()


class Shorter(Workflow):
    @step
    async def ask(self, ev: Short) -> MayI:
        return MayI()

    @step
    async def go(self, ev: Yes) -> StopEvent:
        return StopEvent()
