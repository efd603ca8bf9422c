"""Workflows whose events have fields of every type; what arrives in them is kept for a test to look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AliasChoices, AliasPath, AwareDatetime, BaseModel, Field, StrictBool, create_model, model_validator
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.forms.fields import File
from tests.forms.shapes import SHAPES, Address, Camel, Line, Pet

ARRIVED: list[Event] = []
"""The events of humans, in the order in which they came to a step."""


class Size(Enum):
    SMALL = "small"
    LARGE = "very_large"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Person(BaseModel):
    name: str
    age: int = 0
    friend: Person | None = None


TYPES: dict[str, tuple[Any, Any]] = {
    "text": (str, "tea\nwith *milk*"),
    "name": (str, "Ada *L*"),
    "feedback": (str, "more\nof it"),
    "hitl.run": (str, "named like a key"),
    "essay": (Annotated[str, Field(max_length=2000)], "long"),
    "memo": (Annotated[str, Field(json_schema_extra={"format": "long text"})], "two\nlines"),
    "code": (Annotated[str, Field(pattern="^[a-z]+$", min_length=2, max_length=5)], "abc"),
    "ticket": (UUID, UUID(int=7)),
    "price": (Decimal, Decimal("2.50")),
    "count": (int, 7),
    "points": (Annotated[int, Field(ge=0, le=10)], 9),
    "positive": (Annotated[int, Field(gt=0, lt=100)], 99),
    "dozens": (Annotated[int, Field(multiple_of=12)], 24),
    "ratio": (float, 0.125),
    "share": (Annotated[float, Field(ge=0, lt=1)], 0.5),
    "either_number": (int | float, 2.5),
    "flag": (bool, True),
    "strict_flag": (StrictBool, False),
    "letter": (Literal["a", "b", "c"], "b"),
    "digit": (Literal[1, 2, "three"], 2),
    "size": (Size, Size.LARGE),
    "level": (Level, Level.HIGH),
    "day": (date, date(1815, 12, 10)),
    "moment": (datetime, datetime(2026, 11, 25, 9, 30, 5)),
    "instant": (AwareDatetime, datetime(2026, 11, 25, 9, 30, tzinfo=UTC)),
    "hour": (time, time(9, 30)),
    "words": (list[str], ["one", "two words"]),
    "few_words": (Annotated[list[Annotated[str, Field(min_length=2)]], Field(min_length=1, max_length=2)], ["ab"]),
    "word_set": (set[str], {"one"}),
    "word_tuple": (tuple[str, ...], ("one", "two")),
    "letters": (list[Literal["a", "b", "c"]], ["c", "a"]),
    "sizes": (list[Size], [Size.SMALL]),
    "scan": (File, ""),
    "scans": (list[File], []),
    "person": (Person, Person(name="Ada", friend=Person(name="Ben"))),
    "people": (list[Person], [Person(name="Ada", age=36)]),
    "table": (dict[str, int], {"tea": 2}),
    "pair": (tuple[int, str], (1, "one")),
    "number_or_name": (int | list[int], [1, 2]),
    "number_or_text": (int | str, 7),
    "anything": (Any, {"any": ["thing"]}),
}
"""By the name of a field: its type, and a value of it."""
NO_FILE = ("scan", "scans")


def made(class_name: str, base: type[Event], fields: dict[str, Any]) -> Any:
    """An event class with fields of every type."""
    return create_model(class_name, __base__=base, __module__=__name__, **fields)


def _or_null(kind: Any) -> Any:
    return kind if kind is Any else kind | None


Must: Any = made("Must", StartEvent, {name: (kind, ...) for name, (kind, _) in TYPES.items()})
May: Any = made("May", StartEvent, dict(TYPES))
Perhaps: Any = made("Perhaps", StartEvent, {name: (_or_null(kind), None) for name, (kind, _) in TYPES.items()})
PerhapsNot: Any = made(
    "PerhapsNot", StartEvent, {name: (_or_null(kind), value) for name, (kind, value) in TYPES.items()}
)
MustOrNull: Any = made("MustOrNull", StartEvent, {name: (_or_null(kind), ...) for name, (kind, _) in TYPES.items()})


Shapes: Any = made("Shapes", StartEvent, {name: (shape.type, shape.default) for name, shape in SHAPES.items()})


class Factories(StartEvent):
    """Has defaults that no schema can tell."""

    words: list[str] = Field(default_factory=lambda: ["from", "here"])
    day: date = Field(default_factory=lambda: date(2020, 2, 2))
    name: str = Field(default_factory=lambda: "made")
    letter: Literal["a", "b"] = Field(default_factory=lambda: "b")
    flag: bool = Field(default_factory=lambda: True)
    people: list[Person] = Field(default_factory=list)


class Rude(StartEvent):
    """Is *named* like the page.

    And this is of no interest.
    """

    run: str
    log: int = 3
    start: date | None = None
    approve: bool = False
    topic: Literal["tea", "milk"]
    status: list[str] = Field(default_factory=list)
    since: date = date.min
    until: date = date.max
    most: int = 2**60
    by: Literal["![x](http://127.0.0.1/x.png)", "<b>"] = Field(title="By :red[whom]?", description="*Who* -> you")


class Together(StartEvent):
    low: int
    high: int

    @model_validator(mode="after")
    def _in_order(self) -> Together:
        if self.low > self.high:
            raise ValueError("the low one is above the high one")
        return self


class StartMust(Workflow):
    @step
    async def end(self, ev: Must) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class StartMay(Workflow):
    @step
    async def end(self, ev: May) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class StartPerhaps(Workflow):
    @step
    async def end(self, ev: Perhaps) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class StartPerhapsNot(Workflow):
    @step
    async def end(self, ev: PerhapsNot) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class StartMustOrNull(Workflow):
    @step
    async def end(self, ev: MustOrNull) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class StartShapes(Workflow):
    @step
    async def end(self, ev: Shapes) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class Aliases(StartEvent):
    is_ok: bool = Field(alias="isOk")
    count: int = Field(validation_alias=AliasChoices("number", "amount"))
    first: str = Field(validation_alias=AliasPath("names", 0))
    out: str = Field(serialization_alias="OUT")
    by_name: str = Field(alias="byName", validate_default=True)
    person: Camel


class StartAliases(Workflow):
    @step
    async def end(self, ev: Aliases) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class StartAny(Workflow):
    """Takes any fields, and reads some."""

    @step
    async def end(self, ev: StartEvent) -> StopEvent:
        ARRIVED.append(ev)
        days = ev.get("days", 3)
        return StopEvent(result=f"{ev.query} for {days} days")


class StartFactories(Workflow):
    @step
    async def end(self, ev: Factories) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class RudeAnswer(HumanResponseEvent):
    start: str
    log: list[str]
    run: int
    approve: bool
    topic: Literal["tea", "milk"]
    status: str = ""


class StartRude(Workflow):
    @step
    async def ask(self, ev: Rude) -> InputRequiredEvent:
        ARRIVED.append(ev)
        return InputRequiredEvent()

    @step
    async def end(self, ev: RudeAnswer) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class StartTogether(Workflow):
    @step
    async def end(self, ev: Together) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


# ---- workflows that ask


class Reply(HumanResponseEvent):
    """As the documentation of LlamaIndex has it, with a name of its own."""


class Bare(Workflow):
    """Asks and takes the library's own events."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="What is *your* name?")  # type: ignore[call-arg]

    @step
    async def end(self, ev: HumanResponseEvent) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result=ev.response)


class Nameless(Workflow):
    """Takes an answer that names no field."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="Go on?")  # type: ignore[call-arg]

    @step
    async def end(self, ev: Reply) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result=ev.response)


Answered: Any = made("Answered", HumanResponseEvent, {name: (kind, ...) for name, (kind, _) in TYPES.items()})


class AsksEverything(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="Everything, please")  # type: ignore[call-arg]

    @step
    async def end(self, ev: Answered) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class Approval(HumanResponseEvent):
    approved: StrictBool
    reason: str
    stars: int = Field(default=3, ge=1, le=5)


class Again(InputRequiredEvent):
    round: int


class AsksForApproval(Workflow):
    """Asks until it is approved."""

    @step
    async def ask(self, ev: StartEvent) -> Again:
        return Again(round=1)

    @step
    async def end(self, ctx: Context, ev: Approval) -> Again | StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="approved") if ev.approved else Again(round=len(ARRIVED) + 1)


class Publication(HumanResponseEvent):
    publish: bool
    where: str = "here"


class AsksWhetherToPublish(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def end(self, ev: Publication) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class Shipment(HumanResponseEvent):
    what: Literal["ship", "hold"]
    size: Size | None = None


class AsksWhatToDo(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def end(self, ev: Shipment) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class TwoDecisions(HumanResponseEvent):
    publish: bool
    paid: bool


class AsksTwoThings(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def end(self, ev: TwoDecisions) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


class Left(Event):
    pass


class Right(Event):
    pass


class SideAnswer(HumanResponseEvent):
    side: str
    words: list[Annotated[str, Field(min_length=2)]] = Field(min_length=1)


class Side(InputRequiredEvent):
    answer_type: ClassVar[type[HumanResponseEvent]] = SideAnswer
    side: str


class AsksTwice(Workflow):
    """Has two open questions at once, each of which takes only the answer for its side."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def left(self, ctx: Context, ev: Left) -> StopEvent | None:
        return await self._ask(ctx, "left")

    @step
    async def right(self, ctx: Context, ev: Right) -> StopEvent | None:
        return await self._ask(ctx, "right")

    async def _ask(self, ctx: Context, side: str) -> StopEvent | None:
        answer = await ctx.wait_for_event(
            SideAnswer, waiter_event=Side(side=side), waiter_id=side, requirements={"side": side}, timeout=None
        )
        ARRIVED.append(answer)
        return StopEvent(result="done") if len(ARRIVED) == 2 else None


def checked(name: str, content: bytes) -> bytes:
    """The content of a file, which a page may refuse."""
    if not content:
        raise ValueError(f"“{name}” is empty.")
    return content


class ShapesAnswer(HumanResponseEvent):
    lines: list[Line]
    pet: Pet
    homes: Address | None = None


class AsksForShapes(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="Shapes, please")  # type: ignore[call-arg]

    @step
    async def end(self, ev: ShapesAnswer) -> StopEvent:
        ARRIVED.append(ev)
        return StopEvent(result="done")


def agent() -> Workflow:
    """An agent whose model repeats what it was told."""
    from llama_index.core.agent.workflow import FunctionAgent
    from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM

    def reply(messages: list[ChatMessage], **options: object) -> ChatMessage:
        return ChatMessage("|".join(message.content or "" for message in messages), role=MessageRole.ASSISTANT)

    return FunctionAgent(llm=MockFunctionCallingLLM(response_generator=reply), timeout=None)
