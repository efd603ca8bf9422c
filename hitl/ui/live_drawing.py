"""What a page shows of a run that works: since when, how much of how much, its log, and where it is in its workflow.

It is drawn many times a second. What stands there already is not drawn again: the browser would lay it out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from hitl.engine import EventRecord, Run
from hitl.engine.descriptions import Progress, blocking_steps, progress_of
from hitl.ui._compat import shown
from hitl.ui.diagram import open_diagram
from hitl.ui.keys import state
from hitl.ui.log import draw_newest
from hitl.ui.renderers import renderer_for
from hitl.ui.trouble import draw_blocking_steps

RECENT = 20
"""Newest events of the log whose progress is drawn below it by renderers."""
SHORT = 2
"""Seconds of work from which on the page says how long it has lasted."""


class LiveDrawing:
    """The places of the page that follow a run; make it inside a fragment, at most once in each run of that.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._drawn_elapsed = ""
        status = st.status("Working", expanded=True)  # its label stays: a change of it would close it
        places = (status.empty() for _ in range(5))  # not in a `with`, which says that the work is done
        self._elapsed, self._blocking, self._bar, self._log, self._own = places
        self._diagram = open_diagram(run)
        self._seen = -1
        self._drawn_blocking: list[str] = []
        self._drawn_bar: Progress | None = None
        self._drawn_log: str | None = None

    def draw(self) -> None:
        """Draw what has changed since it was drawn last."""
        log = state.log
        self._draw_elapsed(log.work_began)
        self._draw_blocking(log.about_blocking)
        if len(log) != self._seen:
            self._seen = len(log)
            self._draw_bar(log)
            with self._log:
                self._drawn_log = draw_newest(log, self._drawn_log)
            with self._own.container():
                self._draw_own(log)
        self._diagram.draw(log)

    def _draw_elapsed(self, since: datetime | None) -> None:
        seconds = int((datetime.now(UTC) - since).total_seconds()) if since else 0
        elapsed = f"{in_words(seconds)} so far" if seconds >= SHORT else ""
        if elapsed != self._drawn_elapsed:
            self._drawn_elapsed = elapsed
            self._elapsed.caption(elapsed)

    def _draw_blocking(self, events: Sequence[EventRecord]) -> None:
        sentences = blocking_steps(events, datetime.now(UTC)) if events else []
        if sentences != self._drawn_blocking:
            self._drawn_blocking = sentences
            with self._blocking.container():
                draw_blocking_steps(self._run, events)

    def _draw_bar(self, log: Sequence[EventRecord]) -> None:
        """Draw how much of how much is done, unless the author of the event draws it."""
        progress = progress_of(log)
        if progress and renderer_for(self._run.engine, self._run.workflow, progress.event):
            progress = None
        if progress != self._drawn_bar:
            self._drawn_bar = progress
            if progress:
                self._bar.progress(progress.share, text=shown(progress.text))
            else:
                self._bar.empty()

    def _draw_own(self, log: Sequence[EventRecord]) -> None:
        """Call the renderer of each type of progress event among the newest events, with the whole log."""
        for name in dict.fromkeys(event.type for event in reversed(log[-RECENT:]) if event.kind == "progress"):
            if draw := renderer_for(self._run.engine, self._run.workflow, name):
                draw(log)


def in_words(seconds: int) -> str:
    """A duration: `8 s`, `2 min 5 s`, `3 h 20 min`."""
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
