"""Whoever calls the loop gets its result, its exception, or the reason why it cannot go on."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from hitl.engine.errors import EngineClosed, LoopBlocked
from hitl.engine.runtime import watchdog
from hitl.engine.runtime.loop import LoopThread
from tests.conftest import until


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.close()


async def anything(chance: random.Random, lock: asyncio.Lock) -> bool:
    """Blocks, sleeps, waits for others, for a lock, a thread and a timer; True if it remains itself."""
    mine, found = asyncio.current_task(), []
    for _ in range(25):
        match chance.randrange(6):
            case 0:
                time.sleep(chance.random() * 0.01)
            case 1:
                await asyncio.sleep(0)
            case 2:
                async with lock:
                    time.sleep(0.003)
                    await asyncio.sleep(0)
            case 3:
                await asyncio.gather(*(asyncio.sleep(0) for _ in range(3)))
            case 4:
                async with asyncio.timeout(60):
                    await asyncio.to_thread(time.sleep, 0.001)
            case 5:
                done = asyncio.Event()
                asyncio.get_running_loop().call_later(0.001, done.set)
                await done.wait()
        found.append(asyncio.current_task() is mine)
    return all(found)


async def nothing() -> None:
    await asyncio.sleep(0)


async def wait_for(released: threading.Event) -> None:
    released.wait(timeout=60)


def block(loop: LoopThread, times: int, released: threading.Event) -> None:
    for number in range(1, times + 1):
        loop.spawn(wait_for(released))
        until(lambda number=number: len(loop.blocked_turns) == number)  # type: ignore[misc]


def test_an_exception_of_the_coroutine_reaches_the_caller_also_a_timeout(loop: LoopThread):
    async def gives_up() -> None:
        raise TimeoutError("given up")

    with pytest.raises(TimeoutError, match="given up"):
        loop.call(gives_up())


def test_a_call_from_the_loop_itself_is_refused(loop: LoopThread):
    async def calls() -> None:
        loop.call(nothing())

    with pytest.raises(EngineClosed, match="A step cannot call"):
        loop.call(calls())


def test_so_is_one_from_a_step_that_has_blocked(loop: LoopThread):
    released = threading.Event()

    async def calls() -> None:
        released.wait(timeout=60)
        loop.refuse_own_thread()

    future = asyncio.run_coroutine_threadsafe(calls(), loop._loop)
    until(lambda: loop.blocked_turns)
    released.set()
    with pytest.raises(EngineClosed, match="A step cannot call"):
        future.result(timeout=30)


def test_a_step_that_ends_the_process_after_it_has_blocked_ends_only_its_thread(loop: LoopThread):
    released = threading.Event()

    async def exits() -> None:
        released.wait(timeout=60)
        sys.exit(1)

    loop.spawn(exits())
    until(lambda: loop.blocked_turns)
    released.set()
    until(lambda: not loop.blocked_turns)
    loop.call(nothing())


def test_more_blocked_steps_than_there_may_be_are_told(loop: LoopThread, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watchdog, "MOST_BLOCKED", 2)
    released, last = threading.Event(), threading.Event()
    block(loop, 2, released)
    assert loop.trouble is None
    loop.call(nothing())

    loop.spawn(wait_for(last))
    until(lambda: loop.trouble)
    with pytest.raises(LoopBlocked, match="have not yielded"):
        loop.call(nothing())

    last.set()
    loop.call(nothing())
    until(lambda: loop.trouble is None)
    released.set()


def test_whatever_blocks_when_no_task_is_lost_and_none_is_taken_for_another(
    loop: LoopThread, monkeypatch: pytest.MonkeyPatch
):
    """With a watchdog that hands over at once, many times."""
    for name, value in (("LOOK_EVERY", 0.001), ("LOOK_AGAIN_EVERY", 0.001), ("MOST_LOOKS", 1), ("MOST_BLOCKED", 1000)):
        monkeypatch.setattr(watchdog, name, value)
    chance, lock = random.Random(7), asyncio.Lock()
    futures = [asyncio.run_coroutine_threadsafe(anything(chance, lock), loop._loop) for _ in range(30)]
    assert all(future.result(timeout=60) for future in futures)


def test_it_closes_within_seconds_while_steps_block_and_those_end_quietly(caplog: pytest.LogCaptureFixture):
    loop, released = LoopThread(), threading.Event()
    block(loop, 2, released)
    threads = [turn.thread_id for turn in loop.blocked_turns]
    loop.spawn(wait_for(released))  # and one that nobody has noticed yet

    began = time.monotonic()
    loop.close()

    assert time.monotonic() - began < 10
    with pytest.raises(EngineClosed):
        loop.call(nothing())
    released.set()
    until(lambda: not {thread.ident for thread in threading.enumerate()} & set(threads))
    assert caplog.records == []
