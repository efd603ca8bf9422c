"""A run is awaited and streamed from any event loop, by the owner and by a client, and nothing is left behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar

import anyio
import pytest

from hitl.engine import (
    Engine,
    EngineClosed,
    EventRecord,
    NoResult,
    Run,
    RunBlocked,
    RunCancelled,
    RunFailed,
    RunNotFound,
    open_engine,
)
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Slow
from tests.engine.more_flows import asked, completed, idle, out_of_memory, said, settings_for

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds after which a test that waits fails; it takes a fraction of one."""


@pytest.fixture
def settings() -> Settings:
    return settings_for("AskOnce", "Fails", "Slow", "Chatters", "Counts", "AsksAll", "AddsUp")


@pytest.fixture
def owner(settings: Settings) -> Iterator[Engine]:
    Slow.go_on.clear()
    with closing(open_engine(settings)) as engine:
        yield engine
        Slow.go_on.set()


@pytest.fixture(params=["owner", "client"])
def engine(owner: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The engine that a test's own code has; the owner runs the workflows in any case."""
    if request.param == "owner":
        yield owner
        return
    with closing(open_engine(owner.settings, owner=False)) as client:
        yield client


def on_a_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns on an event loop of its own, if it does so in time."""

    async def in_time() -> T:
        async with asyncio.timeout(PATIENCE):
            return await coroutine

    return asyncio.run(in_time())


async def waiting(run: Run) -> None:
    """Wait until somebody waits for a run."""
    while not run.engine.feed.channel(run.id)._wakers:
        await asyncio.sleep(0.001)


async def answered(run: Run, **body: Any) -> None:
    question = await run.next_question()
    assert question
    await asyncio.to_thread(run.answer, question.id, body, "ana")


# ---- questions


def test_a_run_is_asked_for_its_questions_until_it_has_ended(engine: Engine):
    async def whole_run() -> list[object]:
        run = await asyncio.to_thread(engine.start, "AskOnce", item="tea")
        seen: list[object] = []
        while question := await run.next_question():
            seen.append(question.body["attempt"])
            approved = len(seen) == 3
            await asyncio.to_thread(run.answer, question.id, {"approved": approved}, "ana")
        return [*seen, await run.wait_result(), run.question]

    assert on_a_loop(whole_run()) == [1, 2, 3, {"result": {"ordered": "tea", "after": 3}}, None]


def test_the_oldest_question_is_the_next_one_until_it_is_answered(engine: Engine):
    run = engine.start("AsksAll", questions=2)
    asked(run, 2)

    async def ask_twice() -> list[str]:
        first, again = await run.next_question(), await run.next_question()
        assert first
        assert first == again == run.question
        await asyncio.to_thread(run.answer, first.id, {"amount": 1}, "ana")
        second = await run.next_question()
        assert second
        return [first.id, second.id]

    assert len(set(on_a_loop(ask_twice()))) == 2


def test_a_question_that_does_not_come_in_time_is_told(engine: Engine):
    run = engine.start("Slow")

    with pytest.raises(TimeoutError, match=rf"Run {run.id} has asked nothing within 0\.01 seconds"):
        on_a_loop(run.next_question(timeout=0.01))
    with pytest.raises(TimeoutError, match=r"has not ended within 0\.01 seconds"):
        on_a_loop(run.wait_result(timeout=0.01))

    assert not run.engine.feed.channel(run.id)._wakers


def test_what_is_there_already_needs_no_time(engine: Engine):
    run = engine.start("AskOnce", item="tea")
    on_a_loop(run.next_question())

    assert on_a_loop(run.next_question(timeout=0)) == run.question


def test_a_run_that_rests_on_the_disk_gives_its_question_and_stays_there(settings: Settings):
    with closing(open_engine(settings.model_copy(update={"rest_seconds": 0.2}))) as owner:
        run = out_of_memory(owner.start("AskOnce", item="tea"))
        question = on_a_loop(run.next_question())
        assert question == run.question
        assert run.id not in owner.in_memory()


# ---- results


@pytest.mark.parametrize("soon", [True, False], ids=["while it is awaited", "before"])
def test_the_result_is_that_of_the_run(engine: Engine, soon: bool):
    run = engine.start("Slow")

    async def result() -> dict[str, Any]:
        awaited = asyncio.create_task(run.wait_result())
        await waiting(run)
        Slow.go_on.set()
        return await awaited

    if not soon:
        Slow.go_on.set()
        completed(run)
    found = on_a_loop(result() if soon else run.wait_result())
    assert found == run.result == {"result": "done"}


def test_a_failed_run_says_why_it_has_no_result(engine: Engine):
    run = engine.start("Fails")

    with pytest.raises(RunFailed, match="failed in its step “explode”: ZeroDivisionError: nothing to") as told:
        on_a_loop(run.wait_result())

    assert told.value.failure == run.error
    assert isinstance(told.value, NoResult)
    assert on_a_loop(run.next_question()) is None


def test_a_run_that_is_cancelled_meanwhile_says_so(engine: Engine):
    run = engine.start("Slow")

    async def cancelled() -> None:
        awaited = [asyncio.create_task(run.wait_result()), asyncio.create_task(run.next_question())]
        await waiting(run)
        await asyncio.to_thread(run.cancel)
        assert await awaited[1] is None
        await awaited[0]

    with pytest.raises(RunCancelled, match=rf"Run {run.id} was cancelled"):
        on_a_loop(cancelled())


def test_a_run_that_is_deleted_meanwhile_is_not_found_or_cancelled(engine: Engine):
    run = engine.start("Slow")

    async def deleted() -> None:
        awaited = asyncio.create_task(run.wait_result())
        await waiting(run)
        await asyncio.to_thread(engine.delete, run.id)
        await awaited

    with pytest.raises((RunNotFound, RunCancelled)):
        on_a_loop(deleted())
    with pytest.raises(RunNotFound):
        on_a_loop(run.wait_result())


# ---- a run that cannot go on


@pytest.mark.parametrize("how", ["wait_result", "next_question", "stream"])
def test_whoever_waits_for_a_run_that_cannot_go_on_is_told(engine: Engine, owner: Engine, how: str):
    """Its workflow is not registered any more when the folder is opened again."""
    run = owner.start("Slow")
    said(run, "begun")
    owner.close()
    without = owner.settings.model_copy(update={"workflows": {"another": "tests.engine.flows:AskOnce"}})
    with closing(open_engine(without)) as owner_now:
        again = (owner_now if engine is owner else engine).attach(run.id)
        until(lambda: again.blocked_reason)

        async def stream() -> None:
            assert [event.type async for event in again.stream()] == []

        with pytest.raises(RunBlocked, match="No workflow is registered as “Slow”"):
            on_a_loop(stream() if how == "stream" else getattr(again, how)())


def test_whoever_waits_is_told_as_soon_as_the_run_cannot_go_on(owner: Engine):
    """The owner cannot read its journal when an answer wakes it."""
    owner.register({"AddsUp": "tests.engine.more_flows:AddsUp"})
    settings = owner.settings.model_copy(update={"rest_seconds": 0.2})
    owner.close()
    with closing(open_engine(settings)) as engine:
        run = out_of_memory(engine.start("AddsUp", questions=2))
        question = asked(run)

        async def blocked() -> None:
            awaited = asyncio.create_task(run.wait_result())
            await waiting(run)
            await asyncio.to_thread(break_journal, engine, run.id)
            with pytest.raises(RunBlocked):
                await asyncio.to_thread(run.answer, question.id, {"amount": 1}, "ana")
            await awaited

        with pytest.raises(RunBlocked):
            on_a_loop(blocked())


def break_journal(engine: Engine, run_id: str) -> None:
    with engine.store.database.transaction() as db:
        db.execute("UPDATE journal SET tick='{' WHERE run_id=?", (run_id,))
        db.execute("UPDATE snapshots SET context='{' WHERE run_id=?", (run_id,))


def test_whoever_waits_when_the_engine_is_closed_is_told(engine: Engine):
    run = engine.start("Slow")

    async def closed() -> None:
        awaited = asyncio.create_task(run.wait_result())
        await waiting(run)
        await asyncio.to_thread(engine.close)
        await awaited

    with pytest.raises(EngineClosed):
        on_a_loop(closed())


# ---- streams


async def all_of(run: Run, after: int = 0) -> list[EventRecord]:
    return [event async for event in run.stream(after)]


@pytest.mark.parametrize(
    ("workflow", "inputs"), [("Chatters", {"lines": 300}), ("Counts", {"steps": 20}), ("Fails", {})]
)
def test_a_stream_has_every_event_once_and_in_order_and_ends_with_the_run(
    engine: Engine, workflow: str, inputs: dict[str, Any]
):
    run = engine.start(workflow, **inputs)

    seen = on_a_loop(all_of(run))

    assert run.status in ("completed", "failed")
    assert [event.seq for event in seen] == list(range(1, len(seen) + 1))
    assert seen == run.events() == on_a_loop(all_of(run))
    assert on_a_loop(all_of(run, after=3)) == seen[3:]
    assert on_a_loop(all_of(run, after=10**6)) == []


def test_a_stream_goes_over_questions_and_ends_when_the_run_is_cancelled(engine: Engine):
    run = engine.start("AskOnce", item="tea")

    async def over_questions() -> list[str]:
        kinds: list[str] = []
        async for event in run.stream():
            kinds.append(event.kind)
            if event.kind == "question" and kinds.count("question") == 1:
                await asyncio.to_thread(run.answer, run.questions[0].id, {"approved": False}, "ana")
            elif event.kind == "question":
                await asyncio.to_thread(run.cancel)
        return kinds

    assert on_a_loop(over_questions()) == ["start", "progress", "question", "answer", "question", "stop"]


def test_a_stream_that_is_broken_off_leaves_nothing_and_the_next_goes_on(engine: Engine):
    run = idle(engine.start("AskOnce", item="tea"))
    channel = engine.feed.channel(run.id)

    async def broken_off() -> None:
        async for event in run.stream():
            if event.kind == "question":
                break
        assert not channel._wakers
        rest = asyncio.create_task(all_of(run, after=event.seq))
        await answered(run, approved=True)
        assert [event.kind for event in await rest] == ["answer", "stop"]

    on_a_loop(broken_off())
    assert not channel._wakers
    assert not list(channel._subscriptions)


def test_a_stream_that_is_cancelled_leaves_nothing(engine: Engine):
    run = idle(engine.start("AskOnce", item="tea"))

    async def cancelled() -> None:
        reading = asyncio.create_task(all_of(run))
        await waiting(run)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert not engine.feed.channel(run.id)._wakers

    on_a_loop(cancelled())


# ---- loops


def test_two_loops_read_one_run_at_once(owner: Engine):
    """And a third in the same program, of another library."""
    with closing(open_engine(owner.settings, owner=False)) as client:
        run = owner.start("AskOnce", item="tea")
        there = client.attach(run.id)
        with ThreadPoolExecutor(3) as threads:
            reading = [threads.submit(on_a_loop, all_of(each)) for each in (run, there)]
            reading.append(threads.submit(lambda: anyio.run(all_of, run)))
            on_a_loop(answered(there, approved=False))
            asked(run, attempt=2)
            on_a_loop(answered(run, approved=True))
            first, second, third = (each.result(PATIENCE) for each in reading)

    assert first == second == third
    assert [event.kind for event in first] == ["start", "progress", "question", "answer", "question", "answer", "stop"]


def test_a_loop_that_ended_while_somebody_waited_on_it_disturbs_nobody(owner: Engine):
    run = owner.start("Slow")
    loop = asyncio.new_event_loop()
    task = loop.create_task(run.wait_result())
    while not owner.feed.channel(run.id)._wakers:
        loop.run_until_complete(asyncio.sleep(0.001))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()  # as a notebook or a test does that forgets its tasks

    Slow.go_on.set()
    assert on_a_loop(run.wait_result()) == {"result": "done"}
    task._log_destroy_pending = False  # type: ignore[attr-defined]


def test_many_who_wait_cost_no_threads_of_their_own(engine: Engine):
    run = idle(engine.start("AskOnce", item="tea"))

    async def many() -> int:
        before = threading.active_count()
        awaited = [asyncio.create_task(run.wait_result()) for _ in range(200)]
        while len(engine.feed.channel(run.id)._wakers) < 200:
            await asyncio.sleep(0.001)
        more = threading.active_count() - before
        await answered(run, approved=True)
        results = await asyncio.gather(*awaited)
        assert results == [{"result": {"ordered": "tea", "after": 1}}] * 200
        return more

    assert on_a_loop(many()) <= 32


def test_a_loop_goes_on_while_the_database_is_busy(engine: Engine):
    """Another thread reads for long, and another writes: whoever waits for that is not the loop."""
    run = engine.start("Slow")
    held, released = threading.Event(), threading.Event()

    def hold() -> bool:
        with engine.store.database._read_lock, engine.feed.channel(run.id)._changed:  # type: ignore[attr-defined]
            held.set()
            return released.wait(PATIENCE / 2)

    async def beside() -> None:
        holding = asyncio.create_task(asyncio.to_thread(hold))
        await asyncio.to_thread(held.wait)
        awaited = [asyncio.create_task(run.wait_result()), asyncio.create_task(run.next_question())]
        await waiting(run)
        for _ in range(100):
            await asyncio.sleep(0)
        released.set()
        assert await holding, "the loop was blocked"
        Slow.go_on.set()
        assert await asyncio.gather(*awaited) == [{"result": "done"}, None]

    on_a_loop(beside())
