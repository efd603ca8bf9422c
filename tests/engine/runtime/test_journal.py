"""What a run is taken up from: short however long the run is, and the same run afterwards."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from workflows import Context, Workflow, step
from workflows.events import StartEvent, StopEvent

from hitl.engine import Engine, Run, WorkflowUnusable, open_engine
from hitl.engine.records import Journal
from hitl.engine.runtime import host
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Left, Right, Said, Slow
from tests.engine.more_flows import (
    AsksThenWorks,
    Stumbles,
    asked,
    compacted,
    completed,
    idle,
    out_of_memory,
    reopened,
    said,
    settings_for,
)

WORKFLOWS = "AskOnce Slow Beside WaitsTwice Grows Pair AddsUp AddsUpInADict AsksAll AsksThenWorks Stumbles Nested"


@pytest.fixture
def settings() -> Settings:
    return settings_for(*WORKFLOWS.split(), rest_seconds=0.1)


def rows(engine: Engine, table: str) -> list[str]:
    """The run of each row of a table."""
    return [run_id for (run_id,) in engine.store.database.read(f"SELECT run_id FROM {table} ORDER BY run_id")]


def journal_of(run: Run) -> Journal:
    journal = run.engine.store.journal(run.id)
    assert journal
    return journal


# ---- compacted


def test_a_run_at_rest_has_one_snapshot_and_no_journal_whatever_it_has_asked(engine: Engine):
    runs = [engine.start("AddsUp", questions=40) for _ in range(3)]
    for number in range(1, 31):
        for run in runs:
            run.answer(asked(run, number).id, {"amount": number}, by="ana")
    for run in runs:
        asked(run, 31)
        compacted(run)

    assert rows(engine, "journal") == []
    assert rows(engine, "snapshots") == sorted(run.id for run in runs)


def test_a_snapshot_does_not_grow_with_what_has_happened(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(host, "COMPACTS_AFTER", 0.0)
    run = engine.start("AskOnce", item="tea")
    sizes = {}
    for attempt in range(1, 61):
        question = asked(run, attempt)
        snapshot = journal_of(compacted(run)).snapshot
        assert snapshot
        sizes[attempt] = len(json.dumps(snapshot.context))
        run.answer(question.id, {"approved": False}, by="ana")
    assert sizes[60] < sizes[2] + 100


def test_what_has_ended_for_good_keeps_no_journal(engine: Engine):
    answered, cancelled = engine.start("AskOnce", item="tea"), engine.start("AskOnce", item="milk")
    answered.answer(asked(answered).id, {"approved": True}, by="ana")
    idle(cancelled).cancel()
    completed(answered)
    assert set(rows(engine, "journal") + rows(engine, "snapshots")) == {cancelled.id}  # it can be resumed
    cancelled.resume(by="ana")
    cancelled.answer(asked(cancelled).id, {"approved": True}, by="ana")
    completed(cancelled)
    assert rows(engine, "journal") + rows(engine, "snapshots") == []


def test_the_journal_of_a_run_at_work_begins_where_its_snapshot_ends(engine: Engine):
    AsksThenWorks.go_on.clear()
    run = compacted(engine.start("AsksThenWorks"))
    run.answer(asked(run).id, {"approved": True}, by="ana")
    said(run, "begun")

    journal = journal_of(run)
    assert journal.snapshot
    assert [row.seq for row in journal.rows] == [journal.snapshot.seq + n for n in range(len(journal.rows))]
    assert journal.rows
    AsksThenWorks.go_on.set()
    completed(run)


# ---- taken up again and again


@pytest.mark.parametrize("workflow", ["AddsUp", "AddsUpInADict"])
def test_two_hundred_questions_with_restarts_in_between_come_to_the_same(engine: Engine, workflow: str):
    """Restarted at random: right after an answer was accepted, between two questions, or at rest."""
    chance = random.Random(3)
    amounts = [chance.randrange(1000) for _ in range(200)]
    run = engine.start(workflow, questions=200)
    for number, amount in enumerate(amounts, start=1):
        question = asked(run, number)
        match chance.randrange(30):
            case 0:
                run = reopened(run)
            case 1:
                run = reopened(idle(run))
        assert run.answer(question.id, {"amount": amount}, by="ana").accepted
        if chance.randrange(30) == 0:
            run = reopened(run)
    completed(run)

    assert run.result and run.result["result"]["amounts"] == amounts
    events = run.events()
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.body["number"] for event in events if event.kind == "question"] == list(range(1, 201))
    assert [answer.state for answer in run.answers] == ["applied"] * 200
    run.engine.close()


def test_a_state_with_types_of_its_own_survives(engine: Engine):
    run = engine.start("AddsUp", questions=3)
    for number in (1, 2, 3):
        question = asked(run, number)
        run = reopened(idle(run))
        run.answer(question.id, {"amount": number * 10}, by="ana")
    completed(run)
    assert run.result == {"result": {"amounts": [10, 20, 30], "since": "2026-02-28"}}
    run.engine.close()


def test_what_a_step_has_collected_survives(engine: Engine):
    """Three questions at once, answered with a restart and a rest in between: the step that takes them counts on."""
    run = engine.start("AsksAll", questions=3)
    until(lambda: len(run.questions) == 3)
    questions = run.questions
    run = reopened(idle(run))
    run.answer(questions[2].id, {"amount": 3}, by="ana")
    run = reopened(idle(run))
    run.answer(questions[0].id, {"amount": 1}, by="ana")
    out_of_memory(run)
    run.answer(questions[1].id, {"amount": 2}, by="ana")
    completed(run)
    assert run.result == {"result": [1, 2, 3]}
    run.engine.close()


def test_answers_that_were_accepted_and_not_taken_are_taken_after_the_restart_in_their_order(settings: Settings):
    owner = open_engine(settings)
    run = owner.start("AsksAll", questions=5)
    until(lambda: len(run.questions) == 5)
    questions = {question.body["number"]: question for question in idle(run).questions}
    owner.close()
    elsewhere = open_engine(settings, owner=False)
    for number in (4, 2, 5, 1, 3):
        assert elsewhere.attach(run.id).answer(questions[number].id, {"amount": number}, by="ben").accepted

    run = Run(open_engine(settings), run.id)

    completed(run)
    assert [answer.body["amount"] for answer in run.answers] == [4, 2, 5, 1, 3]
    assert [answer.state for answer in run.answers] == ["applied"] * 5
    run.engine.close()
    elsewhere.close()


def test_events_that_could_not_be_found_again_are_told_at_the_start(engine: Engine):
    """The library looks classes up by module and name: one that is declared inside another class is not found."""
    with pytest.raises(WorkflowUnusable, match="Ask"):
        engine.start("Nested")


# ---- interrupted


@pytest.fixture
def held_back() -> Iterator[threading.Event]:
    """Steps of `Slow` and `Beside` work until this is set."""
    Slow.go_on.clear()
    yield Slow.go_on
    Slow.go_on.set()


def test_an_interrupted_step_says_once_per_restart_that_it_began_again(engine: Engine, held_back: threading.Event):
    run = engine.start("Slow")
    for restart in range(3):
        run = reopened(said(run, "begun", times=restart + 1))
    held_back.set()
    completed(run)

    assert [event.type for event in run.events()] == ["StartEvent", "Said", *["StepRestarted", "Said"] * 3, "StopEvent"]
    assert [event.body["step"] for event in run.events() if event.type == "StepRestarted"] == ["work"] * 3
    run.engine.close()


def test_only_what_was_at_work_begins_again(engine: Engine, held_back: threading.Event):
    run = engine.start("Beside")
    question = asked(run)
    said(run, "working")
    before = run.events()

    run = reopened(run)
    held_back.set()
    idle(run)

    told = [(event.type, event.body.get("step") or event.body.get("message")) for event in run.events(before[-1].seq)]
    assert told == [("StepRestarted", "work"), ("Said", "working"), ("Said", "worked")]
    assert run.questions == [question]
    run.engine.close()


def test_coming_back_from_rest_interrupts_nothing(engine: Engine):
    run = idle(engine.start("AskOnce", item="tea"))
    for _ in range(3):
        run = out_of_memory(reopened(run))
    assert not any(event.type == "StepRestarted" for event in run.events())
    run.engine.close()


class Siblings(StartEvent):
    has_sibling: bool


class Notes(Workflow):
    """A step writes to the state and works on; another one may end meanwhile."""

    go_on: ClassVar[threading.Event] = threading.Event()

    @step
    async def split(self, ctx: Context, ev: Siblings) -> Left | Right | None:
        ctx.send_event(Left())
        if ev.has_sibling:
            ctx.send_event(Right())
        return None

    @step
    async def work(self, ctx: Context, ev: Left) -> StopEvent:
        ctx.write_event_to_stream(Said(message=f"began, and found {await ctx.store.get('note', default=None)}"))
        await ctx.store.set("note", "a note")
        ctx.write_event_to_stream(Said(message="noted"))
        while not self.go_on.is_set():
            await asyncio.sleep(0.01)
        return StopEvent(result=None)

    @step
    async def end(self, ctx: Context, ev: Right) -> None:
        while not await ctx.store.get("note", default=None):
            await asyncio.sleep(0.01)
        ctx.write_event_to_stream(Said(message="ended beside it"))


@pytest.mark.parametrize(("has_sibling", "found"), [(False, "None"), (True, "a note")])
def test_what_an_interrupted_step_wrote_to_the_state_is_there_only_if_another_step_ended(has_sibling: bool, found: str):
    """As docs/own-workflows.md says: the steps of a run share one state, which is stored with the end of each."""
    Notes.go_on.clear()
    run = open_engine(Settings(workflows={"notes": f"{__name__}:Notes"})).start("notes", has_sibling=has_sibling)
    said(run, "noted")
    if has_sibling:
        said(run, "ended beside it")
        until(lambda: any('"end"' in row.tick and "step_result" in row.tick for row in journal_of(run).rows))
    run = reopened(run)
    said(run, f"began, and found {found}")
    Notes.go_on.set()
    completed(run)
    run.engine.close()


# ---- tried again after some time


def test_a_step_that_will_be_tried_again_is_not_forgotten_in_between(engine: Engine):
    """Its delay is longer than the time after which a run leaves memory."""
    Stumbles.attempts.clear()
    run = engine.start("Stumbles")
    until(lambda: Stumbles.attempts == [0])

    assert run.active
    completed(run)
    assert Stumbles.attempts == [0, 1, 2]


def test_a_delay_goes_on_after_a_restart_and_attempts_are_not_counted_anew(engine: Engine):
    Stumbles.attempts.clear()
    run = engine.start("Stumbles")
    until(lambda: Stumbles.attempts == [0])
    until(lambda: len(journal_of(run).rows) >= 3)

    run = reopened(run)
    until(lambda: Stumbles.attempts == [0, 1])
    until(lambda: run.active)
    run = reopened(run)
    completed(run)

    assert Stumbles.attempts[-1] == 2
    assert run.result == {"result": "up"}
    run.engine.close()
