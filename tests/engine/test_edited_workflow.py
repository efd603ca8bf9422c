"""A workflow whose file is edited while a server runs it: runs of the edited one are blocked, and say how to go on."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from hitl.cli import main
from hitl.engine import Engine, Run, RunBlocked, open_engine
from hitl.settings import load_settings
from tests.conftest import until

ROOT = Path(__file__).parents[2]
SOURCE = """
from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class Trip(StartEvent):
    place: str


class MayI(InputRequiredEvent):
    place: str


class Reply(HumanResponseEvent):
    approved: bool


class TripFlow(Workflow):
    @step
    async def plan(self, ev: Trip) -> MayI:
        return MayI(place=ev.place)

    @step
    async def decide(self, ev: Reply) -> StopEvent:
        return StopEvent(result=ev.approved)
"""
START_EDITED = ("class Trip(StartEvent):", "class Trip(StartEvent):\n    days: int = 1")


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Writes the module of the workflow, as a command that begins now finds it."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two edits within a second look alike to the cache
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(ROOT)]))
    monkeypatch.setenv("HITL_WORKFLOWS", "trip=edited_trips:TripFlow")

    def write(before: str = "", after: str = "") -> None:
        (folder / "edited_trips.py").write_text(SOURCE.replace(before, after) if before else SOURCE)
        sys.modules.pop("edited_trips", None)
        importlib.invalidate_caches()

    write()
    yield write
    sys.modules.pop("edited_trips", None)


@pytest.fixture
def serving() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a server that has loaded the workflow."""
    started: list[subprocess.Popen[str]] = []

    def serve() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "hitl.serve", "--no-page"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        started.append(server)
        assert server.stdout
        assert "without a page" in server.stdout.readline()
        assert server.stdout.readline() == "  trip: ready\n"
        return server

    yield serve
    for server in started:
        stop(server)


def stop(server: subprocess.Popen[str]) -> None:
    server.send_signal(signal.SIGTERM)
    server.wait(60)
    if server.stdout:
        server.stdout.close()


def hitl(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def blocked(engine: Engine, run: Run) -> str:
    """Why a run is blocked, once it is."""
    return until(lambda: engine.blocked_reason(run.id)) or ""


def test_a_run_of_the_edited_workflow_says_to_restart_the_server_and_goes_on_after_that(
    edit: Callable[..., None], serving: Callable[[], subprocess.Popen[str]]
):
    server = serving()
    edit(*START_EDITED)

    started = hitl("start", "trip", "--field", "place=Rome", "--field", "days=2")
    text = " ".join(hitl("show", started.split()[0]).split())

    for said in (started, text):
        assert "the event Trip has changed" in said
        assert "The server has loaded the workflow “trip” before edited_trips.py was edited. Restart the server" in said
        assert "Start it again" not in said
    assert "running, blocked" in text
    assert "running, blocked" in hitl("runs")

    stop(server)
    serving()
    with closing(open_engine(load_settings(), owner=False)) as engine:
        (run,) = [engine.attach(record.id) for record in engine.runs()]
        until(lambda: run.question)
        assert run.blocked_reason is None


def test_a_file_that_was_not_edited_is_not_blamed(
    edit: Callable[..., None], serving: Callable[[], subprocess.Popen[str]]
):
    """The run is from before the edit, and the server from after it: a restart would not help."""
    with closing(open_engine(load_settings(), owner=False)) as engine:
        run = engine.start("trip", place="Rome")
    edit(*START_EDITED)
    serving()

    with closing(open_engine(load_settings(), owner=False)) as engine:
        reason = blocked(engine, run)

    assert "has changed since this run was last at work: the event Trip has changed" in reason
    assert "Restart" not in reason


def test_what_an_ended_server_could_not_go_on_with_is_not_said_after_it(
    edit: Callable[..., None], serving: Callable[[], subprocess.Popen[str]]
):
    server = serving()
    edit(*START_EDITED)
    with closing(open_engine(load_settings(), owner=False)) as engine:
        run = engine.start("trip", place="Rome")
        blocked(engine, run)

        stop(server)

        assert engine.blocked_reason(run.id) is None
        assert run.status == "running"


def test_a_run_that_its_server_cannot_take_up_takes_no_answer_from_elsewhere(edit: Callable[..., None]):
    with closing(open_engine(load_settings())) as owner:
        run = owner.start("trip", place="Rome")
        question = until(lambda: run.question)
        assert question
        owner.store.note_blocked(run.id, "It does not go on.")  # type: ignore[attr-defined]

        with (
            closing(open_engine(load_settings(), owner=False)) as client,
            pytest.raises(RunBlocked, match="says: It does not go on"),
        ):
            client.answer(run.id, question.id, {"approved": True}, by="ana")
        assert not run.answers


def test_what_was_noted_of_a_run_is_deleted_with_it(edit: Callable[..., None]):
    with closing(open_engine(load_settings().model_copy(update={"workflows": {}}))) as owner:
        with closing(open_engine(load_settings(), owner=False)) as client:
            run = client.start("trip", place="Rome")
            blocked(client, run)
            client.delete(run.id)
        until(lambda: owner.store.blocked_reason(run.id) is None)
