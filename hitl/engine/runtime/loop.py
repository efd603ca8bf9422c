"""The asyncio loop of an engine, that all its runs share, and the thread that runs it.

A step that blocks keeps its thread; another one then goes on with the loop (see `handover.py`).
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from hitl.engine.errors import EngineClosed, EngineError, LoopBlocked
from hitl.engine.runtime.handover import BlockedTurn, HandoverLoop, Relieved
from hitl.engine.runtime.watchdog import Watchdog

T = TypeVar("T")

log = logging.getLogger("hitl")

LOOP_THREAD = "hitl-loop"
HELPER_THREAD = "hitl-helper"
MOST_HELPERS = 100
"""Threads for steps without `async` and for `asyncio.to_thread`. Python's own number, six on two cores, is too few
where one that sleeps for long must not hold up others; a thread is made only if all others are at work."""
PATIENCE = 2.0
"""Seconds that `close` waits for cancelled steps to stop."""
CHECK_EVERY = 0.1
"""Seconds after which whoever waits for the loop looks whether it can go on."""


class LoopThread:
    """An asyncio loop on a daemon thread, or on several in turn if callbacks block.

    Args:
        on_blocked: Called on another thread once a callback has blocked for `watchdog.TELL_AFTER` seconds.
        on_freed: Called when any callback that was left behind has returned, before what it has scheduled is called.
    """

    def __init__(
        self,
        on_blocked: Callable[[BlockedTurn], None] = lambda turn: None,
        on_freed: Callable[[BlockedTurn], None] = lambda turn: None,
    ) -> None:
        self._loop = HandoverLoop()
        self._loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(MOST_HELPERS, HELPER_THREAD))
        self._lock = threading.Lock()
        self._pending: set[concurrent.futures.Future[Any]] = set()
        self._spawned: set[concurrent.futures.Future[Any]] = set()
        self._on_freed = on_freed
        self.closed = False
        self._has_ended = False
        self._begin_to_run()
        self._watchdog = Watchdog(self._loop, self._begin_to_run, on_blocked)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and wait for its result; its exceptions reach the caller.

        Raises:
            EngineClosed: If the loop was closed, or the call comes from one of its steps and would deadlock.
            LoopBlocked: If `watchdog.MOST_BLOCKED` steps block. The coroutine runs once one of them yields.
        """
        with self._lock:
            if self.closed or self._is_called_from_it():
                coroutine.close()
                self.refuse_own_thread()
                raise EngineClosed("The engine was closed.")
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
            self._pending.add(future)
        try:
            while not future.done():
                with suppress(concurrent.futures.TimeoutError):
                    future.exception(timeout=CHECK_EVERY)
                if not future.done() and (trouble := self.trouble):
                    raise LoopBlocked(trouble)
            return future.result()
        except concurrent.futures.CancelledError:
            raise EngineClosed("The engine was closed meanwhile.") from None
        finally:
            self._pending.discard(future)

    @property
    def trouble(self) -> str | None:
        """Why the loop cannot go on at present, in a sentence; None if it can."""
        if not self._watchdog.is_stuck:
            return None
        return (
            f"{len(self.blocked_turns)} steps have not yielded, and one more blocks everything else until one of them "
            "does. Give what takes long to asyncio.to_thread, and restart hitl."
        )

    @property
    def blocked_turns(self) -> list[BlockedTurn]:
        """The callbacks that block their threads at present."""
        return self._loop.blocked_turns

    def refuse_own_thread(self) -> None:
        """Raise if called from a step; it would deadlock.

        Raises:
            EngineClosed: If called from a callback of the loop.
        """
        if self._is_called_from_it():
            raise EngineClosed("A step cannot call the engine that runs it.")

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine on the loop without waiting for it; its exceptions are logged."""
        with self._lock:
            if self.closed:
                coroutine.close()
                return
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
            self._spawned.add(future)
        future.add_done_callback(self._told)

    def close(self) -> None:
        """Cancel all tasks, then end the loop and its thread; pending calls raise `EngineClosed`.

        The threads of blocked steps stay until those yield; they can do nothing more to the loop then.

        Raises:
            EngineClosed: If called from a step; it would deadlock.
        """
        self.refuse_own_thread()
        with self._lock:
            if self.closed:
                return
            self.closed = True
        with suppress(concurrent.futures.TimeoutError, concurrent.futures.CancelledError):
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result(timeout=2 * PATIENCE)
        self._has_ended = True
        deadline = time.monotonic() + PATIENCE
        while self._thread.is_alive() and time.monotonic() < deadline:
            self._loop.call_soon_threadsafe(self._loop.stop)  # a thread that comes back meanwhile can undo it
            self._thread.join(CHECK_EVERY)
        self._watchdog.close()
        if not self._thread.is_alive():
            self._loop.close()
        for future in list(self._pending):
            future.cancel()

    def _is_called_from_it(self) -> bool:
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    def _told(self, future: concurrent.futures.Future[None]) -> None:
        self._spawned.discard(future)
        if not future.cancelled() and (error := future.exception()):
            log.warning(
                "work on the loop failed: %s", error, exc_info=None if isinstance(error, EngineError) else error
            )

    def _begin_to_run(self) -> None:
        self._thread = threading.Thread(target=self._run, name=LOOP_THREAD, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        """Run the loop until it is closed, or handed over to another thread.

        A step that raises SystemExit ends neither the loop nor the process.
        """
        while not self._has_ended and self._loop.take_over():
            try:
                self._loop.run_forever()
            except Relieved:
                pass
            except BaseException:  # asyncio reraises SystemExit and KeyboardInterrupt from run_forever
                log.exception("a step tried to end the process")
            if turn := self._loop.give_back():
                self._on_freed(turn)
                self._loop.go_on_after(turn)
                return

    async def _cancel_all(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        deadline = time.monotonic() + PATIENCE
        while left and time.monotonic() < deadline:
            ended, left = await asyncio.wait(left, timeout=PATIENCE / 4)
            if not ended and self.blocked_turns:
                return  # what is left waits for steps that block
