"""What a page shows of a run that works: since when, how much of how much and its log.

It is drawn many times a second. What stands there already is not drawn again: the browser would lay it out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.engine import EventRecord, Run
from hitl.engine.descriptions import Progress, progress_of
from hitl.ui._compat import shown
from hitl.ui.keys import state
from hitl.ui.log import draw_lines, newest_lines
from hitl.ui.renderers import renderer_for
from hitl.ui.slot import Slot
from hitl.ui.trouble import what_blocks

RECENT = 20
"""Newest events of the log whose progress is drawn below it by renderers."""


class LiveDrawing:
    """The places of the page that follow a run; make it inside a fragment, at most once in each run of that.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._seen = -1
        inside = st.status("Working", expanded=True)  # not by `with`, which says that the work is done
        self._elapsed: Slot[str] = Slot(inside, lambda place, words: place.caption(words))
        self._blocking: Slot[str] = Slot(inside, lambda place, words: place.warning(words, icon=":material/hourglass:"))
        self._bar: Slot[Progress] = Slot(inside, lambda place, bar: place.progress(bar.share, text=shown(bar.text)))
        self._log: Slot[str] = Slot(inside, lambda place, lines: draw_lines(place, lines, is_growing=True))
        self._own: DeltaGenerator | None = None
        self._inside = inside

    def draw(self) -> None:
        """Draw what has changed since it was drawn last."""
        log = state.log
        self._elapsed.show(_elapsed(log.work_began))
        self._blocking.show(what_blocks(self._run, log.about_blocking))
        if len(log) != self._seen:
            self._seen = len(log)
            self._bar.show(self._progress(log))
            self._log.show(newest_lines(log))
            self._own = self._own or self._inside.empty()
            with self._own.container():
                self._draw_own(log)

    def _progress(self, log: Sequence[EventRecord]) -> Progress | None:
        """How much of how much is done; None if the author of the event draws it."""
        progress = progress_of(log)
        return None if progress and renderer_for(self._run.engine, self._run.workflow, progress.event) else progress

    def _draw_own(self, log: Sequence[EventRecord]) -> None:
        """Call the renderer of each type of progress event among the newest events, with the whole log."""
        for name in dict.fromkeys(event.type for event in reversed(log[-RECENT:]) if event.kind == "progress"):
            if draw := renderer_for(self._run.engine, self._run.workflow, name):
                draw(log)


def _elapsed(since: datetime | None) -> str:
    """How long the work has lasted: said from the first second on, since it would move the log when it comes."""
    return f"{in_words(int((datetime.now(UTC) - since).total_seconds()) if since else 0)} so far"


def in_words(seconds: int) -> str:
    """A duration: `8 s`, `2 min 5 s`, `3 h 20 min`."""
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
