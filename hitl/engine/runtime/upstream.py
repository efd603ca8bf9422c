"""Two corrections of llama-index-workflows 2.26, by its private names: one answer settles one wait.

The library tells the waits of a step apart by what they wait for, before any runtime sees them: a loop over three
tools would get one answer three times, and a step that asks until an answer is valid would spin on the first one. And
it gives an answer to every waiter of its type, to those that have theirs already and to those that have given up as
well. `tests/engine/runtime/test_upstream.py` says what breaks without each of the two, or when the library changes
what they rest on.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from workflows.context.internal_context import InternalContext
from workflows.errors import WorkflowRuntimeError
from workflows.events import Event
from workflows.runtime.control_loop import reduce
from workflows.runtime.types.internal_state import BrokerState
from workflows.runtime.types.plugin import InternalRunAdapter
from workflows.runtime.types.results import DeleteWaiter, StepWorkerContext, StepWorkerWaiter
from workflows.runtime.types.ticks import TickAddEvent

OWN_ID = re.compile(r"(?P<kind>.*)~(?P<turn>\d+)~(?P<asks>[0-9a-f]*)~(?P<rough>[0-9a-f]*)(?:~gave up)?", re.DOTALL)
"""The id of a waiter as it is made here: what it waits for, which wait of its step it is, and what it asks."""
VOLATILE = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)
"""What may differ when a step that runs again asks the same: a time, a count, a random id."""
GAVE_UP = "~gave up"
"""End of the id of a waiter that had given up before a restart, which the library does not write down."""
MOST_WAITS = 50
"""Waits of one kind that a step has behind it and does not come back to, at most: it asks other words each time."""
EXECUTION = "hitl_waits"
"""Attribute, of what belongs to one execution of a step, under which its waits are kept."""

_wait_for_event = InternalContext.wait_for_event
_resolve_waiters = reduce._resolve_waiters


class TellsWaitsApart:
    """Mixed into the adapter of a run: each wait of its steps is a wait of its own."""

    seen_again: set[str]
    """Ids of waiters whose question was asked in the same words when their step ran again."""


@dataclass
class Execution:
    """The waits of one execution of a step, which runs from its beginning for every answer."""

    calls: Counter[str] = field(default_factory=Counter)
    """How many waits of a kind there were so far."""
    used: set[str] = field(default_factory=set)
    """The ids that they were given."""
    created: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The turns of those that are new, by their kind."""


async def _wait_apart(
    self: InternalContext[Any],
    event_type: type[Event],
    waiter_event: Event | None = None,
    waiter_id: str | None = None,
    requirements: dict[str, Any] | None = None,
    timeout: float | None = 2000,
) -> Event:
    """`wait_for_event`, in which every wait of a step has an id of its own."""
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
    """What a wait asks, in a few letters; empty when it asks nothing, or what cannot be written down."""

    exactly: str = ""
    roughly: str = ""
    """Without what may differ when the same is asked again."""

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
    """A waiter that a step has already."""

    id: str
    turn: int
    """Which wait of its kind it is, from 1."""
    asked: Asked | None
    """None for one that an earlier version made, and did not note it."""


def _id_of_wait(adapter: TellsWaitsApart, step: StepWorkerContext, kind: str, asked: Asked) -> str:
    """Which waiter a wait is: the one that asked the same, else the one at its place, else a new one.

    The one at its place asked the same in other words, as when a question holds a time. It is another question when
    more than that differs, or when it was asked again before: then the step has left it behind.

    Args:
        adapter: Of the run.
        step: What belongs to this execution of the step.
        kind: What is waited for, or the id that the author gave.
        asked: What is asked.

    Raises:
        WorkflowRuntimeError: If the step has asked too many other questions before: it asks other words each time.
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
    """What is waited for by this item of work of the step: each item has its own waits."""
    work_item = step.state.work_item_id
    return kind if work_item is None else f"{kind}_{work_item}"


def _waiters_of_kind(step: StepWorkerContext, kind: str) -> Iterator[Known]:
    """The waiters of this kind that the step has for this item of work."""
    own = _own(step, kind)
    for waiter in step.state.collected_waiters:
        match = OWN_ID.fullmatch(waiter.waiter_id)
        if match and match["kind"] == own:
            yield Known(waiter.waiter_id, int(match["turn"]), Asked(match["asks"], match["rough"]))
        elif not match and waiter.waiter_id in (kind, own):
            yield Known(waiter.waiter_id, 1, None)


def _adapter_that_tells_apart(adapter: InternalRunAdapter | None) -> TellsWaitsApart | None:
    """The adapter of a run that hitl records; `verbose=True` wraps it."""
    while adapter is not None and not isinstance(adapter, TellsWaitsApart):
        adapter = getattr(adapter, "_decorated", None)
    return adapter


class _Nothing(Event):
    """What a waiter waits for that has its answer, or has given up: nothing that is ever sent."""


def _resolve_open_waiters(tick: TickAddEvent, state: BrokerState, path: tuple[str, ...], now_seconds: float) -> Any:
    """`_resolve_waiters`, in which only those waiters get an answer that still wait for one."""
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
    """Note in a serialized context which of its waiters have given up: a context that is read from it forgets.

    Args:
        context: As the library writes it; it is changed.
        waiter_ids: Of all waiters that gave up, also those that are gone by now.
    """
    for step in context["workers"].values():
        for waiter in step["collected_waiters"]:
            if waiter["waiter_id"] in waiter_ids and waiter["resolved_event"] is None:
                waiter["waiter_id"] += GAVE_UP


InternalContext.wait_for_event = _wait_apart  # type: ignore[assignment,method-assign]
reduce._resolve_waiters = _resolve_open_waiters
