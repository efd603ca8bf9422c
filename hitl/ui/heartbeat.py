"""The heartbeat: checks every few seconds whether anything shown on the page has changed elsewhere.

Each part of the page registers what it shows and how to read it again. The heartbeat also marks the shown run as
read, which keeps it in memory, and reconnects the page after a server restart: without a fragment that runs by
itself, the page would stay unchanged and ignore clicks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from hitl.engine import EngineError
from hitl.ui.keys import enter_page, state
from hitl.ui.session import drain_events

EVERY = 3.0
"""Seconds between two checks."""


@dataclass(frozen=True)
class Shown:
    """What a part of the page shows, and how to read it again."""

    look: Callable[[], object]
    drawn: object


def begin_page(key: str | None = None) -> None:
    """Begin to draw a page: use its keys, and forget what its previous drawing registered.

    Args:
        key: The page's name among the pages of an app; None if it is an app of its own. See `enter_page`.

    Raises:
        ValueError: If a page cannot have this name.
    """
    enter_page(key)
    state.shown = []


def rerun_when_changed(look: Callable[[], object], drawn: object) -> None:
    """Rerun the page when `look()` changes."""
    state.shown.append(Shown(look, drawn))


def is_outdated() -> bool:
    """True if something on the page has changed since it was drawn, or cannot be read."""
    try:
        return any(shown.look() != shown.drawn for shown in state.shown)
    except EngineError:
        return True


def draw_heartbeat() -> None:
    """Check for changes every `EVERY` seconds if something was registered; call it after `rerun_when_changed`."""
    if state.shown:
        st.fragment(_beat, run_every=EVERY)(st.context.theme.type)


def _beat(theme: str | None) -> None:
    drain_events()
    if is_outdated() or st.context.theme.type != theme:
        st.rerun()
