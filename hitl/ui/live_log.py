"""The live view of a run while it works: a loop.

The loop is the last thing a page draws. Its first pass is part of the full rerun and is short: during a full
rerun, the widgets of the previous screen stay on the page and can be clicked. After that it runs as a fragment,
which a click interrupts at its next drawing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from hitl.engine import EngineError, Question, Run, RunRecord
from hitl.ui._compat import fragment
from hitl.ui.heartbeat import is_outdated
from hitl.ui.keys import state
from hitl.ui.live_drawing import LiveDrawing
from hitl.ui.session import WAIT, drain_events

PASS = 1.0
"""Seconds that it lasts inside a fragment, which is then started again: a click on what another fragment has drawn
waits for its end."""
TICK = 0.2
"""Maximum seconds between two drawings, which is also the longest delay of a click."""


@dataclass(frozen=True)
class RunView:
    """A consistent snapshot of a run, used both for drawing and for detecting later changes."""

    record: RunRecord
    questions: tuple[Question, ...]
    """The open questions, oldest first."""
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
        """The values that determine which widgets are drawn, also while the run works."""
        return self.record.status, tuple(question.id for question in self.questions), self.blocked_reason

    @classmethod
    def of(cls, run: Run) -> RunView:
        """Read the run until two reads in a row are equal: its parts are read one after the other."""
        now = cls(run.record, tuple(run.questions), run.blocked_reason)
        while (again := cls(run.record, tuple(run.questions), run.blocked_reason)) != now:
            now = again
        return now


def draw_live_log(run: Run) -> None:
    """Draw the log as it grows, and rerun the page once the run is idle, blocked or ended."""
    state.in_full_run = True
    fragment(_follow, run_every=TICK)(run)


def _follow(run: Run) -> None:
    is_first, state.in_full_run = state.in_full_run, False
    ends = time.monotonic() + (_patience_at_first() if is_first else PASS)
    drawing = LiveDrawing(run)
    try:
        while True:
            drain_events()
            drawing.draw()
            if must_redraw := not run.active:
                break
            if (left := ends - time.monotonic()) <= 0:
                must_redraw = not is_first and is_outdated()
                break
            run.wait(after=state.log[-1].seq if state.log else 0, timeout=min(TICK, left))
    except EngineError:
        must_redraw = True  # the engine was closed; the rerun opens it again
    if must_redraw:
        st.rerun()


def _patience_at_first() -> float:
    """Seconds that the loop lasts inside a full rerun."""
    return 0.0 if state.has_waited else WAIT
