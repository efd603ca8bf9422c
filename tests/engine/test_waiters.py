"""Two waiters that wait for the same are refused with a sentence, and never answered wrongly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, Run, open_engine
from hitl.settings import Settings
from tests.conftest import until


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
