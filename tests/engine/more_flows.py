"""Small workflows for the tests of resting, restarting and answering."""

from __future__ import annotations

import asyncio
import queue
import threading
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, Field, PlainSerializer, field_validator
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from workflows.retry_policy import retry_policy, stop_after_attempt, wait_fixed

from hitl.engine import Question, Run, open_engine
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import MayI, Said, Verdict


def settings_for(*names: str, rest_seconds: float = 30) -> Settings:
    """Settings with workflows of `flows.py` and of this file, each under the name of its class."""
    here = {cls.__name__ for cls in Workflow.__subclasses__() if cls.__module__ == __name__}
    modules = {name: "more_flows" if name in here else "flows" for name in names}
    return Settings(
        workflows={name: f"tests.engine.{module}:{name}" for name, module in modules.items()},
        rest_seconds=rest_seconds,
    )


class Patience(StartEvent):
    seconds: float


class Timed(Workflow):
    """Asks from inside a step, and gives up after some time."""

    @step
    async def ask(self, ctx: Context, ev: Patience) -> StopEvent:
        try:
            verdict = await ctx.wait_for_event(Verdict, waiter_event=MayI(item="tea", attempt=1), timeout=ev.seconds)
        except TimeoutError:
            return StopEvent(result="gave up")
        return StopEvent(result=verdict.approved)


class Choice(HumanResponseEvent):
    number: int
    text: str = ""


class Left(Event):
    pass


class Right(Event):
    pass


class Chosen(Event):
    number: int
    text: str


class Pair(Workflow):
    """Asks two questions at once, each from inside a step that takes only the answer with its number.

    The steps take a moment until they wait: after a restart the library runs them again to learn what they require.
    """

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def left(self, ctx: Context, ev: Left) -> Chosen:
        await asyncio.sleep(0.02)
        choice = await ctx.wait_for_event(
            Choice, waiter_event=MayI(item="left", attempt=1), requirements={"number": 1}, timeout=None
        )
        return Chosen(number=1, text=choice.text)

    @step
    async def right(self, ctx: Context, ev: Right) -> Chosen:
        await asyncio.sleep(0.02)
        choice = await ctx.wait_for_event(
            Choice, waiter_event=MayI(item="right", attempt=2), requirements={"number": 2}, timeout=None
        )
        return Chosen(number=2, text=choice.text)

    @step
    async def join(self, ctx: Context, ev: Chosen) -> StopEvent | None:
        both = ctx.collect_events(ev, [Chosen, Chosen])
        if both is None:
            return None
        return StopEvent(result={str(ev.number): ev.text for ev in both if isinstance(ev, Chosen)})


class Interview(StartEvent):
    questions: int


class HowMany(InputRequiredEvent):
    number: int


class Amount(HumanResponseEvent):
    amount: int


class Ledger(BaseModel):
    """A state whose fields have types."""

    questions: int = 0
    amounts: list[int] = Field(default_factory=list)
    since: date = date(2026, 1, 1)


class AddsUp(Workflow):
    """Asks one question after the other, and keeps the answers in a state of its own type."""

    @step
    async def begin(self, ctx: Context[Ledger], ev: Interview) -> HowMany:
        async with ctx.store.edit_state() as ledger:
            ledger.questions = ev.questions
            ledger.since = date(2026, 2, 28)
        return HowMany(number=1)

    @step
    async def take(self, ctx: Context[Ledger], ev: Amount) -> HowMany | StopEvent:
        async with ctx.store.edit_state() as ledger:
            ledger.amounts.append(ev.amount)
            ctx.write_event_to_stream(Said(message=f"{len(ledger.amounts)}: {ev.amount}"))
            if len(ledger.amounts) == ledger.questions:
                return StopEvent(result={"amounts": ledger.amounts, "since": ledger.since.isoformat()})
            return HowMany(number=len(ledger.amounts) + 1)


class AddsUpInADict(Workflow):
    """The same with a state that has no type of its own."""

    @step
    async def begin(self, ctx: Context, ev: Interview) -> HowMany:
        await ctx.store.set("questions", ev.questions)
        await ctx.store.set("amounts", [])
        return HowMany(number=1)

    @step
    async def take(self, ctx: Context, ev: Amount) -> HowMany | StopEvent:
        amounts = await ctx.store.get("amounts")
        amounts.append(ev.amount)
        await ctx.store.set("amounts", amounts)
        if len(amounts) == await ctx.store.get("questions"):
            return StopEvent(result={"amounts": amounts})
        return HowMany(number=len(amounts) + 1)


class Stumbles(Workflow):
    """Fails twice, and tries again after some time."""

    attempts: ClassVar[list[int]] = []

    @step(retry_policy=retry_policy(wait=wait_fixed(0.4), stop=stop_after_attempt(3)))
    async def climb(self, ctx: Context, ev: StartEvent) -> StopEvent:
        self.attempts.append(ctx.retry_info().retry_number)
        if ctx.retry_info().retry_number < 2:
            raise ConnectionError("not yet")
        return StopEvent(result="up")


class Speaks(Workflow):
    """Says inside one step whatever a test tells it, until it is told to stop."""

    lines: ClassVar[queue.SimpleQueue[str]] = queue.SimpleQueue()

    @step
    async def speak(self, ctx: Context, ev: StartEvent) -> StopEvent:
        while True:
            try:
                line = self.lines.get_nowait()
            except queue.Empty:
                await asyncio.sleep(0.002)
                continue
            if line == "stop":
                return StopEvent(result="silent")
            ctx.write_event_to_stream(Said(message=line))


class AsksThenWorks(Workflow):
    """Works on an answer until a test lets it go on."""

    go_on: ClassVar[threading.Event] = threading.Event()

    @step
    async def ask(self, ev: StartEvent) -> MayI:
        return MayI(item="tea", attempt=1)

    @step
    async def work(self, ctx: Context, ev: Verdict) -> StopEvent:
        ctx.write_event_to_stream(Said(message="begun"))
        while not self.go_on.is_set():
            await asyncio.sleep(0.005)
        return StopEvent(result=ev.approved)


class Named(InputRequiredEvent):
    answer_type: ClassVar[type[Event]] = Choice


class NamesItsAnswer(Workflow):
    """Takes two kinds of answers; its question says which one settles it."""

    @step
    async def ask(self, ev: StartEvent) -> Named:
        return Named()

    @step
    async def take(self, ev: Choice | Verdict) -> StopEvent:
        return StopEvent(result=type(ev).__name__)


class WaitsForOneOfTwo(Workflow):
    """Waits for one kind of answer, while another step takes the other kind."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        choice = await ctx.wait_for_event(Choice, waiter_event=MayI(item="tea", attempt=1), timeout=None)
        return StopEvent(result=choice.number)

    @step
    async def take(self, ev: Verdict) -> StopEvent:
        return StopEvent(result="the other one")


class Bare(Workflow):
    """Asks with the library's own events, which take any field."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="How many?")  # type: ignore[call-arg]

    @step
    async def take(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=ev.get("response"))


class Grade(HumanResponseEvent):
    points: int = Field(ge=0, le=10)
    day: date

    @field_validator("day")
    @classmethod
    def _in_this_century(cls, day: date) -> date:
        if day.year < 2000:
            raise ValueError("that is long ago")
        return day


class Marks(Workflow):
    """Takes an answer whose fields have bounds."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def take(self, ev: Grade) -> StopEvent:
        return StopEvent(result=[ev.points, ev.day.isoformat()])


class Dated(Workflow):
    """Waits for the marks of one day only."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        grade = await ctx.wait_for_event(
            Grade, waiter_event=InputRequiredEvent(), requirements={"day": date(2026, 2, 28)}, timeout=None
        )
        return StopEvent(result=grade.points)


class Lossy(HumanResponseEvent):
    count: Annotated[int, PlainSerializer(lambda _: "many", return_type=str)]


class LosesItsAnswer(Workflow):
    """Takes an answer that cannot be read again once it is written."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def take(self, ev: Lossy) -> StopEvent:
        return StopEvent(result=ev.count)


class Nested(Workflow):
    """Its events are declared inside its class, where nothing that reads them from the file finds them."""

    class Ask(InputRequiredEvent):
        pass

    @step
    async def ask(self, ev: StartEvent) -> Ask:
        return Nested.Ask()

    @step
    async def take(self, ev: Verdict) -> StopEvent:
        return StopEvent(result=ev.approved)


class Asked(Event):
    number: int


class AsksAll(Workflow):
    """Asks several questions at once, and takes their answers in any order."""

    @step
    async def split(self, ctx: Context, ev: Interview) -> Asked | None:
        await ctx.store.set("questions", ev.questions)
        for number in range(1, ev.questions + 1):
            ctx.send_event(Asked(number=number))
        return None

    @step
    async def ask(self, ev: Asked) -> HowMany:
        return HowMany(number=ev.number)

    @step
    async def take(self, ctx: Context, ev: Amount) -> StopEvent | None:
        expected = await ctx.store.get("questions")
        amounts = ctx.collect_events(ev, [Amount] * expected)
        if amounts is None:
            return None
        return StopEvent(result=sorted(ev.amount for ev in amounts if isinstance(ev, Amount)))


def asked(run: Run, attempt: int = 1) -> Question:
    """The open question of this attempt or with this number, once it is asked."""

    def is_meant(question: Question) -> bool:
        return bool(question.body.get("attempt", question.body.get("number", attempt)) == attempt)

    return until(lambda: list(filter(is_meant, run.questions)))[0]


def reopened(run: Run) -> Run:
    """The same run after a restart of the engine."""
    run.engine.close()
    return open_engine(run.engine.settings).attach(run.id)


def completed(run: Run) -> Run:
    """The run, once it is completed."""
    until(lambda: run.status == "completed")
    return run


def said(run: Run, message: str, times: int = 1) -> Run:
    """The run, once its steps have said something so many times."""
    until(lambda: sum(event.body.get("message") == message for event in run.events()) == times)
    return run


def idle(run: Run) -> Run:
    """The run, once it waits for a human and for nothing else."""
    until(lambda: run.questions)
    until(lambda: not run.active)
    return run


def compacted(run: Run) -> Run:
    """The run, once it is at rest and a snapshot has taken the place of its journal."""

    def has_only_a_snapshot() -> bool:
        journal = run.engine.store.journal(run.id)
        return journal is not None and journal.snapshot is not None and not journal.rows

    idle(run)
    until(has_only_a_snapshot)
    return run


def out_of_memory(run: Run) -> Run:
    """The run, once it has left memory, at rest."""
    idle(run)
    until(lambda: run.id not in run.engine.in_memory())
    return run


class Thing:
    """A value that can be pickled and has no JSON."""


class HasThing(Event):
    thing: Any


class Carries(Workflow):
    """Passes on, before it asks, what DBOS can store and a file cannot."""

    @step
    async def begin(self, ev: StartEvent) -> HasThing:
        return HasThing(thing=Thing())

    @step
    async def ask(self, ev: HasThing) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def end(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=str(ev.get("reply")))
