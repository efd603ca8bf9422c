"""A step that blocks stops no other run, is named, and goes on when it yields."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from hitl.engine import Engine, Run, open_engine
from hitl.engine.descriptions import blocking_steps, left_blocking
from hitl.engine.runtime import watchdog
from hitl.settings import Settings
from tests.cli.calling import done
from tests.conftest import until
from tests.engine import blocking_flows
from tests.engine.blocking_flows import WAYS, AsksBeside, Shares, SleepsOnAThread, Spins, Stubborn
from tests.engine.more_flows import asked, completed, said
from tests.fake_openai import FakeOpenAI, Says
from tests.test_serve import serving

AT_ONCE = 5.0
"""Seconds in which something happens that waits for no step that blocks: one second on a quiet machine."""
NAMES = ("Spins", "Shares", "AsksBeside", "AsksStubborn", "SleepsOnAThread", "Yields")


BLOCKING = (Spins, Shares, AsksBeside, Stubborn, SleepsOnAThread)


@pytest.fixture(autouse=True)
def released(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is released before a test says so, and everything at its end."""
    monkeypatch.setattr(watchdog, "TELL_AFTER", 0.3)
    flags = [flag for cls in BLOCKING for flag in vars(cls).values()]
    events = [flag for flag in flags if isinstance(flag, threading.Event)]
    for event in events:
        event.clear()
    yield
    for event in events:
        event.set()


@pytest.fixture
def settings() -> Settings:
    workflows = {name: f"{blocking_flows.__name__}:{name}" for name in NAMES}
    return Settings(workflows={"AskOnce": "tests.engine.flows:AskOnce", **workflows}, rest_seconds=30)


@pytest.fixture
def engine(settings: Settings, released: None) -> Iterator[Engine]:
    with closing(open_engine(settings)) as engine:
        yield engine
        for cls in BLOCKING:
            cls.released.set()  # or closing waits for what blocks


def within(seconds: float, deed: Callable[[], object]) -> None:
    began = time.monotonic()
    deed()
    assert time.monotonic() - began < seconds


def others_work(engine: Engine) -> None:
    """A run is started, answered twice and ends, and another one is cancelled."""

    def live() -> None:
        run, other = engine.start("AskOnce", item="tea"), engine.start("AskOnce", item="milk")
        assert run.answer(asked(run).id, {"approved": False}, by="ana").accepted
        assert run.answer(asked(run, attempt=2).id, {"approved": True}, by="ana").accepted
        completed(run)
        assert other.cancel()

    within(AT_ONCE, live)


def told(run: Run) -> list[str]:
    return blocking_steps(run.events(), datetime.now(UTC))


@pytest.mark.parametrize("how", WAYS)
def test_a_step_that_blocks_stops_no_other_run_and_its_own_goes_on_when_it_yields(engine: Engine, how: str):
    waiting = engine.start("AskOnce", item="coffee")
    question = asked(waiting)
    Spins.tasks.clear()
    run = engine.start("Spins", how=how)
    assert Spins.begun.wait(timeout=30)

    within(AT_ONCE, lambda: waiting.answer(question.id, {"approved": True}, by="ana") and completed(waiting))
    others_work(engine)
    (sentence,) = until(lambda: told(run))
    assert sentence.startswith("The step spin has not yielded for")
    assert "(blocking_flows.py, line" in sentence

    Spins.released.set()
    run.answer(asked(run).id, {"approved": True}, by="ana")
    completed(run)
    assert told(run) == []
    assert Spins.tasks == [True, True]
    lines = [event.body["message"] for event in run.events() if event.type == "Said"]
    assert lines == ([f"line {number}" for number in range(1, 21)] if how == "speaks" else [])
    assert [event.type for event in run.events() if event.type.startswith("Step")] == ["StepBlocks", "StepYielded"]
    assert [event.seq for event in run.events()] == list(range(1, len(run.events()) + 1))


def test_after_a_restart_too(engine: Engine, settings: Settings):
    run = engine.start("Spins")
    assert Spins.begun.wait(timeout=30)
    until(lambda: told(run))
    within(10, engine.close)
    Spins.begun.clear()

    with closing(open_engine(settings)) as engine:
        run = engine.attach(run.id)
        assert Spins.begun.wait(timeout=30)
        others_work(engine)
        until(lambda: told(run))
        Spins.released.set()
        asked(run)
        assert sum(event.kind == "question" for event in run.events()) == 1  # of two executions one counts


def test_what_a_step_gives_that_was_left_by_a_closed_engine_is_lost(engine: Engine, settings: Settings):
    """It blocks on while another engine runs it again."""
    run = engine.start("Spins")
    assert Spins.begun.wait(timeout=30)
    engine.close()
    Spins.released.set()
    until(lambda: len(Spins.tasks) % 2 == 0 and Spins.tasks)
    with closing(open_engine(settings)) as engine:
        asked(engine.attach(run.id))
        assert [event.type for event in engine.attach(run.id).events()].count("MayI") == 1


@pytest.mark.over_both
def test_a_cancel_ends_its_run_at_once_and_what_it_gives_is_discarded(engine: Engine):
    run = engine.start("Spins")
    assert Spins.begun.wait(timeout=30)
    until(lambda: engine.in_memory() == [run.id])
    others_work(engine)  # by then another thread has the loop
    within(AT_ONCE, run.cancel)

    assert run.status == "cancelled"
    (sentence,) = left_blocking(run.events())
    assert sentence.startswith("The step spin had not yielded by then.")
    last = run.events()
    Spins.tasks.clear()
    Spins.released.set()
    until(lambda: Spins.tasks)
    others_work(engine)
    assert run.events() == last
    assert Spins.tasks == [True], "it was cancelled when it yielded"


def test_another_branch_of_the_same_run_goes_on(engine: Engine):
    run = engine.start("AsksBeside")
    question = asked(run)
    within(AT_ONCE, lambda: run.answer(question.id, {"approved": True}, by="ana") and said(run, "decided"))
    AsksBeside.released.set()
    completed(run)


@pytest.mark.over_both
def test_an_answer_whose_validator_blocks_stops_no_other_run_and_is_taken_once(engine: Engine):
    run = engine.start("AsksStubborn")
    question = until(lambda: run.questions)[0]
    answering = threading.Thread(target=lambda: run.answer(question.id, {"approved": True}, by="ana"), daemon=True)
    answering.start()
    assert Stubborn.begun.wait(timeout=30)
    others_work(engine)
    visitors = [threading.Thread(target=engine.attach, args=[run.id], daemon=True) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    others_work(engine)
    assert until(lambda: told(run))[0].startswith("What the run calls has not yielded")
    Stubborn.released.set()
    answering.join(timeout=30)
    completed(run)
    assert [answer.state for answer in run.answers] == ["applied"]


def test_several_runs_that_block_when_they_are_resumed_stop_nothing(engine: Engine, settings: Settings):
    runs = [engine.start("Spins") for _ in range(6)]
    until(lambda: all(run.has_begun for run in runs))
    within(10, engine.close)
    with closing(open_engine(settings)) as engine:
        others_work(engine)
        Spins.released.set()
        for run in runs:
            asked(engine.attach(run.id))


@pytest.mark.parametrize("with_lock", [False, True])
def test_runs_go_on_sharing_a_lock_a_semaphore_and_a_client(engine: Engine, with_lock: bool):
    """A model's client keeps its connections; a lock that was waited for belongs to its loop."""
    with FakeOpenAI() as model:
        model.otherwise = lambda request: Says("12")
        Shares.base = model.base
        before = [engine.start("Shares") for _ in range(4)]
        for run in before:
            completed(run)

        run = engine.start("Shares", blocks=True, with_lock=with_lock)
        assert Shares.begun.wait(timeout=30)
        others = [engine.start("Shares") for _ in range(4)]
        others_work(engine)
        if not with_lock:
            for other in others:
                completed(other)
        Shares.released.set()
        for other in [run, *others]:
            until(lambda other=other: other.status in ("completed", "failed"))  # type: ignore[misc]
        assert [other.result for other in [run, *others]] == [{"result": "12"}] * 5


def test_steps_on_helper_threads_block_no_other(engine: Engine):
    for _ in range(40):
        engine.start("SleepsOnAThread", blocks=True)
    within(AT_ONCE, lambda: completed(engine.start("SleepsOnAThread")))
    others_work(engine)


def test_short_stretches_without_a_yield_are_no_matter(engine: Engine):
    run = completed(engine.start("Yields"))
    assert not any(event.type == "StepBlocks" for event in run.events())


def test_it_survives_a_kill_of_the_process(monkeypatch: pytest.MonkeyPatch):
    """In a process of its own; the command line says what blocks there."""
    workflows = {"spins": f"{blocking_flows.__name__}:Spins", "order": "tests.engine.flows:AskOnce"}
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(f"{name}={path}" for name, path in workflows.items()))
    with closing(open_engine(Settings(workflows=workflows), owner=False)) as engine:
        run, other = engine.start("spins"), engine.start("order", item="tea")
        with serving() as process:
            within(AT_ONCE + 30, lambda: asked(other))
            until(lambda: told(run))
            assert "The step spin has not yielded for" in done("show", run.id)
            other.answer(asked(other).id, {"approved": False}, by="ana")
            asked(other, attempt=2)
            process.kill()
        assert "has not yielded" not in done("show", run.id)
        with serving() as process:
            other.answer(asked(other, attempt=2).id, {"approved": True}, by="ana")
            completed(other)
            until(lambda: [event.type for event in run.events()].count("StepRestarted") == 1)
            assert run.cancel()
            process.kill()
        assert [event.seq for event in run.events()] == list(range(1, len(run.events()) + 1))
