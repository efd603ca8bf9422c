"""One visitor's session: the run it shows, and the queue that feeds its log."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from hitl.characters import visible
from hitl.engine import Engine, EngineError, EventRecord, InvalidInputs, Run, RunNotFound
from hitl.engine.descriptions import RESUMED
from hitl.text import humanize
from hitl.ui.browser_memory import remember, start_form
from hitl.ui.keys import state
from hitl.ui.run_log import RunLog

_remembering = threading.Lock()
_clicks: dict[str, _Click] = {}  # by the id of the form that was clicked
WAIT = 0.25
"""Maximum seconds that the page waits for a run that it has moved, before it draws anything: until it has, the widgets
of the previous screen stay and can be clicked."""
SETTLING = 0.05
"""Of these, those after it has asked: nearly every run is idle by then, and the others have more to do."""
ON_ITS_WAY = 2.0
"""Maximum seconds that an event which is stored takes to the page's queue."""
OVERTAKEN = 1.5
"""Seconds after a start in which a message of the page may still carry the previous address."""
REMEMBERED = 1000
"""Maximum number of clicks remembered, of all visitors; a second click comes within a second."""


@dataclass
class _Click:
    """A click on a start button, and the run that it started."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    run_id: str | None = None


def attached_run(engine: Engine, workflows: Collection[str] | None = None) -> Run | None:
    """The run that the page's address names, kept in the session between reruns; None if it names none.

    Args:
        engine: The engine that knows the runs.
        workflows: Names of the workflows whose runs this page shows; None for all.

    Raises:
        RunNotFound: If no run has this id, or it was deleted, or it is of another workflow.
    """
    run_id = st.query_params.get("run") or _just_started()
    if run_id is None:
        del state.run, state.events, state.log
        return None
    found = engine.attach(run_id)  # at every rerun: it may have been released or deleted since
    if workflows is not None and found.workflow not in workflows:
        raise RunNotFound(f"There is no run {run_id} here.")
    run = state.run
    if run is None or run.id != run_id or run.engine is not engine:
        run = found
        _keep(run)
    state.has_waited = state.moved == run_id
    if state.has_waited:
        _wait_for_next(run)
    drain_events()
    return run


def _wait_for_next(run: Run) -> None:
    """Wait until a run that was just started or answered asks again, or ends, or has worked for `WAIT` seconds.

    Most runs are there by then, and the page is drawn once, as it stays.
    """
    del state.moved
    deadline = time.monotonic() + WAIT
    has_asked, seen = False, state.events.seen if state.events else 0
    while run.active and (left := deadline - time.monotonic()) > 0:
        if not has_asked and any(question.id not in state.drawn for question in run.questions):
            has_asked, deadline = True, min(deadline, time.monotonic() + SETTLING)
        if events := run.wait(after=seen, timeout=left):
            seen = events[-1].seq


def _just_started() -> str | None:
    """Id of the run that this page started a moment ago, put back into the address; None if it started none.

    While a callback runs, the browser may send the next heartbeat, which still carries the previous address.
    """
    run_id, at = state.just_started or (None, 0.0)
    if run_id is None or time.monotonic() > at + OVERTAKEN:
        return None
    st.query_params.from_dict({"run": run_id})
    return run_id


def _keep(run: Run) -> None:
    """Put a run and its queue of events into the session; the run gives access to its handler and context."""
    log = RunLog(run.events())  # not through the queue, which takes as long again for a long log
    state.run, state.events, state.log = run, run.subscribe(log[-1].seq if log else 0), log
    del state.problem


def drain_events() -> None:
    """Move events from this page's queue, filled by the background thread, to its log, if it shows a run."""
    events, log = state.events, state.log
    with suppress(queue.Empty):
        while events:
            log.append(events.get_nowait())


def end_of_run() -> str:
    """The type of the event with which the shown run has ended; empty if it is not there.

    It is stored with the run's status, but may still be on its way to the queue when the status is known already.
    """
    log, events = state.log, state.events
    drain_events()
    with suppress(queue.Empty):
        while events and not _end_in(log):
            log.append(events.get(timeout=ON_ITS_WAY))
    return end.type if (end := _end_in(log)) else ""


def _end_in(log: RunLog) -> EventRecord | None:
    """The event that ended a run, if it was not taken up again since."""
    last = next((event for event in reversed(log) if event.kind == "stop" or event.type == RESUMED), None)
    return last if last and last.kind == "stop" else None


def start_run(engine: Engine, workflow: str, inputs: dict[str, Any], form: str) -> None:
    """Start a run and show it; callback of a button.

    A second click on the same button shows the run of the first. Neither the address nor the session identifies
    it as the second: its message may carry the address from before the first click, and Streamlit runs it on a
    second thread while the first is still running, then drops what the first one does.

    Errors are kept in the session for the page to show: a message under `problem`, and for invalid inputs also
    messages by field under `problems`.

    Args:
        engine: The engine that starts the run.
        workflow: The name of a registered workflow.
        inputs: The fields of its start event.
        form: Id of the drawing that was clicked; each new drawing of the form starts another run.
    """
    del state.problems
    try:
        run = _run_of_click(engine, workflow, inputs, form)
    except InvalidInputs as error:
        state.problem = " ".join(_sentence(name, words) for name, words in error.problems.items())
        state.problems = error.problems
    except EngineError as error:
        state.problem = str(error)
    else:
        _keep(run)
        state.just_started = (run.id, time.monotonic())
        state.moved = run.id
        remember(start_form(workflow), {})
        del state.earlier_inputs
        st.query_params.from_dict({"run": run.id})


def _sentence(name: str, words: str) -> str:
    """A problem of a field in a sentence that names the field; that of the inputs as a whole has no name."""
    return f"{humanize(name)}: {words.rstrip('.')}." if name else f"{words.rstrip('.')}."


def _run_of_click(engine: Engine, workflow: str, inputs: dict[str, Any], form: str) -> Run:
    """The run that a click starts, or has started.

    A second click on the same form waits for the first. Other clicks do not wait, since a start may import a slow
    module.
    """
    with _remembering:
        click = _clicks.setdefault(form, _Click())
        if len(_clicks) > REMEMBERED:
            del _clicks[next(iter(_clicks))]
    with click.lock:
        run = (
            engine.attach(click.run_id) if click.run_id else engine.start(workflow, visible(state.by).strip(), **inputs)
        )
        click.run_id = run.id
        return run


def open_run(run_id: str) -> None:
    """Show a run; callback of a button."""
    leave_run({"run": run_id})


def leave_run(address: Mapping[str, str] | None = None) -> None:
    """Go to another address, or to the start page if none is given; the run keeps its own address.

    The address is set in one call: each change is a step of the browser's Back button.
    """
    del state.run, state.events, state.log, state.just_started, state.moved
    del state.problem, state.problems, state.deleting, state.cancelling, state.from_inbox, state.bulk_notice
    del state.earlier_inputs
    st.query_params.from_dict(address or {})
