"""Following a run: a live loop while it works, a slow heartbeat while it waits.

The loop is the last thing a page draws. Its first pass belongs to the full rerun and is short: while a full
rerun lasts, the widgets of the screen before stay on the page and can be clicked. After that it runs as a
fragment, which a click interrupts at its next drawing.
"""

from __future__ import annotations

import time

import streamlit as st

from hitl.engine import EngineError, Run
from hitl.ui.log import draw_log
from hitl.ui.session import drain_events

FIRST_PASS = 0.25
"""Seconds that the loop lasts inside a full rerun."""
PASS = 10.0
"""Seconds that it lasts inside a fragment, which is then started again."""
TICK = 0.2
"""Seconds between two drawings, at most; so long may a click have to wait."""
HEARTBEAT = 3.0
"""Seconds between two looks at a run that waits. It also brings a page back to life after the server's restart."""


def draw_live_log(run: Run) -> None:
    """Draw the log as it grows, and the whole page anew once the run has come to rest."""
    st.session_state["in_full_run"] = True
    st.fragment(_follow, run_every=TICK)(run)


def _follow(run: Run) -> None:
    patience = FIRST_PASS if st.session_state.pop("in_full_run", False) else PASS
    deadline = time.monotonic() + patience
    placeholder = st.status("Working", expanded=True).empty()
    while run.active and time.monotonic() < deadline:
        log = st.session_state["log"]
        run.wait(after=log[-1].seq if log else 0, timeout=TICK)
        drain_events()
        with placeholder.container():
            draw_log(st.session_state["log"])
    if not run.active:
        st.rerun()


def draw_heartbeat(run: Run) -> None:
    """Draw the page anew when somebody else has moved the run on."""
    st.fragment(_look, run_every=HEARTBEAT)(run, _state(run))


def _look(run: Run, drawn: tuple[str, ...]) -> None:
    if _state(run) != drawn:
        st.rerun()


def _state(run: Run) -> tuple[str, ...]:
    try:
        return str(run.active), run.status, *(question.id for question in run.questions)
    except EngineError:
        return ("gone",)
