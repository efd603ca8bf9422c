"""Long lists in pages, whose number is kept in the address."""

from __future__ import annotations

import streamlit as st

from hitl.ui.keys import widget_key

PAGE = 50
"""Entries of a page."""
ADDRESS = "page"
"""Query parameter with the number of the page, from 1; without it, the first is shown."""
MOST = 1_000_000
"""Maximum number of a page that an address may ask for."""


def page_number() -> int:
    """The page that the address asks for; the first if it asks for none that there can be."""
    asked = st.query_params.get(ADDRESS, "")
    return min(max(int(asked), 1), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1


def turn_to(page: int) -> None:
    """Put the number of a page into the address; callback of a button."""
    if page > 1:
        st.query_params[ADDRESS] = str(page)
    else:
        st.query_params.pop(ADDRESS, None)


def turn_to_first() -> None:
    """Show the first page; callback of what changes the list."""
    turn_to(1)


def draw_pages(page: int, entries: int, has_more: bool, first: str = "Newer", last: str = "Older") -> None:
    """Draw which entries are shown and the buttons to the pages beside; nothing if there is one page.

    Args:
        page: The page that is shown.
        entries: How many entries it has.
        has_more: Whether there is another page after it.
        first: Label of the button to the page before it.
        last: Label of the button to the page after it.
    """
    if page == 1 and not has_more:
        return
    if not entries:  # there were more once, or the address was typed
        st.button("First page", key=widget_key("newer"), icon=":material/first_page:", on_click=turn_to_first)
        return
    start = (page - 1) * PAGE
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            first,
            key=widget_key("newer"),
            icon=":material/chevron_left:",
            on_click=turn_to,
            args=(page - 1,),
            disabled=page == 1,
        )
        st.markdown(f":small[{start + 1:,}–{start + entries:,}]")
        st.button(
            last,
            key=widget_key("older"),
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=turn_to,
            args=(page + 1,),
            disabled=not has_more,
        )
