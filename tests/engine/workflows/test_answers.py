"""Which answer belongs to a question, and what is taken for one."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from workflows.events import HumanResponseEvent, InputRequiredEvent

from hitl.engine import Engine, EngineError, InvalidAnswer, Question, QuestionNotFound
from hitl.engine.workflows.answers import answer_type_of, build_answer, response_types, schema_of, takes_what_is_read
from hitl.settings import Settings
from tests.engine.flows import AskOnce, MayI, Score, Vague, Verdict, WaitsTwice
from tests.engine.more_flows import (
    Bare,
    Choice,
    Grade,
    Marks,
    Named,
    NamesItsAnswer,
    WaitsForOneOfTwo,
    asked,
    completed,
    settings_for,
)

WORKFLOWS = "AskOnce Vague NamesItsAnswer WaitsForOneOfTwo WaitsTwice Bare Marks LosesItsAnswer Dated"


@pytest.fixture
def settings() -> Settings:
    return settings_for(*WORKFLOWS.split())


# ---- which answer belongs to a question


def test_the_question_names_its_answer_or_the_waiter_does_or_there_is_only_one():
    assert answer_type_of(NamesItsAnswer(), Named()) is Choice
    assert answer_type_of(NamesItsAnswer(), Named(), awaited=Verdict) is Choice
    assert answer_type_of(Vague(), InputRequiredEvent(), awaited=Score) is Score
    assert answer_type_of(AskOnce(), MayI(item="tea", attempt=1)) is Verdict
    assert answer_type_of(Vague(), InputRequiredEvent()) is None


def test_response_types_are_what_may_be_sent_from_outside():
    assert response_types(AskOnce()) == [Verdict]
    assert {cls.__name__ for cls in response_types(NamesItsAnswer())} == {"Choice", "Verdict"}
    assert response_types(Bare()) == [HumanResponseEvent]


def test_the_schema_of_an_answer_is_that_of_its_class():
    assert schema_of(Grade)["properties"]["points"]["maximum"] == 10
    assert schema_of(None) == {}


@pytest.mark.parametrize(
    ("workflow", "answer_type", "body", "result"),
    [
        ("NamesItsAnswer", Choice, {"number": 1}, "Choice"),
        ("WaitsForOneOfTwo", Choice, {"number": 7}, 7),
        ("Bare", HumanResponseEvent, {"response": "three", "and": ["more"]}, "three"),
        ("Marks", Grade, {"points": 9, "day": "2026-02-28"}, [9, "2026-02-28"]),
    ],
)
def test_a_question_is_settled_by_the_answer_that_belongs_to_it(engine: Engine, workflow, answer_type, body, result):
    run = engine.start(workflow)
    question = asked(run)
    assert question.answer_type == f"{answer_type.__module__}:{answer_type.__qualname__}"
    assert question.answer_schema["title"] == answer_type.__name__

    assert run.answer(question.id, body, by="ana").accepted

    completed(run)
    assert run.result == {"result": result}


def test_questions_of_one_step_have_the_answers_that_it_waits_for(engine: Engine):
    run = engine.start("WaitsTwice")
    first = asked(run, attempt=1)
    assert first.answer_type == "tests.engine.flows:Verdict"
    run.answer(first.id, {"approved": True}, by="ana")
    second = asked(run, attempt=2)
    assert second.answer_type == "tests.engine.flows:Score"
    with pytest.raises(InvalidAnswer, match="Score has no field approved"):
        run.answer(second.id, {"approved": True}, by="ana")


def test_what_a_waiter_requires_may_be_a_value_of_any_type(engine: Engine):
    run = engine.start("Dated")
    question = asked(run)
    with pytest.raises(InvalidAnswer, match="day"):
        run.answer(question.id, {"points": 9, "day": "2026-03-01"}, by="ana")
    run.answer(question.id, {"points": 9, "day": "2026-02-28"}, by="ana")
    assert completed(run).result == {"result": 9}


def test_where_the_answer_is_open_the_workflow_is_told_what_to_write(engine: Engine):
    run = engine.start("Vague")
    question = asked(run)
    assert (question.answer_type, question.answer_schema) == (None, {})
    with pytest.raises(InvalidAnswer, match=r"answer_type: .*Verdict.*`answer_type: ClassVar"):
        run.answer(question.id, {"approved": True}, by="ana")
    assert run.questions == [question]


# ---- what is taken for one

GRADES: dict[str, tuple[dict[str, Any], str]] = {
    "too many points": ({"points": 11, "day": "2026-02-28"}, "points: .*less than or equal to 10"),
    "no day": ({"points": 9}, "day: Field required"),
    "no such day": ({"points": 9, "day": "2026-02-30"}, "day: "),
    "a day that its validator refuses": ({"points": 9, "day": "1999-01-01"}, "day: that is long ago"),
    "a field too many": (
        {"points": 9, "day": "2026-02-28", "extra": 1},
        "Grade has no field extra. It has: points, day",
    ),
    "nothing": ({}, "points: Field required; day: Field required"),
    "null": ({"points": None, "day": None}, "points: "),
}


@pytest.mark.parametrize("what", GRADES)
def test_what_does_not_fit_is_refused_in_words_and_leaves_the_question_open(engine: Engine, what: str):
    body, words = GRADES[what]
    run = engine.start("Marks")
    question = asked(run)
    before = run.events()

    with pytest.raises(InvalidAnswer, match=words) as refused:
        run.answer(question.id, body, by="ana")

    assert "Value error" not in str(refused.value)
    assert (run.questions, run.answers, run.events()) == ([question], [], before)
    assert run.answer(question.id, {"points": "9", "day": "2026-02-28"}, by="ana").accepted
    assert run.answers[0].body == {"points": 9, "day": "2026-02-28"}


def test_an_answer_that_cannot_be_read_again_is_not_accepted(engine: Engine):
    """It would be accepted, stored, and lost at the first restart."""
    run = engine.start("LosesItsAnswer")
    question = asked(run)
    with pytest.raises(InvalidAnswer, match="count"):
        run.answer(question.id, {"count": 3}, by="ana")
    assert (run.questions, run.answers) == ([question], [])


@pytest.mark.parametrize("name", ["self", "_data", "params", "model_config", "type", "private\ud800"])
def test_whatever_an_answer_calls_its_fields_it_is_taken_or_refused_in_words(engine: Engine, name: str):
    with suppress(EngineError):
        engine.start("Bare", **{name: 1}).cancel()
    run = engine.start("Bare")
    question = asked(run)
    try:
        accepted = run.answer(question.id, {name: {"a": 1}, "response": "yes"}, by="ana").accepted
    except EngineError:
        assert run.questions == [question]
    else:
        assert accepted
        completed(run)
        assert run.result == {"result": "yes"}


@pytest.mark.parametrize("text", ["", "\0", "né\u2028”\U0001f375", "x" * 2_000_000, '{"', "'; DROP TABLE runs; --"])
def test_a_text_comes_back_as_it_was_given(engine: Engine, text: str):
    run = engine.start("AskOnce", item=text)
    run.answer(asked(run).id, {"approved": True, "reason": text}, by="ana")
    completed(run)
    assert run.answers[0].body["reason"] == text
    assert run.result == {"result": {"ordered": text, "after": 1}}


BROKEN = "half a letter \ud800"
"""What a command line hands over when its bytes are no UTF-8: no file can hold it."""


def test_half_a_letter_is_never_worse_than_a_sentence(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    bare, other = engine.start("Bare"), engine.start("AskOnce", item="milk")
    question = asked(run)
    deeds: dict[str, Callable[[], object]] = {
        "answer": lambda: run.answer(question.id, {"approved": True, "reason": BROKEN}, by="ana"),
        "question": lambda: run.answer(BROKEN, {"approved": True}, by="ana"),
        "start": lambda: engine.start("AskOnce", item=BROKEN),
        "workflow": lambda: engine.start(BROKEN),
        "field": lambda: engine.start("Vague", **{"note": BROKEN}),
        "bare answer": lambda: bare.answer(asked(bare).id, {"response": BROKEN}, by="ana"),
        "attach": lambda: engine.attach(BROKEN),
        "search": lambda: engine.runs(search=BROKEN),
        "rename": lambda: run.rename(BROKEN),
        "cancel": lambda: engine.cancel(BROKEN),
        "delete": lambda: engine.delete(BROKEN),
        "search with it stored": lambda: engine.runs(search="half"),
        "by": lambda: other.answer(asked(other).id, {"approved": True}, by=BROKEN),
    }
    raised = {}
    for name, deed in deeds.items():
        try:
            deed()
        except EngineError:
            pass
        except Exception as error:
            raised[name] = type(error).__name__
    assert raised == {}
    assert other.answers[0].by == "half a letter ?"


# ---- whose question it is


def test_a_question_of_another_run_is_not_there(engine: Engine):
    mine, other = engine.start("AskOnce", item="tea"), engine.start("AskOnce", item="milk")
    asked(mine)
    question = asked(other)
    with pytest.raises(QuestionNotFound, match="has no question"):
        mine.answer(question.id, {"approved": True}, by="ana")
    assert other.questions == [question]


def test_a_late_answer_learns_who_was_first_and_that_it_was_taken(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    question = asked(run)
    first = run.answer(question.id, {"approved": False}, by="ana")
    asked(run, attempt=2)

    late = run.answer(question.id, {"approved": True}, by="ben")

    assert (late.accepted, late.by, late.at, late.state) == (False, "ana", first.at, "applied")
    assert [answer.by for answer in run.answers] == ["ana"]


# ---- classes that were imported again

SOURCE = """
from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

class Ask(InputRequiredEvent):
    pass

class Reply(HumanResponseEvent):
    yes: bool

class Flow(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> Ask:
        return Ask()

    @step
    async def take(self, ev: Reply) -> StopEvent:
        return StopEvent(result=ev.yes)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "replies.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("replies")
    sys.modules.pop("replies", None)


def question_of(answer_type: str = "replies:Reply") -> Question:
    return Question("q", "r", "flow", "Ask", {}, answer_type, {}, {}, datetime.now(UTC))


def test_an_answer_is_built_of_the_class_that_the_instance_takes(module: Any):
    before = module.Flow()
    sys.modules.pop("replies")
    after = importlib.import_module("replies").Flow()

    assert type(build_answer(before, question_of(), {"yes": True})) is module.Reply
    assert type(build_answer(after, question_of(), {"yes": True})) is not module.Reply
    assert (takes_what_is_read(before), takes_what_is_read(after)) == (False, True)


def test_an_instance_whose_module_is_gone_still_builds_its_answers(module: Any, tmp_path: Path):
    workflow = module.Flow()
    sys.modules.pop("replies")
    (tmp_path / "replies.py").unlink()
    importlib.invalidate_caches()

    assert type(build_answer(workflow, question_of(), {"yes": True})) is module.Reply
    assert not takes_what_is_read(workflow)


def test_an_instance_whose_module_cannot_be_imported_any_more_still_builds_its_answers(module: Any, tmp_path: Path):
    workflow = module.Flow()
    sys.modules.pop("replies")
    (tmp_path / "replies.py").write_text("class Flow(")
    importlib.invalidate_caches()

    assert type(build_answer(workflow, question_of(), {"yes": True})) is module.Reply
    assert not takes_what_is_read(workflow)


def test_an_answer_type_that_is_gone_or_is_no_event_is_told(module: Any):
    for answer_type, words in (("replies:Gone", "is not there any more"), ("nowhere:Reply", "is not there any more")):
        with pytest.raises(InvalidAnswer, match=words):
            build_answer(WaitsTwice(), question_of(answer_type), {"yes": True})
    with pytest.raises(InvalidAnswer, match="is not an event class"):
        build_answer(WaitsForOneOfTwo(), question_of("pathlib:Path"), {"yes": True})


def test_marks_are_given_within_their_bounds():
    question = question_of(f"{Grade.__module__}:Grade")
    built = build_answer(Marks(), question, {"points": 10, "day": "2026-02-28"})
    assert isinstance(built, Grade)
    assert built.points == 10
