"""A runtime that stores every tick of every run before readers see it.

`BasicRuntime` runs the workflows; its internal adapter is wrapped to record them. Events that a step writes to the
stream are collected, and `after_tick` commits them together with the tick and the change of the state: usually one
journal row and one state patch, made by the library's own calls, so that a tick costs the same however long the run is.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from workflows import Workflow
from workflows.errors import WorkflowRuntimeError
from workflows.events import (
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    InternalDispatchEvent,
    StepState,
    StepStateChanged,
    WorkflowIdleEvent,
)
from workflows.runtime.runtime_decorators import BaseInternalRunAdapterDecorator, BaseRuntimeDecorator
from workflows.runtime.types.plugin import (
    InternalRunAdapter,
    RegisteredWorkflow,
    Runtime,
    WaitResult,
    as_snapshottable_adapter,
    as_v2_runtime_compatibility_shim,
)
from workflows.runtime.types.results import (
    AddWaiter,
    DeleteWaiter,
    RetryAttempt,
    StepWorkerFailed,
    StepWorkerOutput,
    StepWorkerResult,
    StepWorkerState,
)
from workflows.runtime.types.step_function import StepWorkerFunction
from workflows.runtime.types.step_id import StepId
from workflows.runtime.types.ticks import (
    TickAddEvent,
    TickSessionStart,
    TickStepResult,
    TickWaiterTimeout,
    WorkflowTick,
)

from hitl.engine.errors import NotStorable, StoreUnusable
from hitl.engine.records import JournalRow, Move, NewEvent, NewQuestion, Question, Tick
from hitl.engine.runtime.journal import with_requirements
from hitl.engine.runtime.waits import (
    Execution,
    OpenWait,
    RestoredWaiter,
    RunWaits,
    WrittenQuestion,
    current_execution,
)
from hitl.engine.upstream import (
    NamedWait,
    TellsWaitsApart,
    Wait,
    answer_tick,
    expiry_of,
    question_answered_by,
    question_of,
)
from hitl.engine.workflows.agents import AgentRuntime, starts_an_agent
from hitl.engine.workflows.answers import answer_type_of, is_signal, is_taken_by_a_step, qualified_name
from hitl.engine.workflows.offer import schema_with_offer
from hitl.engine.workflows.serialization import Written, serialize_event, serialize_or_placeholder
from hitl.engine.workflows.state_patch import StoredState
from hitl.engine.workflows.summary import summary_of

log = logging.getLogger("hitl")

FLUSH_EVERY = 0.01
"""Minimum seconds between two commits of the events that a running step writes: a burst of a thousand is committed
together, and a single event without delay."""
TRY_AGAIN = 1.0
"""Seconds after which events that could not be stored are tried again while their step still runs."""
HOLD = 0.25
"""Seconds after which a question that a step has written is stored, if the step is still at work then and another one
takes its answer. Until then the step may wait for that answer itself."""


@dataclass(frozen=True)
class Delivery:
    """An answer to be sent into a run."""

    run_id: str
    question_id: str
    event: Event


class Recorder(BaseRuntimeDecorator):
    """The runtime of one workflow instance; it records all runs of it.

    Args:
        commit: Stores a tick of the run with this id and publishes its events; False if the run has ended elsewhere.
        expire: Closes a question of a run, in this order, that nobody has answered in time; False if somebody has.
    """

    def __init__(self, commit: Callable[[str, Tick], bool], expire: Callable[[str, str], bool]) -> None:
        self.basic = AgentRuntime()
        super().__init__(self.basic)
        self.commit = commit
        self._expire_question = expire
        self._adapters: dict[str, RecordingAdapter] = {}
        self._deliveries: dict[str, Delivery] = {}  # by question id
        self._sent: set[str] = set()  # of those, the ones that are on their way
        self._sending: set[asyncio.Task[None]] = set()
        self._expected_idle: set[str] = set()  # runs restored as idle whose session has not begun
        self._held_back: dict[str, set[str]] = {}  # by run: waiters that must register before answers are sent
        self._waits: dict[str, RunWaits] = {}
        self._timers: dict[str, dict[str, asyncio.TimerHandle]] = {}  # by run and waiter id

    def get_internal_adapter(self, workflow: Workflow) -> InternalRunAdapter:
        return self._recording_adapter(workflow)

    def _recording_adapter(self, workflow: Workflow) -> RecordingAdapter:
        inner = super().get_internal_adapter(workflow)
        if inner.run_id not in self._adapters:
            self._adapters[inner.run_id] = self._new_adapter(inner, workflow)
        return self._adapters[inner.run_id]

    def _new_adapter(self, inner: InternalRunAdapter, workflow: Workflow) -> RecordingAdapter:
        external = as_snapshottable_adapter(self.basic.get_external_adapter(inner.run_id))
        return RecordingAdapter(inner, self, workflow, external.init_state.journal_seq if external else 0)

    def register(self, workflow: Workflow) -> RegisteredWorkflow:
        registered = super().register(workflow)
        return replace(registered, steps={name: self._watched(step) for name, step in registered.steps.items()})

    def _watched(self, step: StepWorkerFunction) -> StepWorkerFunction:
        """A step whose executions are told apart, so that what it asks in each is known."""

        async def run(
            state: StepWorkerState,
            step_name: str,
            event: Event,
            workflow: Workflow,
            bound_events: dict[str, Event] | None = None,
            retry: RetryAttempt = RetryAttempt(),  # noqa: B008 - frozen, and the library's own default
        ) -> list[StepWorkerOutput]:
            waits = self._recording_adapter(workflow).waits
            with waits.execution(state) as execution:
                try:
                    output = await step(state, step_name, event, workflow, bound_events, retry)
                except asyncio.CancelledError as error:
                    task = asyncio.current_task()
                    if task is None or task.cancelling():
                        raise
                    output = [_failed_by_itself(step_name, error)]  # the library would wait for it for ever
            return waits.conclude(execution, state, output)

        return run

    def waits(self, run_id: str) -> RunWaits:
        """The waits of a run in memory."""
        return self._waits.get(run_id) or self._waits.setdefault(run_id, RunWaits(run_id))

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

    def restore(
        self, workflow: Workflow, run_id: str, waiters: Sequence[RestoredWaiter], questions: Sequence[Question]
    ) -> None:
        """Note what a resumed run waits for, and end the waits whose time has passed meanwhile.

        Args:
            workflow: The instance that runs it.
            run_id: Id of the run.
            waiters: Its waiters, with the event classes that they wait for as they are now.
            questions: Its open questions.
        """
        waits = self.waits(run_id)
        waits.restore(waiters)
        for question in questions:
            waits.note_question(question, is_taken_by_a_step(workflow, question.answer_type))
        for wait in waits.open.values():
            self._set_timer(run_id, wait)

    def awaited(self, run_id: str) -> list[type[Event]]:
        """The event classes that a run's waiters wait for; after a module edit, their names resolve to others."""
        return self.waits(run_id).awaited if run_id in self._waits else []

    # ---- answers on their way

    def deliver(self, delivery: Delivery) -> None:
        """Send an answer into its run once something takes it; ignore one that is already on its way."""
        if delivery.question_id not in self._deliveries:
            self._deliveries[delivery.question_id] = delivery
            self.send_deliveries(delivery.run_id)

    def send_deliveries(self, run_id: str) -> None:
        """Send a run the answers that nothing holds back any more."""
        if run_id in self._held_back:
            return
        for delivery in list(self._deliveries.values()):  # a thread of a turn that blocks may add one meanwhile
            if delivery.run_id == run_id and delivery.question_id not in self._sent and self._is_taken(delivery):
                self._sent.add(delivery.question_id)
                is_for_a_wait = self.waits(run_id).is_asked_by_a_wait(delivery.question_id)
                self._send(run_id, answer_tick(delivery.question_id, delivery.event, is_for_a_wait))

    def _is_taken(self, delivery: Delivery) -> bool:
        """False as long as only a wait that is still to come could take an answer."""
        waits = self.waits(delivery.run_id)
        return delivery.question_id not in waits.loose or waits.has_waiter(delivery.question_id)

    def _send(self, run_id: str, tick: WorkflowTick) -> None:
        with suppress(RuntimeError):  # the run has ended meanwhile
            sending = asyncio.get_running_loop().create_task(self.basic.get_external_adapter(run_id).send_event(tick))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    def note_waiters(self, run_id: str, waiter_ids: Collection[str], is_idle: bool) -> None:
        """Send a run its buffered answers once all awaited waiters have registered, or the run is idle."""
        if run_id in self._held_back:
            self._held_back[run_id].difference_update(waiter_ids)
            if is_idle or not self._held_back[run_id]:
                del self._held_back[run_id]
        self.send_deliveries(run_id)

    def delivered(self, run_id: str, tick: WorkflowTick) -> str | None:
        """Id of the question whose answer this tick brings, if any; the answer is no longer on its way then."""
        question_id = question_answered_by(tick) if isinstance(tick, TickAddEvent) else None
        if question_id is None:
            return None
        self._deliveries.pop(question_id, None)
        self._sent.discard(question_id)
        self._drop_timers(run_id, question_id)
        self.waits(run_id).note_answer(question_id)
        return question_id

    def may_be_released(self, run_id: str) -> bool:
        """True if a run is idle, has no answer on its way, and no timeout that only memory knows of."""
        adapter = self._adapters.get(run_id)
        if adapter is None or not adapter.is_idle or adapter.has_own_timer or self.has_deliveries(run_id):
            return False
        expires_at = self.next_expiry(run_id)  # one that has passed is on its way
        return expires_at is None or expires_at > time.time()

    def has_deliveries(self, run_id: str) -> bool:
        """True if an answer is on its way into a run, or is to be sent once something takes it."""
        return any(known.run_id == run_id for known in list(self._deliveries.values()))

    # ---- timeouts

    def next_expiry(self, run_id: str) -> float | None:
        """When the next wait of a run in memory ends by itself, in seconds since 1970; None if none does."""
        moments = [wait.expires_at for wait in self.waits(run_id).open.values() if wait.expires_at is not None]
        return min(moments, default=None)

    def _set_timer(self, run_id: str, wait: OpenWait) -> None:
        if wait.expires_at is not None and wait.id not in self._timers.setdefault(run_id, {}):
            loop = asyncio.get_running_loop()
            delay = max(0.0, wait.expires_at - time.time())
            self._timers[run_id][wait.id] = loop.call_later(delay, self._expire, run_id, wait)

    def _expire(self, run_id: str, wait: OpenWait) -> None:
        """End a wait whose time has passed, unless its question has been answered: its answer is on its way then."""
        self._timers.get(run_id, {}).pop(wait.id, None)
        if run_id not in self._adapters and run_id not in self._waits:
            return
        try:
            if wait.question and not self._expire_question(run_id, wait.question):
                return
        except StoreUnusable as error:
            log.warning("%s", error)
            loop = asyncio.get_running_loop()
            self._timers[run_id][wait.id] = loop.call_later(TRY_AGAIN, self._expire, run_id, wait)
            return
        self._send(run_id, TickWaiterTimeout(step_id=StepId.root(wait.step), waiter_id=wait.id))

    def _drop_timers(self, run_id: str, question_id: str) -> None:
        timers = self._timers.get(run_id, {})
        for waiter_id in [waiter_id for waiter_id in timers if question_of(waiter_id) == question_id]:
            timers.pop(waiter_id).cancel()

    def begin_wait(self, run_id: str, waiter: AddWaiter[Event], step: str, asks: bool) -> None:
        """Note that a waiter is registered, and begin to count its time."""
        waits = self.waits(run_id)
        waits.begin(waiter, step, asks)
        self._set_timer(run_id, waits.open[waiter.waiter_id])

    def end_wait(self, run_id: str, waiter_id: str) -> str | None:
        """Note that a waiter waits no more; returns the id of its question if that is still open."""
        question_id = question_of(waiter_id)
        self.waits(run_id).open.pop(waiter_id, None)
        if timer := self._timers.get(run_id, {}).pop(waiter_id, None):
            timer.cancel()
        if question_id is None or question_id not in self.waits(run_id).questions:
            return None
        self.waits(run_id).settle(question_id)
        return question_id

    def discard(self, run_id: str) -> None:
        """Store nothing more of what a run in memory does: it was cancelled, and may be resumed from what is stored."""
        if adapter := self._adapters.get(run_id):
            adapter.is_discarded = True

    def is_discarded(self, run_id: str) -> bool:
        """True if something that a run in memory has done was not stored, since it had been cancelled."""
        adapter = self._adapters.get(run_id)
        return adapter is not None and adapter.is_discarded

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
        for timer in self._timers.pop(run_id, {}).values():
            timer.cancel()
        dropped = {key for key, known in list(self._deliveries.items()) if known.run_id == run_id}
        for question_id in dropped:
            self._deliveries.pop(question_id, None)
        self._sent -= dropped
        adapter = self._adapters.pop(run_id, None)
        last = adapter.take_all() if adapter else Tick()
        self._waits.pop(run_id, None)
        return last


class RecordingAdapter(BaseInternalRunAdapterDecorator, TellsWaitsApart):
    """The internal adapter of one run: collects the events of a tick and commits them after it.

    Args:
        inner: The adapter of the runtime that runs it.
        recorder: The recorder of its workflow.
        workflow: The instance that runs it.
        seq: The number of its next tick in its journal.
    """

    def __init__(self, inner: InternalRunAdapter, recorder: Recorder, workflow: Workflow, seq: int) -> None:
        super().__init__(inner)
        self._recorder = recorder
        self._workflow = workflow
        self._seq = seq
        self._checkpoint: StoredState | None = None
        self._written: list[Written] = []
        self._flushed_at = 0.0
        self._in_tick = False
        self._tick: WorkflowTick | None = None
        self._has_ended_step = False
        """True if the tick ends a step; the library runs some again, for newer events, and drops their results."""
        self._at_work: Counter[str] = Counter()
        """How many executions of each step are going on."""
        self._moves: list[Move] = []
        """Uncommitted: what the steps that have ended have taken and given."""
        self._held: list[TickAddEvent] = []
        self._pulling: asyncio.Task[Any] | None = None
        self.is_idle = False
        """True if no step is running or about to run."""
        self.is_discarded = False
        """True once something was not stored, since the run had ended elsewhere: nothing after it must be stored, even
        if the run is resumed meanwhile."""
        self.waits = recorder.waits(inner.run_id)

    def name_wait(self, step: StepWorkerState, wait: Wait) -> NamedWait:
        return self.waits.name(step, wait)

    def note_question(self, question: InputRequiredEvent) -> bool:
        """Hold a question that a step writes until its result comes, or the wait that it belongs to.

        If another step takes its answer, the writing step may be waiting for that by means of its own: then the
        question is stored after `HOLD` seconds.
        """
        execution = current_execution()
        if execution is None:
            return False
        self.waits.write(question, serialize_event(question), execution)
        if is_taken_by_a_step(self._workflow, answer_type_of(self._workflow, question)):
            with suppress(RuntimeError):  # a step without `async` is on a thread without a loop
                asyncio.get_running_loop().call_later(HOLD, self._store_written, execution)
        return True

    def _store_written(self, execution: Execution) -> None:
        """Store the questions that a step has written and that belong to no wait, while it is still at work."""
        written = [] if execution.has_ended else execution.to_store()
        try:
            if written:
                self._commit(Tick(tuple(map(self._loose_question, written))))
        except StoreUnusable as error:
            log.warning("%s", error)
            return  # they are stored with the step's result
        for question in written:
            question.is_stored = True

    async def write_to_event_stream(self, event: Event) -> None:
        """Collect an event; between ticks, while a step runs, also schedule a commit (see `FLUSH_EVERY`)."""
        if isinstance(event, WorkflowIdleEvent):
            self.is_idle = True
        if isinstance(event, StepStateChanged):
            self._note_step(event)
        if isinstance(event, InternalDispatchEvent) or self._is_asked_by_a_wait(event):
            return
        if not self._written and not self._in_tick:
            loop = asyncio.get_running_loop()
            loop.call_at(max(loop.time(), self._flushed_at + FLUSH_EVERY), self._flush)
        try:
            self._written.append(Written(event, replace(serialize_or_placeholder(event), step=self._writing_step)))
        except NotStorable as error:
            raise _naming_step(error, self._tick) from None

    @property
    def _writing_step(self) -> str | None:
        """Name of the step that writes what is written now; None if none does."""
        if execution := current_execution():
            return execution.step
        return str(self._tick.step_id) if isinstance(self._tick, TickStepResult) else None

    def _note_step(self, event: StepStateChanged) -> None:
        """Note that a step begins or ends, and what it has taken and given; one that waits counts as ended."""
        if event.step_state is StepState.RUNNING:
            self._at_work[event.name] += 1
        elif event.step_state is StepState.NOT_RUNNING:
            self._at_work[event.name] -= 1
            self._has_ended_step = True
            self._moves += _moves_of(self._tick)

    def _is_asked_by_a_wait(self, event: Event) -> bool:
        """True for the event that the library publishes for a new waiter; it is stored as the waiter's question."""
        return any(waiter.waiter_event is event for waiter in _waiters_of(self._tick))

    async def on_tick(self, tick: WorkflowTick) -> None:
        self._in_tick = True
        self._tick = tick
        self._has_ended_step = False
        self.is_idle = False
        await super().on_tick(tick)

    async def after_tick(self, tick: WorkflowTick) -> None:
        await super().after_tick(tick)
        self._in_tick = False
        if self._recorder.begins_idle(self.run_id, tick):
            self.is_idle, self._tick = True, None
            return  # nothing has happened: the journal replays to the same without this tick
        try:
            row = self._journal_row(tick)
        except NotStorable as error:
            raise _naming_step(error, tick) from None
        applied = self._recorder.delivered(self.run_id, tick)
        closed = self._ended_questions(tick)
        events = (*self._take_written(), *self._questions_of(tick))
        if self.is_idle and not self.waits.questions and not self._recorder.has_deliveries(self.run_id):
            events += tuple(self._silent_questions())
        self._tick = None
        at_work = tuple(name for name, executions in self._at_work.items() if executions > 0)
        is_idle = self.is_idle and not self.has_own_timer
        await self._commit_tick(Tick(events, applied, row, is_idle, closed, tuple(self._moves), at_work))
        self._moves = []
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
    def has_own_timer(self) -> bool:
        """True if a wait without a question will time out, which is stored nowhere but in its waiter."""
        return any(wait.expires_at is not None and not wait.asks for wait in self.waits.open.values())

    def stop_pulling(self) -> None:
        """Cancel the task that waits for the next tick; the library leaks it when aborted between two ticks."""
        if self._pulling:
            self._pulling.cancel()

    def take_all(self) -> Tick:
        """Take the uncommitted events, with the questions of steps whose results did not come."""
        moves, self._moves = tuple(self._moves), []
        return Tick((*self._take_written(), *map(self._loose_question, self.waits.left_over())), moves=moves)

    def _take_written(self) -> list[NewEvent | NewQuestion]:
        """Take the collected, uncommitted events."""
        written, self._written = self._written, []
        return [self._as_stored(each) for each in written]

    async def _commit_tick(self, tick: Tick) -> None:
        self._commit(tick)

    def _commit(self, tick: Tick) -> None:
        self.is_discarded = self.is_discarded or not self._recorder.commit(self.run_id, tick)
        self._note_questions(tick)

    def _note_questions(self, tick: Tick) -> None:
        for new in tick.events:
            if isinstance(new, NewQuestion):
                is_taken = is_taken_by_a_step(self._workflow, new.answer_type)
                self.waits.note_question(new, is_taken)

    def _flush(self) -> None:
        """Commit the events of a running step; if that fails, retry after `TRY_AGAIN` seconds or at the next tick."""
        if self._in_tick or not self._written:
            return
        loop, kept = asyncio.get_running_loop(), self._written
        try:
            self._commit(Tick(tuple(self._take_written())))
        except StoreUnusable as error:
            log.warning("%s", error)
            self._written = kept + self._written
            loop.call_later(TRY_AGAIN, self._flush)
        self._flushed_at = loop.time()

    def _journal_row(self, tick: WorkflowTick) -> JournalRow | None:
        """The tick with a patch of the state, or the whole state at a session's first tick and when the run is idle.

        A patch misses values that were changed in place; the whole state does not. An agent changes its memory in place
        at every step, so its whole state is stored at every tick.

        Raises:
            NotStorable: If an event in it, or the state, has a value that would not come back as it was.
        """
        now = self._recorder.basic.stored_state(self.run_id, self._workflow)
        is_whole = self.is_idle or starts_an_agent(self._workflow.start_event_class)
        before = None if is_whole else self._checkpoint
        state: dict[str, Any] = {"patch": now.changes_since(before)} if before else {"base": now.whole()}
        serializer = self._recorder.get_serializer(self._workflow)
        row = JournalRow(self._seq, with_requirements(serializer.serialize(tick), tick), state)
        self._checkpoint = now
        self._seq += 1
        return row

    # ---- questions

    def _ended_questions(self, tick: WorkflowTick) -> tuple[str, ...]:
        """Ids of the open questions whose waiters wait no more after this tick, without an answer."""
        match tick:
            case TickWaiterTimeout():
                ended = [tick.waiter_id]
            case TickStepResult() if self._has_ended_step and any(
                isinstance(result, StepWorkerResult) for result in tick.result
            ):
                ended = [result.waiter_id for result in tick.result if isinstance(result, DeleteWaiter)]
            case _:
                ended = []
        questions = [self._recorder.end_wait(self.run_id, waiter_id) for waiter_id in ended]
        return tuple(question_id for question_id in questions if question_id is not None)

    def _questions_of(self, tick: WorkflowTick) -> Iterator[NewQuestion]:
        """The questions of the waiters that a tick registers, and those that its step has written for no wait."""
        if not isinstance(tick, TickStepResult):
            return
        execution = self.waits.end(tick.invocation_id)
        if not self._has_ended_step:
            return
        for waiter in _waiters_of(tick):
            if waiter.waiter_id not in self.waits.open:
                question = self._question_of_wait(waiter, str(tick.step_id))
                self._recorder.begin_wait(self.run_id, waiter, str(tick.step_id), asks=question is not None)
                if question:
                    self._moves.append(Move(str(tick.step_id), question.event.type, gives=True))
                    yield question
        for written in execution.to_store() if execution else []:
            yield self._loose_question(written)

    def _question_of_wait(self, waiter: AddWaiter[Event], step: str) -> NewQuestion | None:
        """The question of a new waiter; None if it asks nothing, or not yet.

        A wait for a human's answer always asks. Any other event may come from another step: its wait asks once nothing
        is at work that could send it (see `_silent_questions`).
        """
        question_id = question_of(waiter.waiter_id) or self._new_question_id()
        loose = self.waits.loose.get(question_id)
        if waiter.waiter_event is not None:
            stored = serialize_event(waiter.waiter_event, "question")
        elif loose:
            stored = NewEvent("question", loose.type_name, dict(loose.body))
        elif issubclass(waiter.event_type, HumanResponseEvent) and not is_signal(waiter.event_type):
            stored = _made_question(waiter.event_type, step)
        else:
            return None
        return self._new_question(question_id, stored, waiter.waiter_event, waiter)

    def _silent_questions(self) -> Iterator[NewQuestion]:
        """The questions of the waits that have asked nothing, once only somebody outside can end them."""
        for wait in self.waits.silent:
            if wait.question and wait.event_type:
                stored = _made_question(wait.event_type, wait.step)
                waiter: AddWaiter[Event] = AddWaiter(
                    waiter_id=wait.id, requirements=dict(wait.requirements), event_type=wait.event_type
                )
                yield self._new_question(wait.question, stored, None, waiter)

    def _loose_question(self, written: WrittenQuestion) -> NewQuestion:
        return self._new_question(written.id, written.stored, written.event)

    def _as_stored(self, written: Written) -> NewEvent | NewQuestion:
        if not isinstance(written.event, InputRequiredEvent):
            return written.stored
        return self._new_question(self._new_question_id(), written.stored, written.event)

    def _new_question_id(self) -> str:
        return uuid.uuid4().hex[:12]

    def _new_question(
        self, question_id: str, stored: NewEvent, event: Event | None, waiter: AddWaiter[Event] | None = None
    ) -> NewQuestion:
        answer_type = answer_type_of(self._workflow, event, waiter.event_type if waiter else None)
        requirements = to_jsonable_python(waiter.requirements, fallback=str) if waiter else {}
        expires_at = expiry_of(waiter.waiter_id) if waiter else None
        return NewQuestion(
            id=question_id,
            event=replace(stored, step=stored.step or self._writing_step),
            answer_type=qualified_name(answer_type) if answer_type else None,
            answer_schema=schema_with_offer(
                self._workflow, event or InputRequiredEvent(), stored.body, answer_type, requirements
            ),
            requirements=requirements,
            expires_at=None if expires_at is None else datetime.fromtimestamp(expires_at, UTC),
            summary=summary_of(event, stored),
        )


def _made_question(awaited: type[Event], step: str) -> NewEvent:
    """A question for a wait whose author has written none."""
    return NewEvent("question", awaited.__name__, {"message": f"The step “{step}” waits for this."}, step)


def _naming_step(error: NotStorable, tick: WorkflowTick | None) -> NotStorable:
    """The error with the name of the step whose result is stored."""
    if isinstance(tick, TickStepResult):
        error.step = str(tick.step_id)
    return error


def _failed_by_itself(step: str, error: asyncio.CancelledError) -> StepWorkerFailed:
    """The end of a step in which a task was cancelled that it has waited for, while nobody has cancelled the step."""
    told = WorkflowRuntimeError(f"The step {step} has waited for a task that was cancelled.")
    told.__cause__ = error
    return StepWorkerFailed(exception=told, failed_at=time.time())


def _moves_of(tick: WorkflowTick | None) -> list[Move]:
    """What the step whose result this tick brings has taken, if it has come to its end, and what it has given."""
    if not isinstance(tick, TickStepResult):
        return []
    results = [result.result for result in tick.result if isinstance(result, StepWorkerResult)]
    given = [*(sent.event for sent in tick.sends), *(event for event in results if isinstance(event, Event))]
    step = str(tick.step_id)
    taken = [Move(step, type(tick.event).__name__, gives=False)] if results else []
    return [*taken, *(Move(step, type(event).__name__, gives=True) for event in given)]


def _waiters_of(tick: WorkflowTick | None) -> list[AddWaiter[Event]]:
    """The waiters that this tick registers."""
    results = tick.result if isinstance(tick, TickStepResult) else []
    return [result for result in results if isinstance(result, AddWaiter)]
