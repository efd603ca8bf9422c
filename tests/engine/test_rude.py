"""One workflow that misbehaves, or one damaged row, keeps nothing else from going on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from hitl.engine import Engine, EngineError, Run, open_engine
from hitl.engine.engine import Owner
from hitl.engine.records import Journal
from hitl.engine.runtime.journal import compact
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.more_flows import asked, completed
from tests.engine.rude_flows import ExitsWhenCancelled, Moody, StartsAnother

RUDE = ("AsksMoody", "ExitsWhenCancelled", "StartsAnother", "PickyBesideWork", "WaitsForACancelledTask")


@pytest.fixture
def settings() -> Settings:
    workflows = {name: f"tests.engine.rude_flows:{name}" for name in RUDE}
    return Settings(workflows={"AskOnce": "tests.engine.flows:AskOnce", **workflows})


@pytest.fixture
def elsewhere(engine: Engine, settings: Settings) -> Iterator[Engine]:
    with closing(open_engine(settings, owner=False)) as recorder:
        yield recorder


def test_an_answer_that_can_no_longer_be_built_keeps_no_other_run_from_going_on(engine: Engine, settings: Settings):
    broken, other = engine.start("AsksMoody"), engine.start("AskOnce", item="tea")
    questions = {run.id: asked(run).id for run in (broken, other)}
    engine.close()
    with closing(open_engine(settings, owner=False)) as recorder:
        for run_id, question_id in questions.items():
            assert recorder.attach(run_id).answer(question_id, {"approved": True}, by="ana").accepted

    Moody.broken.set()
    with closing(open_engine(settings)) as engine:
        completed(Run(engine, other.id))
        assert "no such team" in (until(lambda: Run(engine, broken.id).blocked_reason) or "")
        with closing(open_engine(settings, owner=False)) as recorder:
            later = recorder.start("AskOnce", item="milk")
            assert asked(later), "the watch still looks"
    Moody.broken.clear()


def test_an_unreadable_event_of_one_run_keeps_no_answer_from_another(engine: Engine, elsewhere: Engine):
    damaged, other = engine.start("AskOnce", item="tea"), engine.start("AskOnce", item="milk")
    page, question = damaged.subscribe(), asked(other)
    asked(damaged)
    with closing(sqlite3.connect(engine.settings.home / "runs.db")) as db, db:
        values = (damaged.id, 99, "progress", "X", "2026-01-01T00:00:00+00:00", "{")
        db.execute("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?)", values)

    assert elsewhere.attach(other.id).answer(question.id, {"approved": True}, by="ana").accepted

    completed(other)
    assert page.qsize() > 0


def test_a_step_that_calls_its_engine_is_refused_before_anything_is_stored(engine: Engine):
    StartsAnother.engine = engine
    run = completed(engine.start("StartsAnother"))
    assert run.result == {"result": "A step cannot call the engine that runs it."}
    assert [record.id for record in engine.runs()] == [run.id]


def test_a_step_that_ends_the_process_when_it_is_cancelled_does_not_keep_the_engine_from_closing(engine: Engine):
    ExitsWhenCancelled.begun.clear()
    engine.start("ExitsWhenCancelled")
    assert ExitsWhenCancelled.begun.wait(timeout=15)
    closing_thread = threading.Thread(target=engine.close, daemon=True)
    closing_thread.start()
    closing_thread.join(timeout=20)
    assert not closing_thread.is_alive()


def test_after_a_restart_an_answer_waits_for_its_own_waiter_and_for_no_other_branch(engine: Engine, settings: Settings):
    run = engine.start("PickyBesideWork")
    question = asked(run)
    engine.close()
    with closing(open_engine(settings)) as engine:
        run = engine.attach(run.id)
        run.answer(question.id, {"number": 1, "text": "this one"}, by="ana")
        assert completed(run).result == {"result": "this one"}


def test_whoever_calls_beside_a_close_is_told_the_truth(settings: Settings):
    """A call that raises has stored nothing, and one that has stored something does not raise."""
    for _ in range(15):
        engine = open_engine(settings)
        run = engine.start("AskOnce", item="tea")
        question_id, begin = asked(run).id, threading.Barrier(2)
        told: list[bool] = []

        def answer(
            run: Run = run, question_id: str = question_id, told: list[bool] = told, begin: threading.Barrier = begin
        ) -> None:
            begin.wait()
            with suppress(EngineError):
                told.append(run.answer(question_id, {"approved": True}, by="ana").accepted)

        thread = threading.Thread(target=answer)
        thread.start()
        begin.wait()
        engine.close()
        thread.join()
        with closing(open_engine(settings, owner=False)) as recorder:
            assert bool(recorder.store.answers(run.id)) == bool(told)


def test_the_journal_is_never_seen_half_compacted(engine: Owner):
    runs = [engine.start("AskOnce", item=str(n)) for n in range(20)]
    for run in runs:
        asked(run)
    stop = threading.Event()
    seen: list[Journal | None] = []

    def look() -> None:
        while not stop.is_set():
            seen.extend(engine.store.journal(run.id) for run in runs)

    thread = threading.Thread(target=look)
    thread.start()
    for run in runs:
        hosted = engine._registry.hosted("AskOnce")
        journal = engine.store.journal(run.id)
        assert journal
        engine.store.compact(run.id, compact(hosted.recorder.basic, hosted.workflow, journal))
    stop.set()
    thread.join()
    assert seen
    assert None not in seen


def test_a_step_that_waits_for_a_cancelled_task_fails_and_is_not_waited_for_for_ever(engine: Engine):
    run = engine.start("WaitsForACancelledTask")

    until(lambda: run.status == "failed")
    assert run.error
    assert (run.error.step, "has waited for a task that was cancelled" in run.error.message) == ("wait", True)
