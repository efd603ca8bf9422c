"""A process that runs workflows over Postgres: DBOS executes them, and knows what has ended of which.

Every such process shows every few seconds that it is alive. If one does not, another one has DBOS give its runs to the
living; a run that only a row of ours knows is begun by whoever sees it first.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

from workflows.context.context_types import SerializedContext
from workflows.plugins.basic import setting_run_id
from workflows.runtime.types.internal_state import BrokerState

from hitl.contents import patience
from hitl.engine.errors import (
    EngineClosed,
    EngineError,
    InvalidAnswer,
    StoreUnusable,
    WorkflowChanged,
    WorkflowUnusable,
)
from hitl.engine.failures import failure_of, has_failed, with_end
from hitl.engine.hooks import EVERYWHERE, Hooks
from hitl.engine.records import LIVE, Ending, EventRecord, NewEvent, Notice, RunRecord, Tick
from hitl.engine.replicas import dbos_calls
from hitl.engine.replicas.recorder import Beginning, DurableRecorder
from hitl.engine.replicas.replica import LEASE, Replica, url_of
from hitl.engine.run import Run
from hitl.engine.runtime.blocking import BlockingLog
from hitl.engine.runtime.host import Hosted, not_taken_up, restart_event
from hitl.engine.runtime.journal import replay
from hitl.engine.runtime.loop import LoopThread
from hitl.engine.runtime.outbox import Outbox
from hitl.engine.runtime.recorder import Delivery, Recorder
from hitl.engine.store.postgres import Heartbeat, PostgresDatabase, error_message, for_asyncpg
from hitl.engine.store.shared import SharedStore
from hitl.engine.workflows.answers import build_answer, build_signal
from hitl.engine.workflows.field_names import build_model
from hitl.engine.workflows.registry import check_signature
from hitl.engine.workflows.serialization import serialize_event
from hitl.settings import Settings

log = logging.getLogger("hitl")

BEAT_EVERY = LEASE / 3
"""Seconds between two signs of life."""
FOR_EVER = 1e9
"""Seconds after which even a process that may not judge counts another as dead: it has signed off."""
FORGOTTEN_FOR = 60.0
"""Seconds for which a process that others had taken for dead looks which of its runs they have taken over."""
AT_ONCE = 20
"""Runs that a process begins at a time; others may have some, too."""
PATIENCE = 3.0
"""Seconds that a call waits for what it has to do on the loop; it is done all the same."""
PATIENCE_OF_STEPS = 60.0
"""Seconds for which a step that opens a file or a document waits while the database is gone."""
CLOSING_PATIENCE = 5.0
"""Seconds that closing waits for steps to stop."""


class Worker(Replica):
    """A replica that also runs workflows. Create it with `open_engine`.

    Args:
        settings: The database and the workflows.
        workflows: In addition to those of the settings.
        on_close: Called once it is closed.
        hooks: What to call when a run asks, ends or fails.
    """

    is_owner = True

    def __init__(
        self,
        settings: Settings,
        workflows: Mapping[str, object],
        on_close: Callable[[], object],
        hooks: Hooks = EVERYWHERE,
    ) -> None:
        self._id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._hooks = hooks
        self._on_close = on_close
        self._live: dict[str, asyncio.Task[Any]] = {}
        self._hosted_of: dict[str, Hosted] = {}
        self._delivering: set[str] = set()
        """Ids of runs whose answers are being sent."""
        self._undelivered: set[str] = set()
        """Ids of runs that may have got an answer since."""
        self._blocking = BlockingLog(lambda run_id, event: self._spawn(self._write(run_id, event)))
        self._loop = LoopThread(self._blocking.tell_blocked, self._blocking.tell_yielded)
        self._is_ready = asyncio.Event()
        self._is_closing = False
        self._ends = threading.Event()
        super().__init__(settings, workflows)

    # ---- the calls

    def cancel(self, run_id: str) -> bool:
        """End a run now; False if it had already ended. Its log says if a step of it has not yielded."""
        self._blocking.tell_of_run(
            run_id, self._loop.blocked_turns, lambda _, event: self._commit(run_id, Tick((event,)))
        )
        return super().cancel(run_id)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be stored, or no run can go on here, at present, in a sentence; None if it can."""
        return super().trouble or self._loop.trouble

    def call_hooks(self, hooks: Hooks) -> None:
        """Call these, too, when a run asks, ends or fails."""
        self._outbox.follow(hooks)

    def in_memory(self) -> list[str]:
        return list(self._live)

    def close(self) -> None:
        """Stop all work without ending any run; other processes take it over."""
        if self.is_closed:
            return
        self._refuse_steps()
        self._is_closing = True
        self._outbox.close()
        self._ends.set()
        self._overseer.join()
        self._heartbeat.close()
        self._wait_for(self._stop(), CLOSING_PATIENCE)
        dbos_calls.shut_down()
        with suppress(EngineError):  # the lease tells it as well
            self.store.sign_off()
        self._loop.close()
        super().close()
        self._on_close()

    # ---- set up

    def _open_store(self) -> SharedStore:
        self._database = PostgresDatabase(url_of(self.settings))
        try:
            self._durable = dbos_calls.Durable(for_asyncpg(url_of(self.settings)), self._id, self)
            self._loop.call(self._durable.launch())
        except Exception as error:
            dbos_calls.shut_down()  # it is one per process: the next attempt begins anew
            self._loop.close()
            self._database.close()
            raise StoreUnusable(f"DBOS cannot begin: {error_message(error, self._database.name)}") from error
        return SharedStore(self._database, self._id)

    def _new_recorder(self) -> Recorder:
        return DurableRecorder(
            self._commit,
            lambda *ids: self.store.expire(*ids),
            self._durable,
            lambda run_id: self._spawn(self._deliver(run_id)),
        )

    def _begin(self) -> None:
        self._heartbeat = Heartbeat(url_of(self.settings), self._id, self._process, BEAT_EVERY)
        self._look_after_runs()
        self._outbox = Outbox(self.store, self._hook_arguments)
        self._outbox.follow(self._hooks)
        self._overseer = threading.Thread(target=self._oversee, name="hitl-overseer", daemon=True)
        self._overseer.start()
        super()._begin()
        self._loop.call(self._get_ready())

    @property
    def _process(self) -> str:
        return f"process {os.getpid()} at {socket.gethostname()}"

    async def _get_ready(self) -> None:
        self._is_ready.set()

    # ---- one run, on the loop

    async def session(self, run_id: str) -> None:
        """Run a run until it ends. DBOS calls this, for the first time and whenever it is taken up again.

        Raises:
            CancelledError: If it cannot run here; DBOS then keeps it as it is.
        """
        patience.set(PATIENCE_OF_STEPS)
        await self._is_ready.wait()  # DBOS may have a run for this process before all of it is there
        with setting_run_id(run_id):  # so that it can be said which run blocks
            await self._session(run_id)

    async def _session(self, run_id: str) -> None:
        is_live = await self._patiently(self.store.take_over, run_id)
        found = await self._patiently(self.store.run, run_id)
        if found and found.status in ("completed", "failed"):
            return
        if found is None or not is_live:  # it was cancelled, and may be resumed, or was deleted
            self._spawn(dbos_calls.cancel(run_id))
            raise asyncio.CancelledError("the run was cancelled")
        try:
            hosted = await asyncio.to_thread(self._loaded, found)
        except Exception as error:  # user code can raise anything
            await self._patiently(self.store.note_blocked, run_id, self._says(error))
            raise asyncio.CancelledError(str(error)) from error
        await self._patiently(self.store.note_blocked, run_id, None)
        task = asyncio.current_task()
        assert task is not None
        hosted.recorder.release(run_id)  # of an earlier session in this process
        self._live[run_id], self._hosted_of[run_id] = task, hosted
        try:
            await self._run(found, hosted, await self._replayed(found, hosted))
        except WorkflowUnusable as error:
            await self._patiently(self.store.note_blocked, run_id, self._says(error))
            raise asyncio.CancelledError(str(error)) from error
        finally:
            hosted.recorder.release(run_id)
            if self._live.get(run_id) is task:
                del self._live[run_id], self._hosted_of[run_id]

    def _says(self, error: Exception) -> str:
        return f"The hitl that was to run it ({self._process}) says: {error}"

    def _loaded(self, found: RunRecord) -> Hosted:
        hosted = self._registry.hosted(found.workflow)
        check_signature(found.workflow, self.store.signature(found.id), hosted)
        return hosted

    async def _replayed(self, found: RunRecord, hosted: Hosted) -> BrokerState | None:
        """Where a run was when it was copied from a file; DBOS replays what came after. None if it began here.

        Raises:
            WorkflowUnusable: If its workflow cannot restore it.
        """
        workflow, recorder = hosted.workflow, hosted.recorder
        assert isinstance(recorder, DurableRecorder)
        journal = await self._patiently(self.store.journal, found.id)
        ticks = await self._patiently(self.store.ticks, found.id)
        if journal is None:
            recorder.begin_with(found.id, Beginning(ticks))
            return None
        questions = await self._patiently(self.store.came_with, found.id)
        try:
            before = replay(recorder.basic, workflow, journal)
            context, serializer = before.context.to_dict(), recorder.get_serializer(workflow)
            state = BrokerState.from_serialized(
                SerializedContext.from_dict_auto(context, serializer), workflow, serializer
            )
        except Exception as error:  # the library and user classes can raise anything
            raise not_taken_up(found, hosted, error) from error
        recorder.begin_with(found.id, Beginning(ticks, context["state"]))
        if before.is_idle:
            recorder.expect_idle(found.id)
        recorder.hold_back(found.id, before.asks_anew)
        recorder.restore(workflow, found.id, before.waiters, questions)
        if not ticks:  # for the first time
            events = tuple(restart_event(step, "after a restart") for step in before.interrupted)
            await self._patiently(self._commit, found.id, Tick(events, idle=before.is_idle))
        return state

    async def _run(self, found: RunRecord, hosted: Hosted, before: BrokerState | None) -> None:
        workflow = hosted.workflow
        failed: Exception | None = None
        try:
            start = None if before and before.is_running else build_model(workflow.start_event_class, found.inputs)
            run = hosted.recorder.register(workflow).workflow_run_fn
            result = await run(before or BrokerState.from_workflow(workflow), start, {})
            ending = Ending("completed", result=serialize_event(result).body)
        except WorkflowChanged:
            raise
        except Exception as error:
            failed = error
            log.warning("run %s has raised", found.id, exc_info=error)
        if hosted.recorder.is_discarded(found.id):
            return
        last = hosted.recorder.release(found.id)
        if failed:
            if isinstance(failed, dbos_calls.TROUBLE) and not has_failed(last):  # none of its steps has failed
                self._spawn(self._hand_on(found.id))
                raise asyncio.CancelledError(str(failed)) from failed
            ending = Ending("failed", failure=failure_of(failed, last))
            last = with_end(last, ending)
        last, ending = self._key_mask.tick(last), self._key_mask.ending(ending)
        await self._patiently(
            lambda: self.feed.channel(found.id).publish(lambda: self.store.finish(found.id, last, ending))
        )

    async def _hand_on(self, run_id: str) -> None:
        """Have a run that could not go on here taken up again, here or elsewhere."""
        while not self._is_closing:
            await asyncio.sleep(1.0)
            try:
                await asyncio.to_thread(dbos_calls.hand_on, run_id, self._id)
                return
            except dbos_calls.TROUBLE as error:  # the database is still gone
                log.warning("run %s cannot be handed on yet: %s", run_id, error)

    async def _patiently(self, call: Callable[..., Any], *arguments: object) -> Any:
        """What a call of the store returns, made again as long as the database is gone."""
        while True:
            try:
                return await asyncio.to_thread(call, *arguments)
            except StoreUnusable as error:
                log.warning("%s", error)
                await asyncio.sleep(1.0)

    async def _deliver(self, run_id: str) -> None:
        """Send a run what it has not received; building an answer may take long, and is not begun again meanwhile."""
        self._undelivered.add(run_id)
        while run_id in self._undelivered and run_id not in self._delivering:
            self._undelivered.discard(run_id)
            self._delivering.add(run_id)
            try:
                with setting_run_id(run_id):
                    await self._send_outstanding(run_id)
            finally:
                self._delivering.discard(run_id)

    async def _send_outstanding(self, run_id: str) -> None:
        """Send a run its outstanding answers and signals, once it is where it had been."""
        hosted = self._hosted_of.get(run_id)
        if hosted is None or hosted.recorder.is_replaying(run_id):  # type: ignore[attr-defined]
            return
        for answer in await asyncio.to_thread(self.store.answers, run_id, "answered"):
            question = await asyncio.to_thread(self.store.question, run_id, answer.question_id)
            event = build_answer(hosted.workflow, question, answer.body, hosted.recorder.awaited(run_id))
            if self._hosted_of.get(run_id) is hosted:
                hosted.recorder.deliver(Delivery(run_id, question.id, event))

        for signal in await asyncio.to_thread(self.store.signals, run_id):
            try:
                event = build_signal(hosted.workflow, signal.name, signal.body)
                await hosted.recorder.send_signal(run_id, signal.number, event)  # type: ignore[attr-defined]
            except InvalidAnswer as error:  # the workflow has changed
                log.warning("run %s does not receive a signal: %s", run_id, error)
            await asyncio.to_thread(self.store.forget_signal, signal.number)

    async def _write(self, run_id: str, event: NewEvent) -> None:
        """Write into the log of a run in memory, in turn with what its steps write."""
        if hosted := self._hosted_of.get(run_id):
            await hosted.recorder.adapter(run_id).tell(event)  # type: ignore[attr-defined]

    async def _end(self, run_id: str) -> None:
        """Take a run that was cancelled or deleted out of memory and, if it can't be resumed, out of DBOS."""
        task = self._live.get(run_id)
        if hosted := self._hosted_of.get(run_id):
            hosted.recorder.discard(run_id)
        if task:  # first: a wait for messages that finds its run cancelled at DBOS has nobody who hears of it
            task.cancel()
        await dbos_calls.cancel(run_id)

    # ---- which runs, on any thread

    def _resume(self, run_id: str) -> None:
        if run_id in self._live:
            self._spawn(self._deliver(run_id))
        elif self.store.claim_run(run_id, self._registry.names()):
            self._spawn(self._bring_up(run_id))

    def _drop(self, run_id: str) -> None:
        self._wait_for(self._end(run_id))

    def _refuse_steps(self) -> None:
        self._loop.refuse_own_thread()

    def _workflows_changed(self) -> None:
        """Have runs that no process could run tried again."""
        self._spawn(self._retry_blocked())
        self._begin_unclaimed()

    async def _retry_blocked(self) -> None:
        for run_id in await asyncio.to_thread(self.store.runs_of, self._id):
            if run_id in self._live:
                continue
            reason = await asyncio.to_thread(self.store.blocked_reason, run_id)
            if reason:
                await asyncio.to_thread(dbos_calls.hand_on, run_id, self._id)

    async def _bring_up(self, run_id: str) -> None:
        """Have DBOS run a run that this process has claimed."""
        try:
            match await dbos_calls.state_of(run_id):
                case None:
                    await dbos_calls.begin(run_id)
                case "CANCELLED":
                    await dbos_calls.resume(run_id)
                case "SUCCESS" | "ERROR" | "MAX_RECOVERY_ATTEMPTS_EXCEEDED" as state:
                    reason = f"DBOS can't take it up: its state there is {state}. Start it again with the same inputs."
                    await asyncio.to_thread(self.store.note_blocked, run_id, reason)
        except Exception as error:
            log.warning("run %s cannot be begun: %s", run_id, error, exc_info=error)
            await asyncio.to_thread(self.store.give_up, run_id)

    def _note_change(self, run_ids: Collection[str] | None) -> None:
        super()._note_change(run_ids)
        if self._is_closing:
            return
        self._outbox.wake()
        if own := [run_id for run_id in list(self._live) if run_ids is None or run_id in run_ids]:
            self._look_at_own(own)
        if run_ids is None or len(own) < len(run_ids):
            self._begin_unclaimed()

    def _look_at_own(self, run_ids: Sequence[str]) -> None:
        """Carry out what was recorded for runs in memory: answers, signals and cancels."""
        for run_id, status, has_some in self.store.wanted(run_ids):
            if status not in LIVE:
                self._spawn(self._end(run_id))
            elif has_some:
                self._spawn(self._deliver(run_id))

    def _begin_unclaimed(self) -> None:
        while claimed := self.store.claim(AT_ONCE, self._registry.names()):
            for run_id in claimed:
                self._spawn(self._bring_up(run_id))

    # ---- which processes live

    def _oversee(self) -> None:
        while not self._ends.wait(BEAT_EVERY):
            try:
                self._look_after_runs()
            except EngineClosed:
                return
            except Exception as error:  # the next time makes up for it
                log.warning("%s", error, exc_info=not isinstance(error, EngineError))

    def _look_after_runs(self) -> None:
        """Have the runs of dead processes run by the living, and what is left to do done.

        A process that could not write for a while does not judge others at once: they may have been cut off as well.
        """
        now = time.monotonic()
        judges = self._heartbeat.steady_since + 2 * BEAT_EVERY <= now <= self._heartbeat.beaten_at + LEASE
        for worker in self.store.dead_workers(LEASE if judges else FOR_EVER):
            if worker != self._id:
                log.info("the runs of %s, which has ended, are taken over", worker)
                dbos_calls.recover([worker])
                self.store.release_unknown(worker)
                self.store.forget_worker(worker)
        if self._heartbeat.forgotten_at and now - self._heartbeat.forgotten_at < FORGOTTEN_FOR:
            here = list(self._live)  # before it is asked which are its own: it takes a run over first
            for run_id in set(here) - set(self.store.runs_of(self._id)):
                self._spawn(self._leave(run_id))
        self._begin_unclaimed()
        for run_id in self.store.with_undelivered():
            self._spawn(self._deliver(run_id))

    # ---- plumbing

    def _commit(self, run_id: str, tick: Tick) -> bool:
        masked, is_stored = self._key_mask.tick(tick), True

        def commit() -> Sequence[EventRecord]:
            nonlocal is_stored
            records = self.store.commit(run_id, masked)
            is_stored = records is not None
            return records or []

        self.feed.channel(run_id).publish(commit)
        if not is_stored:
            self._spawn(self._leave(run_id))
        return is_stored

    async def _leave(self, run_id: str) -> None:
        """Stop running a run that has ended, or that another process runs now."""
        if task := self._live.get(run_id):
            task.cancel()

    def _hook_arguments(self, notice: Notice) -> Sequence[object]:
        run = Run(self, self._found(notice.run_id).id)
        return [run] if notice.question_id is None else [run, run.asked(notice.question_id)]

    def _prune(self) -> None:
        super()._prune()
        if not self.store.is_first(2 * LEASE):  # of many, one is enough
            return
        while not self._is_closing and (over := self.store.over_in_dbos(AT_ONCE * 10)):
            self.store.forget_turns(over)  # first: what DBOS has forgotten is not found any more
            if not self._wait_for(dbos_calls.forget(over)):
                break  # the next time may succeed
        self._retain()

    def _recover(self) -> None:
        self._outbox.check()
        super()._recover()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something on the loop, outside the context of any run, without waiting for it."""
        if self._is_closing:
            work.close()
        else:
            contextvars.Context().run(self._loop.spawn, work)

    def _wait_for(self, work: Coroutine[Any, Any, None], patience: float = PATIENCE) -> bool:
        """Do something on the loop, and wait for it for some seconds at most; what takes longer is done all the same.

        Returns:
            True if it was done within these seconds; False if it was not, has failed, or the loop has ended.
        """
        is_over, is_done = threading.Event(), False

        async def work_and_tell() -> None:
            nonlocal is_done
            try:
                await work
                is_done = True
            finally:
                is_over.set()

        if self._loop.closed:
            work.close()
            return False
        contextvars.Context().run(self._loop.spawn, work_and_tell())
        is_over.wait(patience)
        return is_done

    async def _stop(self) -> None:
        await self._durable.close()  # first: what ends from here on stays as it is for DBOS
        deadline = time.monotonic() + CLOSING_PATIENCE / 2
        while time.monotonic() < deadline and (left := asyncio.all_tasks() - {asyncio.current_task()}):
            for task in left:
                task.cancel()
            ended, _ = await asyncio.wait(left, timeout=0.2)
            if not ended and self._loop.blocked_turns:
                return  # what is left waits for steps that block
