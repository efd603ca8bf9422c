"""The text beside the open sentence: ten statements at a time, each with its switch."""

from __future__ import annotations

import streamlit as st

from hitl.report.verification.claims import Claim
from hitl.report_ui.text_review.statement_view import COLOURS, open_statement
from hitl.report_ui.text_review.text_desk import FILTERS, PAGE, Pill, TextDesk
from hitl.text import cut
from hitl.ui import shown

KEEP = "Keep"
NAMED = 60
"""Maximum characters of a statement in the name of its switch."""


def draw_list(desk: TextDesk) -> None:
    """Draw the part of the text that is on its page."""
    st.pills(
        "Show only",
        FILTERS,
        key=desk.key("only"),
        selection_mode="multi",
        label_visibility="collapsed",
        on_change=_refit,
        args=(desk,),
    )
    listed = desk.listed()
    desk.page = min(desk.page, max((len(listed) - 1) // PAGE + 1, 1))
    on_page = listed[(desk.page - 1) * PAGE : desk.page * PAGE]
    desk.rows = [claim.number for claim in on_page]
    with st.container(gap="xxsmall"):
        for claim in on_page:
            st.fragment(_draw_row, key=desk.key(f"row-{claim.number}"))(desk, claim)
    if len(listed) > PAGE:
        _draw_pages(desk, len(listed))


def _draw_row(desk: TextDesk, claim: Claim) -> None:
    """Draw a statement with its switch, and the button that opens it.

    The switch is a pill: a checkbox would keep the focus in an input, where the keys of the desk do nothing.
    """
    is_kept = desk.draft.keeps(claim)
    pill = desk.pills.setdefault(claim.number, Pill(is_kept))
    if pill.is_on != is_kept:
        pill = desk.pills[claim.number] = Pill(is_kept, pill.number + 1)
    key = desk.key(f"kept-{claim.number}-{pill.number}")
    is_open = claim == desk.opened(desk.listed())
    with st.container(horizontal=True, gap="xsmall", wrap=False, vertical_alignment="top"):
        st.pills(
            f"{'Heading' if claim.is_heading else 'Sentence'} {claim.number}: {shown(cut(claim.text, NAMED))}",
            [KEEP],
            default=[KEEP] if is_kept else [],
            key=key,
            selection_mode="multi",
            label_visibility="collapsed",
            on_change=_keep,
            args=(desk, claim, key),
        )
        st.markdown(_in_markdown(desk, claim, is_kept, is_open), anchors=False, width="stretch")
        st.button(
            f"{claim.number} · :{COLOURS[claim.verdict]}[{claim.verdict}]",
            key=desk.key(f"open-{claim.number}"),
            type="secondary" if is_open else "tertiary",
            on_click=open_statement,
            args=(desk, claim),
        )


def _in_markdown(desk: TextDesk, claim: Claim, is_kept: bool, is_open: bool) -> str:
    words = shown(claim.text)
    said = words if is_kept else f":gray[~~{words}~~] :red-badge[dropped]"
    if is_open and is_kept:
        said = f":primary-background[{words}]"
    noted = " :material/edit_note:" if desk.draft.note(claim) else ""
    return f"{'### ' if claim.is_heading else ''}{said}{noted}"


def _draw_pages(desk: TextDesk, listed: int) -> None:
    first, last = (desk.page - 1) * PAGE + 1, min(desk.page * PAGE, listed)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Earlier",
            key=desk.key("earlier"),
            type="tertiary",
            icon=":material/chevron_left:",
            on_click=_turn,
            args=(desk, -1),
            disabled=first == 1,
        )
        st.markdown(f":small[{first}–{last} of {listed}]")
        st.button(
            "Later",
            key=desk.key("later"),
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=_turn,
            args=(desk, 1),
            disabled=last == listed,
        )


def _keep(desk: TextDesk, claim: Claim, key: str) -> None:
    keep = bool(st.session_state.get(key))
    desk.pills[claim.number].is_on = keep
    desk.draft.keep_or_drop([claim], keep)
    desk.redraw_statement(claim)


def _turn(desk: TextDesk, by: int) -> None:
    listed = desk.listed()
    page = min(max(desk.page + by, 1), max((len(listed) - 1) // PAGE + 1, 1))
    if listed:
        open_statement(desk, listed[(page - 1) * PAGE])
    desk.redraw("statement", "list")


def _refit(desk: TextDesk) -> None:
    """Show the page of the list that has the open statement."""
    if listed := desk.listed():
        desk.position = listed.index(desk.opened(listed))
        desk.page = desk.position // PAGE + 1
    desk.redraw("statement", "list")
