"""Signals: what a run is told while it works, and that settles no question."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar

import pytest
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, InvalidAnswer, open_engine
from hitl.engine.workflows.answers import answer_type_of
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.more_flows import reopened


class Enough(HumanResponseEvent):
    is_signal: ClassVar[bool] = True

    by: str


class Drew(Event):
    message: str


class MoreWater(InputRequiredEvent):
    pails: int


class Water(HumanResponseEvent):
    litres: int


class Well(Workflow):
    """Draws water until it is told that it is enough, then asks how much is wanted."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.told: dict[str, asyncio.Event] = {}

    @step
    async def draw(self, ctx: Context, ev: StartEvent) -> MoreWater:
        enough = self.told["well"] = asyncio.Event()
        pails = 0
        while not enough.is_set():
            pails += 1
            ctx.write_event_to_stream(Drew(message=f"pail {pails}"))
            await asyncio.sleep(0.005)
        return MoreWater(pails=pails)

    @step
    async def hear(self, ctx: Context, ev: Enough) -> None:
        ctx.write_event_to_stream(Drew(message=f"{ev.by} has enough"))
        if enough := self.told.get("well"):  # not where the step runs again after a restart
            enough.set()

    @step
    async def pour(self, ev: Water) -> StopEvent:
        return StopEvent(result={"litres": ev.litres})


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = open_engine(Settings(workflows={"well": f"{__name__}:Well"}))
    yield engine
    engine.close()


def messages(events: list[object]) -> list[str]:
    return [event.body.get("message", "") for event in events]  # type: ignore[attr-defined]


@pytest.mark.over_both
def test_a_signal_reaches_a_step_that_works_beside_another(engine: Engine):
    run = engine.start("well")
    until(lambda: "pail 3" in messages([*run.events()]))

    assert run.signal("Enough", {"by": "Ana"})

    question = until(lambda: run.question)
    assert question
    assert "Ana has enough" in messages([*run.events()])
    assert run.answer(question.id, {"litres": 2}, by="Ana").accepted
    until(lambda: run.status == "completed")


def test_a_signal_is_no_answer_and_does_not_stand_among_the_answers(engine: Engine):
    run = engine.start("well")
    until(lambda: "pail 1" in messages([*run.events()]))
    run.signal("Enough", {"by": "Ana"})
    until(lambda: run.question)

    assert run.answers == []
    assert answer_type_of(Well(), MoreWater(pails=1)) is Water


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("Water", {"litres": 3}, "takes no signal Water"),
        ("Nonsense", {}, "it takes: Enough"),
        ("Enough", {}, "by: Field required"),
        ("Enough", {"by": "Ana", "litres": 2}, "no field litres"),
    ],
)
def test_only_a_signal_that_the_workflow_takes_is_sent(engine: Engine, name: str, body: dict[str, object], words: str):
    run = engine.start("well")

    with pytest.raises(InvalidAnswer, match=words):
        run.signal(name, body)

    assert run.question is None
    run.cancel()


def test_a_run_that_has_ended_is_told_nothing(engine: Engine):
    run = engine.start("well")
    run.cancel()

    assert not run.signal("Enough", {"by": "Ana"})


def test_a_process_that_only_reads_tells_a_run_nothing(engine: Engine):
    run = engine.start("well")
    reader = open_engine(engine.settings, owner=False)

    assert not reader.attach(run.id).signal("Enough", {"by": "Ana"})

    reader.close()
    run.cancel()


def test_a_run_that_was_told_something_goes_on_after_a_restart(engine: Engine):
    run = engine.start("well")
    until(lambda: "pail 1" in messages([*run.events()]))
    run.signal("Enough", {"by": "Ana"})
    question = until(lambda: run.question)
    assert question

    again = reopened(run)

    assert [known.id for known in again.questions] == [question.id]
    assert again.answer(question.id, {"litres": 2}, by="Ana").accepted
    until(lambda: again.status == "completed")
    again.engine.close()
