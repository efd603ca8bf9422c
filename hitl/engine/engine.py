"""The embedded engine: the one process that owns the file of runs, and runs the workflows.

Any other process is a client (`client.py`): what it records is carried out here as soon as it is seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from workflows.handler import WorkflowHandler

from hitl.engine.client import RUNS_FILE, Client
from hitl.engine.records import RunRecord, Tick
from hitl.engine.runtime.host import Host, Hosted
from hitl.engine.store.database import Database, make_folder
from hitl.engine.store.ownership import acquire_ownership
from hitl.engine.store.statements import Store
from hitl.engine.workflows.answers import build_signal
from hitl.engine.workflows.serialization import KeyMask
from hitl.settings import Settings


class Owner(Client):
    """A client that runs the workflows itself.

    Use `open_engine`.

    Args:
        settings: Where the file is, and which workflows there are.
        workflows: Beside those of the settings; see `register`.
        closing: Held while it closes: nobody may open the file again before that is done.
        on_close: Called when it has closed.

    Raises:
        StoreInUse: If another process owns the file.
    """

    is_owner = True

    def __init__(
        self,
        settings: Settings,
        workflows: Mapping[str, object],
        closing: AbstractContextManager[object],
        on_close: Callable[[], object],
    ) -> None:
        self._closing = closing
        self._on_close = on_close
        self._key_mask = KeyMask(settings)
        make_folder(settings.home)
        self._ownership = acquire_ownership(settings.home, settings.home / RUNS_FILE)
        try:
            super().__init__(settings, workflows)
        except BaseException:
            self._ownership.release()
            raise

    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool:
        """Tell a run something while it works; see `Run.signal`."""
        if self.handler(run_id) is None:
            return False
        return self._host.signal(run_id, build_signal(self._hosted(run_id).workflow, name, body))

    def close(self) -> None:
        """Stop what is at work, without ending any run, and close the file.

        Raises:
            EngineClosed: If a step calls that this engine runs; nothing is closed then.
        """
        with self._closing:
            if self.is_closed:
                return
            self._host.close()
            super().close()
            self._on_close()
            self._ownership.release()

    def handler(self, run_id: str) -> WorkflowHandler | None:
        return self._host.handler(run_id)

    def blocked_reason(self, run_id: str) -> str | None:
        return self._host.blocked_reason(run_id)

    def in_memory(self) -> list[str]:
        return self._host.in_memory()

    def _open_store(self) -> Store:
        store = Store(Database(self.settings.home / RUNS_FILE))
        store.take_ownership(os.getpid())
        return store

    def _begin(self) -> None:
        self._host = Host(self.settings, self.store, self.feed, self._registry)
        self._host.resume()

    def _workflows_changed(self) -> None:
        self._host.resume()

    def _wake(self, run_id: str) -> None:
        self._host.wake(run_id)

    def _drop(self, run_id: str) -> None:
        self._host.drop(run_id)

    def _refuse_steps(self) -> None:
        self._host.refuse_steps()

    def _refuse_blocked(self, run_id: str, hosted: Hosted) -> None:
        self._host.wake(run_id)
        self._host.refuse_blocked(run_id)

    def _hosted_for(self, found: RunRecord) -> Hosted:
        return self._host.hosted(found)

    def _commit(self, run_id: str, tick: Tick) -> None:
        masked = self._key_mask.tick(tick)
        self.feed.channel(run_id).publish(lambda: self.store.commit(run_id, masked))
        if tick.resting and tick.journal:
            self._host.note_rest(run_id, tick.journal.seq)

    def _catch_up(self) -> None:
        self._host.catch_up()
        super()._catch_up()

    def _recover(self) -> None:
        if self.trouble or self._host.has_stranded:
            self.store.take_ownership(os.getpid())  # the smallest write there is: it raises while the trouble lasts
            self._host.resume()

    def _prune(self) -> None:
        if self.settings.keep_days or self.settings.keep_megabytes:
            self.prune(self.settings.keep_days, self.settings.keep_megabytes)
