"""What is stored of a run's way through its workflow."""

from __future__ import annotations

import pytest

from hitl.engine import Engine, Question, Run, open_engine
from hitl.engine.records import Move
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Slow


def asked(run: Run, but: str = "") -> Question:
    """The question that the run asks now, other than the one with this id."""

    def found() -> Question | None:
        return next((question for question in run.questions if question.id != but), None)

    return until(found)  # type: ignore[return-value]


@pytest.mark.over_both
def test_each_event_that_a_step_takes_and_gives_is_counted_over_a_restart(engine: Engine, settings: Settings):
    run = engine.start("order", item="tea")
    question = asked(run)
    for _ in range(2):
        run.answer(question.id, {"approved": False}, by="ana")
        question = asked(run, but=question.id)
    engine.close()

    again = open_engine(settings)
    run = again.attach(run.id)
    run.answer(asked(run).id, {"approved": True}, by="ana")
    until(lambda: run.status == "completed")

    assert run.traversal.moves == {
        Move("ask", "Order", gives=False): 1,
        Move("ask", "MayI", gives=True): 1,
        Move("decide", "Verdict", gives=False): 3,
        Move("decide", "MayI", gives=True): 2,
        Move("decide", "StopEvent", gives=True): 1,
    }
    client = open_engine(settings, owner=False)
    assert client.attach(run.id).traversal == run.traversal
    client.close()
    again.close()


def test_a_step_is_at_work_until_it_ends(engine: Engine):
    Slow.go_on.clear()
    run = engine.start("slow")
    until(lambda: run.traversal.at_work == ("work",))
    assert run.traversal.moves == {}
    Slow.go_on.set()
    until(lambda: run.status == "completed")
    assert Move("work", "StopEvent", gives=True) in run.traversal.moves


def test_a_question_of_a_wait_is_given_by_the_step_that_waits(engine: Engine):
    run = engine.start("waits")
    question = asked(run)
    assert run.traversal.moves[Move("ask", question.type, gives=True)] == 1
    until(lambda: run.traversal.at_work == ())


def test_events_name_the_step_that_wrote_them(engine: Engine):
    run = engine.start("order", item="tea")
    until(lambda: run.status == "waiting")
    followed = run.subscribe()
    run.answer(asked(run).id, {"approved": True}, by="ana")
    until(lambda: run.status == "completed")

    steps = [(event.type, event.step) for event in run.events()]
    assert steps == [("Order", None), ("Said", "ask"), ("MayI", "ask"), ("Verdict", None), ("StopEvent", "decide")]
    until(lambda: followed.qsize() == len(steps))
    assert [(event.type, event.step) for event in (followed.get() for _ in steps)] == steps
    assert [event.step for event in run.events(after=2)] == ["ask", None, "decide"]


def test_a_deleted_run_leaves_nothing_of_its_way(engine: Engine):
    run = engine.start("order", item="tea")
    until(lambda: run.status == "waiting")
    run_id = run.id
    engine.delete(run_id)
    assert engine.store.traversal(run_id).moves == {}
    assert engine.store.database.read("SELECT count(*) FROM writers")[0][0] == 0
