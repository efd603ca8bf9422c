"""Two reviews at the same time: both questions are open at once, and the run continues when both are answered."""

from pydantic import BaseModel, Field
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

ASPECTS = ("law", "language")


class Draft(StartEvent):
    """Have a text reviewed, by a lawyer and by an editor."""

    text: str = Field(min_length=1, json_schema_extra={"format": "long text"})


class Look(Event):
    aspect: str
    text: str


class ReviewText(InputRequiredEvent):
    aspect: str
    text: str


class Review(HumanResponseEvent):
    aspect: str
    good: bool
    remark: str = ""


class Opinion(BaseModel):
    aspect: str
    good: bool
    remark: str


class Reviewed(Event):
    opinion: Opinion


class ReviewsFlow(Workflow):
    @step
    async def hand_out(self, ctx: Context, ev: Draft) -> Look | None:
        for aspect in ASPECTS:
            ctx.send_event(Look(aspect=aspect, text=ev.text))
        return None

    @step
    async def review(self, ctx: Context, ev: Look) -> Reviewed:
        question, aspect = ReviewText(aspect=ev.aspect, text=ev.text), {"aspect": ev.aspect}
        said = await ctx.wait_for_event(Review, question, requirements=aspect, timeout=None)
        return Reviewed(opinion=Opinion(aspect=ev.aspect, good=said.good, remark=said.remark))

    @step
    async def join(self, ctx: Context, ev: Reviewed) -> StopEvent | None:
        reviewed = ctx.collect_events(ev, [Reviewed] * len(ASPECTS))
        return StopEvent(result=[each.opinion for each in reviewed]) if reviewed else None
