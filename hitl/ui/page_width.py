"""How wide a page is: wide where two things stand side by side, and narrow on a phone, whatever it is told."""

from __future__ import annotations

import streamlit as st


def widen_page() -> None:
    """Let this page fill the window, until another page is drawn."""
    st.set_page_config(layout="wide")


def is_narrow() -> bool:
    """Whether the page is on a phone, as its browser says; Streamlit does not tell how wide a window is."""
    return "Mobi" in st.context.headers.get("User-Agent", "")
