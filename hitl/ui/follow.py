"""Following a run: a live loop while it works, a slow heartbeat while it waits.

The loop is the last thing a page draws. Its first pass belongs to the full rerun and is short: while a full
rerun lasts, the widgets of the screen before stay on the page and can be clicked. After that it runs as a
fragment, which a click interrupts at its next drawing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from hitl.engine import EngineError, Question, Run, RunRecord
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
    try:
        while run.active and time.monotonic() < deadline:
            log = st.session_state["log"]
            run.wait(after=log[-1].seq if log else 0, timeout=TICK)
            drain_events()
            with placeholder.container():
                draw_log(st.session_state["log"])
        is_at_rest = not run.active
    except EngineError:
        is_at_rest = True  # closed, and opened again by the rerun
    if is_at_rest:
        st.rerun()


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment: what is drawn, and what is compared with it later, belong together."""

    record: RunRecord
    question: Question | None
    obstacle: str | None

    @property
    def active(self) -> bool:
        return self.record.active and self.obstacle is None

    @classmethod
    def of(cls, run: Run) -> Snapshot:
        """Look until a second look shows the same."""
        now = cls(run.record, run.question, run.obstacle)
        while (again := cls(run.record, run.question, run.obstacle)) != now:
            now = again
        return now


def draw_heartbeat(run: Run, drawn: Snapshot) -> None:
    """Draw the page anew when somebody else has moved the run on since it was drawn."""
    st.fragment(_look, run_every=HEARTBEAT)(run, drawn)


def draw_retry() -> None:
    """Draw the page anew after a while, again and again."""
    st.fragment(_retry, run_every=HEARTBEAT)(time.monotonic())


def _retry(drawn_at: float) -> None:
    if time.monotonic() - drawn_at > HEARTBEAT / 2:  # not while the page is being drawn for the first time
        st.rerun()


def _look(run: Run, drawn: Snapshot) -> None:
    drain_events()  # the engine knows by this that the page is still there
    try:
        is_as_drawn = Snapshot.of(run) == drawn
    except EngineError:
        is_as_drawn = False
    if not is_as_drawn:
        st.rerun()
