"""Workflows that know nothing of hitl."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import ClassVar, Literal

from pydantic import BaseModel, Field
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.forms.fields import File

log = logging.getLogger("acme")

SEEN_KEYS: set[str] = set()
"""What was in the session after the drawings of `apps/watched.py`."""


class Invoice(StartEvent):
    """An invoice that somebody has to look at."""

    customer: str = Field(min_length=2)
    amount: float = Field(ge=0, le=1000, description="In euros")


class Line(BaseModel):
    item: str
    price: float


class Checked(Event):
    message: str


class MayBePaid(InputRequiredEvent):
    customer: str
    lines: list[Line]
    remark: str = ""


class Payment(HumanResponseEvent):
    approved: bool
    reason: str = ""


class Paid(StopEvent):
    customer: str
    by_day: Literal["today", "never"]
    lines: list[Line]


class InvoiceFlow(Workflow):
    """Asks whether an invoice may be paid."""

    def __init__(self, discount: float = 0, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.discount = discount

    @step
    async def check(self, ctx: Context, ev: Invoice) -> MayBePaid:
        log.info("checking the invoice of %s", ev.customer)
        ctx.write_event_to_stream(Checked(message=f"Checked {ev.customer}"))
        lines = [Line(item="work", price=ev.amount - self.discount), Line(item="![x](http://127.0.0.1/|)", price=1)]
        return MayBePaid(customer=ev.customer, lines=lines, remark="<b>urgent</b> :red[now]")

    @step
    async def pay(self, ev: Payment) -> Paid:
        return Paid(customer="acme", by_day="today" if ev.approved else "never", lines=[Line(item="work", price=2)])


def discounted() -> InvoiceFlow:
    return InvoiceFlow(discount=5, timeout=None)


class Bare(Workflow):
    """As in the documentation of LlamaIndex."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="Publish it?")  # type: ignore[call-arg]

    @step
    async def decide(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=f"# You said {ev.response}\n\n![leak](http://127.0.0.1:9/x)")


class Side(Event):
    name: str


class AskSide(InputRequiredEvent):
    name: str


class SideAnswer(HumanResponseEvent):
    name: str
    approved: bool


class BothSides(Workflow):
    """Asks two questions at once."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Side | None:
        for name in ("left", "right"):
            ctx.send_event(Side(name=name))
        return None

    @step
    async def ask(self, ctx: Context, ev: Side) -> Checked:
        said = await ctx.wait_for_event(
            SideAnswer, waiter_event=AskSide(name=ev.name), requirements={"name": ev.name}, timeout=None
        )
        return Checked(message=f"{ev.name}: {said.approved}")

    @step
    async def join(self, ctx: Context, ev: Checked) -> StopEvent | None:
        both = ctx.collect_events(ev, [Checked, Checked])
        return StopEvent(result=sorted(each.message for each in both)) if both else None


class Refusal(HumanResponseEvent):
    reason: str


class Undecided(Workflow):
    """Takes two kinds of answers, and leaves it to the human which one is given."""

    @step
    async def ask(self, ev: StartEvent) -> AskSide:
        return AskSide(name="either")

    @step
    async def decide(self, ev: Payment | Refusal) -> StopEvent:
        return StopEvent(result=f"Refused: {ev.reason}" if isinstance(ev, Refusal) else "Paid")


class Scan(StartEvent):
    scan: File


class ScanFlow(Workflow):
    """Returns the fingerprint of a file."""

    @step
    async def keep(self, ev: Scan) -> StopEvent:
        return StopEvent(result=ev.scan)


class NoStart(Workflow):
    @step
    async def wait(self, ev: Checked) -> StopEvent:
        return StopEvent()


class PagesRead(Event):
    done: int
    total: int


class ReadsPages(Workflow):
    """Reads three of twelve pages, and the others once a test lets it."""

    go_on: ClassVar[threading.Event] = threading.Event()

    @step
    async def read_pages(self, ctx: Context, ev: StartEvent) -> StopEvent:
        for done in range(1, 4):
            ctx.write_event_to_stream(PagesRead(done=done, total=12))
        while not self.go_on.is_set():
            await asyncio.sleep(0.01)
        return StopEvent(result="read")


class Guest(BaseModel):
    name: str
    age: int = 0


class Card(BaseModel):
    number: str


class Cash(BaseModel):
    amount: int


class AskParty(InputRequiredEvent):
    """Asks for an answer whose form depends on what is entered in it."""


class Party(HumanResponseEvent):
    guests: list[Guest]
    paid: Card | Cash
    gift: Guest | None = None
    bill: File


class PartyFlow(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> AskParty:
        return AskParty()

    @step
    async def end(self, ev: Party) -> StopEvent:
        return StopEvent(result=ev.model_dump())
