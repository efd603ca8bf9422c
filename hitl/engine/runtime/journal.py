"""Replay a run's journal into a workflow context, or compact it into a snapshot.

The workflow library replays ticks (`BasicRuntime.restore`); the state comes from the patches stored with them. While a
run is idle a snapshot replaces its journal, so that a run that has asked a hundred questions is resumed as fast as one
that has asked one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from workflows import Context, Workflow
from workflows.context.state_store import InMemoryStateStore, apply_state_patch
from workflows.events import Event, HumanResponseEvent
from workflows.plugins.basic import BasicRuntime, JournalRecord
from workflows.runtime.types.results import AddWaiter
from workflows.runtime.types.ticks import TickStepResult, WorkflowTick

from hitl.engine.records import Journal, Snapshot
from hitl.engine.runtime.waits import RestoredWaiter
from hitl.engine.upstream import GAVE_UP, mark_given_up, question_of
from hitl.engine.workflows.answers import found_by_name, is_signal

GIVEN_UP = '"waiter_timeout"'
"""Part of every serialized tick in which a waiter times out."""


@dataclass(frozen=True)
class Replayed:
    """A run as it was when its last tick was committed."""

    context: Context
    interrupted: list[str]
    """Names of the steps that were running; they run again."""
    is_idle: bool
    """True if it has nothing to do until an event is sent to it."""
    asks_anew: list[str]
    """Ids of waiters whose steps the library runs again to recover their requirements."""
    waiters: list[RestoredWaiter]


def replay(runtime: BasicRuntime, workflow: Workflow, journal: Journal) -> Replayed:
    """Replay a journal into a context to continue with.

    Args:
        runtime: The runtime of the workflow.
        workflow: An instance of the workflow that wrote the journal.
        journal: The journal of one run.
    """
    context = _context_of(runtime, workflow, journal)
    mark_given_up(context, _given_up(journal))
    _take_any_answer(context)
    steps = context["workers"]
    interrupted = [name for name, step in steps.items() if step["in_progress"]]
    asks_anew = _asks_anew(context)
    has_work = (
        asks_anew or context["deliveries"] or any(step["in_progress"] or step["queue"] for step in steps.values())
    )
    is_idle = context["is_running"] and not has_work
    state = {"state": _state(journal)}
    return Replayed(Context.from_dict(workflow, context | state), interrupted, is_idle, asks_anew, _waiters(context))


def check_restores(runtime: BasicRuntime, workflow: Workflow, journal: Journal) -> None:
    """Restore a run without running it; raises whatever a resume would raise, also from reading its state."""
    replay(runtime, workflow, journal)
    InMemoryStateStore.from_dict(_state(journal), runtime.get_serializer(workflow))


def compact(runtime: BasicRuntime, workflow: Workflow, journal: Journal) -> Snapshot:
    """Compact a journal into a snapshot.

    Raises:
        ValueError: If a snapshot would lose something: the library cannot serialize a workflow inside a workflow, and
            drops the requirements and timeouts of waiters, which only the ticks contain.
    """
    context = _context_of(runtime, workflow, journal)
    _take_any_answer(context)
    if _asks_anew(context):
        raise ValueError("a waiter does not take every answer")
    if _given_up(journal):
        raise ValueError("a waiter has given up, which a snapshot would forget")
    return Snapshot(context["journal_seq"], context | {"state": _state(journal)})


def _asks_anew(context: dict[str, Any]) -> list[str]:
    waiters = [waiter for step in context["workers"].values() for waiter in step["collected_waiters"]]
    return [waiter["waiter_id"] for waiter in waiters if waiter["has_requirements"]]


def _take_any_answer(context: dict[str, Any]) -> None:
    """Mark the waiters for a human's answer as having no requirements, so that their steps do not run again for them.

    An answer finds its waiter by the question's id, and its requirements are stored with the question.
    """
    for step in context["workers"].values():
        for waiter in step["collected_waiters"]:
            awaited = _event_type(waiter) or Event
            if issubclass(awaited, HumanResponseEvent) and not is_signal(awaited) and question_of(waiter["waiter_id"]):
                waiter["has_requirements"] = False


def _waiters(context: dict[str, Any]) -> list[RestoredWaiter]:
    return [
        RestoredWaiter(
            waiter["waiter_id"],
            name,
            _event_type(waiter),
            waiter["resolved_event"] is None and not waiter["waiter_id"].endswith(GAVE_UP),
        )
        for name, step in context["workers"].items()
        for waiter in step["collected_waiters"]
    ]


def _event_type(waiter: dict[str, Any]) -> type[Event] | None:
    """The class that a waiter waits for; None if it cannot be found any more."""
    module, _, name = waiter["waiting_for_event"].rpartition(".")
    found = found_by_name(f"{module}:{name}")
    return found if isinstance(found, type) and issubclass(found, Event) else None


def _given_up(journal: Journal) -> set[str]:
    """Ids of the waiters that timed out; a journal with any is never compacted."""
    ticks = (json.loads(row.tick)["value"] for row in journal.rows if GIVEN_UP in row.tick)
    return {tick["waiter_id"] for tick in ticks if tick.get("type") == "waiter_timeout"}


def with_requirements(data: str, tick: WorkflowTick) -> str:
    """A serialized tick, with the requirements of its waiters added.

    The library serializes only whether a waiter has requirements. Replayed without them, a waiter would accept any
    answer of its type, and the replay would differ from what happened.
    """
    results = tick.result if isinstance(tick, TickStepResult) else []
    if not any(isinstance(result, AddWaiter) and result.requirements for result in results):
        return data
    record = json.loads(data)
    for entry, result in zip(record["value"]["result"], results, strict=True):
        if isinstance(result, AddWaiter):
            entry["requirements"] = _plain_requirements(result)
    return json.dumps(record)


def _plain_requirements(waiter: AddWaiter[Event]) -> dict[str, Any]:
    """A waiter's requirements; empty if JSON would change them."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(waiter.requirements))
    except (TypeError, ValueError):
        return {}
    return plain if plain == waiter.requirements else {}


def _context_of(runtime: BasicRuntime, workflow: Workflow, journal: Journal) -> dict[str, Any]:
    before = journal.snapshot.context if journal.snapshot else None
    records = [JournalRecord(seq=row.seq, data=row.tick) for row in journal.rows]
    return runtime.restore(workflow, before, records).to_dict(include_state=False)


def _state(journal: Journal) -> dict[str, Any]:
    state: dict[str, Any] = journal.snapshot.context["state"] if journal.snapshot else {}
    for row in journal.rows:
        state = row.state["base"] if "base" in row.state else apply_state_patch(state, row.state["patch"])
    return state
