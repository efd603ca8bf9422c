"""What one visitor's session keeps: the run it shows, and the queue that feeds its log."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from hitl.engine import Engine, EngineError, InvalidInputs, Run, RunRecord, open_engine
from hitl.settings import Settings, SettingsError, load_settings

_remembering = threading.Lock()
_clicks: dict[str, _Click] = {}  # by what was clicked
OVERTAKEN = 1.5
"""Seconds after a start in which a message of the page may still carry the address from before."""
REMEMBERED = 1000
"""Clicks that are remembered, of all visitors; a second one comes within a second."""


@dataclass
class _Click:
    """A click on a button that starts a run, and the run that it has started."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    run_id: str | None = None


def page_settings() -> Settings:
    """The settings from the environment and from Streamlit's file of secrets.

    Raises:
        SettingsError: If a value cannot be used, or there is such a file and it cannot be read.
    """
    if st.secrets.load_if_toml_exists():
        return load_settings(st.secrets.to_dict())
    for path in st.get_option("secrets.files"):
        if Path(path).exists():  # Streamlit tells a broken file only in its log, and goes on without it
            raise SettingsError(f"{path} cannot be read: it is not valid TOML. Mend it, or move it away.")
    return load_settings()


def cached_engine(settings: Settings, workflows: Mapping[str, object] = MappingProxyType({})) -> Engine:
    """The engine that all sessions of this server share; closed when the cache is cleared.

    Args:
        settings: Where the file is.
        workflows: Beside those of the settings; see `Engine.register`.
    """
    engine = _cached_engine(settings.model_dump_json(), settings, workflows)
    engine.register(workflows)
    return engine


@st.cache_resource(
    show_spinner=False,
    on_release=lambda engine: engine.close(),
    validate=lambda engine: not engine.is_closed,  # a cache that is cleared forgets an engine before it closes it
)
def _cached_engine(key: str, _settings: Settings, _workflows: Mapping[str, object]) -> Engine:
    return open_engine(_settings, workflows=_workflows)


def attached_run(engine: Engine) -> Run | None:
    """The run that the page's address names, kept in the session from one rerun to the next.

    Raises:
        RunNotFound: If there is none with this id, or not any more.
        WorkflowUnusable: If its workflow cannot take it up.
    """
    run_id = st.query_params.get("run") or _just_started()
    if run_id is None:
        for name in ("run", "events", "log"):
            st.session_state.pop(name, None)
        return None
    found = engine.attach(run_id)  # also when it was opened before: by now it may rest on disk, or be deleted
    run: Run | None = st.session_state.get("run")
    if run is None or run.id != run_id or run.engine is not engine:
        run = found
        _keep(run)
    drain_events()
    return run


def _just_started() -> str | None:
    """The run that this page has started a moment ago, put back into the address; None when it has started none.

    While a callback is at work, the browser may send the next look at what has changed, with the address from before.
    """
    run_id, at = st.session_state.get("started", (None, 0.0))
    if run_id is None or time.monotonic() > at + OVERTAKEN:
        return None
    st.query_params.from_dict({"run": run_id})
    return str(run_id)


def _keep(run: Run) -> None:
    """Hold on to a run: through it to the workflow's handler and context, and to its queue of events."""
    st.session_state["run"] = run
    st.session_state["events"] = run.subscribe()
    st.session_state["log"] = []
    st.session_state.pop("problem", None)


def drain_events() -> None:
    """Move what the background thread has put into this page's queue to this page's log, if it shows a run."""
    with suppress(queue.Empty):
        while events := st.session_state.get("events"):
            st.session_state["log"].append(events.get_nowait())


def start_run(engine: Engine, workflow: str, inputs: dict[str, Any], form: str) -> None:
    """Start a run and show it: the callback of a button.

    A second click on the same button shows the run of the first one. Neither the address nor the session can
    tell it apart: its message may carry the address from before the first click, and Streamlit calls it on a
    second thread while the first one is still at it, and then drops what the first one does.

    What is wrong is kept in the session for the page to show: in words under `problem`, and if it is the inputs,
    by field under `problems`.

    Args:
        engine: Where to start it.
        workflow: The name of a registered workflow.
        inputs: The fields of its start event.
        form: What was drawn and clicked; another drawing, another run.
    """
    st.session_state.pop("problems", None)
    try:
        run = _run_of_click(engine, workflow, inputs, form)
    except InvalidInputs as error:
        st.session_state["problem"] = " ".join(error.problems.values())
        st.session_state["problems"] = error.problems
    except EngineError as error:
        st.session_state["problem"] = str(error)
    else:
        _keep(run)
        st.session_state["started"] = (run.id, time.monotonic())
        st.query_params.from_dict({"run": run.id})


def _run_of_click(engine: Engine, workflow: str, inputs: dict[str, Any], form: str) -> Run:
    """The run that a click starts, or has started.

    A second click on the same waits for the first; nobody else does, since to start may mean to import a module
    that takes its time.
    """
    with _remembering:
        click = _clicks.setdefault(form, _Click())
        if len(_clicks) > REMEMBERED:
            del _clicks[next(iter(_clicks))]
    with click.lock:
        run = engine.attach(click.run_id) if click.run_id else engine.start(workflow, **inputs)
        click.run_id = run.id
        return run


def open_run(run_id: str) -> None:
    """Show a run: the callback of a button."""
    leave_run({"run": run_id})


def leave_run(address: Mapping[str, str] | None = None) -> None:
    """Go to another address, the start page if none is given; the run stays where it is, under its own.

    The address is set at once: each change of it is a step of the browser's Back.
    """
    for name in ("run", "events", "log", "problem", "problems", "started", "deleting", "cancelling"):
        st.session_state.pop(name, None)
    st.query_params.from_dict(address or {})


def start_again(engine: Engine, record: RunRecord, form: str) -> None:
    """Start a new run with the inputs of another: the callback of a button; see `start_run`."""
    start_run(engine, record.workflow, record.inputs, form)
