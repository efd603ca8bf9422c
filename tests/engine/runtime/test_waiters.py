"""Two waiters that wait for the same are refused with a sentence, and never answered wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import ClassVar

import pytest
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, Run, open_engine
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Left, MayI, Right, Verdict
from tests.engine.more_flows import Choice, Chosen, asked, completed, idle


class Judge(Event):
    name: str


class Judged(Event):
    name: str
    good: bool


class Ask(InputRequiredEvent):
    name: str


class Say(HumanResponseEvent):
    name: str = ""
    good: bool


class Jury(Workflow):
    """Judges two things at once."""

    told_apart = True

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Judge | None:
        for name in ("one", "two"):
            ctx.send_event(Judge(name=name))
        return None

    @step
    async def judge(self, ctx: Context, ev: Judge) -> Judged:
        requirements = {"name": ev.name} if self.told_apart else {}
        said = await ctx.wait_for_event(
            Say, waiter_event=Ask(name=ev.name), waiter_id=self.waiter_id(ev), requirements=requirements, timeout=None
        )
        return Judged(name=ev.name, good=said.good)

    @step
    async def join(self, ctx: Context, ev: Judged) -> StopEvent | None:
        judged = ctx.collect_events(ev, [Judged, Judged])
        return StopEvent(result={each.name: each.good for each in judged}) if judged else None

    def waiter_id(self, ev: Judge) -> str:
        return ev.name


class Mixed(Jury):
    told_apart = False


class SameId(Jury):
    told_apart = False

    def waiter_id(self, ev: Judge) -> str:
        return "always the same"


@pytest.fixture
def engine() -> Iterator[Engine]:
    names = ("Jury", "Mixed", "SameId")
    engine = open_engine(Settings(workflows={name: f"{__name__}:{name}" for name in names}))
    yield engine
    engine.close()


def ended(run: Run) -> str:
    until(lambda: run.status in ("failed", "completed"))
    return run.error.message if run.error else ""


@pytest.mark.parametrize("workflow", ["Mixed", "SameId"])
def test_waiters_that_nothing_tells_apart_end_the_run_with_a_sentence(engine: Engine, workflow: str):
    run = engine.start(workflow)

    message = ended(run)

    assert "Two calls of ctx.wait_for_event wait for Say at the same time" in message
    assert "requirements" in message
    assert run.questions == []


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_waiters_that_are_told_apart_get_their_own_answers(engine: Engine, order: tuple[str, str]):
    run = engine.start("Jury")
    until(lambda: len(run.questions) == 2)

    for name in order:
        question = next(question for question in run.questions if question.body["name"] == name)
        assert run.answer(question.id, {"good": name == "one"}, by="ana").accepted

    assert ended(run) == ""
    assert run.result == {"result": {"one": True, "two": False}}


class SometimesAsks(Workflow):
    """Two steps ask; after an edit of its body, one of them does not any more."""

    asks: ClassVar[bool] = True

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def left(self, ctx: Context, ev: Left) -> Chosen:
        if self.asks:
            may = MayI(item="left", attempt=1)
            await ctx.wait_for_event(Choice, waiter_event=may, requirements={"number": 1}, timeout=None)
        return Chosen(number=1, text="not asked")

    @step
    async def right(self, ctx: Context, ev: Right) -> Chosen:
        said = await ctx.wait_for_event(Verdict, waiter_event=MayI(item="right", attempt=2), timeout=None)
        return Chosen(number=2, text=str(said.approved))

    @step
    async def join(self, ctx: Context, ev: Chosen) -> StopEvent | None:
        both = ctx.collect_events(ev, [Chosen, Chosen])
        return StopEvent(result={str(each.number): each.text for each in both}) if both else None


def test_an_answer_that_was_kept_back_for_a_waiter_is_sent_when_that_waits_no_more(monkeypatch: pytest.MonkeyPatch):
    settings = Settings(workflows={"some": f"{__name__}:SometimesAsks"})
    engine = open_engine(settings)
    run = engine.start("some")
    until(lambda: len(run.questions) == 2)
    idle(run)
    engine.close()
    monkeypatch.setattr(SometimesAsks, "asks", False)

    with closing(open_engine(settings)) as engine:
        run = engine.attach(run.id)
        run.answer(asked(run, attempt=2).id, {"approved": True}, by="ana")
        completed(run)
        assert run.result == {"result": {"1": "not asked", "2": "True"}}
