"""A process that reads and records over Postgres; processes that run workflows are told, and carry it out.

It needs neither DBOS nor LlamaIndex' runtime for it: those are for `worker.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from hitl.engine.client import Client
from hitl.engine.errors import RunBlocked, WorkflowUnusable
from hitl.engine.records import LIVE
from hitl.engine.runtime.host import Hosted
from hitl.engine.store.contents import PostgresContents
from hitl.engine.store.postgres import Listener, PostgresDatabase
from hitl.engine.store.shared import SharedStore
from hitl.engine.workflows.answers import build_signal
from hitl.settings import Settings
from hitl.shared_files import SharedFiles

LEASE = 5.0
"""Seconds without a sign of life after which a process counts as dead, and others take over its runs."""
UNCLAIMED_FOR = 3 * LEASE
"""Seconds after which it is said that no process takes a run up; most are taken up within a second."""
LOOK_EVERY = 10.0
"""Seconds after which everything is looked at even if nothing was told."""


class Replica(Client):
    """Starts, finds and answers runs over Postgres. Create it with `open_engine`."""

    store: SharedStore
    _glance = LOOK_EVERY

    @property
    def is_carried_out(self) -> bool:
        """True if some process runs workflows."""
        return self.is_owner or self.store.has_workers(2 * LEASE)

    def blocked_reason(self, run_id: str) -> str | None:
        """Why a run cannot continue, in a sentence; None if it can or has ended."""
        found = self.store.run(run_id)
        if found is None or found.status not in LIVE:
            return None
        if reason := self.store.blocked_reason(run_id):
            return reason
        if self.store.is_unclaimed(run_id, UNCLAIMED_FOR) and self.is_carried_out:
            return (
                f"No process that runs workflows has taken it up: perhaps none has a workflow “{found.workflow}”. Give "
                "all of them the same HITL_WORKFLOWS."
            )
        return None

    def blocked_runs(self) -> set[str]:
        """Ids of the runs that the process that was to run them could not continue."""
        return self.store.blocked_runs()

    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool:
        """Record a signal for the process that runs a run; see `Run.signal`."""
        found = self._found(run_id)
        if found.status not in LIVE or self.store.blocked_reason(run_id):
            return False
        build_signal(self._hosted_for(found).workflow, name, body)
        self._refuse_steps()
        if not self.store.add_signal(run_id, name, body):
            return False
        self._resume(run_id)
        return True

    def resume_blocked_reason(self, run_id: str) -> str | None:
        """Why a cancelled run cannot be resumed, in a sentence; None if it can."""
        found = self._found(run_id)
        if found.status != "cancelled":
            return f"The run is {found.status}: only a cancelled one can be taken up again."
        if not (left := self.store.questions_left(run_id)):
            return "When it was cancelled no question was open, or a step was at work: there is nothing to go back to."
        if all(question.expires_at and question.expires_at <= datetime.now(UTC) for question in left):
            return "What it had asked was to be answered by a time that has passed."
        try:
            self._registry.hosted_for(found, self.store.signature(run_id))
        except WorkflowUnusable as error:
            return str(error)
        return None

    def close(self) -> None:
        """Stop listening and close the connections."""
        if not self.is_closed:
            self._listener.close()
            super().close()

    def _open_store(self) -> SharedStore:
        self._database = PostgresDatabase(url_of(self.settings))
        return SharedStore(self._database)

    def _open_files(self) -> SharedFiles:
        self._shared_files = SharedFiles(self.settings.home, PostgresContents(self._database))
        return self._shared_files

    def _begin(self) -> None:
        self._listener = Listener(url_of(self.settings), self._database, self._note_change, LOOK_EVERY)

    def _note_change(self, run_ids: Collection[str] | None) -> None:
        """Have the readers of runs, or of any, see what was committed."""
        self._database.note_change()
        of_these = self.feed.channels() if run_ids is None else chain.from_iterable(map(self.feed.channels_of, run_ids))
        for channel in of_these:
            channel.catch_up()

    def _refuse_blocked(self, run_id: str, hosted: Hosted) -> None:
        """Raise `RunBlocked` if a run cannot be resumed: an answer would never reach it."""
        if reason := self.store.blocked_reason(run_id):
            raise RunBlocked(reason)

    def _prune(self) -> None:
        self._shared_files.tidy()

    def _recover(self) -> None:
        if self.trouble:
            self.store.database.read("SELECT 1")


def url_of(settings: Settings) -> str:
    """The address of the database."""
    assert settings.database_url is not None
    return settings.database_url.get_secret_value()
