"""Until when a question waits."""

from __future__ import annotations

import streamlit as st

from hitl.engine import Question
from hitl.ui.clock import local_time


def draw_expiry(question: Question) -> None:
    """Draw when a question stops waiting, if its author has set a time; nothing if it waits for ever."""
    if question.expires_at:
        st.caption(f"Waits for an answer until {local_time(question.expires_at, '%Y-%m-%d %H:%M:%S')}.")
