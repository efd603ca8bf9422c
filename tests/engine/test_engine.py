from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from contextlib import closing

import pytest

from hitl.engine import (
    Engine,
    InvalidAnswer,
    InvalidInputs,
    Question,
    QuestionNotFound,
    Run,
    RunNotFound,
    WorkflowUnusable,
    open_engine,
)
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Slow
from tests.unseen import NEEDED, TAKEN_OUT, tags


def idle(run: Run) -> bool:
    return not run.active


def asked(run: Run) -> Question:
    return until(lambda: run.questions)[0]


def question_of(run: Run) -> str:
    return asked(run).id


@pytest.mark.over_both
def test_a_run_asks_and_finishes_on_the_answer(engine: Engine):
    run = engine.start("order", item="tea", price=2.5)
    question = asked(run)

    assert run.status == "waiting"
    assert run.inputs == {"item": "tea", "price": 2.5}
    assert (question.type, question.body, question.workflow) == ("MayI", {"item": "tea", "attempt": 1}, "order")
    assert question.answer_schema["required"] == ["approved"]

    receipt = run.answer(question.id, {"approved": True}, by="ana")
    assert (receipt.accepted, receipt.by) == (True, "ana")
    until(lambda: run.status == "completed")
    assert run.result == {"result": {"ordered": "tea", "after": 1}}
    assert [(a.by, a.body, a.state) for a in run.answers] == [("ana", {"approved": True, "reason": ""}, "applied")]
    assert run.questions == []


@pytest.mark.over_both
def test_events_are_numbered_without_a_gap_and_tell_the_whole_story(engine: Engine):
    run = engine.start("order", item="tea")
    run.answer(question_of(run), {"approved": False, "reason": "too dear"}, by="ana")
    run.answer(question_of(run), {"approved": True}, by="ben")
    until(lambda: run.status == "completed")

    events = run.events()
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert [(e.kind, e.type) for e in events] == [
        ("start", "Order"),
        ("progress", "Said"),
        ("question", "MayI"),
        ("answer", "Verdict"),
        ("question", "MayI"),
        ("answer", "Verdict"),
        ("stop", "StopEvent"),
    ]
    assert events[3].body["by"] == "ana"
    assert events[3].body["answer"]["reason"] == "too dear"
    assert run.events(after=5) == events[5:]


def test_second_answer_is_told_who_won(engine: Engine):
    run = engine.start("order", item="tea")
    question = question_of(run)

    first = run.answer(question, {"approved": False}, by="ana")
    second = run.answer(question, {"approved": True}, by="ben")

    assert first.accepted
    assert (second.accepted, second.by, second.at) == (False, "ana", first.at)
    asked(run)
    assert len(run.answers) == 1


@pytest.mark.over_both
def test_of_many_answers_at_once_exactly_one_wins(engine: Engine):
    run = engine.start("order", item="tea")
    question = question_of(run)
    barrier, receipts = threading.Barrier(20), []

    def answer(name: str) -> None:
        barrier.wait()
        receipts.append(run.answer(question, {"approved": True}, by=name))

    threads = [threading.Thread(target=answer, args=(f"caller {n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winners = [r for r in receipts if r.accepted]
    assert len(winners) == 1
    assert {r.by for r in receipts} == {winners[0].by}
    until(lambda: run.status == "completed")
    assert run.result == {"result": {"ordered": "tea", "after": 1}}


@pytest.mark.over_both
def test_an_answer_that_does_not_fit_is_refused_and_the_question_stays_open(engine: Engine):
    run = engine.start("order", item="tea")
    question = question_of(run)

    with pytest.raises(InvalidAnswer, match="approved"):
        run.answer(question, {"approved": "perhaps"}, by="ana")
    with pytest.raises(InvalidAnswer, match="no field reasons"):
        run.answer(question, {"approved": True, "reasons": "x"}, by="ana")
    with pytest.raises(InvalidAnswer, match="approved"):
        run.answer(question, {}, by="ana")
    with pytest.raises(QuestionNotFound):
        run.answer("nonsense", {"approved": True}, by="ana")

    assert run.status == "waiting"
    assert question_of(run) == question


@pytest.mark.over_both
def test_an_answer_after_the_end_is_told_that_the_question_is_closed(engine: Engine):
    run = engine.start("order", item="tea")
    question = question_of(run)
    assert run.cancel()

    receipt = run.answer(question, {"approved": True}, by="ana")

    assert (receipt.accepted, receipt.by, receipt.state) == (False, None, "closed")
    assert run.status == "cancelled"
    assert run.answers == []


@pytest.mark.over_both
def test_cancel_ends_a_working_run_once(engine: Engine):
    Slow.go_on.clear()
    run = engine.start("slow")
    until(lambda: any(e.body.get("message") == "begun" for e in run.events()))

    assert run.active
    assert run.cancel()
    assert not run.cancel()
    assert (run.status, run.active) == ("cancelled", False)
    assert run.events()[-1].type == "WorkflowCancelledEvent"


@pytest.mark.over_both
def test_progress_is_seen_while_the_step_still_works(engine: Engine):
    Slow.go_on.clear()
    run = engine.start("slow")
    until(lambda: any(e.body.get("message") == "begun" for e in run.events()))
    assert run.status == "running"
    Slow.go_on.set()
    until(lambda: run.status == "completed")


@pytest.mark.over_both
def test_a_failed_run_says_which_step_failed_and_why(engine: Engine):
    run = engine.start("fails")
    until(lambda: run.status == "failed")

    assert run.error is not None
    assert (run.error.step, run.error.type) == ("explode", "ZeroDivisionError")
    assert run.error.message == "nothing to divide by"
    assert not run.active


@pytest.mark.over_both
def test_every_reader_sees_every_event_once_and_in_order(engine: Engine):
    run = engine.start("chatters", lines=300)
    early = run.subscribe()
    until(lambda: run.status == "completed")
    late = run.subscribe(after=10)

    everything = [e.seq for e in run.events()]
    assert [early.get(timeout=5).seq for _ in everything] == everything
    assert [late.get(timeout=5).seq for _ in everything[10:]] == everything[10:]
    assert early.empty()
    assert late.empty()


def test_a_queue_that_nobody_holds_is_forgotten(engine: Engine):
    run = engine.start("order", item="tea")
    question = question_of(run)
    gone = weakref.ref(run.subscribe())
    gc.collect()
    assert gone() is None

    channel = weakref.ref(engine.feed.channel(run.id))
    run.answer(question, {"approved": True}, by="ana")
    until(lambda: run.status == "completed")
    until(lambda: gc.collect() or channel() is None)


def test_wait_returns_at_once_when_the_run_is_at_rest(engine: Engine):
    run = engine.start("order", item="tea")
    question_of(run)
    until(lambda: idle(run))
    last = run.events()[-1].seq
    assert run.wait(after=last, timeout=60) == []
    assert [e.seq for e in run.wait(after=last - 1, timeout=60)] == [last]


def test_the_handler_and_its_context_are_at_hand(engine: Engine):
    run = engine.start("order", item="tea")
    question = question_of(run)
    assert run.handler is not None
    assert run.ctx is run.handler.ctx
    run.answer(question, {"approved": True}, by="ana")
    until(lambda: run.status == "completed")
    assert run.handler is not None
    assert run.handler.is_done()


def test_a_paused_run_is_not_garbage_collected(engine: Engine):
    run = engine.start("order", item="tea")
    question = question_of(run)
    run_id = run.id
    del run
    gc.collect()
    again = engine.attach(run_id)
    again.answer(question, {"approved": True}, by="ana")
    until(lambda: again.status == "completed")


def test_a_question_asked_by_a_waiter_is_answered(engine: Engine):
    run = engine.start("waits")
    run.answer(question_of(run), {"approved": True}, by="ana")
    until(lambda: run.status == "completed")
    assert run.result == {"result": True}


def test_an_open_answer_type_is_said_not_guessed(engine: Engine):
    run = engine.start("vague")
    with pytest.raises(InvalidAnswer, match="does not say which answer settles InputRequiredEvent"):
        run.answer(question_of(run), {"approved": True}, by="ana")
    with pytest.raises(InvalidAnswer, match=r"answer_type: .*Verdict"):
        run.answer(question_of(run), {"answer_type": "Order", "approved": True}, by="ana")


def test_an_open_answer_type_is_chosen_by_its_name(engine: Engine):
    run = engine.start("vague")
    with pytest.raises(InvalidAnswer, match="approved"):
        run.answer(question_of(run), {"answer_type": "Verdict"}, by="ana")

    assert run.answer(question_of(run), {"answer_type": "Verdict", "approved": True}, by="ana").accepted

    until(lambda: run.status == "completed")
    assert run.answers[0].body["answer_type"] == "Verdict"


def test_bad_starts_are_told_in_words(engine: Engine):
    with pytest.raises(InvalidInputs, match="item"):
        engine.start("order", price=3)
    with pytest.raises(WorkflowUnusable, match="No workflow is registered as “nothing”"):
        engine.start("nothing")
    with pytest.raises(WorkflowUnusable, match="returns an int, not a Workflow"):
        engine.start("wrong")
    with pytest.raises(WorkflowUnusable, match="NoSuchThing"):
        engine.start("missing")
    with pytest.raises(RunNotFound, match="no run abc"):
        engine.attach("abc")
    assert engine.runs() == []


@pytest.mark.over_both
def test_runs_are_listed_newest_first_and_found_by_status_and_text(engine: Engine):
    runs = []
    for item in ("tea", "Coffee", "milk"):
        runs.append(engine.start("order", item=item))
        question_of(runs[-1])  # one after the other, since the order of their questions is looked at
    runs[0].cancel()

    assert [r.inputs["item"] for r in engine.runs()] == ["milk", "Coffee", "tea"]
    assert [r.id for r in engine.runs(status="cancelled")] == [runs[0].id]
    assert [r.id for r in engine.runs(search="cOFF")] == [runs[1].id]
    assert [r.id for r in engine.runs(limit=1)] == [runs[2].id]
    assert [r.id for r in engine.runs(before=runs[2].record.created_at)] == [runs[1].id, runs[0].id]
    assert [q.run_id for q in engine.questions()] == [runs[1].id, runs[2].id]


def test_runs_are_listed_by_the_names_of_their_workflows(engine: Engine, settings: Settings):
    engine.register({"parcel": "tests.engine.flows:AskOnce"})
    order, parcel = engine.start("order", item="tea"), engine.start("parcel", item="tea")
    for run in (order, parcel):
        question_of(run)

    assert [r.id for r in engine.runs(workflows=["order"])] == [order.id]
    assert [r.id for r in engine.runs(workflows={"order", "parcel"})] == [parcel.id, order.id]
    assert [r.id for r in engine.runs(workflows=["order"], status="waiting", ids=[order.id, parcel.id])] == [order.id]
    assert engine.runs(workflows=["order"], ids=[parcel.id]) == engine.runs(workflows=[]) == []
    engine.close()
    with closing(open_engine(settings)) as later:
        assert [r.id for r in later.runs(workflows=["parcel"])] == [parcel.id], "registered or not"


@pytest.mark.over_both
def test_a_deleted_run_is_gone(engine: Engine):
    run = engine.start("order", item="tea")
    question_of(run)
    assert engine.delete(run.id)
    assert not engine.delete(run.id)
    with pytest.raises(RunNotFound):
        _ = run.status
    assert engine.questions() == []


@pytest.mark.over_both
def test_a_waiting_run_is_taken_up_by_the_next_engine(settings: Settings):
    engine = open_engine(settings)
    run_id = engine.start("order", item="tea").id
    run = engine.attach(run_id)
    run.answer(question_of(run), {"approved": False}, by="ana")
    question = until(lambda: [q for q in run.questions if q.body["attempt"] == 2])[0]
    before = run.events()
    engine.close()

    engine = open_engine(settings)
    try:
        run = engine.attach(run_id)
        assert run.events() == before
        assert run.questions == [question]
        run.answer(question.id, {"approved": True}, by="ben")
        until(lambda: run.status == "completed")
        assert run.result == {"result": {"ordered": "tea", "after": 2}}
        assert [e.seq for e in run.events()] == list(range(1, len(before) + 3))
    finally:
        engine.close()


@pytest.mark.over_both
def test_a_working_run_goes_on_in_the_next_engine(settings: Settings):
    Slow.go_on.clear()
    engine = open_engine(settings)
    run_id = engine.start("slow").id
    until(lambda: engine.attach(run_id).events()[-1].body.get("message") == "begun")
    engine.close()

    Slow.go_on.set()
    engine = open_engine(settings)
    try:
        until(lambda: engine.attach(run_id).status == "completed")
    finally:
        engine.close()


def test_the_same_folder_has_one_engine(settings: Settings):
    engine = open_engine(settings)
    assert open_engine(settings) is engine
    engine.close()
    other = open_engine(settings)
    assert other is not engine
    other.close()


def test_importing_the_engine_leaves_streamlit_alone():
    check = "import sys, hitl, hitl.engine; sys.exit('streamlit' in sys.modules or 'llama_index.core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_name_that_stands_beside_a_decision_holds_nothing_that_does_not_show(engine: Engine):
    for text, shown in TAKEN_OUT.values():
        run = engine.start("order", item="tea")
        receipt = run.answer(question_of(run), {"approved": True}, by=f"{text}\nAna")

        name = " ".join(f"{shown}\nAna".split())
        assert receipt.by == run.answers[0].by == name
        assert [event.body["by"] for event in run.events() if event.kind == "answer"] == [name]


def test_a_name_keeps_what_its_script_needs(engine: Engine):
    for text in NEEDED.values():
        run = engine.start("order", item="tea")

        assert run.answer(question_of(run), {"approved": True}, by=text).by == text


def test_what_another_workflow_is_answered_is_stored_as_it_came(engine: Engine):
    run = engine.start("order", item="te\u200ba")
    run.answer(question_of(run), {"approved": False, "reason": "x\u202ey"}, by="ana")

    assert run.inputs["item"] == "te\u200ba"
    assert run.answers[0].body["reason"] == "x\u202ey"


def test_the_name_of_a_run_holds_nothing_that_does_not_show(engine: Engine):
    run = engine.start("order", item="tea")

    for text, shown in TAKEN_OUT.values():
        run.rename(text)
        assert run.title == " ".join(shown.split())
    for text in NEEDED.values():
        run.rename(text)
        assert run.title == text


@pytest.mark.parametrize("name", ["", " \n", "\u200b", "\u3164", "\u202e\u202c", "\u00ad\ufeff", tags("approved")])
def test_a_name_of_nothing_that_shows_takes_the_name_of_a_run_away(engine: Engine, name: str):
    run = engine.start("order", item="tea")
    run.rename("For the cat")
    run.rename(name)

    assert run.title is None


def test_too_long_a_name_is_cut_by_what_shows_and_leaves_no_joiner(engine: Engine):
    run = engine.start("order", item="tea")

    run.rename(tags("x" * 500) + "y" * 198 + "👩\u200d👩")
    assert run.title == "y" * 198 + "👩"
