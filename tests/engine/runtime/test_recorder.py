"""What a tick commits, and when others see it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from workflows.events import InputRequiredEvent, StopEvent

from hitl.engine.engine import Owner
from hitl.engine.runtime import host
from hitl.engine.runtime.recorder import Delivery
from hitl.engine.store.database import Database
from hitl.engine.store.statements import Store
from hitl.engine.workflows.serialization import serialize_event
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import MayI, Opaque, Said, Verdict
from tests.engine.more_flows import AsksThenWorks, Speaks, asked, compacted, completed, idle, said, settings_for


@pytest.fixture
def settings() -> Settings:
    return settings_for("AskOnce", "Chatters", "Counts", "AddsUp", "AsksThenWorks", "Speaks")


@pytest.fixture(autouse=True)
def nothing_said_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Speaks, "lines", queue.SimpleQueue())


@pytest.fixture
def other_connection(engine: Owner, settings: Settings) -> Iterator[Store]:
    """The same file, as another process reads it."""
    with closing(Database(settings.home / "runs.db")) as database:
        yield Store(database)


@contextmanager
def statements(engine: Owner) -> Iterator[list[str]]:
    """What is sent to the file meanwhile, in order."""
    sent: list[str] = []
    engine.store.database._writer.set_trace_callback(sent.append)  # type: ignore[attr-defined]
    yield sent
    engine.store.database._writer.set_trace_callback(None)  # type: ignore[attr-defined]


# ---- progress


def test_progress_is_on_the_disk_while_the_step_still_works(engine: Owner, other_connection: Store):
    run = engine.start("Speaks")
    for line in ("one", "two", "three"):
        Speaks.lines.put(line)
        said(run, line)
        assert run.status == "running"
        assert other_connection.events(run.id)[-1].body == {"message": line}
    Speaks.lines.put("stop")
    completed(run)


def test_a_thousand_events_at_once_are_written_in_few_transactions_and_none_is_lost(engine: Owner):
    with statements(engine) as sent:
        run = engine.start("Chatters", lines=1000)
        completed(run)

    assert 0 < sent.count("COMMIT") <= 40
    told = [event.body["message"] for event in run.events() if event.kind == "progress"]
    assert told == [str(number) for number in range(1000)]


def test_events_of_many_runs_at_once_stay_with_their_run_and_in_their_order(engine: Owner):
    runs = [engine.start("Chatters", lines=200) for _ in range(10)]
    pages = [run.subscribe() for run in runs]
    for run in runs:
        completed(run)
    for run, page in zip(runs, pages, strict=True):
        events = run.events()
        assert [e.body["message"] for e in events if e.kind == "progress"] == [str(number) for number in range(200)]
        assert [page.get(timeout=5) for _ in events] == events
        assert page.empty()


def test_nobody_is_told_of_what_is_not_committed(engine: Owner, other_connection: Store):
    run = engine.start("Chatters", lines=300)
    page = run.subscribe()
    while (event := page.get(timeout=5)).kind != "stop":
        assert other_connection.events(run.id, after=event.seq - 1)[0] == event


def test_the_cost_of_a_tick_does_not_grow_with_the_run(engine: Owner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(host, "COMPACTS_AFTER", 0.0)
    run = engine.start("AskOnce", item="tea")
    costs = {}
    for attempt in range(1, 81):
        question = asked(compacted(run), attempt)
        with statements(engine) as sent:
            run.answer(question.id, {"approved": False}, by="ana")
            asked(run, attempt + 1)
            compacted(run)
        costs[attempt] = (sent.count("COMMIT"), sum(map(len, sent)))
    assert costs[80][0] == costs[3][0]
    assert costs[80][1] < costs[3][1] * 1.1


# ---- delivery


def test_an_answer_is_delivered_once_however_often_its_run_is_visited(engine: Owner):
    run = engine.start("AskOnce", item="tea")
    begin = threading.Barrier(9)

    def visit(_: int) -> None:
        begin.wait()
        for _ in range(30):
            engine._host.resume(run.id)

    for attempt in range(1, 6):
        question = asked(run, attempt)
        with ThreadPoolExecutor(9) as pool:
            visits = pool.map(visit, range(8))
            begin.wait()
            run.answer(question.id, {"approved": False}, by="ana")
            list(visits)
        begin.reset()
    asked(run, 6)
    until(lambda: not run.active)

    assert [event.body["attempt"] for event in run.events() if event.kind == "question"] == [1, 2, 3, 4, 5, 6]
    assert [answer.state for answer in run.answers] == ["applied"] * 5


def test_a_run_to_which_an_answer_is_on_its_way_is_not_at_rest(engine: Owner):
    """Between the sending of an answer and the tick that brings it the run looks idle: it must not leave memory."""
    run = idle(engine.start("AskOnce", item="tea"))
    recorder, context = engine._registry.hosted("AskOnce").recorder, run.ctx
    assert context and engine._host

    async def send_and_look() -> list[bool]:
        before = recorder.may_be_released(run.id)
        recorder.deliver(Delivery(run.id, asked(run).id, Verdict(approved=False)))
        return [before, recorder.may_be_released(run.id)]

    assert engine._host._loop.call(send_and_look()) == [True, False]
    asked(run, attempt=2)


def test_an_answer_is_applied_when_its_step_has_begun_and_not_before_it_was_taken(engine: Owner):
    AsksThenWorks.go_on.clear()
    run = engine.start("AsksThenWorks")
    receipt = run.answer(asked(run).id, {"approved": True}, by="ana")
    assert receipt.state in ("answered", "applied")

    said(run, "begun")
    assert [answer.state for answer in run.answers] == ["applied"]
    AsksThenWorks.go_on.set()
    completed(run)


def test_a_tick_that_comes_after_the_cancel_changes_nothing(engine: Owner):
    """The step goes on for a moment when its run is cancelled: what it still writes is not of the run any more."""
    run = engine.start("Speaks")
    until(lambda: run.active)
    Speaks.lines.put("before")
    said(run, "before")
    run.cancel()
    ended = run.events()
    for _ in range(20):
        Speaks.lines.put("after")
    until(lambda: engine.in_memory() == [])

    assert run.events() == ended
    assert ended[-1].type == "WorkflowCancelledEvent"


# ---- events as they are stored


def test_an_event_is_stored_by_its_kind_its_name_and_its_fields():
    assert serialize_event(Said(message="hi")) == serialize_event(Said(message="hi"), "progress")
    told = serialize_event(MayI(item="tea", attempt=1))
    assert (told.kind, told.type, told.body) == ("question", "MayI", {"item": "tea", "attempt": 1})
    assert serialize_event(StopEvent(result=3)).kind == "stop"
    assert serialize_event(StopEvent(result=3)).body == {"result": 3}
    assert serialize_event(Verdict(approved=True), "answer").kind == "answer"


def test_fields_that_no_class_declares_are_stored_too():
    told = serialize_event(InputRequiredEvent(prefix="How many?", most=3))  # type: ignore[call-arg]
    assert told.body == {"prefix": "How many?", "most": 3}


def test_an_event_that_has_no_json_value_is_refused():
    with pytest.raises(ValueError, match="object"):
        serialize_event(Opaque(thing=object()))
