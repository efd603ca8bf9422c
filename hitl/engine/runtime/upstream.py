"""Two corrections of llama-index-workflows 2.26, by its private names: one answer settles one wait.

The library tells the waits of a step apart by what they wait for, before any runtime sees them: a loop over three
tools would get one answer three times, and a step that asks until an answer is valid would spin on the first one. And
it gives an answer to every waiter of its type in a step, to those that have theirs already as well. `tests/engine/
test_upstream.py` says what breaks without each of the two, or when the library changes what they rest on.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from workflows.context.internal_context import InternalContext
from workflows.events import Event
from workflows.runtime.control_loop import reduce
from workflows.runtime.types.internal_state import BrokerState
from workflows.runtime.types.plugin import InternalRunAdapter
from workflows.runtime.types.results import StepWorkerContext
from workflows.runtime.types.ticks import TickAddEvent

TURNS = "hitl_turns"
"""Attribute, of what belongs to one execution of a step, under which its waits are counted."""

_wait_for_event = InternalContext.wait_for_event
_resolve_waiters = reduce._resolve_waiters


class AsksInTurn:
    """Mixed into the adapter of a run: a second wait of a step is a second wait, whatever it waits for."""


async def _wait_in_turn(
    self: InternalContext[Any],
    event_type: type[Event],
    waiter_event: Event | None = None,
    waiter_id: str | None = None,
    requirements: dict[str, Any] | None = None,
    timeout: float | None = 2000,
) -> Event:
    """`wait_for_event`, with an id of its own for a wait that would otherwise have the one of an earlier wait.

    A step runs from its beginning for every answer, so its waits are told apart by their order. The first one keeps
    the id that the library gives it: paused runs of earlier versions know it by that.
    """
    if _asks_in_turn(self._internal_adapter):
        step = self._get_step_ctx("wait_for_event")
        usual = waiter_id or _usual_id(self, step, event_type, requirements or {})
        turns: Counter[str] = vars(step.sends).setdefault(TURNS, Counter())
        turns[usual] += 1
        if turns[usual] > 1:
            waiter_id = f"{usual} ({turns[usual]})"
    return await _wait_for_event(self, event_type, waiter_event, waiter_id, requirements, timeout)


def _usual_id(
    context: InternalContext[Any], step: StepWorkerContext, awaited: type[Event], requirements: dict[str, Any]
) -> str:
    required = context._stable_requirements_str(requirements)
    return f"waiter_{awaited.__module__}.{awaited.__name__}_{required}_{step.state.work_item_id}"


def _asks_in_turn(adapter: InternalRunAdapter | None) -> bool:
    """Whether a run is recorded by hitl; `verbose=True` wraps its adapter."""
    while adapter is not None and not isinstance(adapter, AsksInTurn):
        adapter = getattr(adapter, "_decorated", None)
    return adapter is not None


class _Settled(Event):
    """What a waiter waits for that has its answer: nothing that is ever sent."""


def _resolve_open_waiters(tick: TickAddEvent, state: BrokerState, path: tuple[str, ...], now_seconds: float) -> Any:
    """`_resolve_waiters`, in which a step that waits again keeps the answers that it has."""
    settled = []
    for worker in state.workers.values():
        fitting = [waiter for waiter in worker.collected_waiters if isinstance(tick.event, waiter.waiting_for_event)]
        if any(waiter.resolved_event is None for waiter in fitting):
            settled += [(waiter, waiter.waiting_for_event) for waiter in fitting if waiter.resolved_event is not None]
    for waiter, _ in settled:
        waiter.waiting_for_event = _Settled
    try:
        return _resolve_waiters(tick, state, path, now_seconds)
    finally:
        for waiter, awaited in settled:
            waiter.waiting_for_event = awaited


InternalContext.wait_for_event = _wait_in_turn  # type: ignore[assignment,method-assign]
reduce._resolve_waiters = _resolve_open_waiters
