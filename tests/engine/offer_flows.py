"""Workflows whose questions declare choices and actions, and whose answers have no fields."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine.workflows.actions import HumanAction


def _shown(answer: HumanResponseEvent) -> dict[str, Any]:
    return {"type": type(answer).__name__, **answer.model_dump(mode="json")}


# ---- choices


class PickCity(InputRequiredEvent):
    choices: ClassVar = {"Rome, by train": "rome", "Oslo, by ship": "oslo"}

    prompt: str = "Where to?"


class CityInWords(Workflow):
    """Choices for the library's own answer: their values are its `response`."""

    @step
    async def ask(self, ev: StartEvent) -> PickCity:
        return PickCity()

    @step
    async def end(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=ev.response)


class Stars(HumanResponseEvent):
    stars: int
    comment: str = ""


class Rate(InputRequiredEvent):
    title: str
    choices: list[int] = Field(default=[])


class Rating(Workflow):
    """Choices in a field of the question, so many that they are a list; their values are numbers."""

    def __init__(self, most: int = 10, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    @step
    async def ask(self, ev: StartEvent) -> Rate:
        return Rate(title="Dune", choices=list(range(1, self.most + 1)))

    @step
    async def end(self, ev: Stars) -> StopEvent:
        return StopEvent(result=[ev.stars, ev.comment])


def few_stars() -> Rating:
    return Rating(most=3, timeout=None)


class Order(HumanResponseEvent):
    dish: str
    portions: int = 1
    spicy: bool = False


class TakeOrder(InputRequiredEvent):
    answer_type: ClassVar = Order
    choices: ClassVar = {
        "Soup for one": {"dish": "soup"},
        "Soup for two": {"dish": "soup", "portions": 2},
        "Curry": {"dish": "curry", "spicy": True},
    }


class Restaurant(Workflow):
    """Choices that are several fields of the answer each."""

    @step
    async def ask(self, ev: StartEvent) -> TakeOrder:
        return TakeOrder()

    @step
    async def end(self, ev: Order) -> StopEvent:
        return StopEvent(result=_shown(ev))


class Size(Enum):
    SMALL = "small"
    VERY_LARGE = "very_large"


class SizeAnswer(HumanResponseEvent):
    size: Size


class AskSize(InputRequiredEvent):
    choices: ClassVar = Size


class Sizes(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> AskSize:
        return AskSize()

    @step
    async def end(self, ev: SizeAnswer) -> StopEvent:
        return StopEvent(result=ev.size.value)


class Ship(HumanResponseEvent):
    approved: bool
    reason: str


class MayShip(InputRequiredEvent):
    choices: ClassVar = {"Ship it": True, "Hold it": False}


class Shipping(Workflow):
    """The answer has two required fields: the choices are about `approved`, the reason is typed."""

    @step
    async def ask(self, ev: StartEvent) -> MayShip:
        return MayShip()

    @step
    async def end(self, ev: Ship) -> StopEvent:
        return StopEvent(result=[ev.approved, ev.reason])


class Misfit(InputRequiredEvent):
    choices: ClassVar = {"One": 1, "Many": "many"}


class Unfitting(Workflow):
    """One of the choices does not fit the answer."""

    @step
    async def ask(self, ev: StartEvent) -> Misfit:
        return Misfit()

    @step
    async def end(self, ev: Stars) -> StopEvent:
        return StopEvent(result=ev.stars)


class Paid(HumanResponseEvent):
    amount: float


class Refused(HumanResponseEvent):
    reason: str


class PayOrRefuse(InputRequiredEvent):
    choices: ClassVar = {
        "Pay 10": {"answer_type": "Paid", "amount": 10},
        "Refuse": {"answer_type": "Refused", "reason": "no"},
    }


class EitherChoice(Workflow):
    """Two types of answers; each choice names its own."""

    @step
    async def ask(self, ev: StartEvent) -> PayOrRefuse:
        return PayOrRefuse()

    @step
    async def end(self, ev: Paid | Refused) -> StopEvent:
        return StopEvent(result=_shown(ev))


# ---- answers without fields


class GoOn(HumanResponseEvent):
    pass


class CallItOff(HumanResponseEvent):
    pass


class AskToGoOn(InputRequiredEvent):
    answer_type: ClassVar = GoOn

    what: str


class Proceed(Workflow):
    """One answer without fields."""

    @step
    async def ask(self, ev: StartEvent) -> AskToGoOn:
        return AskToGoOn(what="the night's backup")

    @step
    async def end(self, ev: GoOn) -> StopEvent:
        return StopEvent(result="went on")


class GoOrStop(InputRequiredEvent):
    what: str


class Crossroads(Workflow):
    """Two answers without fields."""

    @step
    async def ask(self, ev: StartEvent) -> GoOrStop:
        return GoOrStop(what="the night's backup")

    @step
    async def end(self, ev: GoOn | CallItOff) -> StopEvent:
        return StopEvent(result=type(ev).__name__)


class GoStopOrPay(InputRequiredEvent):
    what: str


class ManyWays(Workflow):
    """Answers with fields and without."""

    @step
    async def ask(self, ev: StartEvent) -> GoStopOrPay:
        return GoStopOrPay(what="the night's backup")

    @step
    async def end(self, ev: GoOn | CallItOff | Paid | Refused) -> StopEvent:
        return StopEvent(result=_shown(ev))


class Waits(Workflow):
    """An answer without fields that a step waits for."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        answer = await ctx.wait_for_event(GoOn, waiter_event=GoOrStop(what="waiting"))
        return StopEvent(result=type(answer).__name__)


# ---- actions


class Attachment(BaseModel):
    name: str
    pages: int = 1


class SendMail(InputRequiredEvent):
    """May this be sent?"""

    actions: ClassVar = ("accept", "edit", "respond", "ignore")

    to: str
    copies: int = Field(ge=0, le=9)
    urgency: float = 0.5
    draft: bool = False
    tone: Literal["warm", "formal"] = "warm"
    tags: list[str] = Field(default=[])
    attachment: Attachment | None = None


class Mail(Workflow):
    """Proposes a mail; its question is a model, whose fields are edited by type."""

    @step
    async def ask(self, ev: StartEvent) -> SendMail:
        return SendMail(to="ana@example.com", copies=2, tags=["a", "b"], attachment=Attachment(name="cv", pages=3))

    @step
    async def end(self, ev: HumanAction) -> StopEvent:
        if ev.action in ("accept", "edit"):
            SendMail(**ev.args)
        return StopEvent(result=_shown(ev))


class RunTool(InputRequiredEvent):
    actions: list[str]
    tool: str
    args: dict[str, Any]


class Tool(Workflow):
    """Proposes the arguments of a tool, of any type, and says with each question what is allowed."""

    @step
    async def ask(self, ev: StartEvent) -> RunTool:
        return RunTool(
            actions=["edit", "accept"], tool="transfer", args={"to": "ben", "amount": 10, "rate": 1.5, "fast": True}
        )

    @step
    async def end(self, ev: HumanAction) -> StopEvent:
        return StopEvent(result=_shown(ev))


class MailArgs(BaseModel):
    to: str
    copies: int = 1


class AskMail(InputRequiredEvent):
    actions: ClassVar = ["accept", "edit", "ignore"]

    why: str
    args: MailArgs


class MailAction(HumanAction):
    args: MailArgs | None = None  # type: ignore[assignment]
    remark: str = ""


class TypedMail(Workflow):
    """The proposal and the answer are models of the author's own."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        answer = await ctx.wait_for_event(
            MailAction, waiter_event=AskMail(why="she asked", args=MailArgs(to="ana", copies=2))
        )
        return StopEvent(result=[answer.action, answer.args and answer.args.copies, answer.remark])


class Verdict(HumanResponseEvent):
    approved: bool


class NoCarrier(InputRequiredEvent):
    actions: ClassVar = ("accept", "ignore")

    what: str = "this"


class Carries(Workflow):
    """Declares actions, and takes an answer that cannot carry them."""

    @step
    async def ask(self, ev: StartEvent) -> NoCarrier:
        return NoCarrier()

    @step
    async def end(self, ev: Verdict) -> StopEvent:
        return StopEvent(result=ev.approved)


class Unknown(InputRequiredEvent):
    actions: ClassVar = ("accept", "refund")

    what: str = "this"


class UnknownAction(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> Unknown:
        return Unknown()

    @step
    async def end(self, ev: HumanAction) -> StopEvent:
        return StopEvent(result=ev.action)


class Own(InputRequiredEvent):
    """Has fields of its author's own that are called like what declares an offer."""

    actions: list[str]
    choices: list[dict[str, Any]]


class OwnWords(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> Own:
        return Own(actions=["refund"], choices=[{"id": 1}])

    @step
    async def end(self, ev: Stars) -> StopEvent:
        return StopEvent(result=ev.stars)


# ---- written, then waited for


class WriteChoices(Workflow):
    """Writes a question with choices to the stream, then waits for any answer."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ctx.write_event_to_stream(PickCity(prompt="Which way?"))
        answer = await ctx.wait_for_event(HumanResponseEvent)
        return StopEvent(result=answer.response)


class WriteActions(Workflow):
    """Writes a proposal to the stream, then waits for what a human does with it; twice."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        results = []
        for copies in (1, 2):
            ctx.write_event_to_stream(SendMail(to="ana@example.com", copies=copies, tone="formal"))
            answer = await ctx.wait_for_event(HumanAction)
            results.append([answer.action, answer.args.get("copies")])
        return StopEvent(result=results)
