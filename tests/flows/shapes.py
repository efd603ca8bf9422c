"""Small workflows in the shapes that people write, each with what is answered to it and what comes of it.

`SHAPES` at the end names them; `test_shapes.py` runs each, through restarts and kills.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import string
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict, SecretStr
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from workflows.retry_policy import retry_policy, stop_after_attempt, wait_fixed


class Approval(HumanResponseEvent):
    approved: bool


class AskTool(InputRequiredEvent):
    answer_type: ClassVar = Approval

    tool: str


class Age(HumanResponseEvent):
    age: int


class AskAge(InputRequiredEvent):
    answer_type: ClassVar = Age

    prompt: str


# ---- ways to ask


class WriteThenWait(Workflow):
    """Writes a question to the stream, then waits for any answer."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ctx.write_event_to_stream(InputRequiredEvent(prefix="Which city?"))  # type: ignore[call-arg]
        answer = await ctx.wait_for_event(HumanResponseEvent)
        return StopEvent(result=f"to {answer.response}")


class WriteThenWaitFor(Workflow):
    """The same, for the answer of one user."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ctx.write_event_to_stream(InputRequiredEvent(prefix="Go on?", user="ana"))  # type: ignore[call-arg]
        answer = await ctx.wait_for_event(HumanResponseEvent, requirements={"user": "ana"})
        return StopEvent(result=[answer.response, answer.user])


class WriteAndGive(Workflow):
    """Writes a question, and gives it to the wait as well."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        question = AskTool(tool="read a file")
        ctx.write_event_to_stream(question)
        answer = await ctx.wait_for_event(Approval, waiter_event=question)
        return StopEvent(result=answer.approved)


class WriteInALoop(Workflow):
    """Writes what was wrong with the answer, with the time, and waits again."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        wrong = ""
        while True:
            now = datetime.now(UTC).isoformat()
            ctx.write_event_to_stream(InputRequiredEvent(prefix=f"{wrong}How old are you? ({now})"))  # type: ignore[call-arg]
            age = (await ctx.wait_for_event(Age)).age
            if age > 0:
                return StopEvent(result=age)
            wrong = "That is no age. "


class WriteForTwo(Workflow):
    """Writes two questions, and then waits for the second answer first."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        for user in ("ana", "ben"):
            ctx.write_event_to_stream(InputRequiredEvent(prefix="Go on?", user=user))  # type: ignore[call-arg]
        ben = await ctx.wait_for_event(HumanResponseEvent, requirements={"user": "ben"})
        ana = await ctx.wait_for_event(HumanResponseEvent, requirements={"user": "ana"})
        return StopEvent(result=[ana.response, ben.response])


class Waiting(Event):
    pass


class WriteElsewhere(Workflow):
    """One step writes the question, another one waits for the answer after some work."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> Waiting:
        ctx.write_event_to_stream(InputRequiredEvent(prefix="Which city?"))  # type: ignore[call-arg]
        return Waiting()

    @step
    async def take(self, ctx: Context, ev: Waiting) -> StopEvent:
        await asyncio.sleep(0.02)
        return StopEvent(result=(await ctx.wait_for_event(HumanResponseEvent)).response)


class ReturnThenWait(Workflow):
    """A step returns the question, and the step that takes the question waits for its answer."""

    @step
    async def ask(self, ev: StartEvent) -> AskTool:
        return AskTool(tool="read a file")

    @step
    async def take(self, ctx: Context, ev: AskTool) -> StopEvent:
        answer = await ctx.wait_for_event(Approval)
        return StopEvent(result=[ev.tool, answer.approved])


class WriteForAStep(Workflow):
    """A step writes the question and ends; another one takes the answer."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> None:
        ctx.write_event_to_stream(AskTool(tool="read a file"))

    @step
    async def take(self, ev: Approval) -> StopEvent:
        return StopEvent(result=ev.approved)


class WriteAndStay(Workflow):
    """A step writes the question and stays at work until another one has taken the answer."""

    answered: ClassVar[dict[str, asyncio.Event]] = {}

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        key = await ctx.store.get("key", default=None) or uuid.uuid4().hex
        await ctx.store.set("key", key)
        answered = self.answered.setdefault(key, asyncio.Event())
        ctx.write_event_to_stream(AskTool(tool="read a file"))
        await answered.wait()
        return StopEvent(result=await ctx.store.get("approved"))

    @step
    async def take(self, ctx: Context, ev: Approval) -> None:
        await ctx.store.set("approved", ev.approved)
        self.answered[await ctx.store.get("key")].set()


class AskName(Workflow):
    """Returns a bare question, and takes a bare answer."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix="What is your name?")  # type: ignore[call-arg]

    @step
    async def greet(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=f"Hello {ev.response}")


class LongWait(Workflow):
    """Waits with the library's default timeout."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool="read a file"))
        return StopEvent(result=answer.approved)


class OnlyWaits(Workflow):
    """Waits for a human's answer and asks nothing."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        return StopEvent(result=(await ctx.wait_for_event(Approval)).approved)


class Please(Event):
    text: str


class PlainQuestion(Workflow):
    """Asks with an event that is no question."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        answer = await ctx.wait_for_event(Approval, waiter_event=Please(text="May I?"))
        return StopEvent(result=answer.approved)


class Weather(Event):
    degrees: int


class PlainAnswer(Workflow):
    """Waits for an event that is no answer, and that no step sends."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        return StopEvent(result=(await ctx.wait_for_event(Weather)).degrees)


class Polite(Approval):
    thanks: str = ""


class AskPolitely(InputRequiredEvent):
    answer_type: ClassVar = Polite


class MoreThanAwaited(Workflow):
    """The question names a class of answers that has more than what is awaited."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        answer = await ctx.wait_for_event(Approval, waiter_event=AskPolitely())
        return StopEvent(result=[answer.approved, getattr(answer, "thanks", None)])


# ---- one answer, one question


class ThreeTools(Workflow):
    """Asks before each of three tools, in one step."""

    tools: ClassVar[Sequence[str]] = ("read a file", "send an e-mail", "delete all files")

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:
        return StopEvent(result=[tool for tool in self.tools if await self.may(ctx, tool)])

    async def may(self, ctx: Context, tool: str) -> bool:
        return (await ctx.wait_for_event(Approval, waiter_event=AskTool(tool=tool))).approved


class AskUntilValid(Workflow):
    """Asks again until the answer is valid."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        prompt = "How old are you?"
        while (age := (await ctx.wait_for_event(Age, waiter_event=AskAge(prompt=prompt))).age) <= 0:
            prompt = f"{age} is no age. How old are you?"
        return StopEvent(result=age)


class AskWithId(InputRequiredEvent):
    tool: str
    at: float
    id: str
    nonce: str


class RandomIds(ThreeTools):
    """Each question holds a time and random ids, which are others each time that the step runs."""

    async def may(self, ctx: Context, tool: str) -> bool:
        question = AskWithId(tool=tool, at=time.time(), id=str(uuid.uuid4()), nonce=secrets.token_urlsafe(12))
        return (await ctx.wait_for_event(Approval, waiter_event=question)).approved


class OnlyAnId(Workflow):
    """Questions of nothing but a random text."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ages = []
        for _ in range(2):
            prompt = "".join(random.choices(string.ascii_letters + string.digits, k=24))
            ages.append((await ctx.wait_for_event(Age, waiter_event=AskAge(prompt=prompt))).age)
        return StopEvent(result=ages)


class SideBySide(RandomIds):
    """Begins its waits at once, with random ids in them."""

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        said = await asyncio.gather(*(self.may(ctx, tool) for tool in self.tools))
        return StopEvent(result=[tool for tool, is_allowed in zip(self.tools, said, strict=True) if is_allowed])


class InATaskGroup(ThreeTools):
    """Begins its waits in a task group, which wraps what they raise."""

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.may(ctx, tool)) for tool in self.tools]
        return StopEvent(result=[tool for tool, task in zip(self.tools, tasks, strict=True) if task.result()])


class TwiceTheSame(Workflow):
    """Asks the same twice in a row, with one event object."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        question = AskAge(prompt="How old are you?")
        first = await ctx.wait_for_event(Age, waiter_event=question)
        second = await ctx.wait_for_event(Age, waiter_event=question)
        return StopEvent(result=[first.age, second.age])


class Conditional(ThreeTools):
    """What is asked second depends on the first answer; the third question comes in both cases."""

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        way = "by train" if await self.may(ctx, "travel") else "by video"
        return StopEvent(result=[way, await self.may(ctx, way), await self.may(ctx, "pay")])


class Memo(ThreeTools):
    """Keeps what is settled in its state, and does not ask for it again."""

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        settled: dict[str, bool] = await ctx.store.get("settled", default={})
        for tool in self.tools:
            if tool not in settled:
                settled = {**settled, tool: await self.may(ctx, tool)}
                await ctx.store.set("settled", settled)
        return StopEvent(result=[tool for tool in self.tools if settled[tool]])


class FailsBetween(ThreeTools):
    """Fails once after its first answer, and is tried again."""

    @step(retry_policy=retry_policy(wait=wait_fixed(0), stop=stop_after_attempt(2)))
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        first = await self.may(ctx, "first")
        if not ctx.retry_info().retry_number:
            raise OSError("the network is down")
        return StopEvent(result=[first, await self.may(ctx, "second")])


class NamedWaits(Workflow):
    """Writes its questions in other words each time, and names its waits."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ages = []
        for who in ("ana", "ben"):
            greeting = random.choice(["Hello", "Good day", "Welcome", "Hi there", "Nice to see you"])
            prompt = f"{greeting} {random.choice(['dear', 'my', 'good'])} {who}, how old are you?"
            ages.append((await ctx.wait_for_event(Age, waiter_event=AskAge(prompt=prompt), waiter_id=who)).age)
        return StopEvent(result=ages)


class Item(Event):
    name: str


class Judged(Event):
    name: str
    approved: bool


class Workers(Workflow):
    """Several workers of one step ask at once, for the same kind of answer."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Item | None:
        for name in ("one", "two", "three"):
            ctx.send_event(Item(name=name))
        return None

    @step
    async def judge(self, ctx: Context, ev: Item) -> Judged:
        answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool=ev.name))
        return Judged(name=ev.name, approved=answer.approved)

    @step
    async def join(self, ctx: Context, ev: Judged) -> StopEvent | None:
        judged = ctx.collect_events(ev, [Judged] * 3)
        return StopEvent(result={each.name: each.approved for each in judged}) if judged else None


class SameIds(Workers):
    """The same, with one id for all waits and no question but the step's."""

    @step
    async def judge(self, ctx: Context, ev: Item) -> Judged:  # type: ignore[override]
        ctx.write_event_to_stream(AskTool(tool=ev.name))
        answer = await ctx.wait_for_event(Approval, waiter_id="always the same")
        return Judged(name=ev.name, approved=answer.approved)


class Left(Event):
    pass


class Right(Event):
    pass


class TwoSteps(Workflow):
    """A returned question whose answer one step takes, beside a wait of another step for the same kind of answer."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def left(self, ev: Left) -> AskTool:
        return AskTool(tool="left")

    @step
    async def taken(self, ev: Approval) -> Judged:
        return Judged(name="left", approved=ev.approved)

    @step
    async def right(self, ctx: Context, ev: Right) -> Judged:
        answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool="right"))
        return Judged(name="right", approved=answer.approved)

    @step
    async def join(self, ctx: Context, ev: Judged) -> StopEvent | None:
        judged = ctx.collect_events(ev, [Judged] * 2)
        return StopEvent(result={each.name: each.approved for each in judged}) if judged else None


class JoinThenAsk(Workflow):
    """Collects what several workers give, and asks in the same step."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Item | None:
        for name in ("one", "two", "three"):
            ctx.send_event(Item(name=name))
        return None

    @step
    async def work(self, ev: Item) -> Judged:
        return Judged(name=ev.name, approved=True)

    @step
    async def join(self, ctx: Context, ev: Judged) -> StopEvent | None:
        done = ctx.collect_events(ev, [Judged] * 3)
        if done is None:
            return None
        names = sorted(each.name for each in done)
        answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool=", ".join(names)))
        return StopEvent(result=[*names, answer.approved])


class WriteBesideAStep(Workflow):
    """Writes a question and waits for its answer, while another step takes that kind of answer for its own question."""

    @step
    async def first(self, ctx: Context, ev: StartEvent) -> Waiting:
        ctx.write_event_to_stream(AskTool(tool="first"))
        answer = await ctx.wait_for_event(Approval)
        await ctx.store.set("first", answer.approved)
        return Waiting()

    @step
    async def second(self, ev: Waiting) -> AskTool:
        return AskTool(tool="second")

    @step
    async def end(self, ctx: Context, ev: Approval) -> StopEvent:
        return StopEvent(result=[await ctx.store.get("first"), ev.approved])


class Cooked(Event):
    minutes: int


class WaitsForAStep(Workflow):
    """A step waits for an event that another one sends: no human is asked, except for what the other asks."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def eat(self, ctx: Context, ev: Left) -> StopEvent:
        cooked = await ctx.wait_for_event(Cooked, requirements={"minutes": 7})
        return StopEvent(result=cooked.minutes)

    @step
    async def cook(self, ctx: Context, ev: Right) -> None:
        answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool="cook"))
        if answer.approved:
            ctx.send_event(Cooked(minutes=3))
            ctx.send_event(Cooked(minutes=7))


class FirstOfTwo(Workflow):
    """Goes on with whichever of two waits ends first; the library asks them one after the other."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        waits = [
            asyncio.ensure_future(ctx.wait_for_event(Approval, waiter_event=AskTool(tool="now"))),
            asyncio.ensure_future(ctx.wait_for_event(Age, waiter_event=AskAge(prompt="later"))),
        ]
        await asyncio.wait(waits)
        answered = [wait for wait in waits if not wait.exception()]
        return StopEvent(result=(answered or waits)[0].result().model_dump(exclude={"_data"}))


class GivesUp(Workflow):
    """Waits for as long as its author says, then reminds, and waits as long as it takes."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        try:
            answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool="soon"), timeout=0.05)
        except TimeoutError:
            answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool="reminder"))
        return StopEvent(result=answer.approved)


class HasTime(Workflow):
    """Is answered before its author's timeout."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool="within the hour"), timeout=3600)
        return StopEvent(result=answer.approved)


# ---- inputs, answers and state of any type


class BareStart(Workflow):
    """Takes an input that its start event does not declare, and asks nothing."""

    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result=f"looked for {ev.query}")


class AskScore(InputRequiredEvent):
    answer_type: ClassVar = Approval

    text: str
    confidence: float


class NotANumber(Workflow):
    """Asks with a number that JSON does not have."""

    @step
    async def ask(self, ev: StartEvent) -> AskScore:
        return AskScore(text="Publish?", confidence=float("nan"))

    @step
    async def end(self, ev: Approval) -> StopEvent:
        return StopEvent(result="published" if ev.approved else "not published")


class SecretAnswer(HumanResponseEvent):
    password: SecretStr


class AskSecret(InputRequiredEvent):
    answer_type: ClassVar = SecretAnswer

    text: str


class Secret(Workflow):
    """Takes a secret, of which it says how long it is."""

    @step
    async def ask(self, ev: StartEvent) -> AskSecret:
        return AskSecret(text="The password?")

    @step
    async def end(self, ev: SecretAnswer) -> StopEvent:
        return StopEvent(result=len(ev.password.get_secret_value()))


class StateOfAnyKind(Workflow):
    """Keeps values in its state that JSON does not have."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> AskTool:
        await ctx.store.set("when", datetime(2026, 1, 2, 3, 4))
        await ctx.store.set("seen", {1, 2, 3})
        await ctx.store.set("raw", b"\xff\x00")
        return AskTool(tool="go on")

    @step
    async def end(self, ctx: Context, ev: Approval) -> StopEvent:
        kept = [await ctx.store.get(key) for key in ("when", "seen", "raw")]
        return StopEvent(result=repr(kept))


class Table:
    """Stands for a data frame, a picture, a database handle."""

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows


class Loaded(Event):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    table: Table


class NoSchema(Workflow):
    """An object that cannot be stored goes from step to step."""

    @step
    async def load(self, ev: StartEvent) -> Loaded:
        return Loaded(table=Table([1, 2]))

    @step
    async def ask(self, ev: Loaded) -> AskTool:
        return AskTool(tool=f"{len(ev.table.rows)} rows")

    @step
    async def end(self, ev: Approval) -> StopEvent:
        return StopEvent(result=ev.approved)


# ---- an order that changes stops the run


class Rewords(Workflow):
    """Asks in other words each time that it runs, so that no answer fits."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        words = random.sample(["cat", "dog", "cow", "hen", "fox", "owl", "bee", "ant", "elk", "yak"], 5)
        answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool=" ".join(words)))
        return StopEvent(result=answer.approved)


class SkipsTheSame(Workflow):
    """Asks the same twice, and skips what is settled: the second answer would be taken for none."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        said: list[bool] = await ctx.store.get("said", default=[])
        while len(said) < 2:
            answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool="go on"))
            said = [*said, answer.approved]
            await ctx.store.set("said", said)
        return StopEvent(result=said)


# ---- all of them


class PassesOptions(Workflow):
    """Sets its timeout itself, and passes its other options on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(timeout=None, **options)

    @step
    async def ask(self, ev: StartEvent) -> AskTool:
        return AskTool(tool="read a file")

    @step
    async def end(self, ev: Approval) -> StopEvent:
        return StopEvent(result=ev.approved)


@dataclass(frozen=True, eq=False)
class Shape:
    """A workflow, what is answered to it, and what comes of it."""

    name: str
    """Of the class or function in `module`."""
    answers: tuple[tuple[str, dict[str, Any]], ...]
    """Each a word of a question, in its type or its fields, with its answer; in the order in which they are given."""
    result: Any = None
    error: str = ""
    """A part of the sentence with which the run fails; empty if it completes."""
    unanswered: int = 0
    """Questions that end without an answer."""
    inputs: dict[str, Any] = field(default_factory=dict)
    module: str = __name__

    @property
    def path(self) -> str:
        return f"{self.module}:{self.name}"


YES, NO = {"approved": True}, {"approved": False}
OFFERS = "tests.engine.offer_flows"
STORED = "tests.engine.stored_flows"
INPUTS = "tests.engine.input_flows"
ROOT = Path(__file__).parents[2]
TUBE = {"name": "map", "wrapping": {"kind": "tube", "length": "2.50"}}
REFUSED = {"type": "Refused", "reason": "no"}
EDITED = {
    "type": "HumanAction",
    "action": "edit",
    "args": {"to": "ben", "amount": 12, "rate": 1.5, "fast": True},
    "response": "",
}

SHAPES = (
    Shape("WriteThenWait", (("Which city?", {"response": "Rome"}),), "to Rome"),
    Shape("WriteThenWaitFor", (("Go on?", {"response": "yes"}),), ["yes", "ana"]),
    Shape("WriteAndGive", (("read a file", YES),), True),
    Shape("WriteInALoop", (("How old", {"age": 0}), ("no age", {"age": -3}), ("no age", {"age": 8})), 8),
    Shape("WriteForTwo", (("ben", {"response": "b"}), ("ana", {"response": "a"})), ["a", "b"]),
    Shape("WriteElsewhere", (("Which city?", {"response": "Rome"}),), "Rome"),
    Shape("ReturnThenWait", (("read a file", NO),), ["read a file", False]),
    Shape("WriteForAStep", (("read a file", YES),), True),
    Shape("WriteAndStay", (("read a file", YES),), True),
    Shape("AskName", (("your name", {"response": "Ana"}),), "Hello Ana"),
    Shape("LongWait", (("read a file", YES),), True),
    Shape("OnlyWaits", (("Approval", NO),), False),
    Shape("PlainQuestion", (("May I?", YES),), True),
    Shape("PlainAnswer", (("Weather", {"degrees": 21}),), 21),
    Shape("MoreThanAwaited", (("AskPolitely", {"approved": True, "thanks": "a lot"}),), [True, "a lot"]),
    Shape(
        "ThreeTools",
        (("read", YES), ("send", NO), ("delete", YES)),
        ["read a file", "delete all files"],
    ),
    Shape("AskUntilValid", (("How old", {"age": -1}), ("-1 is no", {"age": 0}), ("0 is no", {"age": 9})), 9),
    Shape("RandomIds", (("read", NO), ("send", YES), ("delete", NO)), ["send an e-mail"]),
    Shape("OnlyAnId", (("AskAge", {"age": 1}), ("AskAge", {"age": 2})), [1, 2]),
    Shape("SideBySide", (("read", NO), ("send", YES), ("delete", NO)), ["send an e-mail"]),
    Shape("InATaskGroup", (("read", NO), ("send", YES), ("delete", NO)), ["send an e-mail"]),
    Shape("TwiceTheSame", (("How old", {"age": 1}), ("How old", {"age": 2})), [1, 2]),
    Shape("Conditional", (("travel", NO), ("video", YES), ("pay", NO)), ["by video", True, False]),
    Shape("Memo", (("read", NO), ("send", YES), ("delete", NO)), ["send an e-mail"]),
    Shape("FailsBetween", (("first", YES), ("second", NO)), [True, False]),
    Shape("NamedWaits", (("ana", {"age": 1}), ("ben", {"age": 2})), [1, 2]),
    Shape("Workers", (("two", NO), ("three", YES), ("one", YES)), {"one": True, "two": False, "three": True}),
    Shape("SameIds", (("three", NO), ("one", YES), ("two", NO)), {"one": True, "two": False, "three": False}),
    Shape("TwoSteps", (("right", NO), ("left", YES)), {"left": True, "right": False}),
    Shape("JoinThenAsk", (("one, three, two", YES),), ["one", "three", "two", True]),
    Shape("WriteBesideAStep", (("first", NO), ("second", YES)), [False, True]),
    Shape("WaitsForAStep", (("cook", YES),), 7),
    Shape("FirstOfTwo", (("now", YES),), {"approved": True}),
    Shape("GivesUp", (("reminder", YES),), True, unanswered=1),
    Shape("HasTime", (("within the hour", YES),), True),
    Shape(
        "parallel_tools",
        (("b.txt", NO), ("a.txt", YES)),
        "kept b.txt; deleted a.txt",
        inputs={"user_msg": "Delete both."},
        module="tests.flows.agents",
    ),
    Shape("CityInWords", (("PickCity", {"response": "oslo"}),), "oslo", module=OFFERS),
    Shape("WriteChoices", (("Which way?", {"response": "rome"}),), "rome", module=OFFERS),
    Shape("Rating", (("Dune", {"stars": 7, "comment": "long"}),), [7, "long"], module=OFFERS),
    Shape("EitherChoice", (("PayOrRefuse", {"answer_type": "Refused", "reason": "no"}),), REFUSED, module=OFFERS),
    Shape("Proceed", (("backup", {}),), "went on", module=OFFERS),
    Shape("Crossroads", (("backup", {"answer_type": "CallItOff"}),), "CallItOff", module=OFFERS),
    Shape("Waits", (("waiting", {}),), "GoOn", module=OFFERS),
    Shape("Tool", (("transfer", {"action": "edit", "args": {"amount": 12}}),), EDITED, module=OFFERS),
    Shape("TypedMail", (("she asked", {"action": "accept", "remark": "well"}),), ["accept", 2, "well"], module=OFFERS),
    Shape(
        "WriteActions",
        (("SendMail", {"action": "edit", "args": {"copies": 4}}), ("SendMail", {"action": "ignore"})),
        [["edit", 4], ["ignore", None]],
        module=OFFERS,
    ),
    Shape("Unsure", (("Ask", {"score": float("inf")}),), "scored inf", module=STORED),
    Shape("KeepsAll", (("Ask", {}),), [[], []], module=STORED),
    Shape("Typed", (("Ask", {}),), True, module=STORED),
    Shape("Alias", (("Fine?", {"isOk": True}),), True, module=INPUTS),
    Shape("AliasByName", (("Fine?", {"is_ok": False}),), False, module=INPUTS),
    Shape(
        "Aliases",
        (("Via Appia", {"WHERE": {"streetName": "x"}}),),
        ["Oslo", "x"],
        inputs={"name": "Oslo"},
        module=INPUTS,
    ),
    Shape("BareInputs", (("tea", YES),), [7, True], inputs={"limit": 7}, module=INPUTS),
    Shape(
        "Packing",
        (("Rome", {"parts": [TUBE], "within": "PT1H30M", "remark": 7}),),
        ["map: kind='tube' length=Decimal('2.50')", 5400, 7],
        module=INPUTS,
    ),
    Shape(
        "transfers",
        (("Transfer", {"action": "edit", "args": {"amount": 12}}), ("AskSure", {})),
        "12 for ben",
        inputs={"user_msg": "Pay Ben."},
        module="tests.engine.offer_agent",
    ),
    Shape("PassesOptions", (("read a file", YES),), True),
    Shape(
        "TwoFiles",
        (("AnotherPage", {"page": ROOT / "hitl" / "py.typed"}),),
        [["icon.png", "image/png", True], ["py.typed", "application/octet-stream", True]],
        inputs={"page": ROOT / "hitl" / "ui" / "icon.png"},
        module="tests.engine.file_flows",
    ),
    Shape("BareStart", (), "looked for tea", inputs={"query": "tea"}),
    Shape("NotANumber", (("Publish?", YES),), "published"),
    Shape("StateOfAnyKind", (("go on", YES),), "[datetime.datetime(2026, 1, 2, 3, 4), {1, 2, 3}, b'\\xff\\x00']"),
    Shape("Rewords", (("AskTool", YES), ("AskTool", YES)), error="asks something else each time that it runs"),
    Shape("SkipsTheSame", (("go on", YES), ("go on", NO)), error="has ended without an answer that it was given"),
)
"""Shapes that run; each is a test of its own."""

UNSTORABLE = {f"{__name__}:NoSchema": "table", f"{__name__}:Secret": "asterisks"}
"""Shapes that are refused when they are registered, each with what the sentence names."""
