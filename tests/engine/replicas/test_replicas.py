"""What holds over several processes, of which any may die, and while the database is gone."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from hitl.engine import Engine, Run, open_engine
from tests.conftest import until
from tests.engine.crashes import Orders, an_owner, settings_of
from tests.engine.interviews import answer, asked, completed, interview, lines_of, questions_in

pytest.importorskip("dbos")
postgres = pytest.importorskip("tests.postgres")
crash_replicas = pytest.importorskip("tests.engine.replicas.crashes").crash_replicas

KILLS = 8


@pytest.fixture
def page(home: Path, database_url: str) -> Iterator[Engine]:
    """An engine of this process, which runs no workflow."""
    with closing(open_engine(settings_of(home, database_url), owner=False)) as engine:
        yield engine


@pytest.fixture
def worker(home: Path, database_url: str) -> Callable[[str], Orders]:
    return lambda name: Orders(home, name, url=database_url)


def numbers(run: Run) -> list[int]:
    return [event.seq for event in run.events()]


def worker_of(engine: Engine, run: Run) -> object:
    return engine.store.database.read("SELECT worker FROM runs WHERE id=?", run.id)[0][0]


def test_of_processes_that_begin_at_once_with_an_empty_database_one_makes_the_tables(home: Path, postgres_server: str):
    url = postgres.new_database(postgres_server)
    with an_owner(Orders(home, "a", url=url)), an_owner(Orders(home, "b", url=url)), ExitStack() as stack:
        page = stack.enter_context(closing(open_engine(settings_of(home, url), owner=False)))
        asked(interview(page), "alone")
        until(lambda: page.store.database.read("SELECT count(*) FROM workers")[0][0] == 2)


def test_a_run_is_read_and_answered_anywhere_and_taken_over_when_its_process_is_killed(
    page: Engine, worker: Callable[[str], Orders]
):
    run = interview(page)  # nobody runs workflows yet: what is recorded waits
    with an_owner(worker("a")):
        first = until(partial(worker_of, page, run))
        queue = page.attach(run.id).subscribe()
        answer(run, "alone", "first")
        asked(run, "left")
        assert page.is_carried_out

    with an_owner(worker("b")):  # of the two questions that it waits for, one is answered before it is taken over
        answer(run, "left", "second")
        until(lambda: worker_of(page, run) != first)
        answer(run, "right", "third")
        answer(run, "last", "fourth")
        until(partial(completed, run))

    assert run.result == {"result": ["first", "second", "third", "fourth"]}
    assert sorted(questions_in(run)) == ["alone", "last", "left", "right"]
    seen = [queue.get(timeout=10).seq for _ in run.events()]
    assert seen == numbers(run) == list(range(1, len(seen) + 1))
    assert queue.empty()


def test_a_step_that_is_killed_at_work_runs_again_elsewhere_and_the_log_says_so(
    page: Engine, worker: Callable[[str], Orders]
):
    run = interview(page, lines=400)
    with an_owner(worker("a")):
        answer(run, "alone", "first")
        asked(run, "left")
        asked(run, "right")
        until(lambda: len(lines_of(run)) >= 3)
    before = run.events()

    with an_owner(worker("b")):
        killed_at = time.monotonic()
        until(lambda: len(run.events()) > len(before) + 2)
        assert time.monotonic() - killed_at < 30
        for topic in ("left", "right", "last"):
            answer(run, topic, topic)
        until(partial(completed, run))

    after = run.events()
    assert after[: len(before)] == before
    assert [event.body["step"] for event in after if event.type == "StepRestarted"] == ["work"]
    assert [line.body["n"] for line in lines_of(run)[-400:]] == list(range(400))
    assert run.result == {"result": ["first", "left", "right", "last"]}


def test_an_answer_is_applied_once_though_every_process_is_killed_right_after(
    page: Engine, worker: Callable[[str], Orders]
):
    topics = ["alone", "left", "right", "last"]
    runs = [interview(page, picky=picky) for picky in (False, True)]
    for topic in topics:
        with an_owner(worker(f"until {topic}")):
            for run in runs:
                asked(run, topic)
            for run in runs:
                answer(run, topic, topic)
    with an_owner(worker("last")):
        for run in runs:
            until(partial(completed, run))
    for run in runs:
        assert run.result == {"result": topics}
        assert sorted(questions_in(run)) == sorted(topics)


def test_two_answers_at_once_in_two_processes_one_wins(
    page: Engine, home: Path, database_url: str, worker: Callable[[str], Orders]
):
    with closing(open_engine(settings_of(home, database_url), owner=False)) as other, an_owner(worker("a")):
        run = interview(page)
        question = asked(run, "alone")
        body = {"topic": "alone", "so_far": []}
        receipts = [
            engine.attach(run.id).answer(question.id, body | {"token": by}, by=by)
            for engine, by in ((page, "ana"), (other, "ben"))
        ]
        assert [(receipt.accepted, receipt.by) for receipt in receipts] == [(True, "ana"), (False, "ana")]
        asked(run, "left")


def test_a_cancelled_run_stops_in_the_process_that_runs_it(page: Engine, worker: Callable[[str], Orders]):
    run = interview(page, lines=100_000)
    with an_owner(worker("a")):
        answer(run, "alone", "first")
        until(lambda: lines_of(run))
        assert run.cancel()
        other = interview(page)
        asked(other, "alone")
        assert run.status == "cancelled"
        assert [event.kind for event in run.events()].count("stop") == 1
        assert run.events()[-1].kind == "stop"


def test_while_the_database_is_gone_everybody_is_told_and_nothing_is_lost(home: Path, tmp_path: Path):
    folder = postgres.folder_for(tmp_path)
    with postgres.running(folder) as server:
        url = postgres.new_database(server)
        with (
            closing(open_engine(settings_of(home, url), owner=False)) as page,
            an_owner(Orders(home, "a", url=url)),
        ):
            run = interview(page, lines=100)
            answer(run, "alone", "first")
            asked(run, "left")
            until(lambda: lines_of(run))
            with postgres.stopped(folder):  # the long step ends meanwhile
                message = until(partial(trouble, page, run))
                assert message and "cannot reach" in message and "goes on by itself" in message
                time.sleep(3)
            for topic in ("left", "right", "last"):
                answer(run, topic, topic)
            until(partial(completed, run))
            assert run.result == {"result": ["first", "left", "right", "last"]}
            assert [line.body["n"] for line in lines_of(run)] == list(range(100))
            assert page.trouble is None


def trouble(page: Engine, run: Run) -> str | None:
    try:
        _ = run.status
    except Exception as error:
        assert page.trouble == str(error)
    return page.trouble


def test_whatever_was_promised_is_kept_however_often_processes_are_killed(home: Path, database_url: str):
    seed = random.randrange(2**32)
    toll = crash_replicas(home, database_url, KILLS, seed)
    assert not any(toll.wrong.values()), f"seed {seed}: {toll.wrong}"
    assert toll.answers
