"""A runtime that stores every tick of every run before readers see it.

`BasicRuntime` runs the workflows; its internal adapter is wrapped to record them. Events that a step writes to the
stream are collected, and `after_tick` commits them together with the tick and the change of the state: usually one
journal row and one state patch, made by the library's own calls, so that a tick costs the same however long the run is.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python
from workflows import Context, Workflow
from workflows.context.state_store import StateCheckpoint
from workflows.events import Event, InputRequiredEvent, InternalDispatchEvent, WorkflowIdleEvent
from workflows.runtime.runtime_decorators import BaseInternalRunAdapterDecorator, BaseRuntimeDecorator
from workflows.runtime.types.plugin import (
    InternalRunAdapter,
    Runtime,
    WaitResult,
    as_snapshottable_adapter,
    as_v2_runtime_compatibility_shim,
)
from workflows.runtime.types.results import AddWaiter, DeleteWaiter
from workflows.runtime.types.ticks import (
    TickAddEvent,
    TickSessionStart,
    TickStepResult,
    TickWaiterTimeout,
    WorkflowTick,
)

from hitl.engine.errors import StoreUnusable, WaitersClash
from hitl.engine.records import JournalRow, NewEvent, NewQuestion, Tick
from hitl.engine.runtime.journal import with_requirements
from hitl.engine.upstream import TellsWaitsApart
from hitl.engine.workflows.agents import AgentRuntime, starts_an_agent
from hitl.engine.workflows.answers import answer_type_of, qualified_name, schema_of
from hitl.engine.workflows.serialization import Written, serialize_or_placeholder

log = logging.getLogger("hitl")

FLUSH_EVERY = 0.01
"""Minimum seconds between two commits of the events that a running step writes: a burst of a thousand is committed
together, and a single event without delay."""
TRY_AGAIN = 1.0
"""Seconds after which events that could not be stored are tried again while their step still runs."""


@dataclass(frozen=True)
class Delivery:
    """An answer to be sent into a run."""

    run_id: str
    question_id: str
    event: Event
    context: Context


class Recorder(BaseRuntimeDecorator):
    """The runtime of one workflow instance; it records all runs of it.

    Args:
        commit: Stores a tick of the run with this id and publishes its events.
    """

    def __init__(self, commit: Callable[[str, Tick], None]) -> None:
        self.basic = AgentRuntime()
        super().__init__(self.basic)
        self.commit = commit
        self._adapters: dict[str, RecordingAdapter] = {}
        self._deliveries: dict[str, Delivery] = {}  # by question id
        self._expected_idle: set[str] = set()  # runs restored as idle whose session has not begun
        self._held_back: dict[str, set[str]] = {}  # by run: waiters that must register before answers are sent
        self._awaited: dict[str, list[type[Event]]] = {}  # by run

    def get_internal_adapter(self, workflow: Workflow) -> InternalRunAdapter:
        inner = super().get_internal_adapter(workflow)
        if inner.run_id not in self._adapters:
            self._adapters[inner.run_id] = RecordingAdapter(inner, self, workflow)
        return self._adapters[inner.run_id]

    @contextmanager
    def registering(self) -> Generator[Runtime, None, None]:
        """Workflows made inside this block run on the recorder itself, not on the runtime that it wraps."""
        with Runtime.registering(self) as runtime:
            yield runtime

    def expect_idle(self, run_id: str) -> None:
        """Note that a run's next session begins idle; the library does not report that."""
        self._expected_idle.add(run_id)

    def begins_idle(self, run_id: str, tick: WorkflowTick) -> bool:
        if not isinstance(tick, TickSessionStart) or run_id not in self._expected_idle:
            return False
        self._expected_idle.discard(run_id)
        return True

    def hold_back(self, run_id: str, waiter_ids: Collection[str]) -> None:
        """Buffer answers until these waiters register again after a replay; until then they would take any answer."""
        if waiter_ids:
            self._held_back[run_id] = set(waiter_ids)

    def note_awaited(self, run_id: str, awaited: Collection[type[Event]]) -> None:
        """Remember the event classes that the waiters of a restored run wait for, as they are now."""
        self._awaited[run_id] = list(awaited)

    def awaited(self, run_id: str) -> list[type[Event]]:
        """The event classes that a run's waiters wait for; after a module edit, their names resolve to others."""
        adapter = self._adapters.get(run_id)
        return (adapter.awaited if adapter else []) + self._awaited.get(run_id, [])

    def deliver(self, delivery: Delivery) -> None:
        """Send an answer into its run, or buffer it after `hold_back`; ignore one that is already on its way."""
        if delivery.question_id not in self._deliveries:
            self._deliveries[delivery.question_id] = delivery
            if delivery.run_id not in self._held_back:
                delivery.context.send_event(delivery.event)

    def note_waiters(self, run_id: str, waiter_ids: Collection[str], is_idle: bool) -> None:
        """Send a run its buffered answers once all awaited waiters have registered, or the run is idle."""
        if run_id not in self._held_back:
            return
        self._held_back[run_id].difference_update(waiter_ids)
        if is_idle or not self._held_back[run_id]:
            del self._held_back[run_id]
            for delivery in self._deliveries.values():
                if delivery.run_id == run_id:
                    delivery.context.send_event(delivery.event)

    def delivered(self, tick: WorkflowTick) -> str | None:
        """Id of the question whose answer this tick brings, if any; the answer is no longer on its way then."""
        if not isinstance(tick, TickAddEvent):
            return None
        brought = next((known for known in self._deliveries.values() if known.event is tick.event), None)
        return self._deliveries.pop(brought.question_id).question_id if brought else None

    def may_be_released(self, run_id: str) -> bool:
        """True if a run is idle, has no answer on its way, and no waiter with a timeout."""
        adapter = self._adapters.get(run_id)
        is_sent_something = any(known.run_id == run_id for known in self._deliveries.values())
        return adapter is not None and adapter.is_idle and not adapter.timers and not is_sent_something

    def abort(self, run_id: str) -> None:
        """Take a run out of memory without ending it, so that it can be resumed."""
        with suppress(RuntimeError):  # the library no longer knows it
            if shim := as_v2_runtime_compatibility_shim(self.basic.get_external_adapter(run_id)):
                shim.abort()
        if adapter := self._adapters.get(run_id):
            adapter.stop_pulling()
        self.release(run_id)

    def release(self, run_id: str) -> Tick:
        """Forget a run; returns a tick with its uncommitted events."""
        self._expected_idle.discard(run_id)
        self._held_back.pop(run_id, None)
        self._awaited.pop(run_id, None)
        self._deliveries = {key: known for key, known in self._deliveries.items() if known.run_id != run_id}
        adapter = self._adapters.pop(run_id, None)
        return adapter.take_written() if adapter else Tick()


@dataclass(frozen=True)
class Waiting:
    """A waiter, and the event that its step is processing."""

    waiter: AddWaiter[Event]
    event: Event

    def clashes_with(self, other: Waiting) -> bool:
        """True if one answer can match both: the library gives it to both, and loses the next one."""
        one, two = self.waiter, other.waiter
        if one.waiter_id == two.waiter_id:
            return self.event is not other.event and self.event != other.event
        common = one.requirements.keys() & two.requirements.keys()
        are_told_apart = any(one.requirements[name] != two.requirements[name] for name in common)
        return one.event_type is two.event_type and not are_told_apart


class RecordingAdapter(BaseInternalRunAdapterDecorator, TellsWaitsApart):
    """The internal adapter of one run: collects the events of a tick and commits them after it."""

    def __init__(self, inner: InternalRunAdapter, recorder: Recorder, workflow: Workflow) -> None:
        super().__init__(inner)
        self._recorder = recorder
        self._workflow = workflow
        external = as_snapshottable_adapter(recorder.basic.get_external_adapter(inner.run_id))
        self._seq = external.init_state.journal_seq if external else 0
        self._checkpoint: StateCheckpoint | None = None
        self._written: list[Written] = []
        self._flushed_at = 0.0
        self._in_tick = False
        self._held: list[TickAddEvent] = []
        self._pulling: asyncio.Task[Any] | None = None
        self.is_idle = False
        """True if no step is running or about to run."""
        self.seen_again = set()
        self._asked_by: dict[str, str] = {}  # question ids by waiter id
        self._waiters: dict[str, Waiting] = {}
        self.timers: set[str] = set()
        """Ids of the waiters with a timeout; the library loses their timers when a run leaves memory."""

    async def write_to_event_stream(self, event: Event) -> None:
        """Collect an event; between ticks, while a step runs, also schedule a commit (see `FLUSH_EVERY`)."""
        if isinstance(event, WorkflowIdleEvent):
            self.is_idle = True
        if isinstance(event, InternalDispatchEvent):
            return
        if not self._written and not self._in_tick:
            loop = asyncio.get_running_loop()
            loop.call_at(max(loop.time(), self._flushed_at + FLUSH_EVERY), self._flush)
        self._written.append(Written(event, serialize_or_placeholder(event)))

    async def on_tick(self, tick: WorkflowTick) -> None:
        self._in_tick = True
        self.is_idle = False
        await super().on_tick(tick)

    async def after_tick(self, tick: WorkflowTick) -> None:
        await super().after_tick(tick)
        self._in_tick = False
        if self._recorder.begins_idle(self.run_id, tick):
            self.is_idle = True
            return  # nothing has happened: the journal replays to the same without this tick
        self._note_waiters(tick)
        written, applied = self.take_written(tick), self._recorder.delivered(tick)
        given_up = self._asked_by.pop(tick.waiter_id, None) if isinstance(tick, TickWaiterTimeout) else None
        row = self._journal_row(tick)
        self._recorder.commit(self.run_id, Tick(written.events, applied, row, self.is_idle, given_up))
        self._recorder.note_waiters(self.run_id, [waiter.waiter_id for waiter in _waiters_of(tick)], self.is_idle)
        if isinstance(tick, TickStepResult):
            await self._send_held(tick.invocation_id)

    async def send_event(self, tick: WorkflowTick) -> None:
        """Hold back what a step sends until its result is committed; an interrupted step sends it again."""
        if isinstance(tick, TickAddEvent) and tick.emission:
            self._held.append(tick)
        else:
            await super().send_event(tick)

    async def _send_held(self, invocation_id: str | None) -> None:
        held, self._held = self._held, []
        for tick in held:
            if tick.emission and tick.emission.invocation_id == invocation_id:
                await super().send_event(tick)
            else:
                self._held.append(tick)

    async def wait_receive(self, timeout_seconds: float | None = None) -> WaitResult:
        self._pulling = asyncio.current_task()
        return await super().wait_receive(timeout_seconds)

    @property
    def awaited(self) -> list[type[Event]]:
        return [waiting.waiter.event_type for waiting in self._waiters.values()]

    def stop_pulling(self) -> None:
        """Cancel the task that waits for the next tick; the library leaks it when aborted between two ticks."""
        if self._pulling:
            self._pulling.cancel()

    def take_written(self, tick: WorkflowTick | None = None) -> Tick:
        """Take the collected, uncommitted events; `tick` holds the waiters of the questions among them."""
        written, self._written = self._written, []
        waiters = {id(waiter.waiter_event): waiter for waiter in _waiters_of(tick) if waiter.waiter_event}
        return Tick(tuple(self._as_question(w, waiters.get(id(w.event))) for w in written))

    def _flush(self) -> None:
        """Commit the events of a running step; if that fails, retry after `TRY_AGAIN` seconds or at the next tick."""
        if self._in_tick or not self._written:
            return
        loop, kept = asyncio.get_running_loop(), self._written
        try:
            self._recorder.commit(self.run_id, self.take_written())
        except StoreUnusable as error:
            log.warning("%s", error)
            self._written = kept + self._written
            loop.call_later(TRY_AGAIN, self._flush)
        self._flushed_at = loop.time()

    def _journal_row(self, tick: WorkflowTick) -> JournalRow:
        """The tick with a patch of the state, or the whole state at a session's first tick and when the run is idle.

        A patch (`StateCheckpoint.diff`) misses values that were changed in place; the whole state does not. An agent
        changes its memory in place at every step, so its whole state is stored at every tick.
        """
        now = self._recorder.basic.state_checkpoint(self.run_id)
        is_whole = self.is_idle or starts_an_agent(self._workflow.start_event_class)
        before = None if is_whole else self._checkpoint
        state: dict[str, Any] = {"patch": now.diff(before)} if before else {"base": now.to_dict()}
        serializer = self._recorder.get_serializer(self._workflow)
        row = JournalRow(self._seq, with_requirements(serializer.serialize(tick), tick), state)
        self._checkpoint = now
        self._seq += 1
        return row

    def _note_waiters(self, tick: WorkflowTick) -> None:
        """Track the run's waiters.

        Raises:
            WaitersClash: If two match the same answers, so one answer would resolve both.
        """
        if not isinstance(tick, TickStepResult):
            return
        for waiter_id in [result.waiter_id for result in tick.result if isinstance(result, DeleteWaiter)]:
            self._waiters.pop(waiter_id, None)
            self.timers.discard(waiter_id)
        for waiter in _waiters_of(tick):
            waiting = Waiting(waiter, tick.event)
            if any(known.clashes_with(waiting) for known in self._waiters.values()):
                raise WaitersClash(waiter.event_type.__name__)
            self._waiters[waiter.waiter_id] = waiting
            self.timers |= {waiter.waiter_id} if waiter.timeout is not None else set()

    def _as_question(self, written: Written, waiter: AddWaiter[Event] | None) -> NewEvent | NewQuestion:
        if not isinstance(written.event, InputRequiredEvent):
            return written.stored
        answer_type = answer_type_of(self._workflow, written.event, waiter.event_type if waiter else None)
        question_id = uuid.uuid4().hex[:12]
        if waiter:
            self._asked_by[waiter.waiter_id] = question_id
        return NewQuestion(
            id=question_id,
            event=written.stored,
            answer_type=qualified_name(answer_type) if answer_type else None,
            answer_schema=schema_of(answer_type),
            requirements=to_jsonable_python(waiter.requirements, fallback=str) if waiter else {},
        )


def _waiters_of(tick: WorkflowTick | None) -> list[AddWaiter[Event]]:
    """The waiters that this tick registers."""
    results = tick.result if isinstance(tick, TickStepResult) else []
    return [result for result in results if isinstance(result, AddWaiter)]
