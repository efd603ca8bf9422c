"""A workflow is edited: a paused run goes on when only wording has changed, and is kept as it was when more has."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from hitl.engine import (
    Engine,
    EngineError,
    InvalidAnswer,
    Run,
    RunBlocked,
    WorkflowChanged,
    WorkflowUnusable,
    open_engine,
)
from hitl.engine.workflows.signature import WorkflowSignature
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.more_flows import asked, compacted, completed, idle, out_of_memory

SOURCE = '''
"""A workflow in a file of its own, as somebody edits it."""
import asyncio
import threading
from pydantic import Field
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

go_on = threading.Event()


class Order(StartEvent):
    item: str


class Ask(InputRequiredEvent):
    """What is asked."""

    text: str
    attempt: int


class Reply(HumanResponseEvent):
    yes: bool = Field(description="Whether it may be done")
    note: str = "none"


class Edited(Workflow):
    @step
    async def ask(self, ctx: Context, ev: Order) -> Ask:
        return Ask(text="May I?", attempt=1)

    @step
    async def take(self, ctx: Context, ev: Reply) -> Ask | StopEvent:
        """Asks again after every no."""
        asked = await ctx.store.get("asked", default=1)
        await ctx.store.set("asked", asked + 1)
        if not ev.yes:
            return Ask(text="And now?", attempt=asked + 1)
        return StopEvent(result=f"done with {ev.note}")
'''


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Writes the workflow's file, with words replaced by others; nothing that is loaded notices."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two edits within a second look alike to the cache

    def write(*changes: tuple[str, str]) -> None:
        source = SOURCE
        for before, after in changes:
            assert before in source
            source = source.replace(before, after)
        (folder / "edited.py").write_text(source)
        importlib.invalidate_caches()

    write()
    yield write
    sys.modules.pop("edited", None)


@pytest.fixture
def settings(edit, request: pytest.FixtureRequest) -> Settings:
    """Settings; a parameter says after how many seconds an idle run rests."""
    return Settings(workflows={"edited": "edited:Edited"}, rest_seconds=getattr(request, "param", 0.2))


def forget_module() -> None:
    """The module will be imported again: what Streamlit does with every module of the app after an edit."""
    sys.modules.pop("edited", None)


def paused(engine: Engine) -> Run:
    """A run that has asked twice, at rest."""
    run = engine.start("edited", item="tea")
    run.answer(asked(run).id, {"yes": False}, by="ana")
    asked(run, attempt=2)
    return idle(run)


def restarted(run: Run) -> Run:
    """The same run after a restart of the server, in which the file is read again."""
    run.engine.close()
    forget_module()
    return open_engine(run.engine.settings).attach(run.id)


IN_MEMORY = pytest.mark.parametrize("settings", [30.0], indirect=True)
"""However slow the machine is, a run does not rest meanwhile."""

# ---- between two starts of the server

WORDING = {
    "a docstring": [('"""Asks again after every no."""', '"""Asks again, and again."""')],
    "the docstring of an event": [('"""What is asked."""', '"""What the human is asked."""')],
    "a description": [("Whether it may be done", "May it be done?")],
    "a title": [("Field(description=", "Field(title='Yes?', description=")],
    "a default": [('note: str = "none"', 'note: str = "nothing"')],
    "the body of a step": [('"And now?"', '"And what about now?"'), ("done with", "finished with")],
    "a comment": [("class Edited", "# an example\nclass Edited")],
    "the order of the steps' annotations": [("-> Ask | StopEvent", "-> StopEvent | Ask")],
}


@pytest.mark.parametrize("what", WORDING)
def test_a_paused_run_goes_on_when_only_wording_has_changed(engine: Engine, edit, what: str):
    run = paused(engine)
    edit(*WORDING[what])

    run = restarted(run)
    assert run.blocked_reason is None
    assert run.answer(asked(run, attempt=2).id, {"yes": True, "note": "tea"}, by="ben").accepted
    completed(run)

    assert run.result in ({"result": "done with tea"}, {"result": "finished with tea"})
    run.engine.close()


CHANGES = {
    "a step renamed": ([("async def take", "async def decide")], ["the step take is gone", "the step decide is new"]),
    "a step added": (
        [
            ("import HumanResponseEvent", "import Event, HumanResponseEvent"),
            ("class Edited(Workflow):", "class More(Event):\n    x: int\n\n\nclass Edited(Workflow):"),
            ("-> Ask | StopEvent", "-> Ask | StopEvent | More"),
            (
                "    @step\n    async def take",
                "    @step\n    async def more(self, ev: More) -> StopEvent:\n"
                "        return StopEvent()\n\n    @step\n    async def take",
            ),
        ],
        ["the step more is new", "the event More is new", "the step take has changed"],
    ),
    "a step removed": (
        [
            (
                "    @step\n    async def ask(self, ctx: Context, ev: Order) -> Ask:",
                "    async def ask(self, ctx, ev):",
            ),
            ("ev: Reply)", "ev: Order | Reply)"),
            ("not ev.yes", "isinstance(ev, Order) or not ev.yes"),
        ],
        ["the step ask is gone"],
    ),
    "a field added": ([("    yes: bool", "    sure: bool = True\n    yes: bool")], ["the event Reply has changed"]),
    "a field removed": ([('    note: str = "none"\n', ""), ("{ev.note}", "it")], ["the event Reply has changed"]),
    "a field of another type": ([("note: str", "note: int | str")], ["the event Reply has changed"]),
    "a field of the question": (
        [("    attempt: int", "    attempt: int\n    why: str = ''")],
        ["event Ask has changed"],
    ),
    "a field of the start": ([("    item: str", "    item: str\n    price: int = 1")], ["event Order has changed"]),
    "an answer renamed": ([("Reply", "Response")], ["the event Reply is gone", "the event Response is new"]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_paused_run_is_kept_as_it_was_when_the_workflow_has_another_shape(engine: Engine, edit, what: str):
    changes, told = CHANGES[what]
    run = compacted(paused(engine))
    question = asked(run, attempt=2)
    before = (run.events(), run.questions, run.answers, run.record, engine.store.journal(run.id))
    edit(*changes)

    run = restarted(run)

    assert run.blocked_reason is not None
    assert all(words in run.blocked_reason for words in told), run.blocked_reason
    assert "kept as it was" in run.blocked_reason
    assert (run.active, run.engine.in_memory()) == (False, [])
    with pytest.raises(WorkflowChanged, match="has changed since this run was last at work"):
        run.answer(question.id, {"yes": True}, by="ben")
    store = run.engine.store
    assert (run.events(), run.questions, run.answers, run.record, store.journal(run.id)) == before
    run.engine.close()


def test_a_run_that_cannot_go_on_is_started_again_with_the_same_inputs(engine: Engine, edit):
    run = paused(engine)
    edit(("    yes: bool", "    sure: bool = True\n    yes: bool"))
    run = restarted(run)

    again = run.engine.start(run.workflow, **run.inputs)

    assert again.blocked_reason is None
    again.answer(asked(again).id, {"yes": True, "sure": True, "note": "care"}, by="ana")
    completed(again)
    assert (again.inputs, again.result) == (run.inputs, {"result": "done with care"})
    assert run.cancel()
    assert (run.status, run.blocked_reason) == ("cancelled", None)
    run.engine.close()


def test_a_run_that_cannot_go_on_goes_on_when_the_earlier_workflow_is_back(engine: Engine, edit):
    run = paused(engine)
    edit(("async def take", "async def decide"))
    run = restarted(run)
    assert run.blocked_reason
    edit()

    run = restarted(run)

    assert run.blocked_reason is None
    run.answer(asked(run, attempt=2).id, {"yes": True}, by="ben")
    completed(run)
    run.engine.close()


def test_runs_of_the_new_shape_are_not_held_up_by_those_of_the_old(engine: Engine, edit):
    old = paused(engine)
    engine.close()
    edit(("async def take", "async def decide"))
    forget_module()
    engine = open_engine(engine.settings)
    new = engine.start("edited", item="milk")
    assert engine.attach(old.id).blocked_reason

    new.answer(asked(new).id, {"yes": True}, by="ana")
    completed(new)
    assert [question.run_id for question in engine.questions()] == [old.id]
    engine.close()


def test_a_run_whose_workflow_is_gone_is_kept_and_says_so(engine: Engine, edit):
    run = paused(engine)
    edit(("class Edited(", "class Renamed("))

    run = restarted(run)

    assert run.blocked_reason is not None
    assert "cannot be loaded" in run.blocked_reason
    with pytest.raises(WorkflowUnusable):
        run.answer(asked(run, attempt=2).id, {"yes": True}, by="ben")
    assert run.status == "waiting"
    run.engine.close()


def test_a_run_whose_answer_arrived_before_the_edit_keeps_it(engine: Engine, edit):
    """The answer was accepted while nobody was there to carry it out."""
    run = paused(engine)
    engine.close()
    elsewhere = open_engine(engine.settings, owner=False)
    question = asked(run := elsewhere.attach(run.id), attempt=2)
    assert run.answer(question.id, {"yes": True, "note": "tea"}, by="ben").accepted
    elsewhere.close()
    edit(("async def take", "async def decide"))

    run = restarted(run)
    until(lambda: run.blocked_reason)
    assert [(answer.by, answer.state) for answer in run.answers][1:] == [("ben", "answered")]
    edit()
    run = restarted(run)
    completed(run)
    assert run.result == {"result": "done with tea"}
    run.engine.close()


def test_an_answer_that_a_stricter_workflow_refuses_holds_up_its_own_run_only(engine: Engine, edit):
    """What only a validator knows is in no schema: the shape is the same, the accepted answer is not valid any more."""
    runs = [paused(engine) for _ in range(2)]
    engine.close()
    elsewhere = open_engine(engine.settings, owner=False)
    for run, note in zip(runs, ("tea", "milk"), strict=True):
        visited = elsewhere.attach(run.id)
        assert visited.answer(asked(visited, attempt=2).id, {"yes": True, "note": note}, by="ben").accepted
    elsewhere.close()
    edit(
        ("from pydantic import Field", "from pydantic import Field, field_validator"),
        (
            'note: str = "none"\n',
            'note: str = "none"\n\n    @field_validator("note")\n    @classmethod\n'
            '    def _no_tea(cls, note):\n        assert note != "tea"\n        return note\n',
        ),
    )
    forget_module()

    engine = open_engine(engine.settings)

    completed(Run(engine, runs[1].id))
    held_up = engine.attach(runs[0].id)
    assert held_up.blocked_reason is not None
    assert held_up.status == "running"
    engine.close()


def test_a_late_answer_is_told_who_won_also_when_the_workflow_has_changed(engine: Engine, edit):
    run = paused(engine)
    question = asked(run, attempt=2)
    run.answer(question.id, {"yes": True}, by="ana")
    completed(run)
    edit(("async def take", "async def decide"))
    run = restarted(run)

    receipt = run.answer(question.id, {"yes": True}, by="ben")

    assert (receipt.accepted, receipt.by) == (False, "ana")
    run.engine.close()


# ---- while the server runs


@IN_MEMORY
def test_a_run_in_memory_goes_on_with_the_classes_it_began_with(engine: Engine, edit):
    run = paused(engine)
    edit(("done with", "finished with"))
    forget_module()

    run.answer(asked(run, attempt=2).id, {"yes": True, "note": "tea"}, by="ben")

    completed(run)
    assert run.result == {"result": "done with tea"}


def test_a_run_that_rests_on_disk_goes_on_with_the_edited_module(engine: Engine, edit):
    run = paused(engine)
    out_of_memory(run)
    edit(("done with", "finished with"))
    forget_module()

    run.answer(asked(run, attempt=2).id, {"yes": True, "note": "tea"}, by="ben")

    completed(run)
    assert run.result == {"result": "finished with tea"}


def test_a_run_goes_on_through_one_edit_after_the_other(engine: Engine, edit):
    """Each round the module is imported again, sometimes while the run is in memory, sometimes while it rests."""
    run = engine.start("edited", item="tea")
    for attempt in range(1, 9):
        question = asked(run, attempt)
        until(lambda: not run.active)
        if attempt % 3 != 1:
            out_of_memory(run)
        edit(("done with", f"edit {attempt} with"))
        forget_module()
        if attempt % 2:
            engine.attach(run.id)
        run.answer(question.id, {"yes": attempt == 8, "note": "tea"}, by="ana")
    completed(run)

    assert run.result is not None
    assert run.result["result"].endswith("with tea")
    assert [event.body["attempt"] for event in run.events() if event.kind == "question"] == list(range(1, 9))
    assert [answer.state for answer in run.answers] == ["applied"] * 8


def test_what_an_old_instance_leaves_behind_is_taken_up_by_the_new_one(engine: Engine, edit):
    """The old instance runs on after the edit, comes to rest, and writes no snapshot with classes it does not know."""
    run = paused(engine)
    edit(("done with", "finished with"))
    forget_module()
    engine.start("edited", item="milk").cancel()  # the new module is in memory beside the old one
    run.answer(asked(run, attempt=2).id, {"yes": False}, by="ana")
    asked(run, attempt=3)
    out_of_memory(run)
    before = run.events()

    run.answer(asked(run, attempt=3).id, {"yes": True, "note": "tea"}, by="ana")
    completed(run)

    assert run.result == {"result": "finished with tea"}
    assert run.events()[: len(before)] == before


HALF_AN_EDIT = [
    ("class Edited(Workflow):", "class Edited(Workf"),
    ("go_on = threading.Event()", "raise RuntimeError('not today')"),
    ("class Reply(", "class Answer("),
]


@IN_MEMORY
@pytest.mark.parametrize("half", HALF_AN_EDIT)
def test_half_an_edit_does_not_disturb_a_run_in_memory(engine: Engine, edit, half: tuple[str, str]):
    """A file is saved in the middle of a thought: what was loaded before goes on."""
    run = paused(engine)
    edit(half)
    forget_module()

    assert run.answer(asked(run, attempt=2).id, {"yes": False}, by="ana").accepted
    asked(run, attempt=3)
    until(lambda: not run.active)
    assert (run.status, run.error) == ("waiting", None)
    run.answer(asked(run, attempt=3).id, {"yes": True}, by="ana")
    completed(run)


@pytest.mark.parametrize("half", HALF_AN_EDIT)
def test_half_an_edit_keeps_a_run_on_disk_as_it_was_until_it_is_whole(engine: Engine, edit, half: tuple[str, str]):
    run = paused(engine)
    out_of_memory(run)
    question = asked(run, attempt=2)
    edit(half)
    forget_module()

    with suppress(WorkflowUnusable, RunBlocked):  # or it is accepted, and carried out when that is possible again
        run.answer(question.id, {"yes": False}, by="ana")
    engine.attach(run.id)
    assert run.error is None

    edit()
    forget_module()
    again = engine.attach(run.id)
    if again.questions == [question]:
        again.answer(question.id, {"yes": False}, by="ana")
    asked(again, attempt=3)
    assert [answer.state for answer in again.answers] == ["applied", "applied"]
    assert sum(event.kind == "question" for event in again.events()) == 3


def test_an_edit_of_the_shape_while_the_server_runs_is_told_when_the_run_comes_back(engine: Engine, edit):
    run = paused(engine)
    out_of_memory(run)
    question = asked(run, attempt=2)
    edit(("    yes: bool", "    sure: bool = True\n    yes: bool"))
    forget_module()

    with pytest.raises(WorkflowChanged, match="the event Reply has changed"):
        run.answer(question.id, {"yes": True}, by="ben")

    assert engine.attach(run.id).blocked_reason
    assert (run.questions, run.status) == ([question], "waiting")
    edit()
    forget_module()
    engine.attach(run.id)
    assert run.blocked_reason is None
    assert run.answer(question.id, {"yes": True}, by="ben").accepted
    completed(run)


@IN_MEMORY
def test_a_run_in_memory_takes_answers_after_an_edit_of_the_shape(engine: Engine, edit):
    """It goes on with what it began with, until it rests."""
    run = paused(engine)
    edit(("    yes: bool", "    sure: bool = True\n    yes: bool"))
    forget_module()
    with pytest.raises(InvalidAnswer, match="sure"):
        run.answer(asked(run, attempt=2).id, {"yes": True, "sure": False}, by="ben")
    run.answer(asked(run, attempt=2).id, {"yes": True}, by="ben")
    completed(run)


# ---- shapes themselves


def shape_now() -> WorkflowSignature:
    """The shape of the workflow as its file stands now."""
    forget_module()
    return WorkflowSignature.of(importlib.import_module("edited").Edited())


def test_a_shape_is_the_same_each_time_it_is_looked_at(edit):
    assert shape_now() == shape_now()
    assert shape_now().id == shape_now().id
    assert WorkflowSignature.from_json(shape_now().to_json()) == shape_now()


def test_a_field_that_is_called_like_wording_is_a_field(edit):
    edit(("    item: str", "    item: str\n    title: str = ''\n    description: str = ''\n    default: int = 0"))
    before = shape_now()
    assert set(before.events["Order"]["properties"]) == {"item", "title", "description", "default"}
    edit(("    item: str", "    item: str\n    title: int = 0\n    description: str = ''\n    default: int = 0"))
    assert before.changes_to(shape_now()) == ("the event Order has changed (its field title is of another type)")


def test_the_shape_of_a_run_is_stored_once_for_all_runs_that_have_it(engine: Engine):
    for _ in range(5):
        paused(engine)
    assert engine.store.database.read("SELECT count(*) FROM shapes") == [(1,)]


def test_a_workflow_that_cannot_be_loaded_is_an_error_in_words(engine: Engine, edit):
    edit(("go_on = threading.Event()", "raise RuntimeError('not today')"))
    with pytest.raises(EngineError, match="cannot be loaded: RuntimeError: not today"):
        engine.start("edited", item="tea")
    assert engine.runs() == []


ORDER: dict[str, Any] = {"properties": {"item": {"type": "string"}, "count": {"type": "integer"}}, "required": ["item"]}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"properties": {"count": {"type": "integer"}}}, "its field item is gone"),
        (
            {"properties": ORDER["properties"] | {"note": {"type": "string"}}, "required": ["item", "note"]},
            "its field note is new",
        ),
        (ORDER | {"required": []}, "its field item may be left out now"),
        (ORDER | {"required": ["item", "count"]}, "its field count must be given now"),
        (
            ORDER | {"properties": ORDER["properties"] | {"count": {"type": "number"}}},
            "its field count is of another type",
        ),
    ],
)
def test_a_changed_event_says_which_of_its_fields_have_changed(now: dict[str, Any], words: str):
    before, after = WorkflowSignature({}, {"Order": ORDER}), WorkflowSignature({}, {"Order": now})
    assert before.changes_to(after) == f"the event Order has changed ({words})"


def test_a_changed_step_says_what_it_takes_and_gives():
    before = WorkflowSignature({"ask": ["takes Order", "gives MayI"]}, {})
    after = WorkflowSignature({"ask": ["takes Order", "gives Done"]}, {})
    assert before.changes_to(after) == "the step ask has changed (it no longer gives MayI, it gives Done now)"
