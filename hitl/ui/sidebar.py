"""The sidebar of the page, of which a run of a script has one."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitDuplicateElementKey

from hitl.ui.keys import SIDEBAR


def begin_sidebar() -> DeltaGenerator:
    """The container of the page's sidebar; call it before anything of the page is drawn.

    Two pages in one run of a script would share the address, which names the run that is shown, and the callbacks of
    the first would read the widgets of the second. Streamlit refuses the second container of the same key.

    Raises:
        ValueError: If this run of the script has drawn a page before.
    """
    try:
        return st.sidebar.container(key=SIDEBAR)
    except StreamlitDuplicateElementKey:
        raise ValueError(
            "hitl.page() is called twice in one run of the script, and only one page can be drawn: the address names "
            'the run that it shows. Give both workflows to one call, hitl.page({"one": One, "other": Other}), or '
            "make each call a page of st.navigation with a key of its own."
        ) from None
