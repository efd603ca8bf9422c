"""A paused run leaves memory, and comes back as if it had never been away."""

from __future__ import annotations

import functools
import gc
import queue
import random
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from hitl.engine import Engine, EngineError, InvalidAnswer, Receipt, Run, open_engine
from hitl.engine.runtime.recorder import RecordingAdapter
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Slow
from tests.engine.more_flows import (
    AsksThenWorks,
    asked,
    completed,
    idle,
    out_of_memory,
    reopened,
    said,
    settings_for,
)

REST = 0.2
"""Seconds after which the runs of these tests leave memory."""


@pytest.fixture
def settings() -> Settings:
    names = "AskOnce Slow Beside Waits WaitsTwice Grows Timed Pair AddsUp AsksAll AsksThenWorks"
    return settings_for(*names.split(), rest_seconds=REST)


def holds_for(condition: Callable[[], bool], seconds: float) -> None:
    """See to it that something stays true for some time."""
    began = time.monotonic()

    def has_held() -> bool:
        assert condition()
        return time.monotonic() - began > seconds

    until(has_held)


# ---- out of memory


def test_a_paused_run_that_nobody_reads_leaves_memory(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    asked(run)
    assert engine.in_memory() == [run.id]

    until(lambda: engine.in_memory() == [])

    assert (run.status, run.active) == ("waiting", False)


def test_it_stays_while_a_subscription_is_read_and_leaves_when_the_reader_has_gone(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    page = run.subscribe()

    def look() -> bool:
        with suppress(queue.Empty):
            page.get_nowait()
        return engine.in_memory() == [run.id]

    holds_for(look, seconds=3 * REST)
    until(lambda: engine.in_memory() == [])


def test_it_stays_while_somebody_waits_for_news_of_it(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    asked(run)
    last = run.events()[-1].seq

    holds_for(lambda: run.wait(last, timeout=0.01) == [] and engine.in_memory() == [run.id], seconds=3 * REST)
    until(lambda: engine.in_memory() == [])


def test_a_visit_counts_as_reading(engine: Engine):
    """Otherwise a run could leave memory at the moment in which a page opens it."""
    run = engine.start("AskOnce", item="tea")
    asked(run)
    handler = run.handler

    holds_for(lambda: engine.attach(run.id).handler is handler, seconds=3 * REST)


def test_a_run_with_work_beside_its_question_stays(engine: Engine):
    Slow.go_on.clear()
    run = engine.start("Beside")
    asked(run)
    said(run, "working")

    holds_for(lambda: run.active and engine.in_memory() == [run.id], seconds=3 * REST)

    Slow.go_on.set()
    out_of_memory(run)
    assert [event.body.get("message") for event in run.events() if event.kind == "progress"] == ["working", "worked"]
    run.answer(asked(run).id, {"approved": True}, by="ana")
    completed(run)


def test_a_run_that_waits_only_for_a_time_stays_until_its_time_is_up(engine: Engine):
    run = engine.start("Timed", seconds=5 * REST)
    asked(run)
    completed(run)
    assert run.result == {"result": "gave up"}


def test_a_timed_wait_that_was_answered_keeps_nothing_in_memory(engine: Engine):
    run = engine.start("Timed", seconds=60)
    run.answer(asked(run).id, {"approved": True}, by="ana")
    completed(run)
    assert run.result == {"result": True}
    until(lambda: engine.in_memory() == [])


def test_a_run_that_works_on_an_answer_stays(engine: Engine):
    AsksThenWorks.go_on.clear()
    run = out_of_memory(engine.start("AsksThenWorks"))

    run.answer(asked(run).id, {"approved": True}, by="ana")

    holds_for(lambda: run.active and engine.in_memory() == [run.id], seconds=3 * REST)
    AsksThenWorks.go_on.set()
    completed(run)


def test_what_a_rested_run_held_is_given_back(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    asked(run)
    assert run.handler is not None
    held: list[weakref.ref[object]] = [weakref.ref(run.handler), weakref.ref(run.ctx)]
    run_id = run.id
    del run

    until(lambda: engine.in_memory() == [])
    until(lambda: gc.collect() >= 0 and all(ref() is None for ref in held))
    assert engine.attach(run_id).handler is not None


def test_a_hundred_rested_runs_leave_nothing_in_memory(engine: Engine):
    runs = [engine.start("AskOnce", item=str(n)) for n in range(100)]
    until(lambda: len(engine.questions()) == 100)
    until(lambda: engine.in_memory() == [])

    gc.collect()
    adapters = [thing for thing in gc.get_objects() if isinstance(thing, RecordingAdapter)]
    assert [adapter for adapter in adapters if adapter.run_id in {run.id for run in runs}] == []


def test_a_run_that_is_read_again_after_its_rest_is_told_everything_once(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    page = run.subscribe()
    out_of_memory(run)

    run.answer(asked(run).id, {"approved": True}, by="ana")
    completed(run)

    events = run.events()
    assert [page.get(timeout=5) for _ in events] == events
    assert page.empty()


# ---- back into memory


def test_it_comes_back_on_an_answer(engine: Engine):
    run = out_of_memory(engine.start("AskOnce", item="tea"))

    run.answer(asked(run).id, {"approved": False}, by="ana")

    asked(run, attempt=2)
    assert engine.in_memory() == [run.id]
    assert run.handler is not None
    assert not run.handler.is_done()


def test_it_comes_back_on_a_visit_with_its_handler_and_context(engine: Engine):
    run = out_of_memory(engine.start("AskOnce", item="tea"))

    visited = engine.attach(run.id)

    assert engine.in_memory() == [run.id]
    assert visited.handler is not None
    assert visited.ctx is visited.handler.ctx
    assert not visited.handler.is_done()


def test_its_state_is_at_hand_after_a_visit(engine: Engine):
    run = out_of_memory(engine.start("Grows", item="tea"))
    run.answer(asked(run).id, {"approved": False, "reason": "milk"}, by="ana")
    asked(run, attempt=2)
    out_of_memory(run)

    run.answer(asked(run, attempt=2).id, {"approved": True, "reason": "sugar"}, by="ana")
    completed(run)
    assert run.result == {"result": ["milk", "sugar"]}


@pytest.mark.parametrize(
    ("workflow", "inputs", "questions"),
    [("AskOnce", {"item": "tea"}, 1), ("WaitsTwice", {}, 1), ("Pair", {}, 2), ("AsksAll", {"questions": 3}, 3)],
)
def test_coming_back_asks_nothing_again_and_tells_nothing_new(engine: Engine, workflow, inputs, questions):
    run = engine.start(workflow, **inputs)
    until(lambda: len(run.questions) == questions)
    out_of_memory(run)
    before = (run.events(), run.questions)

    for _ in range(3):
        visited = engine.attach(run.id)
        assert visited.handler
        until(lambda: not run.active)
        out_of_memory(run)
    again = open_engine_again(engine).attach(run.id)
    until(lambda: not again.active)

    assert (again.events(), again.questions) == before
    again.engine.close()


def test_two_questions_asked_by_one_step_are_answered_across_rests(engine: Engine):
    run = out_of_memory(engine.start("WaitsTwice"))
    run.answer(asked(run).id, {"approved": True, "reason": "first"}, by="ana")
    asked(run, attempt=2)
    out_of_memory(run)
    run.answer(asked(run, attempt=2).id, {"score": 2.5}, by="ana")
    completed(run)
    assert run.result == {"result": ["first", 2.5]}
    assert sum(event.kind == "question" for event in run.events()) == 2


@pytest.mark.parametrize("first", [1, 2])
def test_an_answer_settles_only_the_question_that_it_was_given_to(engine: Engine, first: int):
    """Each of the two steps takes only the answer with its own number, also right after a rest."""
    second = 3 - first
    run = engine.start("Pair")
    asked(run, attempt=1)
    asked(run, attempt=2)
    out_of_memory(run)

    run.answer(asked(run, first).id, {"number": first, "text": f"text {first}"}, by="ana")
    until(lambda: not run.active)
    assert run.status == "waiting"
    assert [question.body["attempt"] for question in run.questions] == [second]
    out_of_memory(run)
    run.answer(asked(run, second).id, {"number": second, "text": f"text {second}"}, by="ana")

    completed(run)
    assert run.result == {"result": {"1": "text 1", "2": "text 2"}}


@pytest.mark.parametrize("first", [1, 2])
def test_an_answer_given_before_a_rest_settles_only_its_own_question_after_it(engine: Engine, first: int):
    """The first is answered while the run is still in memory, the second after a restart."""
    second = 3 - first
    run = engine.start("Pair")
    asked(run, attempt=1)
    asked(run, attempt=2)
    holds_for(lambda: run.wait(0, timeout=0) != [], seconds=REST)
    run.answer(asked(run, first).id, {"number": first, "text": f"text {first}"}, by="ana")
    asked(idle(run), second)

    run = idle(reopened(run))
    assert run.blocked_reason is None
    run.answer(asked(run, second).id, {"number": second, "text": f"text {second}"}, by="ana")

    assert completed(run).result == {"result": {"1": "text 1", "2": "text 2"}}
    run.engine.close()


def test_an_answer_that_its_question_would_not_take_is_not_said_to_be_taken(engine: Engine):
    run = engine.start("Pair")
    left = asked(run, attempt=1)
    asked(run, attempt=2)

    with suppress(InvalidAnswer):
        run.answer(left.id, {"number": 2, "text": "for the other one"}, by="ana")
    until(lambda: not run.active)

    assert run.status == "waiting"
    assert left in run.questions
    assert run.answers == []


# ---- at rest, or at work


def test_a_run_is_active_only_while_it_has_something_to_do(engine: Engine):
    AsksThenWorks.go_on.clear()
    run = engine.start("AsksThenWorks")
    asked(run)
    until(lambda: not run.active)

    run.answer(asked(run).id, {"approved": True}, by="ana")
    said(run, "begun")
    assert (run.status, run.active) == ("running", True)

    AsksThenWorks.go_on.set()
    completed(run)
    assert not run.active


def test_a_run_at_rest_is_never_active_while_it_is_taken_up(engine: Engine):
    run_id = out_of_memory(engine.start("AskOnce", item="tea")).id
    engine = open_engine_again(engine)
    run = Run(engine, run_id)
    assert not run.active

    engine.attach(run_id)

    holds_for(lambda: not run.active, seconds=REST / 2)
    assert engine.in_memory() == [run_id]
    engine.close()


def test_start_up_takes_up_what_was_at_work_and_leaves_what_was_paused(engine: Engine):
    Slow.go_on.clear()
    paused, working = engine.start("AskOnce", item="tea"), engine.start("Slow")
    asked(paused)
    until(lambda: not paused.active)
    said(working, "begun")

    engine = open_engine_again(engine)

    until(lambda: engine.in_memory() == [working.id])
    Slow.go_on.set()
    completed(Run(engine, working.id))
    until(lambda: engine.in_memory() == [])
    assert not Run(engine, paused.id).active
    engine.close()


# ---- many at once


def test_of_two_hundred_answers_to_a_resting_run_one_wins_and_all_others_learn_whose(engine: Engine):
    run = out_of_memory(engine.start("AskOnce", item="tea"))
    question, begin = asked(run).id, threading.Barrier(200)

    def answer(number: int) -> Receipt:
        begin.wait()
        return engine.attach(run.id).answer(question, {"approved": True, "reason": str(number)}, by=f"caller {number}")

    with ThreadPoolExecutor(200) as pool:
        receipts = list(pool.map(answer, range(200)))

    (winner,) = (number for number, receipt in enumerate(receipts) if receipt.accepted)
    assert {receipt.by for receipt in receipts} == {f"caller {winner}"}
    assert {receipt.at for receipt in receipts} == {receipts[winner].at}
    completed(run)
    assert run.result == {"result": {"ordered": "tea", "after": 1}}
    assert [(a.by, a.body["reason"]) for a in run.answers] == [(f"caller {winner}", str(winner))]


def test_no_answer_is_lost_between_rest_and_return(home):
    """Each run is answered at some moment around the one in which it would leave memory."""
    settings = settings_for("AddsUp", rest_seconds=0.1)
    engine = open_engine(settings)
    answers = {engine.start("AddsUp", questions=5).id: [1, 2, 3, 4, 5] for _ in range(12)}
    chance = random.Random(7)

    def is_past(moment: float) -> bool:
        return time.monotonic() > moment

    def answer_all(run_id: str) -> None:
        run = engine.attach(run_id)
        for number, amount in enumerate(answers[run_id], start=1):
            question, answer_at = asked(run, number), time.monotonic() + chance.uniform(0.08, 0.16)
            until(functools.partial(is_past, answer_at))
            assert run.answer(question.id, {"amount": amount}, by="ana").accepted

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(answer_all, answers))

    for run_id in answers:
        run = engine.attach(run_id)
        completed(run)
        assert run.result and run.result["result"]["amounts"] == [1, 2, 3, 4, 5]
        assert sum(event.kind == "question" for event in run.events()) == 5
        assert [event.seq for event in run.events()] == list(range(1, len(run.events()) + 1))
    engine.close()


def test_answers_cancels_and_deletes_beside_the_sweep_leave_each_run_in_one_state(home):
    engine = open_engine(settings_for("AskOnce", rest_seconds=0.1))
    for _ in range(3):
        runs = [engine.start("AskOnce", item="tea") for _ in range(12)]
        questions = {run.id: asked(run).id for run in runs}
        begin = threading.Barrier(36)

        def deal(job: tuple[Run, str], begin=begin, questions=questions) -> object:
            run, deed = job
            begin.wait()
            try:
                match deed:
                    case "answer":
                        return run.answer(questions[run.id], {"approved": True}, by="ana").accepted
                    case "cancel":
                        return run.cancel()
                    case "delete":
                        return engine.delete(run.id)
                    case _:
                        return engine.attach(run.id)
            except EngineError as error:
                return error

        jobs = [(run, deed) for run in runs[::2] for deed in ("answer", "cancel", "delete")]
        jobs += [(run, deed) for run in runs[1::2] for deed in ("answer", "cancel", "visit")]
        with ThreadPoolExecutor(36) as pool:
            told = list(pool.map(deal, jobs))

        for (run, deed), outcome in zip(jobs, told, strict=True):
            if run in runs[::2]:
                assert deed != "delete" or outcome is True
                assert engine.store.events(run.id) == []
            elif deed == "cancel":
                assert ended(run) == ("cancelled" if outcome else "completed")
        until(lambda: engine.in_memory() == [])
    engine.close()


def open_engine_again(engine: Engine) -> Engine:
    """What a restart of the server makes of an engine."""
    engine.close()
    return open_engine(engine.settings)


def ended(run: Run) -> str:
    """How a run has ended, once it has."""
    until(lambda: run.status in ("completed", "failed", "cancelled"))
    return run.status
