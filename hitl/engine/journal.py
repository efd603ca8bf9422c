"""From a run's journal back to a context to run on with, and down to one snapshot.

The workflow library replays ticks (`BasicRuntime.restore`); the state comes from the patches beside them. What
a journal comes to while the run rests is stored in its place, so that a run that has asked a hundred questions
is taken up as fast as one that has asked one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflows import Context, Workflow
from workflows.context.state_store import apply_state_patch
from workflows.plugins.basic import BasicRuntime, JournalRecord

from hitl.engine.records import Journal, Snapshot


@dataclass(frozen=True)
class Restored:
    """A run as it was when its last tick was committed."""

    context: Context
    interrupted: list[str]
    """Names of the steps that were at work: they run again."""
    at_rest: bool
    """Whether it has nothing to do until something is sent to it."""


def restored(runtime: BasicRuntime, workflow: Workflow, journal: Journal) -> Restored:
    """The context to run on with.

    Args:
        runtime: What runs the workflow.
        workflow: An instance of the workflow that wrote the journal.
        journal: What is stored of one run.
    """
    context = _replayed(runtime, workflow, journal)
    steps = context["workers"]
    interrupted = [name for name, step in steps.items() if step["in_progress"]]
    has_work = any(step["in_progress"] or step["queue"] or _asks_anew(step) for step in steps.values())
    at_rest = context["is_running"] and not (has_work or context["deliveries"])
    return Restored(Context.from_dict(workflow, context | {"state": _state(journal)}), interrupted, at_rest)


def compacted(runtime: BasicRuntime, workflow: Workflow, journal: Journal) -> Snapshot:
    """What a journal comes to.

    Raises:
        ValueError: If the library cannot store the run as a whole (a workflow inside a workflow).
    """
    context = _replayed(runtime, workflow, journal)
    return Snapshot(context["journal_seq"], context | {"state": _state(journal)})


def _replayed(runtime: BasicRuntime, workflow: Workflow, journal: Journal) -> dict[str, Any]:
    before = journal.snapshot.context if journal.snapshot else None
    records = [JournalRecord(seq=row.seq, data=row.tick) for row in journal.rows]
    return runtime.restore(workflow, before, records).to_dict(include_state=False)


def _state(journal: Journal) -> dict[str, Any]:
    state: dict[str, Any] = journal.snapshot.context["state"] if journal.snapshot else {}
    for row in journal.rows:
        state = row.state["base"] if "base" in row.state else apply_state_patch(state, row.state["patch"])
    return state


def _asks_anew(step: dict[str, Any]) -> bool:
    """Whether the library runs a step again to find out what it waits for: requirements are not stored."""
    return any(waiter["has_requirements"] for waiter in step["collected_waiters"])
