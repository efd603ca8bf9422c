"""Workflows whose starts and answers have aliases, models inside models, lists of them and unions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class AliasAnswer(HumanResponseEvent):
    is_ok: bool = Field(alias="isOk")


class AskAlias(InputRequiredEvent):
    answer_type: ClassVar[type[Event]] = AliasAnswer

    text: str


class Alias(Workflow):
    """Its answer has a field with an alias."""

    @step
    async def ask(self, ev: StartEvent) -> AskAlias:
        return AskAlias(text="Fine?")

    @step
    async def end(self, ev: AliasAnswer) -> StopEvent:
        return StopEvent(result=ev.is_ok)


class AliasByName(Alias):
    """The same, answered by the name of the field."""


class Place(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    street_name: str


class Journey(StartEvent):
    trip_name: str = Field(validation_alias=AliasChoices("tripName", "name"), default="Rome")


class AskPlace(InputRequiredEvent):
    place: Place


class PlaceAnswer(HumanResponseEvent):
    model_config = ConfigDict(serialize_by_alias=True)

    place: Place = Field(serialization_alias="WHERE")


class Aliases(Workflow):
    """Has aliases in its start, its question, its state and its answer."""

    @step
    async def ask(self, ctx: Context, ev: Journey) -> AskPlace:
        await ctx.store.set("place", Place.model_validate({"streetName": ev.trip_name}))
        return AskPlace(place=Place.model_validate({"streetName": "Via Appia"}))

    @step
    async def end(self, ctx: Context, ev: PlaceAnswer) -> StopEvent:
        place = await ctx.store.get("place")
        return StopEvent(result=[place.street_name, ev.place.street_name])


class Approval(HumanResponseEvent):
    approved: bool


class MayI(InputRequiredEvent):
    query: str


class BareInputs(Workflow):
    """Reads fields that its start event does not declare."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> MayI:
        await ctx.store.set("limit", ev.get("limit", 3))
        return MayI(query=ev.get("query", "tea"))

    @step
    async def end(self, ctx: Context, ev: Approval) -> StopEvent:
        return StopEvent(result=[await ctx.store.get("limit"), ev.approved])


class Box(BaseModel):
    kind: Literal["box"]
    sides: Annotated[int, Field(ge=1)]


class Tube(BaseModel):
    kind: Literal["tube"]
    length: Decimal


class Item(BaseModel):
    name: str
    wrapping: Annotated[Box | Tube, Field(discriminator="kind")]


class Packed(HumanResponseEvent):
    parts: Annotated[list[Item], Field(min_length=1, max_length=3)]
    within: timedelta
    remark: str | int = ""


class Pack(InputRequiredEvent):
    answer_type: ClassVar[type[Event]] = Packed

    to: str


class Packing(Workflow):
    """Its answer is a list of models, each with a union in it."""

    @step
    async def ask(self, ev: StartEvent) -> Pack:
        return Pack(to="Rome")

    @step
    async def end(self, ev: Packed) -> StopEvent:
        told = [f"{item.name}: {item.wrapping}" for item in ev.parts]
        return StopEvent(result=[*told, ev.within.total_seconds(), ev.remark])
