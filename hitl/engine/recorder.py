"""What a tick commits: a runtime that writes every tick of every run to the store before anyone sees it.

`BasicRuntime` runs the workflows; three hooks of its internal adapter are enough. What a step writes to
the stream is collected, and `after_tick` commits it together with the tick itself and the change of the
state: one journal row and one state patch per tick, by the library's own calls, so that a tick costs the
same however long the run is. `restored_context` turns a journal back into a context to run on with.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from workflows import Context, Workflow
from workflows.context.state_store import StateCheckpoint, apply_state_patch
from workflows.events import Event, InputRequiredEvent, InternalDispatchEvent, StopEvent, WorkflowIdleEvent
from workflows.plugins.basic import BasicRuntime, JournalRecord
from workflows.runtime.runtime_decorators import BaseInternalRunAdapterDecorator, BaseRuntimeDecorator
from workflows.runtime.types.plugin import InternalRunAdapter, Runtime, as_snapshottable_adapter
from workflows.runtime.types.results import AddWaiter
from workflows.runtime.types.ticks import TickAddEvent, TickStepResult, WorkflowTick

from hitl.engine.answers import answer_type_of, qualified_name, schema_of
from hitl.engine.records import JournalRow, Kind, NewEvent, NewQuestion, Tick

log = logging.getLogger("hitl")


@dataclass(frozen=True)
class Delivery:
    """An answer on its way into a run."""

    run_id: str
    question_id: str
    event: Event


@dataclass(frozen=True)
class Written:
    """An event as it came, and as it will be stored."""

    event: Event
    stored: NewEvent


class Recorder(BaseRuntimeDecorator):
    """The runtime of one workflow instance, recording every run of it.

    Args:
        commit: Stores a tick of the run with this id, and tells its readers.
    """

    def __init__(self, commit: Callable[[str, Tick], None]) -> None:
        self.basic = BasicRuntime()
        super().__init__(self.basic)
        self.commit = commit
        self._adapters: dict[str, RecordingAdapter] = {}
        self._deliveries: dict[str, Delivery] = {}  # by question id

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

    def deliver(self, delivery: Delivery, context: Context) -> None:
        """Send an answer into its run, unless it is on its way already."""
        if delivery.question_id not in self._deliveries:
            self._deliveries[delivery.question_id] = delivery
            context.send_event(delivery.event)

    def delivered(self, tick: WorkflowTick) -> str | None:
        """Id of the question whose answer this tick brings, if it brings one."""
        if not isinstance(tick, TickAddEvent):
            return None
        brought = next((known for known in self._deliveries.values() if known.event is tick.event), None)
        return self._deliveries.pop(brought.question_id).question_id if brought else None

    def release(self, run_id: str) -> Tick:
        """Forget a run that has ended; returns what it had not committed yet."""
        self._deliveries = {key: known for key, known in self._deliveries.items() if known.run_id != run_id}
        adapter = self._adapters.pop(run_id, None)
        return adapter.take_written() if adapter else Tick()


class RecordingAdapter(BaseInternalRunAdapterDecorator):
    """The control loop's side of one run: collects what a tick brings, commits it after the tick."""

    def __init__(self, inner: InternalRunAdapter, recorder: Recorder, workflow: Workflow) -> None:
        super().__init__(inner)
        self._recorder = recorder
        self._workflow = workflow
        external = as_snapshottable_adapter(recorder.basic.get_external_adapter(inner.run_id))
        self._seq = external.init_state.journal_seq if external else 0
        self._checkpoint: StateCheckpoint | None = None
        self._written: list[Written] = []
        self._is_idle = False
        self._in_tick = False

    async def write_to_event_stream(self, event: Event) -> None:
        """Collect an event; one that a step writes while it works is committed as soon as the loop is free."""
        if isinstance(event, WorkflowIdleEvent):
            self._is_idle = True
        if isinstance(event, InternalDispatchEvent):
            return
        if not self._written and not self._in_tick:
            asyncio.get_running_loop().call_soon(self._commit_progress)
        self._written.append(Written(event, _readable(event)))

    async def on_tick(self, tick: WorkflowTick) -> None:
        self._in_tick = True
        self._is_idle = False
        await super().on_tick(tick)

    async def after_tick(self, tick: WorkflowTick) -> None:
        await super().after_tick(tick)
        self._in_tick = False
        written, applied = self.take_written(tick), self._recorder.delivered(tick)
        self._recorder.commit(self.run_id, Tick(written.events, applied, self._journal_row(tick), self._is_idle))

    def take_written(self, tick: WorkflowTick | None = None) -> Tick:
        """The events that are collected and not committed; the tick that brought them knows what they wait for."""
        written, self._written = self._written, []
        awaited = _awaited_types(tick)
        return Tick(tuple(self._as_question(w, awaited.get(id(w.event))) for w in written))

    def _commit_progress(self) -> None:
        if self._written and not self._in_tick:
            self._recorder.commit(self.run_id, self.take_written())

    def _journal_row(self, tick: WorkflowTick) -> JournalRow:
        """The tick, and how the state has changed: a patch, but whole at the beginning and whenever the run rests.

        A patch does not see a value that was changed in place (`StateCheckpoint.diff`), the whole state does.
        """
        now = self._recorder.basic.state_checkpoint(self.run_id)
        before = None if self._is_idle else self._checkpoint
        state: dict[str, Any] = {"patch": now.diff(before)} if before else {"base": now.to_dict()}
        serializer = self._recorder.get_serializer(self._workflow)
        row = JournalRow(self._seq, serializer.serialize(tick), state)
        self._checkpoint = now
        self._seq += 1
        return row

    def _as_question(self, written: Written, awaited: type[Event] | None) -> NewEvent | NewQuestion:
        if not isinstance(written.event, InputRequiredEvent):
            return written.stored
        answer_type = answer_type_of(self._workflow, written.event, awaited)
        return NewQuestion(
            id=uuid.uuid4().hex[:12],
            event=written.stored,
            answer_type=qualified_name(answer_type) if answer_type else None,
            answer_schema=schema_of(answer_type),
        )


def record(event: Event, kind: Kind | None = None) -> NewEvent:
    """An event as it is stored: its kind, the name of its class, its fields as JSON values.

    Raises:
        ValueError: If a field has no JSON value.
    """
    if kind is None:
        is_question, is_stop = isinstance(event, InputRequiredEvent), isinstance(event, StopEvent)
        kind = "question" if is_question else "stop" if is_stop else "progress"
    body = event.model_dump(mode="json")
    extra = body.pop("_data", {})
    return NewEvent(kind, type(event).__name__, body | extra)


def restored_context(recorder: Recorder, workflow: Workflow, journal: Sequence[JournalRow]) -> Context:
    """The context to run on with, from a run's journal.

    Args:
        recorder: What records the runs of this workflow.
        workflow: An instance of the workflow that wrote the journal.
        journal: The rows of one run, in order and without a gap.
    """
    state: dict[str, Any] = {}
    for row in journal:
        state = row.state["base"] if "base" in row.state else apply_state_patch(state, row.state["patch"])
    records = [JournalRecord(seq=row.seq, data=row.tick) for row in journal]
    snapshot = recorder.basic.restore(workflow, None, records).to_dict(include_state=False)
    return Context.from_dict(workflow, snapshot | {"state": state})


def _readable(event: Event) -> NewEvent:
    """An event as it is stored; progress that cannot be stored is told, a question or a result fails its run."""
    try:
        return record(event)
    except ValueError as error:
        if isinstance(event, InputRequiredEvent | StopEvent):
            raise
        log.warning("an event of type %s cannot be stored: %s", type(event).__name__, error)
        return NewEvent("progress", type(event).__name__, {"message": f"{type(event).__name__}: cannot be shown"})


def _awaited_types(tick: WorkflowTick | None) -> dict[int, type[Event]]:
    """The type that each question of this tick waits for, when `ctx.wait_for_event` asked it."""
    results = tick.result if isinstance(tick, TickStepResult) else []
    return {id(r.waiter_event): r.event_type for r in results if isinstance(r, AddWaiter) and r.waiter_event}
