"""The event log of a run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hitl.engine import EventRecord
from hitl.engine.descriptions import entries
from hitl.ui.clock import local_time

NEWEST = 50
"""Entries that are drawn: one block of this many costs the same however long the run is."""
TALL = 12
"""Lines from which the log scrolls in a box of its own."""
BOX_HEIGHT = 320
"""Height of that box, in pixels."""


def draw_log(events: Sequence[EventRecord]) -> None:
    """Draw the newest entries, one a line, as text that nothing in it can bring to life."""
    shown = entries(events, NEWEST)
    lines = [f"{local_time(entry.at)}  {' '.join(entry.text.split())}" for entry in shown]
    if shown and shown[0].first:
        lines.insert(0, f"… {shown[0].first:,} earlier events")
    with st.container(height=BOX_HEIGHT if len(lines) > TALL else "content", autoscroll=True, border=False):
        st.code("\n".join(lines), language=None, wrap_lines=True)
