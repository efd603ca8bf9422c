"""The journals of paused runs, as a file's engine needs them to go on, from what DBOS has of the runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from hitl.engine.hooks import Hooks
from hitl.engine.records import Journal, JournalRow
from hitl.engine.replicas.recorder import UNSTORABLE, DurableRecorder
from hitl.engine.replicas.worker import Worker
from hitl.engine.runtime.journal import check_restores
from hitl.engine.runtime.recorder import Recorder
from hitl.settings import Settings

log = logging.getLogger("hitl")

PATIENCE = 60.0
"""Seconds after which no more runs are waited for once none has come any more."""
LOOK_EVERY = 0.05


class Collector(Worker):
    """A process to which DBOS gives paused runs, only to go through their ticks again; it carries nothing out.

    Args:
        settings: The database, and the workflows of the runs.
        run_ids: The runs.
    """

    def __init__(self, settings: Settings, run_ids: Collection[str]) -> None:
        self._wanted = set(run_ids)
        self._collected: dict[str, list[JournalRow]] = {}
        super().__init__(settings, {}, on_close=lambda: None, hooks=Hooks())

    def journals(self) -> dict[str, Journal]:
        """The journals by id of the run; of those that cannot be collected there is none."""
        names = self._registry.names()
        for run_id in self._wanted:
            if self.store.claim_run(run_id, names):
                self._spawn(self._bring_up(run_id))
        left, found, until = set(self._wanted), dict[str, Journal](), time.monotonic() + PATIENCE
        while left and time.monotonic() < until:
            for run_id in [run_id for run_id in left if self._is_back(run_id) or self.store.blocked_reason(run_id)]:
                left.discard(run_id)
                until = time.monotonic() + PATIENCE
                if self._is_back(run_id) and (journal := self._journal_of(run_id)):
                    found[run_id] = journal
            time.sleep(LOOK_EVERY)
        return found

    def _is_back(self, run_id: str) -> bool:
        hosted = self._hosted_of.get(run_id)
        return hosted is not None and not hosted.recorder.is_replaying(run_id)  # type: ignore[attr-defined]

    def _journal_of(self, run_id: str) -> Journal | None:
        hosted, before = self._hosted_of[run_id], self.store.journal(run_id) or Journal(None, ())
        first = before.rows[-1].seq + 1 if before.rows else before.snapshot.seq if before.snapshot else 0
        rows = [replace(row, seq=first + row.seq) for row in self._collected.get(run_id, ())]
        if unstorable := next((row.tick for row in rows if row.tick.startswith(UNSTORABLE)), None):
            log.warning("run %s cannot go on in a file: %s", run_id, unstorable.removeprefix(UNSTORABLE))
            return None
        journal = Journal(before.snapshot, (*before.rows, *rows))
        try:
            check_restores(hosted.recorder.basic, hosted.workflow, journal)
        except Exception as error:  # the library and user classes can raise anything
            log.warning("run %s cannot go on in a file: %s", run_id, error)
            return None
        return journal

    def _new_recorder(self) -> Recorder:
        recorder = super()._new_recorder()
        assert isinstance(recorder, DurableRecorder)
        recorder.collected = self._collected
        return recorder

    async def _session(self, run_id: str) -> None:
        if run_id not in self._wanted:
            raise asyncio.CancelledError("another process will run it")
        await super()._session(run_id)

    def _begin_unclaimed(self) -> None:
        """Nothing: other processes begin them."""

    def _look_at_own(self, run_ids: Sequence[str]) -> None:
        """Nothing: other processes carry out what is recorded."""

    def _prune(self) -> None:
        """Nothing: other processes prune."""
