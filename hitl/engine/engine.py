"""The owner: the engine of the one process that owns the database and runs the workflows.

Every other process is a client (`client.py`); the owner polls for what clients record and carries it out.
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
from hitl.settings import Settings


class Owner(Client):
    """A client that also runs the workflows. Create it with `open_engine`.

    Args:
        settings: The folder and the workflows.
        workflows: In addition to those of the settings; see `register`.
        closing: Lock held while closing, so that the folder is not opened again before that is done.
        on_close: Called once the database is closed.

    Raises:
        StoreInUse: If another process owns the folder.
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
        make_folder(settings.home)
        self._ownership = acquire_ownership(settings.home, settings.home / RUNS_FILE)
        try:
            super().__init__(settings, workflows)
        except BaseException:
            self._ownership.release()
            raise

    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool:
        """Send a signal to a run in memory; see `Run.signal`."""
        if self.handler(run_id) is None:
            return False
        return self._host.signal(run_id, build_signal(self._hosted(run_id).workflow, name, body))

    def close(self) -> None:
        """Stop all work without ending any run, and close the database.

        Raises:
            EngineClosed: If called from a step of this engine; nothing is closed then.
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
        store.forget_blocked()
        return store

    def _begin(self) -> None:
        self._host = Host(self.settings, self.store, self.feed, self._registry)
        self._host.resume_all()

    def _workflows_changed(self) -> None:
        self._host.resume_all()

    def _resume(self, run_id: str) -> None:
        self._host.resume(run_id)

    def _drop(self, run_id: str) -> None:
        self._host.drop(run_id)

    def _refuse_steps(self) -> None:
        self._host.refuse_steps()

    def _refuse_blocked(self, run_id: str, hosted: Hosted) -> None:
        self._host.resume(run_id)
        self._host.refuse_blocked(run_id)

    def _hosted_for(self, found: RunRecord) -> Hosted:
        return self._host.hosted(found)

    def _commit(self, run_id: str, tick: Tick) -> None:
        masked = self._key_mask.tick(tick)
        self.feed.channel(run_id).publish(lambda: self.store.commit(run_id, masked))
        if tick.idle and tick.journal:
            self._host.compact_idle(run_id, tick.journal.seq)

    def _catch_up(self) -> None:
        self._host.catch_up()
        super()._catch_up()

    def _recover(self) -> None:
        if self.trouble or self._host.has_suspended:
            self.store.take_ownership(os.getpid())  # a minimal write, which raises as long as writing fails
            self._host.resume_all()

    def _prune(self) -> None:
        if self.settings.keep_days or self.settings.keep_megabytes:
            self.prune(self.settings.keep_days, self.settings.keep_megabytes)
