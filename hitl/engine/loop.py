"""The one background thread of an engine, with the asyncio loop that all its runs share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """An asyncio loop on a daemon thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hitl", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and wait for what it returns; errors arrive at the caller."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def post(self, deed: Callable[[], object]) -> None:
        """Have the loop call something soon, without waiting for it."""
        self._loop.call_soon_threadsafe(deed)

    def close(self) -> None:
        """Cancel what is under way, then end the loop and its thread."""
        if not self._loop.is_closed():
            self.call(self._cancel_all())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _cancel_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
