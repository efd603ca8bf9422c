"""Runs that earlier versions of hitl have stored go on: see `make.py`, which made them.

A run that a later version cannot take up any more would have to say so before it takes an answer: the test for it
moves to `test_a_run_that_is_blocked_says_so_and_takes_no_answer`, with the reason.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hitl.engine import Engine, Run, WorkflowUnusable, open_engine
from hitl.settings import load_settings
from tests.conftest import until
from tests.fake_openai import FakeOpenAI
from tests.scholar import scholar
from tests.stored.make import KEY, WORKFLOWS

SETS = sorted(Path(__file__).parent.glob("*.zip"))
Answers = tuple[dict[str, Any], ...]
APPROVE: dict[str, Any] = {"approved": True}

GO_ON: dict[str, Answers] = {
    "waiting": (APPROVE,),
    "waiting with an own document": (APPROVE,),
    "waiting with nothing found": ({"approved": False, "topic": "How do heat pumps work?"}, APPROVE),
    "rejected once": ({"approved": False, "feedback": "In cold weather"}, APPROVE),
    "waiting after it kept nothing": ({"approved": False, "feedback": "In cold weather"}, APPROVE),
    "waiting with a model": (APPROVE,),
    "waiting since a model failed": (APPROVE,),
    "waiting for an answer that nobody carried out": (),
    "half written": (),
    "started while nobody worked": (APPROVE,),
    "expense waiting": ({"approved": True, "reason": "A good desk"},),
    "interview waiting for its second answer": ({"years": 3}, {"place": "both", "first_day": "2027-01-04"}),
    "reviews with one of two": ({"aspect": "language", "good": False, "remark": "Too short"},),
    "cleaner waiting": (APPROVE,),
}
"""By their names: what a human answers from there on until the run has ended."""
ENDED = {"completed": "completed", "completed with a model": "completed", "cancelled": "cancelled", "failed": "failed"}
"""Their states."""


@pytest.fixture(params=SETS, ids=lambda path: path.stem)
def restored(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of an earlier version, unpacked as its README says."""
    home.mkdir()
    zipfile.ZipFile(request.param).extractall(home)
    monkeypatch.setenv("HITL_WORKFLOWS", WORKFLOWS)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        server.otherwise = scholar
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_API_BASE", server.base)
        monkeypatch.setenv("HITL_MODEL", "fake-model")
        yield server


@pytest.fixture
def engine(restored: None) -> Iterator[Engine]:
    with closing(open_engine(load_settings())) as engine:
        yield engine


def named(engine: Engine, title: str) -> Run:
    (found,) = [record for record in engine.runs(limit=100) if record.title == title]
    return engine.attach(found.id)


def settled(run: Run) -> Run:
    """A run that asks something, or has ended."""
    until(lambda: not run.active or run.blocked_reason, 30)
    assert run.blocked_reason is None
    return run


def test_every_run_of_a_set_is_named_here(engine: Engine):
    titles = {record.title for record in engine.runs(limit=100)}
    assert titles == {*GO_ON, *ENDED}


def test_every_stored_run_goes_on_to_its_end(restored: None, model: FakeOpenAI):
    with closing(open_engine(load_settings())) as engine:
        for title, answers in GO_ON.items():
            run = settled(named(engine, title))
            before = [(event.seq, event.type) for event in run.events()]
            for answer in answers:
                assert run.answer(run.questions[0].id, answer, by="ana").accepted
                settled(run)
            if run.questions:  # a model has written, which earlier versions did not ask about
                assert run.answer(run.questions[0].id, {"action": "publish"}, by="ana").accepted
                settled(run)
            assert run.status == "completed", f"{title}: {run.error}"
            assert run.result, title
            assert [(event.seq, event.type) for event in run.events()][: len(before)] == before, title


def test_a_run_that_was_half_written_is_asked_about_where_there_is_no_model_any_more(engine: Engine):
    run = settled(named(engine, "half written"))
    assert run.questions[0].body["failed"] == "writing"
    run.answer(run.questions[0].id, {"approved": True, "go_on": "without a model"}, by="ana")
    assert settled(run).status == "completed"


@pytest.mark.parametrize("title", ENDED)
def test_a_run_that_had_ended_is_as_it_was(engine: Engine, title: str):
    run = named(engine, title)
    assert run.status == ENDED[title]
    assert bool(run.result) == (run.status == "completed")
    assert bool(run.error) == (run.status == "failed")


def test_a_run_that_is_blocked_says_so_and_takes_no_answer(restored: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "other=hitl.examples.expense:ExpenseFlow")
    with closing(open_engine(load_settings())) as engine:
        run = named(engine, "expense waiting")
        assert "No workflow is registered as “expense”" in (until(lambda: run.blocked_reason) or "")
        with pytest.raises(WorkflowUnusable):
            run.answer(run.questions[0].id, APPROVE, by="ana")
        assert (run.status, run.answers, len(run.questions)) == ("waiting", [], 1)
