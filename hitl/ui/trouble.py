"""When something is wrong below the page: one clear sentence, and another look after a while."""

from __future__ import annotations

import time

import streamlit as st

from hitl.engine import Engine
from hitl.ui._compat import shown
from hitl.ui.heartbeat import EVERY, rerun_when_changed


def draw_trouble(engine: Engine) -> None:
    """Say at the top of the page why nothing can be stored at present, if that is so; it goes when it is over."""
    if trouble := engine.trouble:
        st.error(shown(trouble), icon=":material/error:")
        rerun_when_changed(lambda: engine.trouble, trouble)


def draw_failure(reason: str) -> None:
    """The page when there is no engine, or it cannot be used; it looks again by itself."""
    st.title("hitl cannot go on", anchor=False)
    st.error(shown(reason), icon=":material/error:")
    st.fragment(_look_again, run_every=EVERY)(time.monotonic())


def _look_again(drawn_at: float) -> None:
    if time.monotonic() - drawn_at > EVERY / 2:  # not while the page is being drawn for the first time
        st.rerun()
