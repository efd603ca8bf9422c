"""A loop goes on with another thread while a callback blocks, and whatever depends on asyncio's inside still holds."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

import anyio
import pytest

from hitl.engine.runtime.handover import HandoverLoop, Relieved
from tests.conftest import until

T = TypeVar("T")


class Threads:
    """Runs a loop, with another thread after each hand-over."""

    def __init__(self) -> None:
        self.loop = HandoverLoop()
        self.relieved: list[threading.Thread] = []
        self.begin()

    def begin(self) -> None:
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        assert self.loop.take_over()
        try:
            self.loop.run_forever()
        except Relieved:
            self.relieved.append(threading.current_thread())
        if turn := self.loop.give_back():
            self.loop.go_on_after(turn)

    def hand_over(self) -> None:
        number = until(lambda: self.loop.turn_number)
        assert self.loop.hand_over(number, time.monotonic())
        self.begin()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Callable[[], T]:
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        return lambda: future.result(timeout=30)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads()
    yield threads
    threads.close()


class Block:
    """Blocks its thread until it is released."""

    def __init__(self) -> None:
        self.begun, self.released = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        assert self.released.wait(timeout=60)


async def thread_id() -> int:
    await asyncio.sleep(0)
    return threading.get_ident()


def blocked(threads: Threads, then: Callable[[], Awaitable[T]]) -> tuple[Block, Callable[[], T]]:
    """A task that blocks, has lost the loop, and goes on with `then` once it is released."""
    block = Block()

    async def work() -> T:
        block()
        return await then()

    result = threads.submit(work())
    assert block.begun.wait(timeout=30)
    threads.hand_over()
    return block, result


def test_the_loop_goes_on_and_the_task_comes_back_to_it(threads: Threads):
    first = threads.submit(thread_id())()
    block, result = blocked(threads, thread_id)
    second = threads.submit(thread_id())()
    assert second != first
    assert [turn.thread_id for turn in threads.loop.blocked_turns] == [first]

    block.released.set()

    assert result() == second
    assert threads.loop.blocked_turns == []


def test_a_task_that_is_due_again_before_its_thread_has_left_it_is_not_lost(threads: Threads):
    """`sleep(0)` makes it due at once, by a thread that has not yet come out of the task's context."""

    async def then() -> int:
        for _ in range(50):
            await asyncio.sleep(0)
        return 1

    for _ in range(20):
        block, result = blocked(threads, then)
        block.released.set()
        assert result() == 1


def test_what_completes_while_its_thread_leaves_wakes_it(threads: Threads):
    async def then() -> str:
        return await asyncio.wait_for(waited, 30)

    for _ in range(20):
        waited: asyncio.Future[str] = threads.loop.create_future()
        block, result = blocked(threads, then)
        block.released.set()
        threads.loop.call_soon_threadsafe(waited.set_result, "done")
        assert result() == "done"


def test_a_task_is_itself_after_it_has_blocked(threads: Threads):
    """Whatever sets a timeout or a cancel scope asks which task it belongs to."""

    async def then() -> list[bool]:
        found = [asyncio.current_task() is tasks[0], asyncio.current_task(threads.loop) is tasks[0]]
        async with asyncio.timeout(30):
            await asyncio.sleep(0)
        with anyio.fail_after(30):
            await anyio.sleep(0)
        return [*found, asyncio.current_task() is tasks[0]]

    async def work() -> list[bool]:
        tasks.append(asyncio.current_task())
        block()
        return await then()

    tasks: list[asyncio.Task[Any] | None] = []
    block = Block()
    result = threads.submit(work())
    assert block.begun.wait(timeout=30)
    threads.hand_over()
    others = [threads.submit(thread_id()) for _ in range(100)]
    block.released.set()
    assert result() == [True, True, True]
    assert len({other() for other in others}) == 1


def test_another_task_is_never_taken_for_the_one_that_blocks(threads: Threads):
    async def name() -> str:
        task = asyncio.current_task()
        assert task
        return task.get_name()

    block, result = blocked(threads, thread_id)
    names = {threads.submit(name())() for _ in range(10)}
    block.released.set()
    result()
    assert len(names) == 10


def test_what_it_schedules_is_called_after_it_has_yielded_and_in_its_order(threads: Threads):
    called: list[object] = []
    block, released = Block(), Block()

    async def work() -> None:
        block()
        loop = asyncio.get_running_loop()
        loop.call_soon(called.append, 1)
        loop.call_later(0, called.append, 2)
        loop.call_later(0, called.append, "never").cancel()
        task = asyncio.create_task(thread_id())
        released()
        called.append(0)
        await task
        await asyncio.sleep(0.01)

    result = threads.submit(work())
    assert block.begun.wait(timeout=30)
    threads.hand_over()
    block.released.set()
    assert released.begun.wait(timeout=30)
    threads.submit(thread_id())()
    assert called == []
    released.released.set()
    result()
    assert called == [0, 1, 2]


def test_a_cancel_reaches_it_when_it_yields(threads: Threads):
    block = Block()

    async def work() -> None:
        block()
        await asyncio.sleep(60)

    async def make() -> asyncio.Task[None]:
        return asyncio.create_task(work())

    made = threads.submit(make())
    assert block.begun.wait(timeout=30)
    threads.hand_over()
    task = made()
    threads.loop.call_soon_threadsafe(task.cancel)
    threads.submit(thread_id())()
    assert not task.done()
    block.released.set()
    until(task.cancelled)


def test_a_callback_that_is_no_task_may_block_too(threads: Threads):
    block = Block()
    threads.loop.call_soon_threadsafe(block)
    assert block.begun.wait(timeout=30)
    threads.hand_over()
    assert threads.loop.blocked_turns[0].task is None
    threads.submit(thread_id())()
    block.released.set()
    until(lambda: not threads.loop.blocked_turns)


def test_its_context_can_be_read_while_it_blocks(threads: Threads):
    color: contextvars.ContextVar[str] = contextvars.ContextVar("color")

    async def work() -> None:
        color.set("green")
        block()

    block = Block()
    result = threads.submit(work())
    assert block.begun.wait(timeout=30)
    threads.hand_over()
    assert threads.loop.blocked_turns[0].context.copy().run(color.get) == "green"
    block.released.set()
    result()


def test_several_block_at_once_and_come_back_in_any_order(threads: Threads):
    all_blocked = [blocked(threads, thread_id) for _ in range(5)]
    runner = threads.submit(thread_id())()
    for block, result in reversed(all_blocked):
        block.released.set()
        assert result() == runner
    assert threads.loop.is_running()


def test_a_turn_that_is_over_is_not_handed_over(threads: Threads):
    block = Block()
    threads.loop.call_soon_threadsafe(block)
    assert block.begun.wait(timeout=30)
    number = until(lambda: threads.loop.turn_number)
    block.released.set()
    until(lambda: not threads.loop.turn_number)
    assert not threads.loop.hand_over(number, 0)


def test_nothing_is_heard_of_one_that_comes_back_to_a_closed_loop(caplog: pytest.LogCaptureFixture):
    threads = Threads()
    old = threads.thread
    block, _ = blocked(threads, thread_id)
    threads.close()
    block.released.set()
    old.join(timeout=30)
    assert threads.relieved == [old]
    assert caplog.records == []
