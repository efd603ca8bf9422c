"""What goes wrong in steps, in callers and around the process."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from hitl.engine import (
    Engine,
    EngineError,
    QuestionNotFound,
    Run,
    open_engine,
)
from hitl.engine.engine import Owner
from hitl.engine.errors import EngineClosed
from hitl.engine.runtime import backoff
from hitl.engine.runtime.backoff import FIRST_PAUSE
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Slow


def reopened(engine: Owner, run: Run) -> Run:
    """The same run in the next engine on the same file."""
    engine.close()
    return open_engine(engine.settings).attach(run.id)


def asked(run: Run, attempt: int) -> str:
    return until(lambda: [q for q in run.questions if q.body.get("attempt", attempt) == attempt])[0].id


@pytest.mark.parametrize(("how", "type_"), [("exit", "SystemExit"), ("opaque result", "NotStorable")])
def test_a_step_that_ends_rudely_fails_its_run_and_no_other(engine: Owner, how: str, type_: str):
    run = engine.start("rude", how=how)
    until(lambda: run.status == "failed")
    assert run.error is not None
    assert run.error.type.startswith(type_)
    until(lambda: not run.active)

    other = engine.start("rude", how="politely")
    until(lambda: other.status == "completed")


def test_progress_that_cannot_be_stored_is_told_and_the_run_goes_on(engine: Owner):
    run = engine.start("rude", how="opaque progress")
    until(lambda: run.status == "completed")
    assert [e.body["message"] for e in run.events() if e.kind == "progress"] == [
        "before",
        "Opaque: cannot be shown",
        "after",
    ]


def test_an_answer_and_an_input_that_are_no_number_are_taken_as_what_they_are(engine: Owner):
    run = engine.start("grades", item="essay")
    question = until(lambda: run.question)
    assert question
    assert run.answer(question.id, {"score": float("nan")}, by="ana").accepted
    until(lambda: run.status == "completed")
    assert run.result
    assert math.isnan(run.result["result"])
    assert engine.start("order", item="tea", price=float("inf")).inputs["price"] == float("inf")


def test_an_instance_that_hitl_did_not_make_is_recorded_too(engine: Owner):
    run = engine.start("made before", item="tea")

    assert run.answer(asked(run, 1), {"approved": True}, by="ana").accepted
    until(lambda: run.status == "completed")


def test_a_question_of_a_deleted_run_is_not_found(engine: Owner):
    run = engine.start("order", item="tea")
    question = asked(run, 1)
    engine.delete(run.id)
    with pytest.raises(QuestionNotFound):
        run.answer(question, {"approved": True}, by="ana")


def test_waiters_are_answered_across_restarts(engine: Owner):
    run = engine.start("waits twice")
    run.answer(asked(run, 1), {"approved": True, "reason": "first"}, by="ana")
    asked(run, 2)
    run = reopened(engine, run)
    run.answer(asked(run, 2), {"score": 2.5}, by="ana")
    until(lambda: run.status == "completed")
    assert run.result == {"result": ["first", 2.5]}
    run.engine.close()


def test_state_that_was_changed_in_place_survives_a_restart(engine: Owner):
    run = engine.start("grows", item="tea")
    for attempt, reason in ((1, "milk"), (2, "sugar")):
        run.answer(asked(run, attempt), {"approved": False, "reason": reason}, by="ana")
    asked(run, 3)
    until(lambda: not run.active)
    run = reopened(engine, run)
    run.answer(run.questions[-1].id, {"approved": True, "reason": "lemon"}, by="ana")
    until(lambda: run.status == "completed")
    assert run.result == {"result": ["milk", "sugar", "lemon"]}
    run.engine.close()


def test_work_beside_an_open_question_goes_on_after_a_restart(engine: Owner):
    Slow.go_on.clear()
    run = engine.start("beside")
    asked(run, 1)
    until(lambda: any(e.body.get("message") == "working" for e in run.events()))
    assert (run.status, run.active) == ("waiting", True)

    run = reopened(engine, run)
    Slow.go_on.set()
    until(lambda: any(e.body.get("message") == "worked" for e in run.events()))
    until(lambda: not run.active)
    run.answer(asked(run, 1), {"approved": True}, by="ana")
    until(lambda: run.status == "completed")
    run.engine.close()


def test_calls_beside_a_close_end_and_say_that_it_is_closed(settings: Settings):
    for _ in range(5):
        engine = open_engine(settings)
        run = engine.start("order", item="tea")
        begin = threading.Barrier(5)

        def call(engine: Engine = engine, run: Run = run, begin: threading.Barrier = begin) -> None:
            begin.wait()
            with suppress(EngineError):
                while True:
                    engine.attach(run.id)

        def close(engine: Engine = engine, begin: threading.Barrier = begin) -> None:
            begin.wait()
            engine.close()

        with ThreadPoolExecutor() as pool:
            for future in [pool.submit(deed) for deed in (call, call, call, close, close)]:
                future.result(timeout=20)
        with pytest.raises(EngineClosed):
            engine.start("order", item="milk")


@pytest.mark.parametrize("moment", ["start", "answer", "restart"])
def test_a_killed_process_loses_nothing_that_was_accepted(settings: Settings, moment: str):
    """The child tells what it has done, and is killed at once."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(settings.home), moment],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    run_id = child.stdout.readline().strip()
    child.send_signal(signal.SIGKILL)
    child.wait()

    engine = open_engine(settings)
    run = engine.attach(run_id)
    if moment != "answer":
        until(lambda: run.questions)
        run.answer(run.questions[0].id, {"approved": True}, by="ana")
    until(lambda: run.status == "completed")
    assert [answer.body["approved"] for answer in run.answers] == [True]
    assert [e.seq for e in run.events()] == list(range(1, len(run.events()) + 1))
    assert sum(e.kind == "question" for e in run.events()) == 1
    engine.close()


CHILD = """
import sys, time
from pathlib import Path
from hitl.engine import open_engine
from hitl.settings import Settings
settings = Settings(home=Path(sys.argv[1]), workflows={"order": "tests.engine.flows:AskOnce"})
engine = open_engine(settings)
run = engine.start("order", item="tea")
if sys.argv[2] != "start":
    while not run.questions:
        time.sleep(0.001)
if sys.argv[2] == "answer":
    run.answer(run.questions[0].id, {"approved": True}, by="ana")
if sys.argv[2] == "restart":
    engine.close()
    run = open_engine(settings).attach(run.id)
print(run.id, flush=True)
time.sleep(60)
"""


def test_a_run_that_cannot_be_stored_is_tried_again_ever_later(engine: Owner):
    """The file takes everything but the ticks of a run: each try runs its step again, for nothing."""
    with engine.store.database.transaction() as db:
        db.execute("CREATE TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'not today'); END")
    run = engine.start("order", item="tea")
    host = engine._host
    assert host
    until(lambda: (known := host._backoff.get(run.id)) and known.times == 2)
    setback = host._backoff.get(run.id)
    assert setback
    assert setback.again_at - time.monotonic() > FIRST_PAUSE
    assert (run.status, run.error) == ("running", None)

    with engine.store.database.transaction() as db:
        db.execute("DROP TRIGGER refuse")
    asked(run, 1)
    until(lambda: run.id not in host._backoff)


def test_of_a_step_that_is_tried_again_and_again_it_is_told_once(engine: Owner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backoff, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(Slow, "go_on", threading.Event())
    run = engine.start("slow")
    until(lambda: "begun" in [event.body.get("message") for event in run.events()])
    with engine.store.database.transaction() as db:  # which takes every event, and no tick
        db.execute("CREATE TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'not today'); END")
        db.execute("CREATE TRIGGER never BEFORE UPDATE OF result ON runs BEGIN SELECT RAISE(ABORT, 'not today'); END")
    Slow.go_on.set()
    host = engine._host
    assert host
    until(lambda: (known := host._backoff.get(run.id)) and known.times >= 4)

    told = [event.body["why"] for event in run.events() if event.type == "StepRestarted"]
    assert told == ["since what it did could not be stored"]


def test_a_step_cannot_close_the_engine_that_runs_it(engine: Owner):
    async def close() -> None:
        engine.close()

    host = engine._host
    assert host
    with pytest.raises(EngineClosed, match="A step cannot call the engine"):
        host._loop.call(close())
    run = engine.start("order", item="tea")
    asked(run, 1)
