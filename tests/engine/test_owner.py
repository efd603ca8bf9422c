"""One process owns the file and runs the workflows; any other only records, and the owner carries it out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from hitl.engine import Engine, QuestionNotFound, Run, RunNotFound, StoreInUse, open_engine
from hitl.engine.client import Client
from hitl.engine.engine import Owner
from hitl.engine.errors import EngineClosed
from hitl.engine.records import EventRecord, NewEvent, Tick
from hitl.engine.store.ownership import LOCK_FILE, OwnershipLock, is_owned
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Slow
from tests.engine.more_flows import Speaks, asked, compacted, completed, reopened, said, settings_for

SOON = 5.0
"""Seconds in which what another process has recorded is carried out, at most; it takes a quarter of one."""


@pytest.fixture
def settings() -> Settings:
    return settings_for("AskOnce", "Slow", "Speaks", "AsksAll", "AddsUp")


class OtherProcess:
    """A Python process with an engine on the same folder, which does what it is told."""

    PROGRAM = """
import json, os, sys
from hitl.engine import EngineError, open_engine
from tests.engine.more_flows import settings_for
engine = None
for line in sys.stdin:
    deed, given = json.loads(line)
    try:
        match deed:
            case "open":
                engine = open_engine(settings_for("AskOnce", "AddsUp", "Slow"), owner=given["owner"])
                told = os.getpid()
            case "close":
                told = engine.close()
            case "start":
                told = engine.start("AskOnce", **given).id
            case "answer":
                told = engine.attach(given["run"]).answer(given["question"], given["body"], by=given["by"]).accepted
            case "questions":
                told = [question.id for question in engine.questions()]
            case "status":
                told = engine.attach(given["run"]).status
            case "is carried out":
                told = engine.is_carried_out
            case deed:
                told = getattr(engine, deed)(**given)
    except EngineError as error:
        told = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(told), flush=True)
"""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.PROGRAM],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, deed: str, /, **given: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        print(json.dumps([deed, given]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def another_process(owner: bool) -> Iterator[OtherProcess]:
    """Another process with an open engine; whatever is left of it is killed at the end."""
    other = OtherProcess()
    try:
        assert other("open", owner=owner) == other.process.pid
        yield other
    finally:
        other.kill()


@pytest.fixture
def recorder(settings: Settings) -> Iterator[Engine]:
    """An engine that owns nothing: it reads and records."""
    engine = open_engine(settings, owner=False)
    yield engine
    engine.close()


# ---- who owns


def test_a_second_owner_is_told_which_process_is_the_first(settings: Settings):
    with another_process(owner=True) as other, pytest.raises(StoreInUse) as refused:
        open_engine(settings)

    assert f"process {other.process.pid}" in str(refused.value)
    assert str(settings.home) in str(refused.value)


def test_the_folder_is_free_at_once_when_its_owner_is_killed(settings: Settings):
    with another_process(owner=True) as other:
        run_id = other("start", item="tea")
        until(lambda: other("questions"))
        other.kill()

        engine = open_engine(settings)

    run = engine.attach(run_id)
    run.answer(asked(run).id, {"approved": True}, by="ana")
    completed(run)
    engine.close()


def test_an_engine_that_could_not_be_opened_leaves_the_owner_alone(settings: Settings):
    with another_process(owner=True) as other:
        for _ in range(2):
            with pytest.raises(StoreInUse):
                open_engine(settings)
        assert other("start", item="tea")
        assert other("close") is None

        engine = open_engine(settings)
        assert len(engine.runs()) == 1
        engine.close()


def test_a_lock_file_that_a_dead_process_left_behind_keeps_nobody_out(settings: Settings):
    settings.home.mkdir(parents=True)
    (settings.home / LOCK_FILE).write_text("4711")
    engine = open_engine(settings)
    engine.close()


def test_whether_a_folder_is_owned_can_be_asked_without_becoming_its_owner(settings: Settings):
    settings.home.mkdir(parents=True)
    assert not is_owned(settings.home)
    ownership = OwnershipLock(settings.home)
    assert ownership.take()
    assert is_owned(settings.home)
    assert not OwnershipLock(settings.home).take()
    ownership.release()
    assert not is_owned(settings.home)
    assert OwnershipLock(settings.home).take()


def test_a_child_process_does_not_keep_the_folder(settings: Settings):
    """What a step has started may outlive the server: it has inherited nothing of the lock."""
    engine = open_engine(settings)
    child = subprocess.Popen(["sleep", "60"])
    engine.close()
    again = open_engine(settings)
    assert again.is_owner
    again.close()
    child.kill()
    child.wait()


def test_a_second_engine_in_one_process_says_what_to_do(engine: Engine, settings: Settings):
    with pytest.raises(StoreInUse, match="Restart the server"):
        Owner(settings, {}, nullcontext(), lambda: None)
    assert open_engine(settings) is engine


@pytest.mark.parametrize("by_another_way", ["dots", "link"])
def test_the_same_folder_by_another_way_is_the_same_engine(engine: Engine, settings: Settings, by_another_way: str):
    if by_another_way == "dots":
        home = settings.home / ".." / settings.home.name
    else:
        home = settings.home.parent / "link"
        home.symlink_to(settings.home)
    assert open_engine(settings.model_copy(update={"home": home})) is engine


def test_a_closed_engine_says_so_and_the_folder_can_be_opened_again(settings: Settings):
    engine = open_engine(settings)
    run_id = engine.start("AskOnce", item="tea").id
    engine.close()
    engine.close()
    for call in (
        engine.runs,
        engine.questions,
        lambda: engine.attach(run_id),
        lambda: engine.start("AskOnce", item=""),
    ):
        with pytest.raises(EngineClosed):
            call()

    again = open_engine(settings)

    assert again is not engine
    assert [record.id for record in again.runs()] == [run_id]
    again.close()


# ---- what is recorded elsewhere is carried out


def test_the_owner_carries_out_what_another_process_records(engine: Engine):
    with another_process(owner=False) as other:
        assert other("is carried out") is True
        run = engine.attach(other("start", item="tea"))
        question = until(lambda: run.question, SOON)
        assert question

        assert other("answer", run=run.id, question=question.id, body={"approved": False}, by="ben")
        until(lambda: run.question and run.question.body["attempt"] == 2, SOON)
        assert [(answer.by, answer.state) for answer in run.answers] == [("ben", "applied")]

        assert other("rename", run_id=run.id, title="Tea for two")
        assert run.title == "Tea for two"

        assert engine.in_memory() == [run.id]
        assert other("cancel", run_id=run.id)
        until(lambda: engine.in_memory() == [], SOON)
        assert run.status == "cancelled"

        deleted = engine.start("AskOnce", item="milk")
        asked(deleted)
        assert other("delete", run_id=deleted.id)
        until(lambda: engine.in_memory() == [], SOON)
        with pytest.raises(RunNotFound):
            _ = deleted.status


def test_a_cancel_from_elsewhere_stops_the_step_at_work(engine: Engine, recorder: Client):
    Slow.go_on.clear()
    run = engine.start("Slow")
    said(run, "begun")
    handler = run.handler
    assert handler

    assert recorder.attach(run.id).cancel()

    until(handler.is_done, SOON)
    until(lambda: engine.in_memory() == [], SOON)
    assert run.status == "cancelled"
    assert run.events()[-1].type == "WorkflowCancelledEvent"


def test_an_answer_from_elsewhere_wakes_a_run_that_rests(recorder: Client):
    engine = open_engine(settings_for("AskOnce", rest_seconds=0.1))
    run = engine.start("AskOnce", item="tea")
    question = asked(run)
    until(lambda: engine.in_memory() == [])

    assert recorder.attach(run.id).answer(question.id, {"approved": True}, by="ben").accepted

    until(lambda: run.status == "completed", SOON)
    engine.close()


def test_of_two_processes_that_answer_one_wins_and_the_other_learns_who(engine: Engine, recorder: Client):
    run = engine.start("AskOnce", item="tea")
    question = asked(run)

    first = recorder.attach(run.id).answer(question.id, {"approved": True}, by="ben")
    second = run.answer(question.id, {"approved": False}, by="ana")

    assert first.accepted
    assert (second.accepted, second.by, second.at) == (False, "ben", first.at)
    until(lambda: run.status == "completed", SOON)


def test_what_nobody_was_there_to_carry_out_is_carried_out_at_the_next_opening(settings: Settings, recorder: Client):
    owner = open_engine(settings)
    runs = [owner.start("AskOnce", item=item) for item in ("answered", "cancelled", "deleted")]
    questions = [asked(run) for run in runs]
    until(lambda: not any(run.active for run in runs))
    owner.close()
    assert not recorder.is_carried_out

    answered, cancelled, deleted = (recorder.attach(run.id) for run in runs)
    assert answered.answer(questions[0].id, {"approved": True}, by="ben").state == "answered"
    assert cancelled.cancel()
    assert recorder.delete(deleted.id)
    started = recorder.start("AskOnce", item="started")
    assert (answered.status, started.status, started.active) == ("running", "running", True)

    owner = open_engine(settings)
    until(lambda: recorder.is_carried_out)
    completed(answered)
    assert answered.result == {"result": {"ordered": "answered", "after": 1}}
    assert asked(started).body["item"] == "started"
    assert cancelled.status == "cancelled"
    assert {record.id for record in owner.runs()} == {answered.id, cancelled.id, started.id}
    owner.close()


# ---- what readers see


def seqs(events: list[EventRecord]) -> list[int]:
    return [event.seq for event in events]


def test_a_page_of_the_owner_sees_what_is_recorded_elsewhere_once_and_in_order(engine: Engine, recorder: Client):
    run = engine.start("AskOnce", item="tea")
    page = run.subscribe()
    for attempt in (1, 2, 3):
        question = asked(run, attempt)
        recorder.attach(run.id).answer(question.id, {"approved": attempt == 3}, by="ben")
    until(lambda: run.status == "completed", SOON)

    events = run.events()
    assert [page.get(timeout=SOON) for _ in events] == events
    assert page.empty()


def test_own_events_in_between_neither_hide_nor_repeat_what_another_process_recorded(engine: Engine, recorder: Client):
    """The step writes while another process commits to the same run: each reader sees one order, without a gap."""
    run = engine.start("Speaks")
    page, elsewhere = run.subscribe(), recorder.attach(run.id).subscribe()
    for number in range(150):
        Speaks.lines.put(f"own {number}")
        recorder.store.commit(run.id, Tick((NewEvent("progress", "Said", {"message": f"other {number}"}),)))
    Speaks.lines.put("stop")
    completed(run)

    events = run.events()
    assert seqs(events) == list(range(1, 303))
    assert [page.get(timeout=SOON) for _ in events] == events
    assert page.empty()
    assert [elsewhere.get(timeout=SOON) for _ in events] == events
    assert elsewhere.empty()
    for who in ("own", "other"):
        told = [event.body["message"] for event in events if str(event.body.get("message")).startswith(who)]
        assert told == [f"{who} {number}" for number in range(150)]


def test_an_engine_that_owns_nothing_waits_for_the_next_event(engine: Engine, recorder: Client):
    run = engine.start("Speaks")
    reader = recorder.attach(run.id)
    last = reader.events()[-1].seq
    assert reader.wait(after=last, timeout=0.01) == []

    Speaks.lines.put("hello")
    told = reader.wait(after=last, timeout=SOON)

    assert [event.body for event in told] == [{"message": "hello"}]
    Speaks.lines.put("stop")
    until(lambda: reader.status == "completed", SOON)
    assert reader.wait(after=reader.events()[-1].seq, timeout=60) == []


def test_an_engine_that_owns_nothing_has_no_run_in_memory(engine: Engine, recorder: Client):
    run = engine.start("AskOnce", item="tea")
    asked(run)
    visited = recorder.attach(run.id)
    assert (visited.handler, visited.ctx, recorder.in_memory()) == (None, None, [])
    assert visited.questions == run.questions
    assert visited.blocked_reason is None


def test_a_deleted_run_is_gone_for_every_process(engine: Engine, recorder: Client):
    run = engine.start("AskOnce", item="tea")
    question = asked(run)
    visited = recorder.attach(run.id)
    engine.delete(run.id)
    with pytest.raises(RunNotFound):
        _ = visited.status
    with pytest.raises(QuestionNotFound):
        visited.answer(question.id, {"approved": True}, by="ben")
    assert not recorder.cancel(run.id)
    assert not recorder.rename(run.id, "name")


def test_a_thousand_looks_at_the_file_write_nothing(engine: Engine, recorder: Client):
    """Asking whether anything has changed costs no disk, and does not look like a change to anybody else."""
    compacted(engine.start("AskOnce", item="tea"))
    recorder.store.database.changed_elsewhere()
    for _ in range(1000):
        engine.store.database.changed_elsewhere()
    assert not recorder.store.database.changed_elsewhere()


def test_a_restarted_owner_tells_its_readers_nothing_twice(engine: Engine, recorder: Client):
    run = engine.start("AskOnce", item="tea")
    page = recorder.attach(run.id).subscribe()
    question = asked(run)
    until(lambda: not run.active)

    again = reopened(run)
    again.answer(question.id, {"approved": True}, by="ana")
    completed(again)

    events = again.events()
    assert [page.get(timeout=SOON) for _ in events] == events
    assert page.empty()
    again.engine.close()


def test_the_owner_that_is_named_is_the_one_that_owns(engine: Engine):
    assert engine.store.owner() == os.getpid()


def test_a_run_that_was_started_elsewhere_is_the_owners_too(engine: Engine, recorder: Client):
    started = recorder.start("AddsUp", questions=2)
    run = Run(engine, started.id)
    for number in (1, 2):
        started.answer(asked(run, number).id, {"amount": number}, by="ben")
    until(lambda: started.status == "completed", SOON)
    assert run.result and run.result["result"]["amounts"] == [1, 2]
