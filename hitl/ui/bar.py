"""The bar with a question's decision: it stays at the bottom of the window while the page above it scrolls."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.engine import Question
from hitl.ui.column import page_column
from hitl.ui.keys import widget_key

DECIDES = "Shift+A"
"""The key that approves or publishes. One with Ctrl would decide in a text field too; this one writes there."""


def decision_bar(question: Question, alone: bool) -> DeltaGenerator:
    """The container for the widgets that decide a question.

    Several questions that are open at once have no bar: nobody could tell which of them its buttons decide.

    Args:
        question: The question that is drawn.
        alone: Whether it is the only open question of its run.

    Returns:
        The bar at the bottom of the window if the question is alone, else a container in place. Call it while the
        whole page is drawn, never in a fragment; a fragment may be drawn into it.
    """
    key = widget_key("bar", f"-{question.id}")
    if not alone:
        return st.container(key=key)
    with st.bottom:
        return page_column().container(key=key)
