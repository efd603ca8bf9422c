"""The owner: the engine of the one process that owns the database and runs the workflows.

Every other process is a client (`client.py`); the owner polls for what clients record and carries it out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from workflows.handler import WorkflowHandler

from hitl.engine.client import RUNS_FILE, Client
from hitl.engine.hooks import EVERYWHERE, Hooks
from hitl.engine.records import EventRecord, Notice, RunRecord, Tick
from hitl.engine.run import Run
from hitl.engine.runtime.host import Host, Hosted
from hitl.engine.runtime.outbox import Outbox
from hitl.engine.store.database import Database, make_folder
from hitl.engine.store.ownership import acquire_ownership
from hitl.engine.store.statements import Store
from hitl.engine.workflows.answers import build_signal
from hitl.settings import Settings

INDEXED_AT_ONCE = 10
"""Runs whose texts are put into the search's index in one transaction, so that other writers do not wait long."""
INDEXING = 1.0
"""Seconds after which the rest of them waits for the next time."""


class Owner(Client):
    """A client that also runs the workflows. Create it with `open_engine`.

    Args:
        settings: The folder and the workflows.
        workflows: In addition to those of the settings; see `register`.
        closing: Lock held while closing, so that the folder is not opened again before that is done.
        on_close: Called once the database is closed.
        hooks: What to call when a run asks, ends or fails.

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
        hooks: Hooks = EVERYWHERE,
    ) -> None:
        self._hooks = hooks
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
            self._refuse_steps()
            self._outbox.close()
            self._host.close()
            super().close()
            self._on_close()
            self._ownership.release()

    def call_hooks(self, hooks: Hooks) -> None:
        """Call these, too, when a run asks, ends or fails."""
        self._outbox.follow(hooks)

    def cancel(self, run_id: str) -> bool:
        """End a run now; False if it had already ended. Its log says if a step of it has not yielded."""
        self._host.tell_if_blocking(run_id)
        return super().cancel(run_id)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be stored, or no run can go on, at present, in a sentence; None if it can."""
        return super().trouble or self._host.trouble

    def handler(self, run_id: str) -> WorkflowHandler | None:
        return self._host.handler(run_id)

    def blocked_reason(self, run_id: str) -> str | None:
        return self._host.blocked_reason(run_id)

    def _told_blocked(self) -> set[str]:
        return self._host.blocked_runs()

    def check_goes_on(self, run_id: str) -> None:
        self._host.refuse_blocked(run_id)

    def in_memory(self) -> list[str]:
        return self._host.in_memory()

    def _open_store(self) -> Store:
        store = Store(Database(self.settings.home / RUNS_FILE))
        store.take_ownership(os.getpid())
        store.forget_blocked()
        return store

    def _begin(self) -> None:
        self._outbox = Outbox(self.store, self._hook_arguments)
        self._outbox.follow(self._hooks)
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

    def _commit(self, run_id: str, tick: Tick) -> bool:
        masked, is_stored = self._key_mask.tick(tick), True

        def commit() -> Sequence[EventRecord]:
            nonlocal is_stored
            records = self.store.commit(run_id, masked)
            is_stored = records is not None
            return records or []

        self.feed.channel(run_id).publish(commit)
        if is_stored and tick.idle and tick.journal:
            self._host.compact_idle(run_id, tick.journal.seq)
        return is_stored

    def _hook_arguments(self, notice: Notice) -> Sequence[object]:
        """What a hook is called with.

        Raises:
            RunNotFound: If the run was deleted.
            QuestionNotFound: If the run was deleted.
        """
        run = Run(self, self._found(notice.run_id).id)
        return [run] if notice.question_id is None else [run, run.asked(notice.question_id)]

    def _catch_up(self) -> None:
        self._host.catch_up()
        super()._catch_up()
        self._outbox.wake()

    def _index(self) -> None:
        until = time.monotonic() + INDEXING
        while self.store.index_texts(INDEXED_AT_ONCE) and time.monotonic() < until and not self.is_closed:
            pass

    def _recover(self) -> None:
        self._outbox.check()
        if self.trouble or self._host.has_suspended:
            self.store.take_ownership(os.getpid())  # a minimal write, which raises as long as writing fails
            self._host.resume_all()

    def _prune(self) -> None:
        self._retain()
