"""Everything of DBOS and of LlamaIndex' runtime for it that is private and used here, and how both are set up.

dbos 2.31, llama-agents-dbos 0.7. DBOS is one per process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
import sqlalchemy
from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos._dbos import _get_dbos_instance
from dbos._error import DBOSException
from dbos._utils import INTERNAL_QUEUE_NAME
from llama_agents.dbos import DBOSRuntime
from llama_agents.dbos.journal.crud import PostgresJournalCrud
from llama_agents.dbos.journal.task_journal import TaskJournal
from llama_agents.dbos.runtime import _IO_STREAM_TICK_TOPIC, InternalDBOSAdapter
from sqlalchemy.exc import SQLAlchemyError
from workflows import Workflow
from workflows.runtime.types.named_task import (
    NamedTask,
    PendingStart,
    all_tasks,
    find_by_key,
    get_key,
    pick_highest_priority,
)
from workflows.runtime.types.plugin import InternalRunAdapter, WaitForNextTaskResult

from hitl.engine.errors import WorkflowChanged
from hitl.engine.store.postgres import MOST_IDLE

log = logging.getLogger("hitl")

TICKS = _IO_STREAM_TICK_TOPIC
"""Topic of the messages that bring ticks into a run."""
VERSION = "hitl"
"""The version of every hitl for DBOS, which gives runs to processes of their version alone."""
RUN = "hitl.run"
"""Name of the one workflow that DBOS knows."""
MOST_RECOVERIES = 1_000_000
"""A run that waits for weeks is taken up at every deploy."""
TIMEOUT = "timeout"
"""Key of a turn in which no task had ended."""
LAUNCH_LOCK = 0x6869746D
"""Number of the advisory lock under which one process makes the tables of DBOS while the others wait."""
TRY_AGAIN = 1.0
"""Seconds after which a write that has failed is tried again."""
LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"""What asyncpg raises when the database has gone, or has no connection or no room left."""

TROUBLE = (*LOST, asyncpg.PostgresError, SQLAlchemyError, DBOSException)
"""What DBOS and the runtime raise if they could not write or read what they need."""


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
    """What the control loop of a run has gone on with, in order, written again as long as the database is gone."""

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


@dataclass(frozen=True)
class Turn:
    """What the control loop has gone on with, as it stands in the journal."""

    key: str
    """Of the task that had ended; `TIMEOUT` if none had, and something was due."""
    at: float
    """When that was, in seconds since 1970."""

    @classmethod
    def read(cls, entry: str) -> Turn:
        key, _, at = entry.rpartition("@")
        return cls(key, float(at))

    def __str__(self) -> str:
        return f"{self.key}@{self.at!r}"


class Adapter(InternalDBOSAdapter):
    """The library's adapter of one run, with a clock of its own.

    The library asks DBOS for the time several times a tick, which each time writes two rows, and a replay waits again
    for every pause that is over. Here the time stands still between two turns of the control loop, and is in the
    journal with each.
    """

    _journal: TaskJournal | None
    _now: float | None = None

    async def get_now(self) -> float:
        if self._now is None:
            self._now = await now_as_stored()
        return self._now

    async def wait_for_next_task(
        self, running: list[NamedTask], pending: list[PendingStart], timeout: float | None = None
    ) -> WaitForNextTaskResult:
        await self._resolve_pool()
        journal = self._get_or_create_journal()
        await journal.load()
        entry = journal.next_expected_key()
        # the library deletes what DBOS has beyond this point, and with it messages that were received and acknowledged;
        # what is there has been begun in this turn, in the same order, and is taken again
        started = []
        try:
            for each in pending:  # each reserves its numbers at DBOS as it begins: in this order in every replay
                started.append(each.start(asyncio.create_task(each.coro)))
                await asyncio.sleep(0)
            task = await self._next_of([*running, *started], entry, journal, timeout)
        except BaseException:
            for begun in started:  # the control loop does not know them yet, and could not end them
                begun.task.cancel()
            raise
        return WaitForNextTaskResult(task, started)

    async def _next_of(
        self, named: list[NamedTask], entry: str | None, journal: TaskJournal, timeout: float | None
    ) -> asyncio.Task[Any] | None:
        """The task that ends next, or has in the turn that stands in the journal; None if something else was due."""
        if entry is not None:
            turn = Turn.read(entry)
            task = None if turn.key == TIMEOUT else find_by_key(named, turn.key)
            if task is None and turn.key != TIMEOUT:
                raise WorkflowChanged(f"the workflow takes another way than before: it does not come to {turn.key} now")
            if task:
                await asyncio.wait({task})
            self._now = turn.at
            journal.advance()
            return task
        done, _ = await asyncio.wait(all_tasks(named), timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        task = pick_highest_priority(named, done) if done else None
        self._now = time.time()
        await journal.record(str(Turn(get_key(named, task) if task else TIMEOUT, self._now)))
        return task

    def _get_or_create_journal(self) -> TaskJournal:
        if self._journal is None:
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
        super().__init__(polling_interval_sec=1.0, pool_size=3, pool_min_size=1)

    def get_internal_adapter(self, workflow: Workflow) -> InternalRunAdapter:
        adapter = super().get_internal_adapter(workflow)
        adapter.__class__ = Adapter
        return adapter

    async def launch(self) -> None:
        """Launch DBOS on the running loop; of many processes that begin at once, one makes its tables."""
        connection = await asyncpg.connect(self._url)
        try:
            # asked for again and again: DBOS makes indexes in a way that waits for every statement that is going on, so
            # for one that would wait here, too
            while not await connection.fetchval(f"SELECT pg_try_advisory_lock({LAUNCH_LOCK})"):
                await asyncio.sleep(0.1)
            await super().launch()
            free_what_is_locked(_get_dbos_instance()._sys_db.engine)
            # a run that DBOS has given to another process, or to this one again, and that runs here is left at once:
            # it would ask every second for its result
            _get_dbos_instance()._sys_db.await_workflow_result_async = _leave  # type: ignore[method-assign, assignment]
            await self._ensure_pool()
        finally:
            await connection.close()

    async def close(self) -> None:
        """Stop, without ending any run."""
        global _sessions
        _sessions = None
        await self.destroy(destroy_dbos=False)


def free_what_is_locked(engine: sqlalchemy.Engine) -> None:
    """Have the database end each transaction of DBOS whose process stands still, as it does with ours.

    A process that is stopped in the middle of one would keep what it has locked, and no other could take its runs over.

    Args:
        engine: That of DBOS.
    """

    def configure(connection: Any, record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout TO '{MOST_IDLE}'")
        connection.commit()  # else the setting would end with the transaction

    sqlalchemy.event.listen(engine.pool, "connect", configure)
    engine.dispose()  # the connections that were there before


async def _leave(run_id: str, **_: object) -> None:
    raise asyncio.CancelledError(f"run {run_id} runs here already")


def _configuration(url: str, executor: str) -> DBOSConfig:
    return {
        "name": "hitl",
        "system_database_url": url,
        "executor_id": executor,
        "application_version": VERSION,
        "use_listen_notify": True,
        "run_admin_server": False,
        "log_level": "ERROR",
        "sys_db_pool_size": 6,
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
