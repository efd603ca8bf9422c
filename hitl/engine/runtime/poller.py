"""Periodic work on a thread: catch up with other processes, recover from failed writes, prune old runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from hitl.engine.errors import EngineClosed, EngineError

log = logging.getLogger("hitl")

POLL_EVERY = 0.4
"""Seconds between two checks of the database's version; each takes microseconds."""
INDEX_EVERY = 2.0
"""Seconds between two looks for texts that the search's index does not have yet."""
RECOVER_EVERY = 2.0
"""Seconds between two attempts to write again after a write has failed."""
PRUNE_EVERY = 3600.0
"""Seconds between two deletions of runs beyond the limits of the settings."""


class Poller:
    """A thread that calls the engine at fixed intervals, each call for the first time at once.

    Args:
        poll: Called every `POLL_EVERY` seconds.
        index: Called every `INDEX_EVERY` seconds.
        recover: Called every `RECOVER_EVERY` seconds.
        prune: Called every `PRUNE_EVERY` seconds.
    """

    def __init__(
        self,
        poll: Callable[[], None],
        index: Callable[[], None],
        recover: Callable[[], None],
        prune: Callable[[], None],
    ) -> None:
        self._duties = [(poll, POLL_EVERY), (index, INDEX_EVERY), (recover, RECOVER_EVERY), (prune, PRUNE_EVERY)]
        self._closing = threading.Event()
        self._told = ""
        self._thread = threading.Thread(target=self._run, name="hitl-poller", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        due = [0.0 for _ in self._duties]
        while not self._closing.is_set():
            for number, (deed, every) in enumerate(self._duties):
                if time.monotonic() >= due[number]:
                    self._do(deed)
                    due[number] = time.monotonic() + every
            self._closing.wait(POLL_EVERY)

    def _do(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except EngineClosed:
            self._closing.set()
        except Exception as error:  # the next attempt may succeed, and the page shows what is wrong
            if str(error) != self._told:
                log.warning("%s", error, exc_info=not isinstance(error, EngineError))
            self._told = str(error)
