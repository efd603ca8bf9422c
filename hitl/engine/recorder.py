"""What a tick commits: a runtime that writes every tick of every run to the store before anyone sees it.

`BasicRuntime` runs the workflows; three hooks of its internal adapter are enough. What a step writes to
the stream is collected, and `after_tick` commits it together with the tick itself and the change of the
state: one journal row and one state patch per tick, by the library's own calls, so that a tick costs the
same however long the run is. `restored_context` turns a journal back into a context to run on with.
"""

from __future__ import annotations

import asyncio
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


@dataclass(frozen=True)
class Delivery:
    """An answer on its way into a run."""

    run_id: str
    question_id: str
    event: Event


class Recorder(BaseRuntimeDecorator):
    """The runtime of one workflow instance, recording every run of it.

    Args:
        commit: Stores a tick of the run with this id, then tells its readers.
        idle: Called when the run with this id has nothing to do until something is sent to it.
    """

    def __init__(self, commit: Callable[[str, Tick], None], idle: Callable[[str], None]) -> None:
        self.basic = BasicRuntime()
        super().__init__(self.basic)
        self.commit = commit
        self.idle = idle
        self._adapters: dict[str, RecordingAdapter] = {}
        self._deliveries: dict[int, Delivery] = {}  # by the identity of the event, which every tick keeps

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
        if not any(known.question_id == delivery.question_id for known in self._deliveries.values()):
            self._deliveries[id(delivery.event)] = delivery
            context.send_event(delivery.event)

    def delivered(self, tick: WorkflowTick) -> str | None:
        """Id of the question whose answer this tick brings, if it brings one."""
        if isinstance(tick, TickAddEvent) and id(tick.event) in self._deliveries:
            return self._deliveries.pop(id(tick.event)).question_id
        return None

    def release(self, run_id: str) -> Tick:
        """Forget a run that has ended; returns what it had not committed yet."""
        self._deliveries = {key: known for key, known in self._deliveries.items() if known.run_id != run_id}
        adapter = self._adapters.pop(run_id, None)
        return adapter.last_tick() if adapter else Tick()


class RecordingAdapter(BaseInternalRunAdapterDecorator):
    """The control loop's side of one run: collects what a tick brings, commits it after the tick."""

    def __init__(self, inner: InternalRunAdapter, recorder: Recorder, workflow: Workflow) -> None:
        super().__init__(inner)
        self._recorder = recorder
        self._workflow = workflow
        external = as_snapshottable_adapter(recorder.basic.get_external_adapter(inner.run_id))
        self._seq = external.init_state.journal_seq if external else 0
        self._checkpoint: StateCheckpoint | None = None
        self._written: list[Event] = []
        self._in_tick = False

    async def write_to_event_stream(self, event: Event) -> None:
        """Collect an event; one that a step writes while it works is committed as soon as the loop is free."""
        if isinstance(event, InternalDispatchEvent) and not isinstance(event, WorkflowIdleEvent):
            return
        if not self._written and not self._in_tick:
            asyncio.get_running_loop().call_soon(self._commit_progress)
        self._written.append(event)

    async def on_tick(self, tick: WorkflowTick) -> None:
        self._in_tick = True
        await super().on_tick(tick)

    async def after_tick(self, tick: WorkflowTick) -> None:
        await super().after_tick(tick)
        written, self._written, self._in_tick = self._written, [], False
        events = self._new_events(written, tick)
        applied = self._recorder.delivered(tick)
        self._recorder.commit(self.run_id, Tick(events, applied, self._journal_row(tick)))
        if any(isinstance(event, WorkflowIdleEvent) for event in written):
            self._recorder.idle(self.run_id)

    def last_tick(self) -> Tick:
        """The events of the tick that ended the run, which `after_tick` never sees."""
        written, self._written = self._written, []
        return Tick(self._new_events(written, None))

    def _commit_progress(self) -> None:
        if self._written and not self._in_tick:
            written, self._written = self._written, []
            self._recorder.commit(self.run_id, Tick(self._new_events(written, None)))

    def _journal_row(self, tick: WorkflowTick) -> JournalRow:
        now = self._recorder.basic.state_checkpoint(self.run_id)
        state: dict[str, Any] = {"patch": now.diff(self._checkpoint)} if self._checkpoint else {"base": now.to_dict()}
        serializer = self._recorder.get_serializer(self._workflow)
        row = JournalRow(self._seq, serializer.serialize(tick), state)
        self._checkpoint = now
        self._seq += 1
        return row

    def _new_events(self, written: Sequence[Event], tick: WorkflowTick | None) -> tuple[NewEvent | NewQuestion, ...]:
        awaited = _awaited_types(tick)
        return tuple(
            self._new_question(event, awaited.get(id(event)))
            if isinstance(event, InputRequiredEvent)
            else record(event)
            for event in written
            if not isinstance(event, WorkflowIdleEvent)
        )

    def _new_question(self, question: InputRequiredEvent, awaited: type[Event] | None) -> NewQuestion:
        answer_type = answer_type_of(self._workflow, question, awaited)
        return NewQuestion(
            id=uuid.uuid4().hex[:12],
            event=record(question),
            answer_type=qualified_name(answer_type) if answer_type else None,
            answer_schema=schema_of(answer_type),
        )


def record(event: Event, kind: Kind | None = None) -> NewEvent:
    """An event as it is stored: its kind, the name of its class, its fields as JSON values."""
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


def _awaited_types(tick: WorkflowTick | None) -> dict[int, type[Event]]:
    """The type that each question of this tick waits for, when `ctx.wait_for_event` asked it."""
    results = tick.result if isinstance(tick, TickStepResult) else []
    return {id(r.waiter_event): r.event_type for r in results if isinstance(r, AddWaiter) and r.waiter_event}
