"""The text beside the open sentence: ten statements at a time, each with its switch."""

from __future__ import annotations

import streamlit as st

from hitl.report.verification.claims import Claim
from hitl.report_ui.desk import draw_pages, draw_switch
from hitl.report_ui.text_review.statement_view import COLOURS
from hitl.report_ui.text_review.text_desk import FILTERS, TextDesk
from hitl.text import cut
from hitl.ui import shown
from hitl.ui.button_width import button_width

NO_BREAK = "\u00a0"
NAMED = 60
"""Maximum characters of a statement in the name of its switch."""


def draw_list(desk: TextDesk) -> None:
    """Draw the part of the text that is on its page."""
    only = desk.filter_key("only")
    st.pills(
        "Show only",
        FILTERS,
        default=desk.only,
        key=only,
        selection_mode="multi",
        label_visibility="collapsed",
        on_change=desk.filter,
        args=(only,),
    )
    with st.container(gap="xxsmall"):
        for claim in desk.begin_list():
            desk.draw_part(f"row-{claim.number}", _draw_row, claim)
    draw_pages(desk, len(desk.listed()))


def _draw_row(desk: TextDesk, claim: Claim) -> None:
    """Draw a statement with its switch, and the button that opens it."""
    is_kept, is_open = desk.draft.keeps(claim), claim == desk.opened(desk.listed())
    with st.container(horizontal=True, gap="xsmall", wrap=False, vertical_alignment="top"):
        draw_switch(desk, claim, f"{desk.name_of(claim)}: {shown(cut(claim.text, NAMED))}")
        st.markdown(_in_markdown(desk, claim, is_kept, is_open), anchors=False, width="stretch")
        st.button(
            f"{claim.number}",
            key=desk.key(f"open-{claim.number}"),
            type="secondary" if is_open else "tertiary",
            on_click=desk.open,
            args=(claim,),
            width=button_width("100", has_icon=False),
        )


def _in_markdown(desk: TextDesk, claim: Claim, is_kept: bool, is_open: bool) -> str:
    words = shown(claim.text)
    said = words if is_kept else f":gray[~~{words}~~] :red-badge[dropped]"
    if is_open and is_kept:
        said = f":primary-background[{words}]"
    noted = " :material/edit_note:" if desk.draft.note(claim) else ""
    verdict = f":small[:{COLOURS[claim.verdict]}[{claim.verdict.replace(' ', NO_BREAK)}]]"
    return f"{'### ' if claim.is_heading else ''}{said}{noted} {verdict}"
