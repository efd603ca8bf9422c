"""A runtime whose runs are replayed by DBOS from their beginning, and recorded once however often that happens.

DBOS stores what each step gave; after a crash the control loop of a run goes through the same ticks again, and steps
that have ended give what is stored. So ticks are counted, and one whose number is stored is passed over. What the
library keeps of a step outside of what it returns is stored with it as a `Memo`: the state, what it has sent, and what
it has asked.
"""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import logging
import pickle
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from dbos import DBOS
from workflows import Workflow
from workflows.context.state_store import InMemoryStateStore, StateStore, infer_state_type
from workflows.errors import WorkflowRuntimeError
from workflows.events import Event, InternalDispatchEvent
from workflows.runtime.types.plugin import InternalRunAdapter, RegisteredWorkflow, Runtime
from workflows.runtime.types.results import RetryAttempt, StepWorkerFailed, StepWorkerOutput, StepWorkerState
from workflows.runtime.types.step_function import (
    StepWorkerFunction,
    as_step_worker_functions,
    create_workflow_run_function,
)
from workflows.runtime.types.ticks import TickAddEvent, WorkflowTick

from hitl.engine.errors import NotStorable, StoreUnusable
from hitl.engine.records import JournalRow, NewEvent, Tick
from hitl.engine.replicas.dbos_calls import TICKS
from hitl.engine.runtime.host import restart_event
from hitl.engine.runtime.journal import with_requirements
from hitl.engine.runtime.recorder import FLUSH_EVERY, TRY_AGAIN, Recorder, RecordingAdapter
from hitl.engine.runtime.waits import WrittenQuestion, current_execution
from hitl.engine.upstream import question_answered_by
from hitl.engine.workflows.agents import AgentSerializer
from hitl.engine.workflows.serialization import serialize_or_placeholder
from hitl.engine.workflows.state_patch import StoredState

log = logging.getLogger("hitl")

UNSTORABLE = "!"
"""Beginning of a collected tick that a file cannot store; why follows."""


@dataclass(frozen=True)
class Memo:
    """What one execution of a step came to, as DBOS stores it."""

    output: list[StepWorkerOutput]
    turn: int
    """Its place among the executions of its run that have ended; the state of the latest one counts."""
    state: dict[str, Any]
    """The state of the run when it ended, in the form that the library restores."""
    sends: list[TickAddEvent]
    """What it has sent, and that goes out once its result is committed."""
    written: list[WrittenQuestion]
    """What it has asked in its stream, and that is still to be stored."""


@dataclass(frozen=True)
class Beginning:
    """From where a run begins that comes into memory."""

    ticks: int = 0
    """How many of its ticks are stored."""
    state: dict[str, Any] = field(default_factory=dict)
    """Its state, if it was copied from a file; empty for one that begins anew."""


class DurableRecorder(Recorder):
    """The runtime of one workflow instance whose runs DBOS keeps.

    Args:
        commit: See `Recorder`; it may be called from any thread.
        expire: See `Recorder`.
        runtime: LlamaIndex' runtime for DBOS.
        on_replayed: Called once a run is where it had been.
    """

    def __init__(
        self,
        commit: Callable[[str, Tick], bool],
        expire: Callable[[str, str], bool],
        runtime: Runtime,
        on_replayed: Callable[[str], None],
    ) -> None:
        super().__init__(commit, expire)
        self._decorated = runtime
        self._registered: RegisteredWorkflow | None = None
        self._in_turn: dict[str, asyncio.Lock] = {}
        self._beginnings: dict[str, Beginning] = {}  # of runs whose session has not begun
        self.on_replayed = on_replayed
        self.collected: dict[str, list[JournalRow]] | None = None
        """Where to put the ticks of runs, for a file that is to go on with them."""

    def register(self, workflow: Workflow) -> RegisteredWorkflow:
        if self._registered is None:
            steps = {
                name: self._stored(workflow.workflow_name, name, self._watched(step))
                for name, step in as_step_worker_functions(workflow).items()
            }
            self._registered = RegisteredWorkflow(
                workflow=workflow, workflow_run_fn=create_workflow_run_function(workflow), steps=steps
            )
        return self._registered

    def get_registered(self, workflow: Workflow) -> RegisteredWorkflow | None:
        return self._registered

    def track_workflow(self, workflow: Workflow) -> None:
        """Nothing: DBOS knows one workflow, which runs all of ours."""

    def untrack_workflow(self, workflow: Workflow) -> None:
        pass

    def get_serializer(self, workflow: Workflow) -> AgentSerializer:
        return self.basic.get_serializer(workflow)

    def begin_with(self, run_id: str, beginning: Beginning) -> None:
        """Note from where a run begins that is about to."""
        self._beginnings[run_id] = beginning

    def take_beginning(self, run_id: str) -> Beginning:
        """From where a run begins."""
        return self._beginnings.pop(run_id, Beginning())

    def adapter(self, run_id: str) -> DurableAdapter:
        """The adapter of a run in memory."""
        adapter = self._adapters[run_id]
        assert isinstance(adapter, DurableAdapter)
        return adapter

    def is_replaying(self, run_id: str) -> bool:
        """True until a run in memory is where it had been."""
        adapter = self._adapters.get(run_id)
        return not isinstance(adapter, DurableAdapter) or adapter.is_behind

    def release(self, run_id: str) -> Tick:
        self._in_turn.pop(run_id, None)
        self._beginnings.pop(run_id, None)
        return super().release(run_id)

    def abort(self, run_id: str) -> None:
        if adapter := self._adapters.get(run_id):
            adapter.stop_pulling()
        self.release(run_id)

    def _new_adapter(self, inner: InternalRunAdapter, workflow: Workflow) -> RecordingAdapter:
        return DurableAdapter(inner, self, workflow)

    def _send(self, run_id: str, tick: WorkflowTick) -> None:
        """Put a tick into the mailbox of a run; an answer that is in it already is not put in again."""
        answered = question_answered_by(tick) if isinstance(tick, TickAddEvent) else None
        sending = self._send_in_turn(run_id, tick, answered and f"{run_id}-{answered}")
        # outside the context of the run, in which it would count as something that the run does and DBOS replays
        task = contextvars.Context().run(asyncio.get_running_loop().create_task, sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def send_signal(self, run_id: str, number: int, event: Event) -> None:
        """Put a signal into the mailbox of a run, once however often this is called."""
        await self._send_in_turn(run_id, TickAddEvent(event=event), f"{run_id}-signal-{number}")

    async def _send_in_turn(self, run_id: str, tick: WorkflowTick, key: str | None) -> None:
        async with self._in_turn.setdefault(run_id, asyncio.Lock()):  # in the order in which they were given
            await DBOS.send_async(run_id, tick, topic=TICKS, idempotency_key=key)

    def _stored(self, workflow_name: str, name: str, step: StepWorkerFunction) -> StepWorkerFunction:
        """A step of which DBOS stores what it came to."""

        @DBOS.step(name=f"{workflow_name}.{name}")
        async def execute(
            state: StepWorkerState,
            step_name: str,
            event: Event,
            workflow: Workflow,
            bound_events: dict[str, Event] | None,
            retry: RetryAttempt,
            is_again: bool,
        ) -> Memo:
            adapter = self.adapter(str(DBOS.workflow_id))
            if is_again:
                await adapter.tell(restart_event(step_name, "after a restart"))
            output = await step(state, step_name, event, workflow, bound_events, retry)
            return await adapter.memo(state, output)

        async def run(
            state: StepWorkerState,
            step_name: str,
            event: Event,
            workflow: Workflow,
            bound_events: dict[str, Event] | None = None,
            retry: RetryAttempt = RetryAttempt(),  # noqa: B008 - frozen, and the library's own default
        ) -> list[StepWorkerOutput]:
            adapter = self.adapter(str(DBOS.workflow_id))
            # before DBOS is asked what it came to: the run may go on meanwhile
            memo: Memo = await execute(state, step_name, event, workflow, bound_events, retry, adapter.begins_again)
            await adapter.take(state, memo)
            return memo.output

        return run


class DurableAdapter(RecordingAdapter):
    """The internal adapter of one run that DBOS keeps."""

    def __init__(self, inner: InternalRunAdapter, recorder: DurableRecorder, workflow: Workflow) -> None:
        super().__init__(inner, recorder, workflow, 0)
        self._durable = recorder
        beginning = recorder.take_beginning(inner.run_id)
        self._behind_until = beginning.ticks
        self._number = 0
        self._asked_in_tick = 0
        self._turn = 0
        self._storing = asyncio.Lock()
        self._of_steps: list[NewEvent] = []
        self._last_state: dict[str, Any] = beginning.state
        self._state: InMemoryStateStore[Any] = (
            InMemoryStateStore.from_dict(self._last_state, recorder.get_serializer(workflow))
            if self._last_state
            else InMemoryStateStore(infer_state_type(workflow)())
        )
        self._flushing: set[asyncio.Task[None]] = set()

    @property
    def is_behind(self) -> bool:
        """True until the run is where it had been."""
        return self._number < self._behind_until

    # ---- what a step came to

    @property
    def begins_again(self) -> bool:
        """True for a step that begins now if it did so when the run was last in memory; unless it has ended then, it
        runs again."""
        return 0 < self._number <= self._behind_until

    async def tell(self, event: NewEvent) -> None:
        """Have the log say something, after what is being stored."""
        await self._store(Tick((event,)))

    async def memo(self, step: StepWorkerState, output: list[StepWorkerOutput]) -> Memo:
        """What an execution of a step came to; its events are stored before.

        If something in it can't be stored, the step has failed.
        """
        await self._flush_now()
        try:
            state = StoredState(self._state.checkpoint().state, self._durable.get_serializer(self._workflow)).whole()
        except NotStorable as error:
            error.step = step.step_name
            state, output = self._last_state, _failed(error)
        self._last_state = state
        self._turn += 1
        sends, written = self._sends_of(step), self.waits.written_in(step.invocation_id)
        memo = Memo(_readable(output), self._turn, state, sends, written)
        if problem := _problem_with(memo):
            told = NotStorable(
                step.step_name, f"gives something that cannot be read again: {problem}", "Give plain data."
            )
            told.step = step.step_name
            return Memo(_failed(told), self._turn, state, [], [])
        return memo

    async def take(self, step: StepWorkerState, memo: Memo) -> None:
        """Go on with what an execution came to, which may have been elsewhere."""
        if memo.turn > self._turn:
            self._turn, self._last_state = memo.turn, memo.state
            restored: InMemoryStateStore[Any] = InMemoryStateStore.from_dict(
                memo.state, self._durable.get_serializer(self._workflow)
            )
            await self._state.set_state(await restored.get_state())
        self.waits.restore_execution(step, memo.written)
        if not self._sends_of(step):
            self._held += memo.sends

    def _sends_of(self, step: StepWorkerState) -> list[TickAddEvent]:
        return [tick for tick in self._held if tick.emission and tick.emission.invocation_id == step.invocation_id]

    # ---- ticks

    def get_state_store(self, namespace: tuple[str, ...] = ()) -> StateStore[Any] | None:
        return None if namespace else self._state

    async def on_tick(self, tick: WorkflowTick) -> None:
        self._number += 1
        self._asked_in_tick = 0
        await super().on_tick(tick)

    async def after_tick(self, tick: WorkflowTick) -> None:
        was_behind = self._number <= self._behind_until
        await super().after_tick(tick)
        if was_behind and not self.is_behind:
            if self.is_idle and not self.has_own_timer:
                await self._store(Tick(idle=True))  # a run that was resumed counts as active until it is back
            self._durable.on_replayed(self.run_id)

    def _journal_row(self, tick: WorkflowTick) -> JournalRow | None:
        """None: DBOS has it. For a file, it is collected as that would have it."""
        if self._durable.collected is not None:
            rows = self._durable.collected.setdefault(self.run_id, [])
            state: dict[str, Any] = {"base": self._last_state} if self._last_state else {"patch": []}
            try:
                data = with_requirements(self._durable.get_serializer(self._workflow).serialize(tick), tick)
                rows.append(JournalRow(len(rows), data, state))
            except Exception as error:  # a file cannot store all that DBOS can, and the run is not to fail for it
                rows.append(JournalRow(len(rows), f"{UNSTORABLE}{error}", state))
        return None

    def _new_question_id(self) -> str:
        """The same in every replay, for what is asked in a tick."""
        self._asked_in_tick += 1
        place = f"{self.run_id} {self._number} {self._asked_in_tick}"
        return hashlib.sha256(place.encode()).hexdigest()[:12]

    async def _commit_tick(self, tick: Tick) -> None:
        await self._store(replace(tick, number=self._number))

    def _commit(self, tick: Tick) -> None:
        self._spawn(self._store(tick))

    async def write_to_event_stream(self, event: Event) -> None:
        """Keep what steps write apart from what belongs to a tick: a tick that is stored already is passed over, also
        if a step that runs again has written something meanwhile."""
        if current_execution() is None or isinstance(event, InternalDispatchEvent):
            await super().write_to_event_stream(event)
            return
        if not self._of_steps:
            loop = asyncio.get_running_loop()
            loop.call_at(max(loop.time(), self._flushed_at + FLUSH_EVERY), self._flush)
        self._of_steps.append(replace(serialize_or_placeholder(event), step=self._writing_step))

    def take_all(self) -> Tick:
        last = super().take_all()
        return replace(last, events=(*self._take_of_steps(), *last.events))

    def _take_of_steps(self) -> list[NewEvent]:
        taken, self._of_steps = self._of_steps, []
        return taken

    def _flush(self) -> None:
        if self._of_steps or (self._written and not self._in_tick):
            self._spawn(self._flush_now())

    async def _flush_now(self) -> None:
        """Store what steps have written, and wait for what is being stored."""
        written = [] if self._in_tick else self._take_written()
        await self._store(Tick((*self._take_of_steps(), *written)))  # taken at once: the lock keeps the order
        self._flushed_at = asyncio.get_running_loop().time()

    async def _store(self, tick: Tick) -> None:
        async with self._storing:
            if tick != Tick():
                await self._store_in_turn(tick)

    async def _store_in_turn(self, tick: Tick) -> None:
        """Commit; as long as the database cannot be written, the run waits, and nothing of it is lost."""
        while True:
            try:
                is_stored = await asyncio.to_thread(self._durable.commit, self.run_id, tick)
                break
            except StoreUnusable as error:
                log.warning("run %s waits: %s", self.run_id, error)
                await asyncio.sleep(TRY_AGAIN)
        self.is_discarded = self.is_discarded or not is_stored
        self._note_questions(tick)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._flushing.add(task)
        task.add_done_callback(self._flushing.discard)


def _failed(error: Exception) -> list[StepWorkerOutput]:
    return [StepWorkerFailed(exception=error, failed_at=time.time())]


def _readable(output: list[StepWorkerOutput]) -> list[StepWorkerOutput]:
    """What a step came to, with an error that could not be read again told in words."""
    return [
        result.model_copy(update={"exception": WorkflowRuntimeError(f"{type(error).__name__}: {error}")})
        if isinstance(result, StepWorkerFailed) and _problem_with(error := result.exception)
        else result
        for result in output
    ]


def _problem_with(value: object) -> Exception | None:
    """Why DBOS could not store a value, or not read it again, which would stop its run for good; None if it can."""
    try:
        pickle.loads(pickle.dumps(value))
    except Exception as error:  # a user's class can raise anything
        return error
    return None
