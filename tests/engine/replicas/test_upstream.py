"""What is broken in llama-agents-dbos 0.7, and that hitl goes around it. When a test fails after an upgrade, its
work-around may go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any, cast

import psycopg
import pytest
from pydantic import SecretStr
from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from workflows.runtime.types.plugin import Runtime
from workflows.runtime.types.ticks import TickAddEvent

from hitl.engine import open_engine
from hitl.engine.client import Client
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.crashes import PROCESSES, nothing_as_main

pytest.importorskip("dbos")

from dbos import DBOS
from llama_agents.dbos import DBOSRuntime
from llama_agents.dbos.idle_release import DBOSIdleReleaseDecorator
from llama_agents.server._store.abstract_workflow_store import PersistentHandler

from hitl.engine.replicas.dbos_calls import Durable
from hitl.engine.replicas.recorder import DurableRecorder

RUN = "the-run"


class Question(InputRequiredEvent):
    number: int


class Verdict(HumanResponseEvent):
    approved: bool


class Asks(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> Question:
        return Question(number=1)

    @step
    async def take(self, ev: Verdict) -> Question | StopEvent:
        return StopEvent() if ev.approved else Question(number=2)


@asynccontextmanager
async def runtime_that_releases(url: str, name: str, after: float) -> AsyncIterator[Runtime]:
    """The library's runtime as its server has it, which takes idle runs out of memory after some seconds."""
    DBOS(
        config={
            "name": "upstream",
            "system_database_url": url,
            "executor_id": "the-process",
            "application_version": "1",
            "run_admin_server": False,
            "use_listen_notify": True,
            "log_level": "CRITICAL",
        }
    )
    beneath = DBOSRuntime(polling_interval_sec=0.1, pool_size=4, pool_min_size=1)
    runtime = beneath.build_server_runtime(idle_timeout=after)
    store = beneath.create_workflow_store()
    workflow = Asks(timeout=None, runtime=runtime, workflow_name=name)
    await runtime.launch()
    await store.start()
    if not rows(url, "SELECT 1 FROM dbos.workflow_status WHERE workflow_uuid=%s", RUN):
        now = datetime.now(UTC)
        handler = PersistentHandler(
            handler_id=RUN, run_id=RUN, workflow_name=name, status="running", started_at=now, updated_at=now
        )
        await store.update(handler)
        workflow.run(run_id=RUN)
    try:
        yield runtime
    finally:
        await asyncio.to_thread(DBOS.destroy)
        await runtime.destroy()


def rows(url: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as db:
        return db.execute(sql, values).fetchall()


def state_of_the_run(url: str) -> str:
    """Where the library has it: active, released, or resuming for good."""
    found = rows(url, "SELECT state FROM dbos.run_lifecycle WHERE run_id=%s", RUN)
    return found[0][0] if found else "unknown"


async def released(url: str) -> None:
    await asyncio.to_thread(until, lambda: state_of_the_run(url) == "released", 20)


async def answer(runtime: Runtime, approved: bool) -> None:
    tick = TickAddEvent(event=Verdict(approved=approved))
    await asyncio.wait_for(runtime.get_external_adapter(RUN).send_event(tick), 20)


def test_upstream_takes_up_a_released_run_only_once(database_url: str):
    """So runs stay in memory here."""

    async def reject_twice() -> None:
        async with runtime_that_releases(database_url, "released", after=0.1) as runtime:
            await released(database_url)
            await answer(runtime, approved=False)
            await asyncio.to_thread(until, lambda: state_of_the_run(database_url) != "released", 20)
            await released(database_url)
            with pytest.raises(ValueError, match="not found in in_progress"):
                await answer(runtime, approved=False)

    asyncio.run(reject_twice())
    assert state_of_the_run(database_url) == "resuming"


def pause(url: str, told: Connection) -> None:
    """Run until the run is paused, then wait to be killed."""

    async def pause_and_stay() -> None:
        async with runtime_that_releases(url, "recovered", after=600):
            await asyncio.to_thread(until, lambda: stored_ticks(url)[0] >= BEGIN)
            told.send(True)
            await asyncio.sleep(600)

    asyncio.run(pause_and_stay())


BEGIN = 4
"""Ticks until the run waits: its session and its start event, what its step gives, and its question."""


def stored_ticks(url: str) -> list[int]:
    """How many ticks of the run are stored, and how many different ones."""
    sql = "SELECT count(*), count(DISTINCT tick_data::text) FROM dbos.wf_ticks WHERE run_id=%s"
    return list(rows(url, sql, RUN)[0])


def test_upstream_stores_ticks_again_when_a_run_is_recovered_and_cannot_take_it_up_then(database_url: str):
    """So ticks are counted here, and one whose number is stored is passed over."""
    told, ours = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=pause, args=(database_url, ours), daemon=True)
    with nothing_as_main():
        process.start()
    ours.close()
    assert told.recv()
    process.kill()
    process.join()

    async def answer_after_a_release() -> None:
        async with runtime_that_releases(database_url, "recovered", after=0.1) as runtime:
            await released(database_url)
            stored, different = stored_ticks(database_url)
            assert stored > different
            with pytest.raises(ValueError, match="not found in in_progress"):
                await answer(runtime, approved=True)

    asyncio.run(answer_after_a_release())
    assert state_of_the_run(database_url) == "resuming"


def test_hitl_runs_on_a_runtime_that_releases_nothing(database_url: str):
    settings = Settings(database_url=SecretStr(database_url), workflows={})
    with closing(open_engine(settings, workflows={"asks": Asks})) as engine:
        runtime: Runtime | None = cast(Client, engine)._hosted(engine.start("asks").id).recorder
        while runtime:
            assert not isinstance(runtime, DBOSIdleReleaseDecorator)
            assert type(runtime) in (DurableRecorder, Durable)
            runtime = getattr(runtime, "_decorated", None)
