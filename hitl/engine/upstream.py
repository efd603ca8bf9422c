"""Everything that is private in llama-index-workflows 2.26 and used here.

At the top are attributes that have no public call. Below are two patches, so that one answer resolves one wait:

1. The library identifies a step's waits by event type and requirements, before a runtime can intervene. A loop over
   three tools would get one answer three times, and a step that asks until an answer is valid would loop forever on
   the first one.
2. The library gives an answer to every waiter of its type, including those that already have one or have timed out.

`tests/engine/test_upstream.py` shows what breaks without each of them, and fails if the library changes what they
depend on.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from workflows import Workflow
from workflows.context.internal_context import InternalContext
from workflows.errors import WorkflowRuntimeError
from workflows.events import Event
from workflows.runtime.control_loop import reduce
from workflows.runtime.types.internal_state import BrokerState
from workflows.runtime.types.plugin import InternalRunAdapter, Runtime
from workflows.runtime.types.results import DeleteWaiter, StepWorkerContext, StepWorkerWaiter
from workflows.runtime.types.ticks import TickAddEvent

OWN_ID = re.compile(r"(?P<kind>.*)~(?P<turn>\d+)~(?P<asks>[0-9a-f]*)~(?P<rough>[0-9a-f]*)(?:~gave up)?", re.DOTALL)
"""Format of the waiter ids made here: what is awaited, the wait's number among those of that kind, and two digests of
its question, exact and without volatile parts."""
VOLATILE = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)
"""Parts of a question that may differ when a rerun step asks it again: a time, a count, a random id."""
GAVE_UP = "~gave up"
"""Id suffix of a waiter that timed out before a restart, which the library does not serialize."""
MOST_WAITS = 50
"""A step fails when this many of its earlier waits of one kind have no match in its current execution: it words its
question differently each time."""
EXECUTION = "hitl_waits"
"""Attribute of `StepWorkerContext.sends`, an object per execution of a step, that holds its `Execution`."""

_wait_for_event = InternalContext.wait_for_event
_resolve_waiters = reduce._resolve_waiters


def timeout_of(workflow: Workflow) -> float | None:
    """The seconds after which a workflow ends its runs; None if it never does."""
    return workflow._timeout


def is_validated(workflow: Workflow) -> bool:
    """False for a workflow that was made with `disable_validation=True`."""
    return not workflow._disable_validation


def put_on(workflow: Workflow, runtime: Runtime) -> None:
    """Move a workflow to a runtime.

    Raises:
        RuntimeError: If the workflow has already been run on another one.
    """
    if runtime not in (workflow.runtime, getattr(workflow.runtime, "_decorated", None)):  # verbose=True wraps it
        workflow._switch_runtime(runtime)


def unlocked_copy(workflow: Workflow) -> Workflow:
    """A copy of a workflow that any runtime can run; the library ties an instance to the first one that ran it."""
    made = copy.copy(workflow)
    made._runtime_locked = False
    return made


class TellsWaitsApart:
    """Mixin for the adapter of a run: gives each wait of its steps an id of its own."""

    seen_again: set[str]
    """Ids of waiters whose question was repeated in the same words when their step ran again."""


@dataclass
class Execution:
    """The waits of one execution of a step; a step runs from its beginning for every answer."""

    calls: Counter[str] = field(default_factory=Counter)
    """Number of waits so far, by kind."""
    used: set[str] = field(default_factory=set)
    """Ids given to these waits."""
    created: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Turns of the new waits among them, by kind."""


async def _wait_apart(
    self: InternalContext[Any],
    event_type: type[Event],
    waiter_event: Event | None = None,
    waiter_id: str | None = None,
    requirements: dict[str, Any] | None = None,
    timeout: float | None = 2000,
) -> Event:
    """Replaces `wait_for_event`: gives every wait of a step an id of its own."""
    adapter = _adapter_that_tells_apart(self._internal_adapter)
    if adapter is not None:
        step = self._get_step_ctx("wait_for_event")
        required = self._stable_requirements_str(requirements or {})
        kind = waiter_id or f"waiter_{event_type.__module__}.{event_type.__name__}_{required}"
        waiter_id = _id_of_wait(adapter, step, kind, Asked.of(waiter_event))
        if waiter_id.endswith(GAVE_UP):
            step.returns.return_values.append(DeleteWaiter(waiter_id=waiter_id))
            raise TimeoutError(f"Timed out waiting for {event_type.__name__}")
    return await _wait_for_event(self, event_type, waiter_event, waiter_id, requirements, timeout)


@dataclass(frozen=True)
class Asked:
    """Digests of a wait's question; empty if it has none, or one that cannot be serialized."""

    exactly: str = ""
    roughly: str = ""
    """Digest without the `VOLATILE` parts."""

    @classmethod
    def of(cls, question: Event | None) -> Asked:
        try:
            words = f"{type(question).__name__} {question.model_dump_json()}" if question else ""
        except ValueError:
            return cls()
        return cls(_digest(words), _digest(VOLATILE.sub("#", words)))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12] if words else ""


@dataclass(frozen=True)
class Known:
    """An existing waiter of a step."""

    id: str
    turn: int
    """Its number among the waits of its kind, from 1."""
    asked: Asked | None
    """None for a waiter of an earlier version, which did not record it."""


def _id_of_wait(adapter: TellsWaitsApart, step: StepWorkerContext, kind: str, asked: Asked) -> str:
    """The waiter id of a wait: of the waiter with the same question, else of the one with the same turn, else a new id.

    The waiter with the same turn matches if its question differs only in volatile parts, such as a time. It does not
    match if its question was repeated exactly in an earlier execution: the step has moved on to another question.

    Args:
        adapter: The adapter of the run.
        step: The context of this execution of the step.
        kind: The awaited event type with its requirements, or the `waiter_id` that the author gave.
        asked: The digests of the question.

    Raises:
        WorkflowRuntimeError: If `MOST_WAITS` earlier waits have no match in this execution: the step words its
            question differently each time.
    """
    execution: Execution = vars(step.sends).setdefault(EXECUTION, Execution())
    execution.calls[kind] += 1
    waiters = list(_waiters_of_kind(step, kind))
    left = [known for known in waiters if known.id not in execution.used]
    found = next((known for known in left if _asked_the_same(known, asked)), None)
    if found:
        adapter.seen_again.add(found.id)
    else:
        turn = execution.calls[kind]
        found = next((known for known in left if _is_at_its_place(known, turn, asked, adapter)), None)
    if found is None and len(left) >= MOST_WAITS:
        raise WorkflowRuntimeError(
            f"The step {step.state.step_name} asks in other words each time that it runs, so no answer fits. It runs "
            "again for every answer: ask the same then, or ask in one step and take the answer in another."
        )
    if found is None:
        turn = max([*(known.turn for known in waiters), *execution.created[kind]], default=0) + 1
        execution.created[kind].append(turn)
        found = Known(f"{_own(step, kind)}~{turn}~{asked.exactly}~{asked.roughly}", turn, asked)
    execution.used.add(found.id)
    return found.id


def _asked_the_same(known: Known, asked: Asked) -> bool:
    return bool(asked.exactly) and known.asked is not None and known.asked.exactly == asked.exactly


def _is_at_its_place(known: Known, turn: int, asked: Asked, adapter: TellsWaitsApart) -> bool:
    is_like = known.asked is None or known.asked.roughly == asked.roughly
    return known.turn == turn and is_like and known.id not in adapter.seen_again


def _own(step: StepWorkerContext, kind: str) -> str:
    """The kind, extended by the step's work item: each work item has its own waits."""
    work_item = step.state.work_item_id
    return kind if work_item is None else f"{kind}_{work_item}"


def _waiters_of_kind(step: StepWorkerContext, kind: str) -> Iterator[Known]:
    """The step's existing waiters of this kind for this work item."""
    own = _own(step, kind)
    for waiter in step.state.collected_waiters:
        match = OWN_ID.fullmatch(waiter.waiter_id)
        if match and match["kind"] == own:
            yield Known(waiter.waiter_id, int(match["turn"]), Asked(match["asks"], match["rough"]))
        elif not match and waiter.waiter_id in (kind, own):
            yield Known(waiter.waiter_id, 1, None)


def _adapter_that_tells_apart(adapter: InternalRunAdapter | None) -> TellsWaitsApart | None:
    """The recording adapter of a run, which `verbose=True` wraps; None if hitl does not record the run."""
    while adapter is not None and not isinstance(adapter, TellsWaitsApart):
        adapter = getattr(adapter, "_decorated", None)
    return adapter


class _Nothing(Event):
    """An event that is never sent, awaited by waiters that have their answer or have timed out."""


def _resolve_open_waiters(tick: TickAddEvent, state: BrokerState, path: tuple[str, ...], now_seconds: float) -> Any:
    """Replaces `_resolve_waiters`: only waiters that still wait for an answer get one."""
    closed = [
        (waiter, waiter.waiting_for_event)
        for worker in state.workers.values()
        for waiter in worker.collected_waiters
        if OWN_ID.fullmatch(waiter.waiter_id) and _has_ended(waiter)
    ]
    for waiter, _ in closed:
        waiter.waiting_for_event = _Nothing
    try:
        return _resolve_waiters(tick, state, path, now_seconds)
    finally:
        for waiter, awaited in closed:
            waiter.waiting_for_event = awaited


def _has_ended(waiter: StepWorkerWaiter[Any]) -> bool:
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


InternalContext.wait_for_event = _wait_apart  # type: ignore[assignment,method-assign]
reduce._resolve_waiters = _resolve_open_waiters
