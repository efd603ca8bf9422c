"""What Streamlit has no public call for, in one place, each with its reason."""

from __future__ import annotations

import json

import streamlit as st


def show_top(screen: str) -> None:
    """Scroll to the top when another screen is drawn.

    A browser keeps its place on a page that is redrawn, so after the buttons below a long review the reader
    would find the end of what comes next. Streamlit scrolls to the top only between pages of an app. The
    script holds the name of the screen, and is run again when that changes.

    Args:
        screen: What is drawn: the same as long as the reader's place is to be kept.
    """
    main = '[data-testid="stMain"]'  # the element that scrolls
    script = f"document.querySelector('{main}')?.scrollTo(0, 0); // {json.dumps(screen)}"
    st.html(f"<script>{script}\n</script>", unsafe_allow_javascript=True)
