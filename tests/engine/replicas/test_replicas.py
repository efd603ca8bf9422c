"""What holds over several processes, of which any may die, and while the database is gone."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import psycopg
import pytest

from hitl.engine import Engine, Run, StoreUnusable, open_engine
from hitl.engine.replicas.replica import LEASE
from tests.conftest import until
from tests.engine.crashes import Orders, an_owner, settings_of
from tests.engine.interviews import answer, asked, completed, interview, lines_of, questions_in

pytest.importorskip("dbos")
postgres = pytest.importorskip("tests.postgres")
crashes = pytest.importorskip("tests.engine.replicas.crashes")

KILLS, WITHIN = 30, 1.2
"""How often a process is killed, and after how many seconds at most."""


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


def tokens_in(run: Run) -> list[str]:
    """What has been answered, without its order: of two branches either may be the first."""
    assert run.result
    return sorted(run.result["result"])


def answer_the_rest(run: Run) -> None:
    """Answer what an interview asks after its first question, and look whether all was asked, applied and told once."""
    for topic in ("left", "right", "last"):
        answer(run, topic, topic)
    until(partial(completed, run))
    assert tokens_in(run) == ["first", "last", "left", "right"]
    assert sorted(questions_in(run)) == ["alone", "last", "left", "right"]
    assert numbers(run) == list(range(1, len(run.events()) + 1))


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

    assert tokens_in(run) == ["first", "fourth", "second", "third"]
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
    assert tokens_in(run) == ["first", "last", "left", "right"]


def test_an_answer_is_applied_once_though_every_process_is_killed_right_after(
    page: Engine, home: Path, database_url: str
):
    topics = ["alone", "left", "right", "last"]
    runs = [interview(page, picky=picky) for picky in (False, True)]
    for topic in topics:
        with an_owner(Orders(home, f"until {topic}", url=database_url, lease=crashes.SHORT_LEASE)):
            for run in runs:
                asked(run, topic)
            for run in runs:
                answer(run, topic, topic)
    with an_owner(Orders(home, "last", url=database_url, lease=crashes.SHORT_LEASE)):
        for run in runs:
            until(partial(completed, run))
    for run in runs:
        assert tokens_in(run) == sorted(topics)
        assert sorted(questions_in(run)) == sorted(topics)


def test_what_a_process_was_about_to_do_when_it_was_killed_another_one_does_once(
    page: Engine, worker: Callable[[str], Orders], database_url: str
):
    """A table of DBOS that the test has locked holds the process at the place where it is killed."""
    not_journaled, not_received, not_sent = (interview(page) for _ in range(3))
    with ExitStack() as locks:
        with an_owner(worker("a")):
            for run in (not_journaled, not_received, not_sent):
                asked(run, "alone")
            for run, table in ((not_journaled, "workflow_journal"), (not_received, "operation_outputs")):
                lock(database_url, table, locks)
                answer(run, "alone", "first")
                until(partial(is_waited_for, page, table))
            lock(database_url, "workflow_status", locks)
            not_begun = interview(page)
            until(partial(worker_of, page, not_begun))
            until(partial(is_waited_for, page, "workflow_status"))
        answer(not_sent, "alone", "first")

    with an_owner(worker("b")):
        answer(not_begun, "alone", "first")
        for run in (not_journaled, not_received, not_sent, not_begun):
            answer_the_rest(run)


def lock(url: str, table: str, until_the_end_of: ExitStack) -> None:
    """Have everybody wait who writes into a table of DBOS."""
    connection = until_the_end_of.enter_context(psycopg.connect(url))
    connection.execute(f"LOCK TABLE dbos.{table} IN EXCLUSIVE MODE")


def is_waited_for(engine: Engine, table: str) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation=to_regclass(?)"
    return bool(engine.store.database.read(waiting, f"dbos.{table}")[0][0])


def test_of_two_processes_one_has_a_step_that_blocks_and_all_else_goes_on_and_is_told_anywhere(
    page: Engine, worker: Callable[[str], Orders]
):
    with an_owner(worker("a")), an_owner(worker("b")):
        until(lambda: page.store.database.read("SELECT count(*) FROM workers")[0][0] == 2)
        began = time.monotonic()
        blocks = page.start("spins")
        others = [interview(page) for _ in range(4)]  # some in the same process
        until(lambda: worker_of(page, blocks))
        before = worker_of(page, blocks)

        draws, fails = page.start("well"), page.start("fails")
        until(lambda: [event for event in draws.events() if event.type == "Drew"])
        assert draws.signal("Enough", {"by": "Ana"})
        question = until(lambda: draws.question)
        assert question
        assert draws.answer(question.id, {"litres": 2}, by="ana").accepted
        until(partial(completed, draws))
        assert [event.body["message"] for event in draws.events() if event.type == "Drew"].count("Ana has enough") == 1

        until(lambda: fails.status == "failed")
        assert fails.error
        assert (fails.error.step, fails.error.type) == ("explode", "ZeroDivisionError")

        waits = page.start("interview", rounds=1, lines=1, picky=True, waits=True)
        topics = ["alone", "left", "right", "last", "written", "again", "again", "ana", "ben"]
        for number, topic in enumerate(topics):
            answer(waits, topic, f"{number}")
        until(partial(completed, waits))
        assert tokens_in(waits) == [str(number) for number in range(9)]

        for run in others:
            for topic in topics[:4]:
                answer(run, topic, topic)
            until(partial(completed, run))
        until(lambda: any(event.type == "StepBlocks" for event in blocks.events()))
        until(lambda: time.monotonic() - began > LEASE + 2)
        assert worker_of(page, blocks) == before
        assert not any(event.type == "StepRestarted" for event in blocks.events())


def test_a_process_that_stood_still_and_was_taken_for_dead_lets_others_go_on_with_its_runs(
    page: Engine, worker: Callable[[str], Orders]
):
    with an_owner(worker("a")):
        runs = [interview(page), interview(page, lines=300)]
        answer(runs[1], "alone", "first")
        until(lambda: lines_of(runs[1]) and asked(runs[0], "alone"))
        (process,) = page.store.database.read("SELECT split_part(process, ' ', 2) FROM workers")[0]
        first = worker_of(page, runs[0])
        os.kill(int(process), signal.SIGSTOP)
        with an_owner(worker("b")):
            for run in runs:
                until(lambda run=run: worker_of(page, run) != first)  # type: ignore[misc]
            os.kill(int(process), signal.SIGCONT)
            until(lambda: page.store.database.read("SELECT count(*) FROM workers")[0][0] == 2)
            answer(runs[0], "alone", "first")
            for run in runs:
                answer_the_rest(run)


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
    """The database is at a port here; elsewhere it is at a socket."""
    folder, port = postgres.folder_for(tmp_path), postgres.free_port()
    with postgres.running(folder):
        url = postgres.new_database(postgres.listen(folder, port))
        with (
            closing(open_engine(settings_of(home, url), owner=False)) as page,
            an_owner(Orders(home, "a", url=url)),
        ):
            run = interview(page, lines=100)
            answer(run, "alone", "first")
            asked(run, "left")
            until(lambda: lines_of(run))
            with postgres.stopped(folder, port):  # the long step ends meanwhile
                message = until(partial(trouble, page, run))
                assert message and "cannot reach" in message and "goes on by itself" in message
                time.sleep(3)
            for topic in ("left", "right", "last"):
                answer(run, topic, topic)
            until(partial(completed, run))
            assert tokens_in(run) == ["first", "last", "left", "right"]
            assert [line.body["n"] for line in lines_of(run)] == list(range(100))
            assert page.trouble is None


def trouble(page: Engine, run: Run) -> str | None:
    try:
        _ = run.status
    except Exception as error:
        assert page.trouble == str(error)
    return page.trouble


needs_a_pooler = pytest.mark.skipif(not postgres.PGBOUNCER, reason="there is no PgBouncer here")


@needs_a_pooler
def test_a_pooler_that_keeps_sessions_is_no_matter(home: Path, database_url: str):
    with (
        postgres.pooled(database_url, "session") as url,
        closing(open_engine(settings_of(home, url), owner=False)) as page,
        an_owner(Orders(home, "a", url=url)),
    ):
        run = interview(page)
        for topic in ("alone", "left", "right", "last"):
            answer(run, topic, topic)
        until(partial(completed, run))
        assert numbers(run) == list(range(1, len(run.events()) + 1))


@needs_a_pooler
def test_a_pooler_that_does_not_keep_sessions_is_refused_in_a_sentence(home: Path, postgres_server: str):
    new = postgres.new_database(postgres_server)
    with (
        postgres.pooled(new, "transaction") as url,
        pytest.raises(StoreUnusable, match="have the pooler keep sessions"),
    ):
        open_engine(settings_of(home, url))
    with psycopg.connect(new) as db:
        assert db.execute("SELECT count(*) FROM pg_tables WHERE schemaname='public'").fetchone() == (0,)


def test_whatever_was_promised_is_kept_however_often_processes_are_killed(home: Path, database_url: str):
    seed = random.randrange(2**32)
    toll = crashes.crash_replicas(home, database_url, KILLS, seed, WITHIN)
    assert not any(toll.wrong.values()), f"seed {seed}: {toll.wrong}"
    assert toll.answers
