"""What a tick commits: a runtime that writes every tick of every run to the store before anyone sees it.

`BasicRuntime` runs the workflows; three hooks of its internal adapter are enough. What a step writes to
the stream is collected, and `after_tick` commits it together with the tick itself and the change of the
state: one journal row and one state patch per tick, by the library's own calls, so that a tick costs the
same however long the run is.
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
from hitl.engine.runtime.upstream import TellsWaitsApart
from hitl.engine.workflows.agents import AgentRuntime, starts_an_agent
from hitl.engine.workflows.answers import answer_type_of, qualified_name, schema_of
from hitl.engine.workflows.serialization import Written, serialize_or_placeholder

log = logging.getLogger("hitl")

FLUSH_EVERY = 0.01
"""Seconds between two commits of what a step writes while it works, at least: a thousand events that come at
once are written to the disk together, and a single one without delay."""
TRY_AGAIN = 1.0
"""Seconds after which what could not be stored is tried again while its step still works."""


@dataclass(frozen=True)
class Delivery:
    """An answer on its way into a run."""

    run_id: str
    question_id: str
    event: Event
    context: Context


class Recorder(BaseRuntimeDecorator):
    """The runtime of one workflow instance, recording every run of it.

    Args:
        commit: Stores a tick of the run with this id, and tells its readers.
    """

    def __init__(self, commit: Callable[[str, Tick], None]) -> None:
        self.basic = AgentRuntime()
        super().__init__(self.basic)
        self.commit = commit
        self._adapters: dict[str, RecordingAdapter] = {}
        self._deliveries: dict[str, Delivery] = {}  # by question id
        self._resting: set[str] = set()  # runs that were restored at rest and have not begun their session
        self._held_back: dict[str, set[str]] = {}  # waiters that answers to a run wait for
        self._awaited: dict[str, list[type[Event]]] = {}  # by run

    def get_internal_adapter(self, workflow: Workflow) -> InternalRunAdapter:
        inner = super().get_internal_adapter(workflow)
        if inner.run_id not in self._adapters:
            self._adapters[inner.run_id] = RecordingAdapter(inner, self, workflow)
        return self._adapters[inner.run_id]

    @contextmanager
    def registering(self) -> Generator[Runtime, None, None]:
        """Workflows made inside this block run on the recorder itself, not on the runtime beneath it."""
        with Runtime.registering(self) as runtime:
            yield runtime

    def expect_rest(self, run_id: str) -> None:
        """Know that a run which is about to begin a session has nothing to do in it; the library does not tell."""
        self._resting.add(run_id)

    def begins_at_rest(self, run_id: str, tick: WorkflowTick) -> bool:
        if not isinstance(tick, TickSessionStart) or run_id not in self._resting:
            return False
        self._resting.discard(run_id)
        return True

    def hold_back(self, run_id: str, waiter_ids: Collection[str]) -> None:
        """Buffer answers until these waiters register again after a replay; until then they would take any answer."""
        if waiter_ids:
            self._held_back[run_id] = set(waiter_ids)

    def note_awaited(self, run_id: str, awaited: Collection[type[Event]]) -> None:
        """Remember what the waiters of a restored run wait for: the classes as they are now."""
        self._awaited[run_id] = list(awaited)

    def awaited(self, run_id: str) -> list[type[Event]]:
        """The classes that a run's waiters wait for: after an edit of their module their names lead to others."""
        adapter = self._adapters.get(run_id)
        return (adapter.awaited if adapter else []) + self._awaited.get(run_id, [])

    def deliver(self, delivery: Delivery) -> None:
        """Send an answer into its run, unless it is on its way already."""
        if delivery.question_id not in self._deliveries:
            self._deliveries[delivery.question_id] = delivery
            if delivery.run_id not in self._held_back:
                delivery.context.send_event(delivery.event)

    def note_waiters(self, run_id: str, waiter_ids: Collection[str], is_idle: bool) -> None:
        """Send a run what was kept from it, once it waits again, or waits for nothing more."""
        if run_id not in self._held_back:
            return
        self._held_back[run_id].difference_update(waiter_ids)
        if is_idle or not self._held_back[run_id]:
            del self._held_back[run_id]
            for delivery in self._deliveries.values():
                if delivery.run_id == run_id:
                    delivery.context.send_event(delivery.event)

    def delivered(self, tick: WorkflowTick) -> str | None:
        """Id of the question whose answer this tick brings, if it brings one."""
        if not isinstance(tick, TickAddEvent):
            return None
        brought = next((known for known in self._deliveries.values() if known.event is tick.event), None)
        return self._deliveries.pop(brought.question_id).question_id if brought else None

    def is_resting(self, run_id: str) -> bool:
        """Whether a run has nothing to do, is sent nothing, and no clock of it runs."""
        adapter = self._adapters.get(run_id)
        is_sent_something = any(known.run_id == run_id for known in self._deliveries.values())
        return adapter is not None and adapter.is_idle and not adapter.timers and not is_sent_something

    def abort(self, run_id: str) -> None:
        """Take a run out of memory as it is, so that it can be taken up again: it ends nowhere but here."""
        with suppress(RuntimeError):  # the library does not know it any more
            if shim := as_v2_runtime_compatibility_shim(self.basic.get_external_adapter(run_id)):
                shim.abort()
        if adapter := self._adapters.get(run_id):
            adapter.stop_pulling()
        self.release(run_id)

    def release(self, run_id: str) -> Tick:
        """Forget a run; returns what it had not committed yet."""
        self._resting.discard(run_id)
        self._held_back.pop(run_id, None)
        self._awaited.pop(run_id, None)
        self._deliveries = {key: known for key, known in self._deliveries.items() if known.run_id != run_id}
        adapter = self._adapters.pop(run_id, None)
        return adapter.take_written() if adapter else Tick()


@dataclass(frozen=True)
class Waiting:
    """A waiter, and the event that its step works on."""

    waiter: AddWaiter[Event]
    event: Event

    def clashes_with(self, other: Waiting) -> bool:
        """Whether one answer could be meant for both: the library gives it to both, and loses the next one."""
        one, two = self.waiter, other.waiter
        if one.waiter_id == two.waiter_id:
            return self.event is not other.event and self.event != other.event
        common = one.requirements.keys() & two.requirements.keys()
        are_told_apart = any(one.requirements[name] != two.requirements[name] for name in common)
        return one.event_type is two.event_type and not are_told_apart


class RecordingAdapter(BaseInternalRunAdapterDecorator, TellsWaitsApart):
    """The control loop's side of one run: collects what a tick brings, commits it after the tick."""

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
        """Whether no step is at work, and none is about to be."""
        self.seen_again = set()
        self._asked_by: dict[str, str] = {}  # ids of questions, by the waiters that asked them
        self._waiters: dict[str, Waiting] = {}
        self.timers: set[str] = set()
        """The waiters that give up after some time; the library forgets their clocks when a run leaves memory."""

    async def write_to_event_stream(self, event: Event) -> None:
        """Collect an event; one that a step writes while it works is committed as soon as the loop is free."""
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
        if self._recorder.begins_at_rest(self.run_id, tick):
            self.is_idle = True
            return  # nothing has happened: without this tick the journal comes to the same
        self._note_waiters(tick)
        written, applied = self.take_written(tick), self._recorder.delivered(tick)
        given_up = self._asked_by.pop(tick.waiter_id, None) if isinstance(tick, TickWaiterTimeout) else None
        row = self._journal_row(tick)
        self._recorder.commit(self.run_id, Tick(written.events, applied, row, self.is_idle, given_up))
        self._recorder.note_waiters(self.run_id, [waiter.waiter_id for waiter in _waiters_of(tick)], self.is_idle)
        if isinstance(tick, TickStepResult):
            await self._send_held(tick.invocation_id)

    async def send_event(self, tick: WorkflowTick) -> None:
        """Hold back what a step sends until its result is committed: a step that is interrupted sends it again."""
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
        """End the task that waits for what is sent: the library forgets it when it is aborted between two ticks."""
        if self._pulling:
            self._pulling.cancel()

    def take_written(self, tick: WorkflowTick | None = None) -> Tick:
        """The events that are collected and not committed; the tick that brought them knows what they wait for."""
        written, self._written = self._written, []
        waiters = {id(waiter.waiter_event): waiter for waiter in _waiters_of(tick) if waiter.waiter_event}
        return Tick(tuple(self._as_question(w, waiters.get(id(w.event))) for w in written))

    def _flush(self) -> None:
        """Commit what a step has written; what cannot be stored now is tried again, and at the next tick."""
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
        """The tick, and how the state has changed: a patch, but whole at the beginning and whenever the run rests.

        A patch does not see a value that was changed in place (`StateCheckpoint.diff`), the whole state does; an
        agent changes its memory in place at every step.
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
        """Keep in mind who waits for what.

        Raises:
            WaitersClash: If two wait for the same, so that an answer to one would settle the other.
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
    """The waiters that begin to wait with this tick."""
    results = tick.result if isinstance(tick, TickStepResult) else []
    return [result for result in results if isinstance(result, AddWaiter)]
