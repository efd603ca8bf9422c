"""Following a run while it works: a live loop.

The loop is the last thing a page draws. Its first pass belongs to the full rerun and is short: while a full
rerun lasts, the widgets of the screen before stay on the page and can be clicked. After that it runs as a
fragment, which a click interrupts at its next drawing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from hitl.engine import EngineError, Question, Run, RunRecord
from hitl.ui.heartbeat import EVERY, is_outdated
from hitl.ui.log import draw_log
from hitl.ui.renderers import renderer_for
from hitl.ui.session import drain_events

FIRST_PASS = 0.25
"""Seconds that the loop lasts inside a full rerun."""
PASS = 10.0
"""Seconds that it lasts inside a fragment, which is then started again."""
RECENT = 20
"""Events of the log in which it is looked for something that is drawn below it."""
TICK = 0.2
"""Seconds between two drawings, at most; so long may a click have to wait."""


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment: what is drawn, and what is compared with it later, belong together."""

    record: RunRecord
    questions: tuple[Question, ...]
    """The open ones, the oldest first."""
    blocked_reason: str | None

    @property
    def active(self) -> bool:
        return self.record.active and self.blocked_reason is None

    @property
    def question(self) -> Question | None:
        """The oldest open question."""
        return self.questions[0] if self.questions else None

    @property
    def screen(self) -> tuple[str, tuple[str, ...], str | None]:
        """What decides which widgets are drawn, also while the run works on."""
        return self.record.status, tuple(question.id for question in self.questions), self.blocked_reason

    @classmethod
    def of(cls, run: Run) -> Snapshot:
        """Look until a second look shows the same."""
        now = cls(run.record, tuple(run.questions), run.blocked_reason)
        while (again := cls(run.record, tuple(run.questions), run.blocked_reason)) != now:
            now = again
        return now


def draw_live_log(run: Run) -> None:
    """Draw the log as it grows, and the whole page anew once the run has come to rest."""
    st.session_state["in_full_run"] = True
    st.fragment(_follow, run_every=TICK)(run)


def _follow(run: Run) -> None:
    began = time.monotonic()
    patience = FIRST_PASS if st.session_state.pop("in_full_run", False) else PASS
    looked_at = began
    placeholder = st.status("Working", expanded=True).empty()
    must_redraw = False
    try:
        while run.active and not must_redraw and time.monotonic() < began + patience:
            log = st.session_state["log"]
            run.wait(after=log[-1].seq if log else 0, timeout=TICK)
            drain_events()
            with placeholder.container():
                draw_log(st.session_state["log"])
                _draw_progress(run)
            if time.monotonic() > looked_at + EVERY:
                looked_at, must_redraw = time.monotonic(), is_outdated()
        must_redraw = must_redraw or not run.active
    except EngineError:
        must_redraw = True  # closed, and opened again by the rerun
    if must_redraw:
        st.rerun()


def _draw_progress(run: Run) -> None:
    """What the run is making, for whoever draws it: by the last event of each kind."""
    log = st.session_state["log"]
    for name in dict.fromkeys(event.type for event in reversed(log[-RECENT:]) if event.kind == "progress"):
        if draw := renderer_for(run.engine, run.workflow, name):
            draw(log)
