"""A run that cannot be taken up takes no answer: it would be recorded, and never reach the workflow."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hitl.cli import main
from hitl.engine import Engine, Run, RunBlocked, open_engine
from hitl.settings import Settings
from tests.engine.more_flows import asked, completed, idle

SOURCE = """
from pydantic import BaseModel, field_validator
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class Kept(BaseModel):
    item: str = ""


class Order(StartEvent):
    item: str

    @field_validator("item")
    @classmethod
    def check(cls, item):
        return item


class Ask(InputRequiredEvent):
    text: str


class Reply(HumanResponseEvent):
    approved: bool


class Stateful(Workflow):
    @step
    async def ask(self, ctx: Context[Kept], ev: Order) -> Ask:
        await ctx.store.set_state(Kept(item=ev.item))
        return Ask(text="May I?")

    @step
    async def take(self, ctx: Context[Kept], ev: Reply) -> StopEvent:
        return StopEvent(result=(await ctx.store.get_state()).item if ev.approved else "nothing")
"""

EDITS = {
    "the class of its state has another name": ("Kept", "Remembered"),
    "its state has another form": ('item: str = ""', "items: list[str]"),
    "its start refuses what it began with": ("return item\n", 'raise ValueError("we are closed")\n'),
}
"""None of them changes a step or the schema of an event."""


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Writes the workflow's module, with words replaced by others, as it stands at the next start of a server."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two edits within a second look alike to the cache

    def write(before: str = "", after: str = "") -> None:
        (folder / "stateful.py").write_text(SOURCE.replace(before, after) if before else SOURCE)
        sys.modules.pop("stateful", None)
        importlib.invalidate_caches()

    write()
    yield write
    sys.modules.pop("stateful", None)


@pytest.fixture
def settings(edit: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HITL_WORKFLOWS", "stateful=stateful:Stateful")
    return Settings(rest_seconds=0.2)


def paused(settings: Settings) -> str:
    with closing(open_engine(settings)) as engine:
        run = engine.start("stateful", item="tea")
        asked(run)
        return idle(run).id


def untouched(engine: Engine, run_id: str) -> bool:
    """Whether a run still waits, and nothing of an answer is stored."""
    run = Run(engine, run_id)
    return run.status == "waiting" and not run.answers and len(run.questions) == 1


@pytest.mark.parametrize("what", EDITS)
def test_a_run_that_cannot_be_taken_up_refuses_an_answer_and_goes_on_when_it_can(
    settings: Settings, edit: Callable[..., None], what: str
):
    run_id = paused(settings)
    edit(*EDITS[what])
    with closing(open_engine(settings)) as engine:
        run = Run(engine, run_id)  # no page has looked at it: nobody knows yet that it is blocked
        with pytest.raises(RunBlocked, match=f"Run {run_id} cannot be taken up"):
            run.answer(run.questions[0].id, {"approved": True}, by="ana")
        assert run.blocked_reason
        assert untouched(engine, run_id)
    edit()
    with closing(open_engine(settings)) as engine:
        run = engine.attach(run_id)
        assert run.answer(run.questions[0].id, {"approved": True}, by="ana").accepted
        completed(run)
        assert run.result == {"result": "tea"}


@pytest.mark.parametrize("what", EDITS)
def test_a_process_that_only_records_refuses_it_too(settings: Settings, edit: Callable[..., None], what: str):
    run_id = paused(settings)
    edit(*EDITS[what])
    with closing(open_engine(settings, owner=False)) as engine:
        run = engine.attach(run_id)
        with pytest.raises(RunBlocked, match=f"Run {run_id} cannot be taken up"):
            run.answer(run.questions[0].id, {"approved": True}, by="ana")
        assert untouched(engine, run_id)


def test_the_command_line_says_why_and_records_nothing(
    settings: Settings, edit: Callable[..., None], capsys: pytest.CaptureFixture[str]
):
    run_id = paused(settings)
    edit(*EDITS["its start refuses what it began with"])
    with pytest.raises(SystemExit) as stopped:
        main(["answer", run_id, "--approve"])
    assert stopped.value.code
    assert "we are closed" in capsys.readouterr().err
    with closing(open_engine(settings, owner=False)) as engine:
        assert untouched(engine, run_id)
