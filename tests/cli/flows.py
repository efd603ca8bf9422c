"""Workflows that the tests of the command line need beside those of the engine."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from pydantic import Field
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.forms.fields import File
from hitl.llm import Call, Usage
from hitl.report.events import Report, ReportDecision, ResearchTopic, ReviewReport
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.verification.claims import Claim, Opinion, Reference
from tests.engine.flows import Left, MayI, Right, Verdict
from tests.report.findings import finding


class AsksTwice(Workflow):
    """Has two open questions at once."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def ask_left(self, ev: Left) -> MayI:
        return MayI(item="tea", attempt=1)

    @step
    async def ask_right(self, ev: Right) -> MayI:
        return MayI(item="milk", attempt=1)

    @step
    async def decide(self, ctx: Context, ev: Verdict) -> StopEvent | None:
        return StopEvent(result=None) if ctx.collect_events(ev, [Verdict] * 2) else None


class Letter(StartEvent):
    scan: File


class AskForReply(InputRequiredEvent):
    scan: str


class Reply(HumanResponseEvent):
    scan: File


class Mailroom(Workflow):
    """Takes a file, asks for another, and gives the fingerprints of both."""

    @step
    async def receive(self, ctx: Context, ev: Letter) -> AskForReply:
        await ctx.store.set("scan", ev.scan)
        return AskForReply(scan=ev.scan)

    @step
    async def send(self, ctx: Context, ev: Reply) -> StopEvent:
        return StopEvent(result=[await ctx.store.get("scan"), ev.scan])


class Size(Enum):
    SMALL = "small"
    VERY_LARGE = "very_large"


class HowToSend(HumanResponseEvent):
    approved: bool
    how: Literal["by_train", "by_ship"]
    size: Size = Size.SMALL
    extras: list[Literal["gift_wrap", "insured"]] = Field(default=[])
    copies: int = Field(default=1, ge=1, le=9)
    express: bool
    note: str = ""


class Parcels(Workflow):
    """Asks with fields of several kinds."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def send(self, ev: HowToSend) -> StopEvent:
        return StopEvent(result=[ev.how, ev.size.value, ev.extras, ev.copies, ev.express])


class AsksName(Workflow):
    """Asks with the library's own events: nothing says what a yes would mean."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="What is your name?")  # type: ignore[call-arg]

    @step
    async def greet(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=f"Hello {ev.response}")


class Words(HumanResponseEvent):
    words: str


class TakesEither(Workflow):
    """Takes one of two answers to a question that names none."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="Well?")  # type: ignore[call-arg]

    @step
    async def take(self, ev: Verdict | Words) -> StopEvent:
        return StopEvent(result=type(ev).__name__)


SEA, MOON = finding("Tides rise twice a day.", place="The sea"), finding("The moon pulls the sea.", start=100)
TEXT = ReportText(
    sections=(
        Section(
            sentences=(
                Sentence(text="Tides rise twice a day.", findings=(SEA.id,)),
                Sentence(text="The sea rises 40 times.", findings=(SEA.id, MOON.id)),
            )
        ),
        Section(
            heading="The moon",
            sentences=(
                Sentence(text="It is the moon that pulls.", findings=(MOON.id,)),
                Sentence(text="Nobody knows why."),
            ),
        ),
    )
)
CLAIMS = [
    Claim(number=1, text="Tides rise twice a day.", references=(1,), verdict="verbatim"),
    Claim(
        number=2,
        text="The sea rises 40 times.",
        references=(1, 2),
        verdict="no source",
        strange_numbers=("40",),
        unrelated=(2,),
    ),
    Claim(number=3, text="The moon", is_heading=True, references=(2,), verdict="verbatim"),
    Claim(
        number=4,
        text="It is the moon that pulls.",
        references=(2,),
        verdict="reworded",
        opinion=Opinion(says="supported", model="tiny"),
    ),
    Claim(number=5, text="Nobody knows why.", verdict="no source"),
]
REVIEW = ReviewReport(
    topic="Tides",
    text=TEXT,
    claims=CLAIMS,
    references=[Reference(number=1, finding=SEA), Reference(number=2, finding=MOON)],
    findings=3,
    note="Nothing was cut.",
    model="tiny",
    rewriting=Call(step="rewriting", model="tiny", usage=Usage(input=10, output=5)),
)


class AsksAboutText(Workflow):
    """Asks about a text as the report does, and gives the decision."""

    @step
    async def ask(self, ev: StartEvent) -> ReviewReport:
        return REVIEW.model_copy()

    @step
    async def decide(self, ev: ReportDecision) -> StopEvent:
        return StopEvent(result=ev.model_dump(mode="json"))


class WritesAtOnce(Workflow):
    """Writes a report that nobody has approved."""

    @step
    async def write(self, ev: ResearchTopic) -> Report:
        return Report(title=ev.topic, markdown=f"# {ev.topic}\n", references=[])
