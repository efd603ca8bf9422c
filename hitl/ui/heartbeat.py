"""The heartbeat: checks every few seconds whether anything shown on the page has changed elsewhere.

Each part of the page registers what it shows and how to read it again; what is stored is read again only after
something was stored. The heartbeat also marks the shown run as read, which keeps it in memory, and reconnects the page
after a server restart: without a fragment that runs by itself, the page would stay unchanged and ignore clicks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from hitl.engine import Engine, EngineError
from hitl.ui._compat import draws_only, fragment
from hitl.ui.keys import enter_page, state
from hitl.ui.session import drain_events

EVERY = 5.0
"""Seconds between two checks."""
KEY = "hitl.heartbeat"
"""Key of the fragment that checks, on whatever page."""


@dataclass(frozen=True)
class Shown:
    """What a part of the page shows, and how to read it again."""

    look: Callable[[], object]
    drawn: object
    is_stored: bool
    """Whether it changes only with what is stored."""


@dataclass(frozen=True)
class Stored:
    """What was stored when the page began to read it."""

    engine: Engine
    commits: int


def begin_page(key: str | None = None) -> None:
    """Begin to draw a page: use its keys, and forget what its previous drawing registered.

    Args:
        key: The page's name among the pages of an app; None if it is an app of its own. See `enter_page`.

    Raises:
        ValueError: If a page cannot have this name.
    """
    enter_page(key)
    state.shown = []
    del state.stored


def note_stored(engine: Engine) -> None:
    """Remember how far the store was before the page reads it: until more is stored, no stored part is read again."""
    state.stored = Stored(engine, engine.commits)
    drain_events()  # of what is stored by now, nothing is missing from the log


def rerun_when_changed(look: Callable[[], object], drawn: object, is_stored: bool = True) -> None:
    """Rerun the page when `look()` changes.

    Args:
        look: Reads what is shown.
        drawn: What it gave when it was drawn.
        is_stored: Whether it changes only with what is stored; anything else is read at every check.
    """
    state.shown.append(Shown(look, drawn, is_stored))


def is_outdated() -> bool:
    """True if something on the page has changed since it was drawn, or cannot be read."""
    try:
        stored = state.stored
        commits = stored.engine.commits if stored else None
        has_more = stored is None or commits != stored.commits
        if any(shown.look() != shown.drawn for shown in state.shown if has_more or not shown.is_stored):
            return True
        if stored and commits is not None:
            state.stored = Stored(stored.engine, commits)
        return False
    except EngineError:
        return True


def draw_heartbeat() -> None:
    """Check for changes every `EVERY` seconds if something was registered; call it after `rerun_when_changed`."""
    if state.shown:
        fragment(_beat, run_every=EVERY, key=KEY)()


def brings_click_early() -> bool:
    """Whether a click has come with a check: the browser is about to send it, and will do so again.

    It keeps a click for a moment to send it with others, and sends all that it keeps with a check that is due just
    then.
    """
    return draws_only(KEY)


def _beat() -> None:
    drain_events()
    if is_outdated():
        st.rerun()
