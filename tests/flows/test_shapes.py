"""Workflows in the shapes that people write: one question each, over restarts and kills, answered from anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hitl.engine import Question, Run, WorkflowUnusable, open_engine
from hitl.settings import Settings
from tests.app.visitor import decide, has_button, shows, wait_for
from tests.cli.calling import done
from tests.conftest import until
from tests.flows.server import a_server, settings_of
from tests.flows.shapes import SHAPES, UNSTORABLE, Shape

ENDED = ("completed", "failed")
PAGE = Path(__file__).with_name("shapes_page.py")


def words_of(question: Question) -> str:
    return f"{question.type} {question.body}"


def asked(run: Run, word: str) -> Question:
    """The open question with a word, once the run asks it."""

    def found() -> Question | None:
        assert run.status not in ENDED, f"{run.error} {run.result}"
        return next((question for question in run.questions if word in words_of(question)), None)

    question = until(found)
    assert question
    return question


def check_outcome(run: Run, shape: Shape) -> None:
    """Hold what came of a run against what must come of it: its ending, and one question for each answer."""
    until(lambda: run.status in ENDED)
    if shape.error:
        assert run.error
        assert shape.error in run.error.message
    else:
        assert run.error is None
        assert result_of(run) == shape.result
    assert [answer.state for answer in run.answers] == ["applied"] * len(shape.answers)
    assert questions_asked(run) == len(shape.answers) + shape.unanswered
    seqs = [event.seq for event in run.events()]
    assert seqs == list(range(1, len(seqs) + 1))


def questions_asked(run: Run) -> int:
    return sum(event.kind == "question" for event in run.events())


def result_of(run: Run) -> object:
    result = (run.result or {})["result"]
    is_of_an_agent = isinstance(result, dict) and isinstance(result.get("response"), dict)
    return result["response"]["blocks"][0]["text"] if is_of_an_agent else result


def settled(run: Run) -> None:
    """Wait until a run has nothing to do, so that a restart interrupts nothing."""
    until(lambda: not run.active or run.status in ENDED or run.workflow == "WriteAndStay")


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shapes")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_question_is_asked_once_and_takes_its_own_answer_over_restarts(shape: Shape, shared_home: Path):
    """The engine is closed and opened again before each answer."""
    engine = open_engine(settings_of(shared_home))
    try:
        run = engine.start(shape.name, **shape.inputs)
        for word, answer in shape.answers:
            question = asked(run, word)
            settled(run)
            before = questions_asked(run)
            engine.close()
            engine = open_engine(settings_of(shared_home))
            run = engine.attach(run.id)
            settled(run)
            assert asked(run, word).id == question.id
            assert questions_asked(run) == before
            assert run.answer(question.id, answer, by="ana").accepted
        check_outcome(run, shape)
    finally:
        engine.close()


@pytest.mark.over_both
def test_all_shapes_survive_a_kill_while_they_wait(home: Path):
    """Each first answer is recorded while there is no server."""
    with closing(open_engine(settings_of(home), owner=False)) as engine:
        runs = {shape: engine.start(shape.name, **shape.inputs) for shape in SHAPES}
        with a_server(home):
            first = {shape: asked(run, shape.answers[0][0]).id for shape, run in runs.items() if shape.answers}
            for run in runs.values():
                settled(run)
        for shape, question_id in first.items():
            assert runs[shape].answer(question_id, shape.answers[0][1], by="ana").accepted
        with a_server(home):
            for shape, run in runs.items():
                for word, answer in shape.answers[1:]:
                    assert run.answer(asked(run, word).id, answer, by="ana").accepted
            for shape, run in runs.items():
                check_outcome(run, shape)


BY_COMMAND = MappingProxyType(
    {
        "WriteThenWait": ["--field", "response=Rome"],
        "WriteThenWaitFor": ["--field", "response=yes"],
        "OnlyWaits": ["--reject"],
        "PlainQuestion": ["--approve"],
        "PlainAnswer": ["--field", "degrees=21"],
        "LongWait": ["--approve"],
        "PassesOptions": ["--approve"],
        "CityInWords": ["--choice", "Oslo, by ship"],
        "EitherChoice": ["--choice", "Refuse"],
        "Proceed": [],
        "Tool": ["--action", "edit", "--field", "amount=12"],
        "Alias": ["--field", "isOk=yes"],
        "AliasByName": ["--field", "is_ok=no"],
        "Packing": [
            *("--field", "parts.0.name=map", "--field", "parts.0.wrapping.kind=tube"),
            *("--field", "parts.0.wrapping.length=2.50", "--field", "within=1h 30m", "--field", "remark=7"),
        ],
    }
)
"""Shapes with one question, and the options that answer it."""


@pytest.mark.parametrize("name", BY_COMMAND)
def test_a_question_is_answered_from_the_command_line(name: str, home: Path, monkeypatch: pytest.MonkeyPatch):
    (shape,) = [shape for shape in SHAPES if shape.name == name]
    monkeypatch.setenv("HITL_WORKFLOWS", f"{name}={shape.path}")
    with closing(open_engine(settings_of(home))) as engine:
        run = engine.attach(done("start", name).split()[0])
        question = asked(run, shape.answers[0][0])
        done("answer", run.id, *(BY_COMMAND[name] or ["--question", question.id]))
        check_outcome(run, shape)


def type_in(field: str, text: str) -> Callable[[AppTest], Any]:
    return lambda at: at.text_area(key=f"hitl.field.{field}").input(text)


def pack(at: AppTest) -> None:
    at.text_input(key="hitl.field.parts.0.name").set_value("map")
    at.selectbox(key="hitl.field.parts.0.wrapping").set_value("tube").run()
    at.text_input(key="hitl.field.parts.0.wrapping.tube.length").set_value("2.50")
    at.text_input(key="hitl.field.within").set_value("1:30:00")
    at.selectbox(key="hitl.field.remark").set_value("int").run()
    at.number_input(key="hitl.field.remark.int").set_value(7)


BY_PAGE: dict[str, tuple[str, Callable[[AppTest], Any] | None]] = {
    "WriteThenWait": ("hitl.send", type_in("response", "Rome")),
    "WriteThenWaitFor": ("hitl.send", type_in("response", "yes")),
    "OnlyWaits": ("reject", None),
    "PlainQuestion": ("approve", None),
    "HasTime": ("approve", None),
    "PassesOptions": ("approve", None),
    "CityInWords": ("hitl.decide.choice-Oslo, by ship", None),
    "Proceed": ("hitl.decide.GoOn", None),
    "Alias": ("hitl.decide.isOk-yes", None),
    "Packing": ("hitl.send", pack),
    "Tool": ("hitl.decide.action-edit", lambda at: at.number_input(key="hitl.field.args.amount").set_value(12)),
}
"""Shapes with one question, the button that answers it, and what is typed before."""


@pytest.mark.parametrize("name", BY_PAGE)
def test_a_question_is_answered_on_the_page(name: str):
    (shape,) = [shape for shape in SHAPES if shape.name == name]
    button, fill_in = BY_PAGE[name]
    st.cache_resource.clear()
    at = AppTest.from_file(str(PAGE), default_timeout=20)
    at.query_params["workflow"] = name
    at.run()
    at.button(key="start").click().run()
    wait_for(at, has_button(button))
    if name == "HasTime":
        assert shows("Waits for an answer until")(at)
    if fill_in:
        fill_in(at)
    decide(at, button)
    run = at.session_state["run"]
    check_outcome(run, shape)
    st.cache_resource.clear()


@pytest.mark.parametrize("path", UNSTORABLE)
def test_what_cannot_be_stored_is_refused_when_it_is_registered(path: str, home: Path):
    with closing(open_engine(Settings(home=home, workflows={"refused": path}))) as engine:
        with pytest.raises(WorkflowUnusable, match=UNSTORABLE[path]):
            engine.start("refused")
        assert engine.runs() == []


def test_the_table_of_shapes_names_each_and_no_other():
    text = (Path(__file__).parents[2] / "docs" / "own-workflows.md").read_text(encoding="utf-8")
    table = text.split("## What works")[1].split("\n## ")[0]
    rows = [row.rsplit("|", 2)[1] for row in table.splitlines() if row.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {shape.name for shape in SHAPES} | {path.rpartition(":")[2] for path in UNSTORABLE}
