"""Everything of DBOS and of LlamaIndex' runtime for it that is private and used here, and how both are set up.

dbos 2.31, llama-agents-dbos 0.7. DBOS is one per process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import asyncpg
from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos._dbos import _get_dbos_instance
from dbos._utils import INTERNAL_QUEUE_NAME
from llama_agents.dbos import DBOSRuntime
from llama_agents.dbos.journal.crud import PostgresJournalCrud
from llama_agents.dbos.journal.task_journal import TaskJournal
from llama_agents.dbos.runtime import _IO_STREAM_TICK_TOPIC, InternalDBOSAdapter
from workflows import Workflow
from workflows.runtime.types.plugin import InternalRunAdapter

log = logging.getLogger("hitl")

TICKS = _IO_STREAM_TICK_TOPIC
"""Topic of the messages that bring ticks into a run."""
VERSION = "hitl"
"""The version of every hitl for DBOS, which gives runs to processes of their version alone."""
RUN = "hitl.run"
"""Name of the one workflow that DBOS knows."""
MOST_RECOVERIES = 1_000_000
"""A run that waits for weeks is taken up at every deploy."""
LAUNCH_LOCK = 0x6869746D
"""Number of the advisory lock under which one process makes the tables of DBOS while the others wait."""
TRY_AGAIN = 1.0
"""Seconds after which a write that has failed is tried again."""
LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError)
"""What asyncpg raises when the database has gone."""


class Sessions(Protocol):
    """Runs the workflow of a run."""

    async def session(self, run_id: str) -> None: ...


_sessions: Sessions | None = None


@DBOS.workflow(name=RUN, max_recovery_attempts=MOST_RECOVERIES)
async def run_workflow() -> None:
    """The workflow of every run; which one it is, our own tables know."""
    if _sessions is None or DBOS.workflow_id is None:
        raise asyncio.CancelledError  # the engine was closed; DBOS keeps the run as it is
    await _sessions.session(DBOS.workflow_id)


@DBOS.step(name="hitl.now")
async def now_as_stored() -> float:
    """The time in seconds since 1970; in a replay what it was then."""
    return time.time()


class PatientJournal(PostgresJournalCrud):
    """The order in which tasks of a run have ended, written again as long as the database is gone."""

    async def insert(self, run_id: str, seq_num: int, task_key: str) -> None:
        attempts = 0
        while True:
            try:
                await super().insert(run_id, seq_num, task_key)
                return
            except asyncpg.UniqueViolationError:
                if attempts:  # it had been written, and the connection was lost before that was told
                    return
                raise asyncio.CancelledError("another process runs this run") from None
            except LOST as error:
                attempts = await _wait(attempts, error)

    async def load(self, run_id: str) -> list[str]:
        return await _patiently(lambda: super(PatientJournal, self).load(run_id))

    async def truncate_from(self, run_id: str, seq_num: int) -> None:
        await _patiently(lambda: super(PatientJournal, self).truncate_from(run_id, seq_num))

    async def purge_operations_from(self, run_id: str, function_id: int) -> None:
        await _patiently(lambda: super(PatientJournal, self).purge_operations_from(run_id, function_id))


async def _patiently(call: Callable[[], Awaitable[Any]]) -> Any:
    attempts = 0
    while True:
        try:
            return await call()
        except LOST as error:
            attempts = await _wait(attempts, error)


async def _wait(attempts: int, error: BaseException) -> int:
    if attempts == 0:
        log.warning("DBOS' database cannot be reached: %s", error)
    await asyncio.sleep(TRY_AGAIN)
    return attempts + 1


class Adapter(InternalDBOSAdapter):
    """The library's adapter of one run, with a journal that waits for a database that has gone."""

    def _get_or_create_journal(self) -> TaskJournal:
        if self._journal is None:
            assert self._resolved_pool is not None
            crud = PatientJournal(self._resolved_pool, table_name=self._journal_table_name, schema=self._schema)
            self._journal = TaskJournal(self._run_id, crud)
        return self._journal


class Durable(DBOSRuntime):
    """LlamaIndex' runtime for DBOS, for the runs of one process.

    Args:
        url: Of the database.
        executor: Id of this process.
        sessions: Runs the workflows.
    """

    def __init__(self, url: str, executor: str, sessions: Sessions) -> None:
        global _sessions
        _sessions = sessions
        self._url = url
        DBOS(config=_configuration(url, executor))
        super().__init__(polling_interval_sec=1.0, pool_size=4, pool_min_size=1)

    def get_internal_adapter(self, workflow: Workflow) -> InternalRunAdapter:
        adapter = super().get_internal_adapter(workflow)
        adapter.__class__ = Adapter
        return adapter

    async def launch(self) -> None:
        """Launch DBOS on the running loop; of many processes that begin at once, one makes its tables."""
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(f"SELECT pg_advisory_lock({LAUNCH_LOCK})")
            await super().launch()
            await self._ensure_pool()
        finally:
            await connection.close()

    async def close(self) -> None:
        """Stop, without ending any run."""
        global _sessions
        _sessions = None
        await self.destroy(destroy_dbos=False)


def _configuration(url: str, executor: str) -> DBOSConfig:
    return {
        "name": "hitl",
        "system_database_url": url,
        "executor_id": executor,
        "application_version": VERSION,
        "use_listen_notify": True,
        "run_admin_server": False,
        "log_level": "ERROR",
        "sys_db_pool_size": 10,
    }


def shut_down() -> None:
    """End DBOS in this process; not on the loop that it uses."""
    DBOS.destroy()


async def begin(run_id: str) -> None:
    """Begin a run here."""
    with SetWorkflowID(run_id):
        await DBOS.start_workflow_async(run_workflow)


async def state_of(run_id: str) -> str | None:
    """DBOS' status of a run; None if it does not know it."""
    status = await DBOS.get_workflow_status_async(run_id)
    return None if status is None else str(status.status)


async def cancel(run_id: str) -> None:
    """Have DBOS never take a run up again by itself."""
    await DBOS.cancel_workflow_async(run_id)


async def resume(run_id: str) -> None:
    """Have a living process go on with a run that was cancelled."""
    await DBOS.resume_workflow_async(run_id)


async def forget(run_ids: Sequence[str]) -> None:
    """Delete everything that DBOS has of runs."""
    await DBOS.delete_workflows_async(list(run_ids))


def recover(executors: Sequence[str]) -> None:
    """Have living processes run what these were running."""
    DBOS._recover_pending_workflows(list(executors))


def hand_on(run_id: str, executor: str) -> None:
    """Have a living process run one run that this process was to run."""
    _get_dbos_instance()._sys_db.reenqueue_for_recovery(run_id, [executor], INTERNAL_QUEUE_NAME)
