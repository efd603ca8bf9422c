"""Errors of the engine or its store: a message on the page, and a retry after a few seconds."""

from __future__ import annotations

import time

import streamlit as st

from hitl.engine import Engine
from hitl.ui._compat import shown
from hitl.ui.heartbeat import EVERY, rerun_when_changed


def draw_trouble(engine: Engine) -> None:
    """Show why nothing can be stored at present, if so, until it can be stored again."""
    if trouble := engine.trouble:
        st.error(shown(trouble), icon=":material/error:")
        rerun_when_changed(lambda: engine.trouble, trouble)


def draw_failure(reason: str) -> None:
    """Draw the page for an engine that cannot be opened or used; it retries every few seconds."""
    st.title("hitl cannot go on", anchor=False)
    st.error(shown(reason), icon=":material/error:")
    st.fragment(_look_again, run_every=EVERY)(time.monotonic())


def _look_again(drawn_at: float) -> None:
    if time.monotonic() - drawn_at > EVERY / 2:  # skip the run that is part of drawing the page
        st.rerun()
