"""How wide the visitor's window is: Streamlit does not tell a page."""

from __future__ import annotations

import streamlit as st

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
    """Draw the fragment around this again when the window is another than `is_narrow` says; the last thing in it.

    Everything works without it, as in a wide window.
    """
    key = widget_key("window")

    def note() -> None:
        state.is_narrow = bool(st.session_state[key].narrow)

    watch = st.components.v2.component("hitl_window", js=WATCH)
    watch(key=key, data={"narrow": is_narrow()}, on_narrow_change=note)
