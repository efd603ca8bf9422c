"""How wide the page is, whatever the width of the window and of the app around it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.ui.keys import state
from hitl.ui.window import is_tight

PAGE = 1200
"""Maximum pixels of a page: a list and what is read, side by side."""
READING = 736
"""Maximum pixels of running text and of forms, as in Streamlit's centred layout: about 90 characters a line."""


def page_column() -> DeltaGenerator:
    """A container in the middle of the page for everything on it.

    Whether the page may be wider than `READING` is the app's choice, by `st.set_page_config(layout="wide")`. Everything
    begins at the left edge of this column, so that nothing jumps sideways from one state to the next.
    """
    return st.container(horizontal_alignment="center").container(width=PAGE)


def reading_column(is_all: bool = False) -> DeltaGenerator:
    """A container inside the page for text and forms, on its left.

    Args:
        is_all: Whether nothing that is drawn of a run is wider: its log and its diagram below have this width then.
    """
    if is_all:
        state.is_reading = True
    return st.container(width=READING)


def side_by_side(*widths: int) -> Sequence[DeltaGenerator]:
    """Columns of these relative widths; below each other in a window that has no room for them.

    Both are in a container: what is drawn below keeps its place then, and what is being typed there.
    """
    place = st.container()
    return [place.container() for _ in widths] if is_tight() else place.columns(widths, gap="medium")


def column_below() -> DeltaGenerator:
    """A container for what is drawn below all else of a run, as wide as that."""
    return st.container(width=READING if state.is_reading else "stretch")
