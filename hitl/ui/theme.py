"""What depends on whether the visitor's theme is light or dark."""

from __future__ import annotations

from typing import Literal

import streamlit as st


def first_button() -> Literal["primary", "secondary"]:
    """The type of the button that leads on: filled with the primary colour, except in a dark theme.

    Streamlit writes white on that ground, and elsewhere it writes the primary colour on the ground of the page, as on
    pills and links. On a dark page no colour has enough contrast for both (4.5, success criterion 1.4.3 of
    https://www.w3.org/TR/WCAG22/).
    """
    return "secondary" if st.context.theme.type == "dark" else "primary"
