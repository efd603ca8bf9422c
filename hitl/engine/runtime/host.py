"""The runs in memory: resumed, watched and released, all on one background loop."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from workflows.events import Event
from workflows.handler import WorkflowHandler
from workflows.plugins.basic import setting_run_id

from hitl.engine.errors import (
    EngineClosed,
    EngineError,
    LoopBlocked,
    QuestionNotFound,
    RunBlocked,
    StoreUnusable,
    WorkflowUnusable,
)
from hitl.engine.failures import failure_of, with_end
from hitl.engine.records import LIVE, Ending, Journal, NewEvent, RunRecord, Tick
from hitl.engine.runtime.backoff import RetryBackoff
from hitl.engine.runtime.blocking import BlockingLog
from hitl.engine.runtime.feed import Channel, Feed
from hitl.engine.runtime.handover import BlockedTurn
from hitl.engine.runtime.journal import check_restores, compact, replay
from hitl.engine.runtime.loop import LoopThread
from hitl.engine.runtime.recorder import Delivery, Recorder
from hitl.engine.store.statements import Store
from hitl.engine.workflows.answers import build_answer, takes_what_is_read
from hitl.engine.workflows.field_names import build_model
from hitl.engine.workflows.registry import HostedWorkflow, Registry, check_signature
from hitl.engine.workflows.serialization import KeyMask, serialize_event
from hitl.settings import Settings

Hosted = HostedWorkflow[Recorder]

log = logging.getLogger("hitl")

PATIENCE = 30.0
"""Seconds that a run waits for its workflow's module to be imported before it counts as blocked."""
CANCEL_PATIENCE = 0.1
"""Seconds that a cancel waits for the running step to stop; a slower step stops in the background."""
RESUMING_PATIENCE = 0.5
"""Seconds that the resuming of other runs waits for one that takes long."""
COMPACTS_AFTER = 0.5
"""Seconds for which a run is idle before its journal is compacted: at first its page is drawn, which somebody waits
for."""
SWEEPS = 6
"""Number of checks for runs to release per `Settings.rest_seconds`."""


@dataclass
class LiveRun:
    """A run in memory. It keeps the run's tasks alive: asyncio holds them weakly, so they would be collected."""

    hosted: Hosted
    handler: WorkflowHandler
    channel: Channel
    resumed: int
    """How often the run had been resumed after it was cancelled."""
    since: float = field(default_factory=time.monotonic)
    """Time when it came into memory, on the monotonic clock."""
    watcher: asyncio.Task[None] | None = None
    """Only referenced to keep the task alive."""


class Host:
    """Runs the workflows in the process that owns the database.

    Args:
        settings: How long an idle run stays in memory, and the key to mask.
        store: Stores what runs do.
        feed: Publishes committed events.
        registry: Provides the workflow instances.
    """

    def __init__(self, settings: Settings, store: Store, feed: Feed, registry: Registry[Recorder]) -> None:
        self._store = store
        self._feed = feed
        self._registry = registry
        self._key_mask = KeyMask(settings)
        self._idle_after = settings.rest_seconds
        self._blocking = BlockingLog(self._write)
        self._taking_up: set[str] = set()
        """Ids of runs that are being brought into memory; it can take long, and another thread go on meanwhile."""
        self._delivering: set[str] = set()
        """Ids of runs whose answers are being built and sent, which can take long as well."""
        self._undelivered: set[str] = set()
        """Ids of runs that may have got an answer since."""
        self._loop = LoopThread(
            lambda turn: self._loop.spawn(self._tell_blocked(turn)),
            lambda turn: self._loop.spawn(self._tell_yielded(turn)),
        )
        self._live: dict[str, LiveRun] = {}
        self._blocked_reasons: dict[str, str] = {}
        self._backoff = RetryBackoff()
        self.has_suspended = False
        """True if a run is suspended or its resume failed in the store; `resume_all` resets this and tries again."""
        self._loading: dict[str, asyncio.Future[Hosted]] = {}
        self._late: dict[str, set[str]] = {}
        """Ids of runs that timed out waiting for their workflow to load, by its name; they resume after it has."""
        self._resuming: set[asyncio.Task[None]] = set()
        self._dropping: dict[str, asyncio.Task[None]] = {}
        """What takes cancelled runs out of memory, by id."""
        self._compacting: set[asyncio.Task[None]] = set()
        self._loop.spawn(self._sweep())
        self._loop.spawn(self._wake_all())

    # ---- the calls, from any thread

    def resume(self, run_id: str) -> None:
        """Bring a run into memory if it is not there, and deliver its outstanding answers."""
        with suppress(EngineClosed, LoopBlocked):  # what was recorded is carried out later
            self._loop.call(self._resume(run_id))

    def resume_all(self) -> None:
        """Start resuming all active runs, without waiting for it."""
        self.has_suspended = False
        self._loop.spawn(self._resume_all())

    def drop(self, run_id: str) -> None:
        """Take a run that has ended out of memory."""
        with suppress(EngineClosed, LoopBlocked):
            self._loop.call(self._drop(run_id))

    def tell_if_blocking(self, run_id: str) -> None:
        """Have the run's log say now if its step blocks; call this before the run is ended from outside."""
        self._blocking.tell_of_run(run_id, self._loop.blocked_turns)

    @property
    def trouble(self) -> str | None:
        """Why no run can go on at present, in a sentence; None if they can."""
        return self._loop.trouble

    def signal(self, run_id: str, event: Event) -> bool:
        """Send an event to a run in memory; False if it is not there."""
        return self._loop.call(self._signal(run_id, event))

    def refuse_steps(self) -> None:
        """Raise if called from a step; call this before storing anything for the caller.

        Raises:
            EngineClosed: If called from the loop thread; the call would deadlock.
        """
        self._loop.refuse_own_thread()

    def handler(self, run_id: str) -> WorkflowHandler | None:
        """The workflow handler of a run; None if it is not in memory."""
        live = self._live.get(run_id)
        return live.handler if live else None

    def hosted(self, found: RunRecord) -> Hosted:
        """The workflow instance that validates the answers of a run.

        Raises:
            WorkflowUnusable: If it cannot be loaded, or its signature differs from the one recorded with the run.
        """
        live = self._live.get(found.id)
        return live.hosted if live else self._registry.hosted_for(found, self._store.signature(found.id))

    def blocked_reason(self, run_id: str) -> str | None:
        """Why a run cannot continue here, in a sentence; None if it can."""
        return self._blocked_reasons.get(run_id)

    def blocked_runs(self) -> set[str]:
        """Ids of the runs that have been found to be blocked."""
        return set(self._blocked_reasons)

    def refuse_blocked(self, run_id: str) -> None:
        """Raise if a run is blocked; a suspended run is not, since it is retried automatically.

        Raises:
            RunBlocked: If the run cannot be resumed.
        """
        if (reason := self._blocked_reasons.get(run_id)) and run_id not in self._backoff:
            raise RunBlocked(reason)

    def in_memory(self) -> list[str]:
        """Ids of the runs in memory."""
        return list(self._live)

    def catch_up(self) -> None:
        """Carry out what another process has recorded: starts, answers, cancels and deletes."""
        self._loop.call(self._catch_up())

    def close(self) -> None:
        """Stop all work without ending any run."""
        self._loop.close()

    # ---- on the loop: into memory

    async def _resume_all(self) -> None:
        for run_id in self._store.runs_at_work():
            found = self._store.run(run_id)
            if found and not self._registry.at_hand(found.workflow):
                self._resume_later(run_id)  # loading its module must not hold up the other runs
                continue
            await asyncio.wait({self._resume_later(run_id)}, timeout=RESUMING_PATIENCE)

    def _resume_later(self, run_id: str) -> asyncio.Task[None]:
        resuming = asyncio.get_running_loop().create_task(self._resume(run_id))
        self._resuming.add(resuming)
        resuming.add_done_callback(self._resuming.discard)
        return resuming

    async def _catch_up(self) -> None:
        await self._resume_all()
        for run_id in {*self._live, *self._blocked_reasons, *self._backoff}:
            found = self._store.run(run_id)
            if found is None or found.status not in LIVE:
                await self._drop(run_id)

    async def _resume(self, run_id: str) -> None:
        try:
            with setting_run_id(run_id):  # so that it can be said which run blocks
                if live := await self._current(run_id) or await self._launch(run_id):
                    self._deliver_by_one(run_id, live)
            if live or run_id not in self._backoff:
                self._note_blocked(run_id, None)
        except QuestionNotFound:
            return  # the run was deleted in between
        except Exception as error:  # user classes can raise anything; other runs must continue
            if self._blocked_reasons.get(run_id) != str(error):
                log.warning("run %s cannot go on: %s", run_id, error, exc_info=not isinstance(error, EngineError))
            self._note_blocked(run_id, str(error))
            self.has_suspended = self.has_suspended or isinstance(error, StoreUnusable)

    async def _current(self, run_id: str) -> LiveRun | None:
        """A run in memory; None if it is not there, or is as it was before it was cancelled and resumed."""
        live = self._live.get(run_id)
        if live and live.resumed != self._store.times_resumed(run_id):
            await self._drop(run_id)
            return None
        return live

    def _note_blocked(self, run_id: str, reason: str | None) -> None:
        """Remember why a run cannot continue, and record it for other processes; None if it can."""
        if self._blocked_reasons.get(run_id) == reason:
            return
        if reason is None:
            del self._blocked_reasons[run_id]
        else:
            self._blocked_reasons[run_id] = reason
        with suppress(EngineError):  # a file that cannot be written is told by itself
            self._store.note_blocked(run_id, reason)
        self._feed.channel(run_id).wake()

    async def _signal(self, run_id: str, event: Event) -> bool:
        live = self._live.get(run_id)
        if live is None:
            return False
        live.handler.ctx.send_event(event)
        return True

    def _deliver_by_one(self, run_id: str, live: LiveRun) -> None:
        """Send a run its outstanding answers; if a blocked thread is at it, that one looks again when it gets on."""
        self._undelivered.add(run_id)
        while run_id in self._undelivered and run_id not in self._delivering:
            self._delivering.add(run_id)
            self._undelivered.discard(run_id)
            try:
                self._deliver(run_id, live)
            finally:
                self._delivering.discard(run_id)

    def _deliver(self, run_id: str, live: LiveRun) -> None:
        """Send a run its outstanding answers."""
        for answer in self._store.answers(run_id, "answered"):
            question = self._store.question(run_id, answer.question_id)
            recorder = live.hosted.recorder
            event = build_answer(live.hosted.workflow, question, answer.body, recorder.awaited(run_id))
            recorder.deliver(Delivery(run_id, question.id, event))

    async def _launch(self, run_id: str) -> LiveRun | None:
        if self._backoff.is_too_soon(run_id):
            self.has_suspended = True
            return None
        found = self._store.run(run_id)
        if found is None or found.status not in LIVE:
            return None
        hosted = await self._loaded(found.workflow, run_id)
        if dropping := self._dropping.get(run_id):  # it was cancelled a moment ago, and resumed
            await asyncio.wait({dropping})  # `cancel_run` has a time limit
        if (live := self._live.get(run_id)) or run_id in self._taking_up:  # another task may have resumed it meanwhile
            return live
        self._taking_up.add(run_id)
        try:
            return self._take_up(run_id, hosted)
        finally:
            self._taking_up.discard(run_id)

    async def _loaded(self, workflow: str, run_id: str) -> Hosted:
        """A workflow, loaded on its own thread if a user's module must be imported, so that no other run waits.

        Raises:
            WorkflowUnusable: If it cannot be loaded, or not within `PATIENCE`; the run is resumed once loading ends.
        """
        if at_hand := self._registry.at_hand(workflow):
            return at_hand
        loading = self._loading.get(workflow) or self._begin_to_load(workflow)
        await asyncio.wait({loading}, timeout=PATIENCE)
        if loading.done():
            return loading.result()
        self._late.setdefault(workflow, set()).add(run_id)
        raise WorkflowUnusable(
            f"The workflow “{workflow}” is still being loaded: its module has been at work for long."
        )

    def _begin_to_load(self, workflow: str) -> asyncio.Future[Hosted]:
        loop = asyncio.get_running_loop()
        loading = self._loading[workflow] = loop.create_future()

        def settle(hosted: Hosted | None, error: BaseException | None) -> None:
            del self._loading[workflow]
            if hosted:
                loading.set_result(hosted)
            else:
                told = error if isinstance(error, Exception) else None
                loading.set_exception(told or WorkflowUnusable(f"The module of “{workflow}” tried to end the process."))
                loading.exception()  # marks it as retrieved, or asyncio logs it if all waiters timed out
            for run_id in self._late.pop(workflow, set()):
                self._resume_later(run_id)

        def load() -> None:
            hosted, error = None, None
            try:
                hosted = self._registry.hosted(workflow, without_limit=True)
            except BaseException as raised:  # a module may try to end the process
                error = raised
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle, hosted, error)

        threading.Thread(target=load, name="hitl-load", daemon=True).start()
        return loading

    def _take_up(self, run_id: str, hosted: Hosted) -> LiveRun | None:
        resumed = self._store.times_resumed(run_id)
        journal = self._store.journal(run_id)  # read before the status: an end in between deletes the journal
        found = self._store.run(run_id)
        if found is None or found.status not in LIVE:
            return None
        check_signature(found.workflow, self._store.signature(found.id), hosted)
        self._store.keep_signature(found.id, hosted.signature)
        try:
            handler = self._begin(found, hosted, journal)
        except Exception as error:  # the library and user classes can raise anything
            hosted.recorder.abort(run_id)
            if isinstance(error, EngineError):
                raise
            raise not_taken_up(found, hosted, error) from error
        live = LiveRun(hosted, handler, self._feed.channel(run_id), resumed)
        live.watcher = asyncio.get_running_loop().create_task(self._watch(run_id, live))
        self._live[run_id] = live
        return live

    def _begin(self, found: RunRecord, hosted: Hosted, journal: Journal | None) -> WorkflowHandler:
        """Run a workflow from its start event, or continue from the end of its journal."""
        workflow, recorder, context = hosted.workflow, hosted.recorder, None
        if journal:
            before = replay(recorder.basic, workflow, journal)
            context = before.context
            if before.is_idle:
                recorder.expect_idle(found.id)
                if found.active:  # the process was killed before this was stored
                    recorder.commit(found.id, Tick(idle=True))
            recorder.hold_back(found.id, before.asks_anew)
            recorder.restore(workflow, found.id, before.waiters, self._store.questions(found.id))
            if before.interrupted:
                self._tell_restart(found.id, before.interrupted, recorder)
        start = build_model(workflow.start_event_class, found.inputs)  # used only if the journal holds no start event
        return workflow.run(ctx=context, start_event=start, run_id=found.id)

    def _tell_restart(self, run_id: str, steps: Sequence[str], recorder: Recorder) -> None:
        retry = self._backoff.get(run_id)
        if retry is None or retry.times == 1:  # not at every retry
            why = "since what it did could not be stored" if retry else "after a restart"
            recorder.commit(run_id, Tick(tuple(restart_event(step, why) for step in steps)))

    # ---- on the loop: what a run does

    async def _tell_blocked(self, turn: BlockedTurn) -> None:
        self._blocking.tell_blocked(turn)

    async def _tell_yielded(self, turn: BlockedTurn) -> None:
        self._blocking.tell_yielded(turn)

    def _write(self, run_id: str, event: NewEvent) -> None:
        if live := self._live.get(run_id):
            live.hosted.recorder.commit(run_id, Tick((event,)))

    async def _watch(self, run_id: str, live: LiveRun) -> None:
        """Wait for a run to end, and store its ending."""
        recorder = live.hosted.recorder
        failed: BaseException | None = None
        try:
            ending = Ending("completed", result=serialize_event(await live.handler.stop_event_result()).body)
        except BaseException as error:  # whatever a step raises, even SystemExit, ends its run
            if self._loop.closed:
                return
            if self._live.get(run_id) is not live:
                return  # the run was released, or its end is already stored
            if isinstance(error, StoreUnusable):
                self._suspend(run_id, live, error)
                return
            failed = error
            log.warning("run %s failed", run_id, exc_info=error)
        if self._live.get(run_id) is not live or recorder.is_discarded(run_id):
            return  # it was cancelled
        last = recorder.release(run_id)
        if failed:
            ending = Ending("failed", failure=failure_of(failed, last))
            last = with_end(last, ending)
        last, ending = self._key_mask.tick(last), self._key_mask.ending(ending)
        try:
            live.channel.publish(lambda: self._store.finish(run_id, last, ending))
            self._live.pop(run_id, None)
            self._forget_retry(run_id)
        except StoreUnusable as error:
            self._suspend(run_id, live, error)

    def _suspend(self, run_id: str, live: LiveRun, error: StoreUnusable) -> None:
        """Take a run whose last tick could not be stored out of memory; it resumes later from the tick before."""
        log.warning("run %s stands still: %s", run_id, error)
        self._live.pop(run_id, None)
        live.hosted.recorder.abort(run_id)
        pause = self._backoff.note(run_id)
        self._blocked_reasons[run_id] = f"{error} It is tried again by itself, in {pause:.0f} seconds at the latest."
        self.has_suspended = True

    def _forget_retry(self, run_id: str) -> None:
        if self._backoff.forget(run_id):
            self._blocked_reasons.pop(run_id, None)

    # ---- on the loop: out of memory

    async def _sweep(self) -> None:
        """Periodically release idle runs that nobody reads."""
        while True:
            await asyncio.sleep(self._idle_after / SWEEPS)
            self._release_idle()

    def _release_idle(self) -> None:
        for run_id, live in list(self._live.items()):
            unread_since = max(live.since, live.channel.read_at)
            if time.monotonic() - unread_since >= self._idle_after and live.hosted.recorder.may_be_released(run_id):
                if (expires_at := live.hosted.recorder.next_expiry(run_id)) is not None:
                    self._wake_at(run_id, expires_at)
                del self._live[run_id]
                live.hosted.recorder.abort(run_id)

    async def _wake_all(self) -> None:
        """Have each run in memory again when a wait of it ends by itself."""
        with suppress(EngineError):  # a file that cannot be read is told by itself
            for question in self._store.expiring():
                if question.expires_at:
                    self._wake_at(question.run_id, question.expires_at.timestamp())

    def _wake_at(self, run_id: str, at: float) -> None:
        """Bring a run into memory at a moment, in seconds since 1970; a wait of it ends then."""
        asyncio.get_running_loop().call_later(max(0.0, at - time.time()), self._resume_later, run_id)

    def compact_idle(self, run_id: str, seq: int) -> None:
        """Compact the journal of a run that stays idle on a worker thread, since a long journal takes time.

        Args:
            run_id: Id of the run.
            seq: Number of the tick after which it was idle. Later ticks are left out: the run may be working again.
        """
        self._forget_retry(run_id)
        if live := self._live.get(run_id):
            task = asyncio.get_running_loop().create_task(self._compact_later(run_id, seq, live))
            self._compacting.add(task)
            task.add_done_callback(self._compacting.discard)

    async def _compact_later(self, run_id: str, seq: int, live: LiveRun) -> None:
        await asyncio.sleep(COMPACTS_AFTER)
        if live is not self._live.get(run_id) or live.hosted.recorder.may_be_released(run_id):  # released, or idle
            await asyncio.to_thread(self._compact, run_id, seq, live.hosted)

    def _compact(self, run_id: str, seq: int, hosted: Hosted) -> None:
        journal = self._store.journal(run_id, until=seq)
        if journal is None or not takes_what_is_read(hosted.workflow):
            return
        try:
            self._store.compact(run_id, compact(hosted.recorder.basic, hosted.workflow, journal))
        except (ValueError, EngineError) as error:  # the uncompacted journal works as well
            log.info("the journal of run %s stays as it is: %s", run_id, error)

    async def _drop(self, run_id: str) -> None:
        """Take an ended run out of memory; wait at most `CANCEL_PATIENCE` seconds for its step to stop."""
        self._note_blocked(run_id, None)
        self._backoff.forget(run_id)
        live = self._live.pop(run_id, None)
        if live is None:
            return
        live.hosted.recorder.discard(run_id)
        dropping = self._dropping[run_id] = asyncio.get_running_loop().create_task(self._end(run_id, live))
        await asyncio.wait({dropping}, timeout=CANCEL_PATIENCE)

    async def _end(self, run_id: str, live: LiveRun) -> None:
        try:
            await live.handler.cancel_run()
        finally:
            live.hosted.recorder.abort(run_id)  # the library forgets it, too
            del self._dropping[run_id]


def check_takes_up(found: RunRecord, hosted: Hosted, journal: Journal | None) -> None:
    """Raise if a run cannot be restored, without running it.

    Raises:
        WorkflowUnusable: If its start event or its journal cannot be read.
    """
    try:
        build_model(hosted.workflow.start_event_class, found.inputs)
        if journal:
            check_restores(hosted.recorder.basic, hosted.workflow, journal)
    except Exception as error:  # the library and user classes can raise anything
        raise not_taken_up(found, hosted, error) from error


def not_taken_up(found: RunRecord, hosted: Hosted, error: Exception) -> WorkflowUnusable:
    """The error that says why a run cannot be restored, and what to do."""
    changed = f"Its workflow “{found.workflow}” has probably changed; start it again with the same inputs."
    return WorkflowUnusable(
        f"Run {found.id} cannot be taken up: {error}. {hosted.files.restart_advice(found.workflow) or changed}"
    )


def restart_event(step: str, why: str) -> NewEvent:
    """What the log says of a step that runs again."""
    return NewEvent("progress", "StepRestarted", {"step": step, "why": why, "message": f"{step} started again {why}"})
