"""Watching the file: what other processes have recorded, whether a full disk has room again, what may be deleted."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from hitl.engine.errors import EngineClosed, EngineError

log = logging.getLogger("hitl")

POLL_EVERY = 0.4
"""Seconds between two looks at the file's version, each of which takes microseconds."""
RECOVER_EVERY = 2.0
"""Seconds between two tries to write again after a write has failed."""
PRUNE_EVERY = 3600.0
"""Seconds between two deletions of what is older or larger than the settings say."""


class Poller:
    """A thread that calls the engine when there is something to do.

    Args:
        poll: Called every `POLL_EVERY` seconds.
        recover: Called every `RECOVER_EVERY` seconds.
        prune: Called at once, and every `PRUNE_EVERY` seconds.
    """

    def __init__(self, poll: Callable[[], None], recover: Callable[[], None], prune: Callable[[], None]) -> None:
        self._duties = [(poll, POLL_EVERY), (recover, RECOVER_EVERY), (prune, PRUNE_EVERY)]
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
        except Exception as error:  # whatever it is, the next look may go better; what is wrong is told on the page
            if str(error) != self._told:
                log.warning("%s", error, exc_info=not isinstance(error, EngineError))
            self._told = str(error)
