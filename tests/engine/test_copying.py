"""Runs of a file that are copied go on in Postgres, wherever in their workflow they wait."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from hitl.engine import Engine, Run, open_engine
from tests.conftest import until
from tests.engine.crashes import settings_of

pytest.importorskip("dbos")
pytest.importorskip("tests.postgres")

QUESTIONS = 9
"""What one interview asks: alone, in branches, and from inside steps, with requirements, in a loop and side by side."""


def answer_next(run: Run, number: int) -> None:
    """Answer the oldest question of an interview."""
    question = until(lambda: run.question)
    assert question
    body = {"topic": question.body["topic"], "so_far": question.body["so_far"], "token": str(number)}
    assert run.answer(question.id, body, by="ana").accepted
    until(lambda: run.is_applied(question.id))


def answered(run: Run) -> int:
    return len(run.answers)


def rest(engine: Engine, run_id: str) -> Run:
    run = engine.attach(run_id)
    until(lambda: run.question and not run.active)
    return run


def test_a_run_goes_on_from_every_place_at_which_it_can_wait(home: Path, database_url: str):
    from hitl.engine.copying import copy_to_database

    with closing(open_engine(settings_of(home))) as engine:
        runs = [engine.start("interview", rounds=1, lines=5, picky=True, waits=True) for _ in range(QUESTIONS)]
        for place, run in enumerate(runs):
            for number in range(place):
                answer_next(run, number)
        ids = [rest(engine, run.id).id for run in runs]
    copy_to_database(home, database_url, lambda there: 0)

    with closing(open_engine(settings_of(home, database_url))) as engine:
        for run in map(engine.attach, ids):
            answer_next(run, answered(run))
    with closing(open_engine(settings_of(home, database_url))) as engine:  # a process that replays what came after
        for run in map(engine.attach, ids):
            while answered(run) < QUESTIONS:
                answer_next(run, answered(run))
            until(lambda run=run: run.status == "completed")  # type: ignore[misc]
            assert sorted(run.result["result"]) == [str(number) for number in range(QUESTIONS)]  # type: ignore[index]
            asked = [event.body["topic"] for event in run.events() if event.kind == "question"]
            assert sorted(asked) == sorted("alone left right last written again again ana ben".split())
            assert [event.seq for event in run.events()] == list(range(1, len(run.events()) + 1))
