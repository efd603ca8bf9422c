"""An interview: one step asks three questions in a row, each with an answer of its own form."""

from datetime import date
from typing import Literal

from pydantic import Field
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class Ask(InputRequiredEvent):
    prefix: str


class Name(HumanResponseEvent):
    name: str = Field(min_length=1, max_length=80)


class Experience(HumanResponseEvent):
    years: int = Field(ge=0, le=60, description="Whole years; none is fine.")


class Wishes(HumanResponseEvent):
    place: Literal["office", "at home", "both"]
    first_day: date


class Candidate(StopEvent):
    name: str
    years: int
    place: str
    first_day: date


class InterviewFlow(Workflow):
    @step
    async def talk(self, ctx: Context, ev: StartEvent) -> Candidate:
        """Each answer runs the step from its beginning; questions that are answered are not asked again."""
        name = (await ctx.wait_for_event(Name, Ask(prefix="What is your name?"), timeout=None)).name
        how_long = Ask(prefix=f"How long have you been a gardener, {name}?")
        years = (await ctx.wait_for_event(Experience, how_long, timeout=None)).years
        wishes = await ctx.wait_for_event(Wishes, Ask(prefix="Where, and from when on?"), timeout=None)
        return Candidate(name=name, years=years, place=wishes.place, first_day=wishes.first_day)
