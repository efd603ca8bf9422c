"""No answer counts for another question, whatever order a step asks in, and however alike its questions are."""

from __future__ import annotations

from contextlib import closing

import pytest
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, Question, Run, open_engine
from hitl.settings import Settings
from tests.conftest import until

NAMES = {
    "words": ["ant", "bee", "cat", "dog", "elk"],
    "counted": [f"invoice-{number}" for number in range(1, 6)],
    "dates": [f"2026-11-{day}" for day in range(20, 25)],
    "large": [str(number) for number in range(40_001, 40_006)],
    "ids": [f"3f2a9c1{number}" for number in range(5)],
}
ENDED = ("completed", "failed")


class Names(StartEvent):
    names: list[str]


class May(InputRequiredEvent):
    text: str


class Said(HumanResponseEvent):
    text: str


class Remembers(Workflow):
    """Leaves out what its state says is settled."""

    @step
    async def ask(self, ctx: Context, ev: Names) -> StopEvent:
        done: dict[str, str] = await ctx.store.get("done", {})
        for name in ev.names:
            if name not in done:
                said = await ctx.wait_for_event(Said, waiter_event=May(text=f"Delete {name}?"))
                done = done | {name: said.text}
                await ctx.store.set("done", done)
        return StopEvent(result=done)


class Turns(Workflow):
    """Asks in the other order each time that it runs."""

    @step
    async def ask(self, ctx: Context, ev: Names) -> StopEvent:
        times: int = await ctx.store.get("times", 0)
        await ctx.store.set("times", times + 1)
        names = reversed(ev.names) if times % 2 else ev.names
        said = {name: (await ctx.wait_for_event(Said, waiter_event=May(text=f"Delete {name}?"))).text for name in names}
        return StopEvent(result=said)


class Forgets(Workflow):
    """Asks only about those that it has not asked about before, answered or not."""

    @step
    async def ask(self, ctx: Context, ev: Names) -> StopEvent:
        times: int = await ctx.store.get("times", 0)
        await ctx.store.set("times", times + 1)
        said = {}
        for name in ev.names[times:]:
            said[name] = (await ctx.wait_for_event(Said, waiter_event=May(text=f"Delete {name}?"))).text
        return StopEvent(result=said)


def opened(home: Settings) -> Engine:
    flows = {flow.__name__: flow for flow in (Remembers, Turns, Forgets)}
    return open_engine(home, workflows=flows)


def settled(run: Run, answered: Question | None = None) -> Run:
    """The run, once it asks something else than what was answered, or has ended."""
    until(lambda: run.status in ENDED or (run.question and run.question != answered))
    return run


@pytest.mark.parametrize("is_reopened", [False, True], ids=["in memory", "after a restart"])
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("flow", ["Remembers", "Turns", "Forgets"])
def test_an_answer_counts_for_its_question_or_the_run_stops(flow: str, names: list[str], is_reopened: bool):
    engine = opened(Settings())
    run = settled(engine.start(flow, names=names))
    answers = 0
    while question := run.question:
        answers += 1
        run.answer(question.id, {"text": f"on {question.body['text']}"}, by="ana")
        settled(run, question)
        if is_reopened:
            engine.close()
            engine = opened(Settings())
            run = settled(engine.attach(run.id))
    with closing(engine):
        if run.status == "completed":
            assert run.result
            said = run.result.get("result", run.result)
            assert all(text == f"on Delete {name}?" for name, text in said.items()), said
        else:
            assert run.error
            assert "kept in the run's log" in run.error.message
            assert len(run.answers) == answers
        if flow == "Remembers" and names in (NAMES["words"], NAMES["counted"]):
            assert run.status == "completed"
            assert answers == len(names)
