"""The one background thread of an engine, with the asyncio loop that all its runs share."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from hitl.engine.errors import EngineClosed

T = TypeVar("T")

log = logging.getLogger("hitl")

LOOP_THREAD = "hitl-loop"
PATIENCE = 2.0
"""Seconds that `close` waits for cancelled steps to stop."""


class LoopThread:
    """An asyncio loop on a daemon thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._pending: set[concurrent.futures.Future[Any]] = set()
        self._spawned: set[concurrent.futures.Future[Any]] = set()
        self.closed = False
        self._has_ended = False
        self._thread = threading.Thread(target=self._run, name=LOOP_THREAD, daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and wait for its result; its exceptions reach the caller.

        Raises:
            EngineClosed: If the loop was closed, or the call comes from its own thread and would deadlock.
        """
        with self._lock:
            is_own_thread = threading.current_thread() is self._thread
            if self.closed or is_own_thread:
                coroutine.close()
                self.refuse_own_thread()
                raise EngineClosed("The engine was closed.")
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
            self._pending.add(future)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise EngineClosed("The engine was closed meanwhile.") from None
        finally:
            self._pending.discard(future)

    def refuse_own_thread(self) -> None:
        """Raise if called from the loop thread; it would deadlock.

        Raises:
            EngineClosed: If called from the loop thread.
        """
        if threading.current_thread() is self._thread:
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

        Raises:
            EngineClosed: If called from the loop thread; it would deadlock.
        """
        self.refuse_own_thread()
        with self._lock:
            if self.closed:
                return
            self.closed = True
        with suppress(concurrent.futures.TimeoutError, concurrent.futures.CancelledError):
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result(timeout=2 * PATIENCE)
        self._has_ended = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        for future in list(self._pending):
            future.cancel()

    def _told(self, future: concurrent.futures.Future[None]) -> None:
        self._spawned.discard(future)
        if not future.cancelled() and (error := future.exception()):
            log.warning("work on the loop failed: %s", error, exc_info=error)

    def _run(self) -> None:
        """Run the loop until it is closed; a step that raises SystemExit ends neither the loop nor the process."""
        while not self._has_ended:
            try:
                self._loop.run_forever()
                break
            except BaseException:  # asyncio reraises SystemExit and KeyboardInterrupt from run_forever
                log.exception("a step tried to end the process")

    async def _cancel_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=PATIENCE)
