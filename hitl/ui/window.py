"""How wide the visitor's window is: Streamlit does not tell a page."""

from __future__ import annotations

import streamlit as st

from hitl.ui._compat import fragment
from hitl.ui.keys import state, widget_key

NARROW = 640
"""Pixels up to which a window is narrow: there, Streamlit puts columns below each other."""
WATCH = f"""
export default function ({{ data, setStateValue }}) {{
    const window_ = window.matchMedia("(max-width: {NARROW}px)");
    const tell = () => {{ if (window_.matches !== data.narrow) setStateValue("narrow", window_.matches) }};
    tell();
    window_.addEventListener("change", tell);
    return () => window_.removeEventListener("change", tell);
}}
"""
"""Says whether the window is narrow, as soon as Python takes it for another one."""


def is_narrow() -> bool:
    """Whether two things side by side have no room: in a narrow window.

    On the first drawing only a phone is known, by what its browser says of itself; see `watch_window`.
    """
    known = state.is_narrow
    return "Mobi" in st.context.headers.get("User-Agent", "") if known is None else known


def watch_window() -> None:
    """Find out how wide the window is, and draw the page of a run again if it was taken for another one.

    It is in the sidebar, where it stays from one state of the page to the next: the browser then starts it once. It is
    a fragment, since what it says may come after a click, with the address from before: the page would go back there.
    Everything works without it, as in a wide window.
    """
    fragment(_watch)(is_narrow())


def _watch(drawn: bool) -> None:
    key = widget_key("window")

    def note() -> None:
        state.is_narrow = bool(st.session_state[key].narrow)

    watch = st.components.v2.component("hitl_window", js=WATCH)
    watch(key=key, data={"narrow": is_narrow()}, on_narrow_change=note)
    if is_narrow() != drawn and state.run:  # no other page depends on it
        st.rerun()
