"""The event log of a run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hitl.engine import EventRecord
from hitl.engine.descriptions import entries
from hitl.ui.clock import local_time

NEWEST = 50
"""Maximum number of entries drawn, so that drawing costs the same however long the run is."""
TALL = 12
"""Maximum number of lines before the log scrolls in a box."""
BOX_HEIGHT = 320
"""Height of that box, in pixels."""


def draw_log(events: Sequence[EventRecord]) -> None:
    """Draw the newest entries, one per line, as literal text."""
    shown = entries(events, NEWEST)
    lines = [f"{local_time(entry.at)}  {' '.join(entry.text.split())}" for entry in shown]
    if shown and shown[0].first:
        lines.insert(0, f"… {shown[0].first:,} earlier events")
    with st.container(height=BOX_HEIGHT if len(lines) > TALL else "content", autoscroll=True, border=False):
        st.code("\n".join(lines), language=None, wrap_lines=True)
