"""A cancelled run is taken up again at the question that was open then: once, and with nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from hitl.engine import Engine, Question, Run, RunBlocked, RunNotFound, open_engine
from hitl.engine.engine import Owner
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.crashes import Orders, an_owner, settings_of
from tests.engine.flows import Slow
from tests.engine.more_flows import asked, compacted, completed, idle, reopened, settings_for
from tests.engine.test_owner import another_process


@pytest.fixture
def settings() -> Settings:
    return settings_for("AskOnce", "AsksAll", "AddsUp", "Slow", "Timed", "Pair")


@pytest.fixture
def client(engine: Owner) -> Iterator[Engine]:
    """What another process has: it reads and records."""
    with closing(open_engine(engine.settings, owner=False)) as client:
        yield client


def cancelled(run: Run) -> Run:
    """A run that was cancelled while it did nothing but wait."""
    assert idle(run).cancel()
    return run


def approve(run: Run) -> None:
    (question,) = run.questions
    assert run.answer(question.id, {"approved": True}, by="ben").accepted


def test_it_waits_at_the_same_question_and_goes_on_from_there(engine: Owner):
    run = compacted(engine.start("AskOnce", item="tea"))
    (before,) = run.questions
    cancelled(run)
    assert (run.status, run.questions, run.questions_left) == ("cancelled", [], [before])
    assert run.resume_blocked_reason is None

    assert run.resume(by="Ana")

    assert (run.status, run.questions, run.questions_left) == ("waiting", [before], [])
    approve(run)
    assert completed(run).result == {"result": {"ordered": "tea", "after": 1}}
    kinds = [(event.kind, event.type) for event in run.events()]
    assert kinds[-4:] == [
        ("stop", "WorkflowCancelledEvent"),
        ("progress", "RunResumed"),
        ("answer", "Verdict"),
        ("stop", "StopEvent"),
    ]
    assert sum(kind == "question" for kind, _ in kinds) == 1  # nothing has run again


def test_the_log_says_who_did_it(engine: Owner):
    run = cancelled(engine.start("AskOnce", item="tea"))
    run.resume(by=" Ana\n\u202eLia ")
    assert run.events()[-1].body == {"by": "Ana Lia", "message": "Ana Lia took the cancelled run up again"}


@pytest.mark.over_both
def test_it_is_taken_up_as_often_as_it_is_cancelled_after_restarts_too(engine: Owner):
    run = engine.start("AsksAll", questions=2)
    asked(run, 1)
    for _ in range(2):
        cancelled(run)
        run = reopened(run)
        assert run.resume(by="Ana")
        assert len(run.questions) == 2
        run = reopened(run)
    for question in run.questions:
        run.answer(question.id, {"amount": question.body["number"]}, by="ben")
    assert completed(run).result
    run.engine.close()


def test_what_is_answered_right_after_is_taken_once(engine: Owner):
    """The run of before is still being taken out of memory."""
    runs = [idle(engine.start("AskOnce", item=str(number))) for number in range(10)]
    for run in runs:
        run.cancel()
        run.resume(by="Ana")
        approve(run)
    for run in runs:
        completed(run)
        assert [event.kind for event in run.events()].count("answer") == 1


@pytest.mark.parametrize("canceller", ["owner", "client"])
@pytest.mark.parametrize("resumer", ["owner", "client"])
def test_owner_and_client_do_it_alike(engine: Owner, client: Engine, canceller: str, resumer: str):
    run = idle(engine.start("AskOnce", item="tea"))
    by = {"owner": run, "client": Run(client, run.id)}

    by[canceller].cancel()
    assert by[resumer].resume(by="Ana")
    approve(by[resumer])

    assert completed(run).result == {"result": {"ordered": "tea", "after": 1}}


@pytest.mark.over_both
def test_while_nobody_runs_the_workflows_it_waits_until_somebody_does(engine: Owner, client: Engine):
    run = cancelled(engine.start("AskOnce", item="tea"))
    engine.close()
    later = Run(client, run.id)
    assert later.resume(by="Ana")
    approve(later)
    with closing(open_engine(engine.settings)) as again:
        assert completed(again.attach(run.id)).result


@pytest.mark.over_both
def test_of_all_who_do_it_at_once_one_does(engine: Owner, client: Engine):
    run = cancelled(engine.start("AskOnce", item="tea"))
    barrier, told = threading.Barrier(8), []

    def resume(number: int) -> None:
        barrier.wait()
        told.append(Run((engine, client)[number % 2], run.id).resume(by=str(number)))

    threads = [threading.Thread(target=resume, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]
    assert [event.type for event in run.events()].count("RunResumed") == 1


@pytest.mark.over_both
def test_drafts_are_there_again(engine: Owner):
    run = idle(engine.start("AskOnce", item="tea"))
    (question,) = run.questions
    run.keep_draft(question.id, "laptop", {"text": "Ana's"}, by="Ana")
    run.cancel()
    run.resume(by="Ben")
    draft = run.draft(question.id, "laptop")
    assert draft
    assert draft.body == {"text": "Ana's"}


@pytest.mark.over_both
def test_a_question_asked_by_a_wait_inside_a_step_is_open_again(engine: Owner):
    run = engine.start("Pair")
    for number in (1, 2):
        asked(run, number)
    cancelled(run)
    run.resume(by="Ana")
    for question in run.questions:
        number = question.body["attempt"]
        assert run.answer(question.id, {"number": number, "text": question.body["item"]}, by="ben").accepted
    assert completed(run).result == {"result": {"1": "left", "2": "right"}}


# ---- what cannot be


def test_a_run_that_was_cancelled_while_a_step_was_at_work_says_so(engine: Owner):
    Slow.go_on.clear()
    run = engine.start("Slow", item="tea")
    until(lambda: run.events()[1:])
    run.cancel()
    assert "a step was at work" in str(run.resume_blocked_reason)
    with pytest.raises(RunBlocked, match="a step was at work"):
        run.resume(by="Ana")
    assert run.status == "cancelled"
    assert engine.store.journal(run.id) is None


def test_a_run_that_was_not_cancelled_is_left_alone(engine: Owner):
    run = idle(engine.start("AskOnce", item="tea"))
    assert not run.resume(by="Ana")
    approve(run)
    assert not completed(run).resume(by="Ana")
    assert "completed" in str(run.resume_blocked_reason)
    with pytest.raises(RunNotFound):
        Run(engine, "no-such-run").resume(by="Ana")


def test_a_run_whose_workflow_is_gone_says_so_and_can_be_resumed_when_it_is_back(engine: Owner, settings: Settings):
    run = cancelled(engine.start("AskOnce", item="tea"))
    engine.close()
    with closing(open_engine(settings.model_copy(update={"workflows": {}}))) as without:
        gone = without.attach(run.id)
        assert "AskOnce" in str(gone.resume_blocked_reason)
        with pytest.raises(RunBlocked):
            gone.resume(by="Ana")
    with closing(open_engine(settings)) as again:
        assert again.attach(run.id).resume(by="Ana")


def test_a_run_whose_journal_is_gone_says_so(engine: Owner):
    run = cancelled(compacted(engine.start("AskOnce", item="tea")))
    with engine.store.database.transaction() as db:
        db.execute("DELETE FROM journal")
        db.execute("DELETE FROM snapshots")
    assert "not stored any more" in str(run.resume_blocked_reason)


@pytest.mark.over_both
def test_a_question_whose_time_has_passed_is_not_opened_again(engine: Owner):
    run = cancelled(engine.start("Timed", seconds=0.5))
    until(lambda: "has passed" in str(run.resume_blocked_reason))
    with pytest.raises(RunBlocked, match="has passed"):
        run.resume(by="Ana")


def test_the_time_of_a_question_goes_on_while_the_run_is_cancelled(engine: Owner):
    run = cancelled(engine.start("Timed", seconds=2))
    run.resume(by="Ana")
    assert completed(run).result == {"result": "gave up"}


# ---- kill -9


def test_the_owner_is_killed_right_after_it_has_taken_one_up(settings: Settings):
    with another_process(owner=True) as other, closing(open_engine(settings, owner=False)) as reader:
        run_id = other("start", item="tea")
        idle(reader.attach(run_id))
        assert other("cancel", run_id=run_id) is True
        assert other("resume", run_id=run_id, by="Ana") is True
        other.kill()

    with closing(open_engine(settings)) as engine:
        run = engine.attach(run_id)
        approve(run)
        assert completed(run).result == {"result": {"ordered": "tea", "after": 1}}


def test_owners_are_killed_between_cancelling_resuming_and_answering(home: Path):
    with closing(open_engine(settings_of(home), owner=False)) as engine:
        run = engine.start("interview", rounds=1, lines=5, picky=False)
        orders, topics = Orders(home), ["alone", "left", "right", "last"]
        for topic in topics:
            with an_owner(orders):
                question = until(partial(_question_about, run, topic))
                until(lambda: not run.record.active)
            assert run.cancel()
            with an_owner(orders):
                assert run.resume(by="Ana")
            assert question in run.questions
            body = {"topic": topic, "so_far": question.body["so_far"], "token": topic}
            assert run.answer(question.id, body, by="ben").accepted
        with an_owner(orders):
            assert completed(run).result == {"result": topics}
        asked_about = [event.body["topic"] for event in run.events() if event.kind == "question"]
        assert asked_about == topics


def _question_about(run: Run, topic: str) -> Question | None:
    return next((question for question in run.questions if question.body["topic"] == topic), None)
