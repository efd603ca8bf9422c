"""Everything that is private in llama-index-workflows 2.26 and used here.

At the top are attributes that have no public call. Below are patches, so that each wait of a step is a question
of its own, and one answer resolves one wait:

1. `wait_for_event` identifies a step's waits by event type and requirements, before a runtime can intervene. A loop
   over three tools would get one answer three times, and a step that asks until an answer is valid would loop forever
   on the first one. It also gives up after 2,000 seconds if its author has said nothing of a timeout.
2. `write_event_to_stream` does not tell who writes, so a question that is written before a wait would be asked again
   each time that its step runs.
3. An event is given to every waiter of its type, including those that ask something else, have their answer already or
   have timed out.

Two more replace how the library writes and describes events:

4. The events in a tick are written by a serializer of the library's own, which makes text of dates and null of NaN.
5. A workflow with an event that has no JSON schema cannot be represented, though its event may be stored all the same.

`tests/engine/test_upstream.py` shows what breaks without each of them, and fails if the library changes what they
depend on.
"""

from __future__ import annotations

import copy
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema
from workflows import Context, Workflow, events
from workflows.context.internal_context import InternalContext
from workflows.context.serializers import JsonSerializer
from workflows.events import Event, InputRequiredEvent
from workflows.representation import build
from workflows.runtime.control_loop import reduce
from workflows.runtime.types.internal_state import BrokerState
from workflows.runtime.types.plugin import InternalRunAdapter, Runtime
from workflows.runtime.types.results import DeleteWaiter, StepWorkerState, StepWorkerWaiter
from workflows.runtime.types.step_id import StepId
from workflows.runtime.types.ticks import TickAddEvent

OWN_ID = re.compile(
    r"(?P<kind>.*)~wait~(?P<turn>\d+)\.(?P<exact>[0-9a-f]*)\.(?P<steady>[0-9a-f]*)\.(?P<rough>[0-9a-f]*)"
    r"\.(?P<question>[0-9a-f]+)\.(?P<until>\d*)(?:\.(?P<before>[-ste]*))?(?:~gave up)?",
    re.DOTALL,
)
"""Format of the waiter ids made here: what is awaited, the wait's number among those of that kind, three digests of its
question, the id of the question, when it stops waiting, in milliseconds since 1970 (empty: never), and what was known
of the waits before it, a letter for each turn: `s` if it was asked again in the same words, `t` if its answer was
taken, `e` for both."""
FORMER_ID = re.compile(r"(?P<kind>.*)~(?P<turn>\d+)~(?P<exact>[0-9a-f]*)~(?P<rough>[0-9a-f]*)(?:~gave up)?", re.DOTALL)
"""Format of the waiter ids of earlier versions, which did not name the question."""
GAVE_UP = "~gave up"
"""Id suffix of a waiter that timed out before a restart, which the library does not serialize."""
ANSWER = "answer to "
"""Begins the work item id of an event that answers a question; the question's id follows. The library leaves an id
that is given as it is, and stores it with the event."""
WAIT_S_ANSWER = "answer to a wait, "
"""The same, if it was asked by a wait."""
NOT_GIVEN: Final = float("nan")
"""Stands for a timeout that the author of a wait has not chosen; compared by identity."""
FOR_EVER = 1e9
"""Seconds from which on a timeout is none: thirty years."""
LIBRARY_S = 2000
"""Seconds after which the library gives up a wait whose author has not chosen a timeout."""

_public_wait_for_event = Context.wait_for_event
_wait_for_event = InternalContext.wait_for_event
_write_event_to_stream = InternalContext.write_event_to_stream
_resolve_waiters = reduce._resolve_waiters


def timeout_of(workflow: Workflow) -> float | None:
    """The seconds after which a workflow ends its runs; None if it never does."""
    return workflow._timeout


def is_validated(workflow: Workflow) -> bool:
    """False for a workflow that was made with `disable_validation=True`."""
    return not workflow._disable_validation


def steps_taking(workflow: Workflow, event: type[Event]) -> Iterator[tuple[Callable[..., Any], str]]:
    """The functions of the steps that take an event of a class, with the names of the parameter that it comes by."""
    for function in workflow._get_steps().values():
        config = function._step_config
        if event in config.accepted_events:
            of_several = {kind: name for name, kind in config.collect_params or ()}
            yield function, of_several.get(event, config.event_name)


@dataclass(frozen=True)
class DeclaredStep:
    """What a step declares of its events."""

    name: str
    function: Callable[..., Any]
    takes: tuple[type[Event], ...]
    takes_subclasses: bool
    """True if it takes the subclasses of these too."""
    gives: tuple[type[Event], ...]


def declared_steps(workflow: Workflow) -> Iterator[DeclaredStep]:
    """The steps of a workflow, in alphabetical order."""
    for name, function in workflow._get_steps().items():
        config = function._step_config
        takes, gives = (
            tuple(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Event))
            for kinds in (config.accepted_events, config.return_types)
        )
        yield DeclaredStep(name, function, takes, config.accept_event_subclasses, gives)


def step_functions(workflow: Workflow) -> list[Callable[..., Any]]:
    """The functions of a workflow's steps."""
    return list(workflow._get_steps().values())


def put_on(workflow: Workflow, runtime: Runtime) -> None:
    """Move a workflow to a runtime.

    Raises:
        RuntimeError: If the workflow has already been run on another one.
    """
    if runtime not in (workflow.runtime, getattr(workflow.runtime, "_decorated", None)):  # verbose=True wraps it
        workflow._switch_runtime(runtime)


def is_in_use(workflow: Workflow, runtime: Runtime) -> bool:
    """True if a workflow is on another runtime of the same kind, or has been run on any other."""
    own = getattr(workflow.runtime, "_decorated", workflow.runtime)
    return own is not runtime and (workflow._runtime_locked or isinstance(own, type(runtime)))


def unlocked_copy(workflow: Workflow) -> Workflow:
    """A copy of a workflow that any runtime can run; the library ties an instance to the first one that ran it."""
    made = copy.copy(workflow)
    made._runtime_locked = False
    return made


@dataclass(frozen=True)
class Wait:
    """A call of `ctx.wait_for_event`."""

    kind: str
    """What is awaited, with its requirements, or the id that the author gave."""
    has_id: bool
    """True if the author gave an id."""
    event_type: type[Event]
    question: Event | None
    """The event to publish, if the author gave one."""
    requirements: dict[str, Any]
    timeout: float | None
    """Seconds that it waits; None for as long as it takes."""


@dataclass(frozen=True)
class NamedWait:
    """A wait and the waiter that it belongs to."""

    waiter_id: str
    question: Event | None
    """The event to publish if the waiter is new."""


class TellsWaitsApart(ABC):
    """The adapter of a run that gives each wait of its steps an id of its own."""

    @abstractmethod
    def name_wait(self, step: StepWorkerState, wait: Wait) -> NamedWait:
        """The waiter that a wait belongs to, which may be new."""

    @abstractmethod
    def note_question(self, question: InputRequiredEvent) -> bool:
        """Take a question that a step writes to the stream; False to have it published as any other event."""


async def _wait_apart(
    self: InternalContext[Any],
    event_type: type[Event],
    waiter_event: Event | None = None,
    waiter_id: str | None = None,
    requirements: dict[str, Any] | None = None,
    timeout: float | None = NOT_GIVEN,
) -> Event:
    """Replaces `wait_for_event`: gives every wait of a step an id of its own, and waits as long as it takes."""
    adapter = _adapter_that_tells_apart(self._internal_adapter)
    if adapter is None:
        seconds = LIBRARY_S if timeout is NOT_GIVEN else timeout
        return await _wait_for_event(self, event_type, waiter_event, waiter_id, requirements, seconds)
    step = self._get_step_ctx("wait_for_event")
    required = self._stable_requirements_str(requirements or {})
    wait = Wait(
        waiter_id or f"waiter_{event_type.__module__}.{event_type.__name__}_{required}",
        waiter_id is not None,
        event_type,
        waiter_event,
        requirements or {},
        None if timeout is None or timeout is NOT_GIVEN or timeout >= FOR_EVER else timeout,
    )
    named = adapter.name_wait(step.state, wait)
    if named.waiter_id.endswith(GAVE_UP):
        step.returns.return_values.append(DeleteWaiter(waiter_id=named.waiter_id))
        raise TimeoutError(f"Timed out waiting for {event_type.__name__}")
    return await _wait_for_event(self, event_type, named.question, named.waiter_id, requirements, None)


async def _wait_without_limit(
    self: Context[Any],
    event_type: type[Event],
    waiter_event: Event | None = None,
    waiter_id: str | None = None,
    requirements: dict[str, Any] | None = None,
    timeout: float | None = NOT_GIVEN,
) -> Event:
    """Replaces the public call, which would pass on its default as if the author had chosen it."""
    return await _public_wait_for_event(self, event_type, waiter_event, waiter_id, requirements, timeout)


def _write_question(self: InternalContext[Any], ev: Event | None) -> None:
    """Replaces `write_event_to_stream`: lets a run know its questions while their step is still at work."""
    adapter = _adapter_that_tells_apart(self._internal_adapter) if isinstance(ev, InputRequiredEvent) else None
    if adapter is None or not isinstance(ev, InputRequiredEvent) or not adapter.note_question(ev):
        _write_event_to_stream(self, ev)


def _adapter_that_tells_apart(adapter: InternalRunAdapter | None) -> TellsWaitsApart | None:
    """The recording adapter of a run, which `verbose=True` wraps; None if hitl does not record the run."""
    while adapter is not None and not isinstance(adapter, TellsWaitsApart):
        adapter = getattr(adapter, "_decorated", None)
    return adapter


def question_of(waiter_id: str) -> str | None:
    """Id of the question of a waiter; None for a waiter that was not made here, or by an earlier version."""
    match = OWN_ID.fullmatch(waiter_id)
    return match["question"] if match else None


def expiry_of(waiter_id: str) -> float | None:
    """When a waiter stops waiting, in seconds since 1970; None if it never does."""
    match = OWN_ID.fullmatch(waiter_id)
    return int(match["until"]) / 1000 if match and match["until"] else None


def answer_tick(question_id: str, event: Event, is_for_a_wait: bool) -> TickAddEvent:
    """The tick that brings the answer of a question into its run; a wait's goes to no step that takes its type."""
    return TickAddEvent(event=event, work_item_id=(WAIT_S_ANSWER if is_for_a_wait else ANSWER) + question_id)


def question_answered_by(tick: TickAddEvent) -> str | None:
    """Id of the question that a tick answers; None if it brings any other event."""
    work_item = tick.work_item_id or ""
    prefix = next((prefix for prefix in (WAIT_S_ANSWER, ANSWER) if work_item.startswith(prefix)), None)
    return work_item.removeprefix(prefix) if prefix else None


class _Nothing(Event):
    """An event that is never sent, awaited by waiters that are to get nothing."""


def _resolve_own_waiter(
    tick: TickAddEvent, state: BrokerState, path: tuple[str, ...], now_seconds: float
) -> tuple[Any, set[StepId]]:
    """Replaces `_resolve_waiters`: an answer is for the waiter of its question alone, and for no step that takes its
    type. Any other event is for the waiters that still wait."""
    answered = question_answered_by(tick)
    waiters = [waiter for worker in state.workers.values() for waiter in worker.collected_waiters]
    own = [waiter for waiter in waiters if answered and question_of(waiter.waiter_id) == answered]
    before = [(waiter, waiter.waiting_for_event, waiter.requirements) for waiter in waiters]
    for waiter in waiters:
        if _has_ended(waiter) or (answered and waiter not in own and (own or question_of(waiter.waiter_id))):
            waiter.waiting_for_event = _Nothing
        elif waiter in own:  # the answer was checked before it was accepted
            waiter.waiting_for_event, waiter.requirements = type(tick.event), {}
    try:
        commands, steps = _resolve_waiters(tick, state, path, now_seconds)
    finally:
        for waiter, awaited, requirements in before:
            waiter.waiting_for_event, waiter.requirements = awaited, requirements
    is_for_a_wait = own or (tick.work_item_id or "").startswith(WAIT_S_ANSWER)
    return commands, set(state.workers) if is_for_a_wait else steps


def _has_ended(waiter: StepWorkerWaiter[Any]) -> bool:
    """True for a waiter of a recorded run that has its answer or has timed out."""
    if not (OWN_ID.fullmatch(waiter.waiter_id) or FORMER_ID.fullmatch(waiter.waiter_id)):
        return False
    return waiter.resolved_event is not None or waiter.timed_out or waiter.waiter_id.endswith(GAVE_UP)


def mark_given_up(context: dict[str, Any], waiter_ids: Collection[str]) -> None:
    """Mark the timed-out waiters of a serialized context, which a context restored from it would lose.

    Args:
        context: As the library serializes it; changed in place.
        waiter_ids: Ids of all waiters that timed out; those no longer in the context are ignored.
    """
    for step in context["workers"].values():
        for waiter in step["collected_waiters"]:
            if waiter["waiter_id"] in waiter_ids and waiter["resolved_event"] is None:
                waiter["waiter_id"] += GAVE_UP


writing_events: ContextVar[Callable[[Any], Any] | None] = ContextVar("writing_events", default=None)
"""What writes the events of the tick that is written now, as JSON values; None for a tick of somebody else's run."""


class _EventsInTicks(JsonSerializer):
    """Replaces the serializer of the events in ticks, which does not ask the serializer of the run."""

    def serialize_value(self, value: Any) -> Any:
        write = writing_events.get()
        return write(value) if write else super().serialize_value(value)


class AnySchema(GenerateJsonSchema):
    """Describes a type without a JSON schema as a value of any kind, by name."""

    def handle_invalid_for_json_schema(self, schema: CoreSchema, error_info: str) -> JsonSchemaValue:
        cls = schema.get("cls")
        return {"title": cls.__name__} if isinstance(cls, type) else {}


@lru_cache(maxsize=200)  # a signature asks for the same classes several times, and every engine of a process anew
def schema_of(cls: type[BaseModel]) -> tuple[dict[str, Any], bool]:
    """The JSON schema of a class, not to be changed; and whether pydantic can describe all its fields.

    Raises:
        PydanticUserError: If the class cannot be used at all, as with a type that is not there.
    """
    try:
        return cls.model_json_schema(), True
    except PydanticInvalidForJsonSchema:
        return cls.model_json_schema(schema_generator=AnySchema), False


def _event_schema(type_annotation: Any) -> dict[str, Any] | None:
    """Replaces `build._event_schema`, which raises for an event that has no JSON schema."""
    if not (isinstance(type_annotation, type) and issubclass(type_annotation, BaseModel)):
        return None
    return schema_of(type_annotation)[0]


events._json_serializer = _EventsInTicks()
build._event_schema = _event_schema
InternalContext.wait_for_event = _wait_apart  # type: ignore[assignment,method-assign]
InternalContext.write_event_to_stream = _write_question  # type: ignore[method-assign]
Context.wait_for_event = _wait_without_limit  # type: ignore[assignment,method-assign]
reduce._resolve_waiters = _resolve_own_waiter
