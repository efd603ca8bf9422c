"""Runs of a file that are copied go on in Postgres, wherever in their workflow they wait."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from hitl.engine import Engine, Run, open_engine
from hitl.engine.workflows.answers import qualified_name
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.crashes import settings_of
from tests.engine.more_flows import Carries

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


def finish(engine: Engine, run_id: str) -> None:
    """Answer the rest of an interview, and see that nothing of it is lost or doubled."""
    run = engine.attach(run_id)
    while answered(run) < QUESTIONS:
        answer_next(run, answered(run))
    until(lambda: run.status == "completed")
    assert run.result
    assert sorted(run.result["result"]) == [str(number) for number in range(QUESTIONS)]
    asked = [event.body["topic"] for event in run.events() if event.kind == "question"]
    assert sorted(asked) == sorted("alone left right last written again again ana ben".split())
    assert [event.seq for event in run.events()] == list(range(1, len(run.events()) + 1))
    assert "StepRestarted" not in [event.type for event in run.events()]


def test_a_run_goes_on_from_every_place_at_which_it_can_wait_there_and_back(
    home: Path, tmp_path: Path, database_url: str
):
    from hitl.engine.copying import copy_from_database, copy_to_database

    def begun(engine: Engine, places: range) -> list[str]:
        runs = [engine.start("interview", rounds=1, lines=5, picky=True, waits=True) for _ in places]
        for place, run in zip(places, runs, strict=True):
            for number in range(place):
                answer_next(run, number)
        return [rest(engine, run.id).id for run in runs]

    with closing(open_engine(settings_of(home))) as engine:
        ids = begun(engine, range(QUESTIONS))
    copy_to_database(home, database_url, lambda there: 0)
    with closing(open_engine(settings_of(home, database_url))) as engine:
        for run in map(engine.attach, ids[:-1]):
            answer_next(run, answered(run))
            rest(engine, run.id)
        finish(engine, ids[-1])
        ids += begun(engine, range(1, QUESTIONS, 3))

    back = tmp_path / "back"
    copied = copy_from_database(database_url, settings_of(back), lambda there: 0)
    assert (copied.new, copied.live) == (len(ids), ())
    with closing(open_engine(settings_of(back))) as engine:
        for run_id in ids:
            finish(engine, run_id)

    with closing(open_engine(settings_of(home, database_url))) as engine:  # where all is as it was
        for run_id in ids[::2]:
            finish(engine, run_id)


def test_a_run_that_a_file_cannot_go_on_with_stays_as_it_is(
    home: Path, tmp_path: Path, database_url: str, caplog: pytest.LogCaptureFixture
):
    from hitl.engine.copying import NotEnded, copy_from_database

    settings = Settings(home=home, workflows={"carries": qualified_name(Carries)})
    shared = settings.model_copy(update={"database_url": SecretStr(database_url)})
    with closing(open_engine(shared)) as engine:
        run_id = rest(engine, engine.start("carries").id).id

    with pytest.raises(NotEnded) as refused:
        copy_from_database(database_url, settings, lambda there: 0)

    assert refused.value.ids == (run_id,)
    assert f"run {run_id} cannot go on in a file: “thing” of HasThing has a value of type Thing" in caplog.text
    with closing(open_engine(shared)) as engine:
        run = engine.attach(run_id)
        assert run.question
        run.answer(run.question.id, {"reply": "yes"}, by="ana")
        until(lambda: run.status == "completed")
