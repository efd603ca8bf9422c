"""The heartbeat: one look every few seconds at everything on the page that somebody else may change.

Each part of the page says what it shows and how to look at it again. The heartbeat also tells the engine that
the page is still there, and brings the page back to life after a restart of the server: without a fragment that
runs by itself it would stay as it is, and take no click.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from hitl.engine import EngineError
from hitl.ui.session import drain_events

EVERY = 3.0
"""Seconds between two looks."""


@dataclass(frozen=True)
class Shown:
    """What a part of the page shows, and how to look at it again."""

    look: Callable[[], object]
    drawn: object


def begin_page() -> None:
    """Forget what the page has shown before: it is drawn anew."""
    st.session_state["shown"] = []


def rerun_when_changed(look: Callable[[], object], drawn: object) -> None:
    """Rerun the page when `look()` changes."""
    st.session_state["shown"].append(Shown(look, drawn))


def is_outdated() -> bool:
    """Whether something on the page has changed since it was drawn."""
    try:
        return any(shown.look() != shown.drawn for shown in st.session_state.get("shown", []))
    except EngineError:
        return True


def draw_heartbeat() -> None:
    """Keep the page current, if there is something on it that can change; the last thing but one that is drawn."""
    if st.session_state["shown"]:
        st.fragment(_beat, run_every=EVERY)()


def _beat() -> None:
    drain_events()
    if is_outdated():
        st.rerun()
