"""How wide the visitor's window is: Streamlit does not tell a page."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from hitl.ui._compat import fragment
from hitl.ui.keys import state, widget_key

NARROW = 640
"""Pixels up to which a window is narrow: there, Streamlit puts columns below each other."""
TIGHT = 1100
"""Pixels up to which a window has no room for two columns of text beside the sidebar."""
WATCH = f"""
export default function ({{ data, setStateValue }}) {{
    const limits = {{ narrow: {NARROW}, tight: {TIGHT} }};
    const queries = Object.entries(limits).map(([room, most]) => [room, matchMedia(`(max-width: ${{most}}px)`)]);
    const tell = () => {{
        const room = queries.find(([, query]) => query.matches)?.[0] ?? "wide";
        if (room !== data.room) setStateValue("room", room);
    }};
    tell();
    queries.forEach(([, query]) => query.addEventListener("change", tell));
    return () => queries.forEach(([, query]) => query.removeEventListener("change", tell));
}}
"""
"""Says how much room the window has, as soon as Python takes it for another one."""

Room = Literal["narrow", "tight", "wide"]


def is_narrow() -> bool:
    """Whether two things side by side have no room: in a narrow window, such as a phone's."""
    return _room() == "narrow"


def is_tight() -> bool:
    """Whether two columns of text side by side have no room: in a narrow window, or in one of a tablet."""
    return _room() != "wide"


def _room() -> Room:
    """How much room there is.

    On the first drawing only a phone is known, by what its browser says of itself; see `watch_window`.
    """
    is_phone = "Mobi" in st.context.headers.get("User-Agent", "")
    return state.room or ("narrow" if is_phone else "wide")


def watch_window() -> None:
    """Find out how wide the window is, and draw the page of a run again if it was taken for another one.

    It is in the sidebar, where it stays from one state of the page to the next: the browser then starts it once. It is
    a fragment, since what it says may come after a click, with the address from before: the page would go back there.
    Everything works without it, as in a wide window.
    """
    fragment(_watch)(_room())


def _watch(drawn: Room) -> None:
    key = widget_key("window")

    def note() -> None:
        state.room = st.session_state[key].room or drawn

    watch = st.components.v2.component("hitl_window", js=WATCH)
    watch(key=key, data={"room": _room()}, on_room_change=note)
    if _room() != drawn and state.run:  # no other page depends on it
        st.rerun()
