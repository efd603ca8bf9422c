"""Waiters that wait for the same kind of answer get their own ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, Question, Run, open_engine
from hitl.engine.store.statements import Store
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


@pytest.mark.over_both
@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
@pytest.mark.parametrize("workflow", ["Jury", "Mixed", "SameId"])
def test_waiters_get_their_own_answers_whatever_tells_them_apart(engine: Engine, workflow: str, order: tuple[str, str]):
    run = engine.start(workflow)
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


def test_an_answer_to_a_wait_that_an_edited_step_makes_no_more_is_let_go(monkeypatch: pytest.MonkeyPatch):
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
        run.answer(asked(run, attempt=1).id, {"number": 1}, by="ana")
        completed(run)
        assert run.result == {"result": {"1": "not asked", "2": "True"}}


# ---- timeouts


class Deadline(StartEvent):
    seconds: float | None
    """None for the library's default."""


class GivesUp(Workflow):
    """Waits as long as its start event says, then asks something else."""

    @step
    async def ask(self, ctx: Context, ev: Deadline) -> StopEvent:
        limit = {} if ev.seconds is None else {"timeout": ev.seconds}
        try:
            said = await ctx.wait_for_event(Say, waiter_event=Ask(name="soon"), **limit)  # type: ignore[arg-type]
        except TimeoutError:
            said = await ctx.wait_for_event(Say, waiter_event=Ask(name="later"), timeout=None)
        return StopEvent(result=said.good)


class Done(Event):
    pass


class Hungry(Workflow):
    """A step waits a short time for another one, which waits for a human."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def eat(self, ctx: Context, ev: Left) -> StopEvent:
        try:
            await ctx.wait_for_event(Done, timeout=0.1)
        except TimeoutError:
            return StopEvent(result="nothing")
        return StopEvent(result="a meal")

    @step
    async def cook(self, ctx: Context, ev: Right) -> None:
        await ctx.wait_for_event(Say, waiter_event=Ask(name="cook"))
        ctx.send_event(Done())


@pytest.fixture
def timed() -> Settings:
    return Settings(workflows={name: f"{__name__}:{name}" for name in ("GivesUp", "Hungry")}, rest_seconds=0.1)


def named(run: Run, name: str) -> Question:
    """The open question with a name, once it is asked."""
    return until(lambda: [question for question in run.questions if question.body["name"] == name])[0]


@pytest.mark.parametrize("seconds", [None, 2000, 3600, 1e12])
def test_only_a_timeout_that_the_author_chose_limits_a_wait_and_a_restart_does_not_change_it(
    timed: Settings, seconds: float | None
):
    with closing(open_engine(timed)) as engine:
        run = engine.start("GivesUp", seconds=seconds)
        before = named(run, "soon")
        idle(run)
    with closing(open_engine(timed)) as engine:
        after = named(engine.attach(run.id), "soon")
    assert after == before
    if seconds in (None, 1e12):
        assert after.expires_at is None
    else:
        assert after.expires_at
        assert abs((after.expires_at - after.asked_at).total_seconds() - (seconds or 0)) < 30


@pytest.mark.over_both
def test_a_wait_whose_time_has_passed_while_there_was_no_server_ends_when_there_is_one(timed: Settings):
    engine = open_engine(timed)
    run = engine.start("GivesUp", seconds=0.3)
    expires_at = named(run, "soon").expires_at
    engine.close()
    assert expires_at
    until(lambda: datetime.now(UTC) > expires_at)
    with closing(open_engine(timed)) as engine:
        until(
            lambda: [question.body["name"] for question in engine.questions()] == ["later"]
        )  # nobody looks at the run
        run = engine.attach(run.id)
        assert run.answer(named(run, "later").id, {"good": True}, by="ana").accepted
        completed(run)
        assert [event.type for event in run.events()].count("Ask") == 2


def test_a_wait_ends_in_time_though_its_run_has_left_memory(timed: Settings):
    with closing(open_engine(timed)) as engine:
        run = engine.start("GivesUp", seconds=1.0)
        named(run, "soon")
        until(lambda: engine.in_memory() == [])
        until(lambda: [question.body["name"] for question in engine.questions()] == ["later"])


def test_an_answer_that_came_first_is_taken_though_the_time_has_passed(timed: Settings):
    """It was recorded while there was no server, after the moment at which the wait would have ended."""
    engine = open_engine(timed)
    run = engine.start("GivesUp", seconds=0.3)
    question = named(run, "soon")
    engine.close()
    until(lambda: question.expires_at and datetime.now(UTC) > question.expires_at)
    with closing(open_engine(timed, owner=False)) as client:
        assert client.answer(run.id, question.id, {"good": True}, by="ana").accepted
    with closing(open_engine(timed)) as engine:
        run = completed(engine.attach(run.id))
        assert run.result == {"result": True}
        assert [answer.state for answer in run.answers] == ["applied"]


def test_a_question_that_has_expired_takes_no_answer_and_one_that_was_answered_does_not_expire(timed: Settings):
    with closing(open_engine(timed)) as engine:
        store = engine.store
        assert isinstance(store, Store)
        first, second = (engine.start("GivesUp", seconds=None) for _ in range(2))
        assert store.expire(first.id, named(first, "soon").id)
        assert first.questions == []
        question = named(second, "soon")
        assert second.answer(question.id, {"good": True}, by="ana").accepted
        assert not store.expire(second.id, question.id)


def test_a_wait_for_another_step_times_out_while_a_human_is_asked(timed: Settings):
    with closing(open_engine(timed)) as engine:
        run = completed(engine.start("Hungry"))
        assert run.result == {"result": "nothing"}
        assert [event.body["name"] for event in run.events() if event.kind == "question"] == ["cook"]


def test_a_wait_for_another_step_that_a_restart_interrupts_ends_by_itself(timed: Settings):
    engine = open_engine(timed)
    run = engine.start("Hungry")
    named(run, "cook")
    engine.close()
    with closing(open_engine(timed)) as engine:
        completed(Run(engine, run.id))  # not attached: nobody looks at it
