"""The list beside the open finding: grouped, filtered and searched, ten at a time, each with its switch."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hitl.report_ui.desk import draw_pages, draw_switch
from hitl.report_ui.review.findings_desk import FILTERS, GROUP_IN_ADDRESS, GROUPINGS, FindingsDesk, path_of
from hitl.research import Finding
from hitl.text import count, cut
from hitl.ui import shown

GROUP_LENGTH = 80
"""Maximum characters of the heading of a group."""
PLACE_LENGTH, ROW_LENGTH = 28, 60
"""Maximum characters of the heading above a finding in a row, and of all of the row; the browser shows what fits."""
NOTED = ":material/edit_note:"


def draw_list(desk: FindingsDesk) -> None:
    """Draw the part of the list that is on its page."""
    listed = desk.listed()
    _draw_tools(desk, len(listed))
    on_page, desk.groups = desk.begin_list(), []
    has_groups = len(set(map(desk.group_of, listed))) > 1
    with st.container(gap="xxsmall"):
        for finding in on_page:
            group = desk.group_of(finding)
            if has_groups and group not in desk.groups:
                desk.groups.append(group)
                desk.draw_part(f"group-{group}", _draw_group, group)
            desk.draw_part(f"row-{finding.id}", _draw_row, finding)
    draw_pages(desk, len(listed))


def _draw_tools(desk: FindingsDesk, listed: int) -> None:
    key = desk.key("group")
    if st.session_state.get(key) != desk.grouping:
        st.session_state[key] = desk.grouping
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.segmented_control(
            "Group by",
            GROUPINGS,
            key=key,
            required=True,
            label_visibility="collapsed",
            wrap=True,
            on_change=_regroup,
            args=(desk,),
        )
        set_filters = len(desk.only) + bool(desk.words)
        label = f"Filter ({set_filters})" if set_filters else "Filter"
        with st.popover(label, icon=":material/filter_list:", key=desk.key("filter")):
            words = desk.filter_key("find")
            st.text_input(
                "Search the findings",
                desk.words,
                key=words,
                type="search",
                placeholder="Words, or #26",
                live=True,
                on_change=desk.search,
                args=(words,),
            )
            only = desk.filter_key("only")
            st.pills(
                "Show only",
                FILTERS,
                default=desk.only,
                key=only,
                selection_mode="multi",
                on_change=desk.filter,
                args=(only,),
            )
            if desk.is_closed:
                return
            these = f"the {count(listed, 'finding')} shown"
            for label, keep in (("Drop", False), ("Keep", True)):
                key = desk.key(f"{label.lower()}_shown")
                st.button(f"{label} {these}", key=key, on_click=_keep_shown, args=(desk, keep), disabled=not listed)


def _draw_group(desk: FindingsDesk, name: str) -> None:
    some = [finding for finding in desk.listed() if desk.group_of(finding) == name]
    kept = sum(map(desk.draft.keeps, some))
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        heading = f"### {shown(cut(name, GROUP_LENGTH))} :small[:gray[{kept} of {len(some)}]]"
        st.markdown(heading, anchors=False, width="stretch")
        if not desk.is_closed:
            st.button(
                "Drop all" if kept else "Keep all",
                key=desk.key(f"group_all-{name}"),
                type="tertiary",
                on_click=_keep_group,
                args=(desk, name, not kept),
            )


def _draw_row(desk: FindingsDesk, finding: Finding) -> None:
    """Draw a finding's switch and its place."""
    is_kept, number = desk.draft.keeps(finding), desk.numbers[finding.id]
    with st.container(horizontal=True, gap="xxsmall", wrap=False, vertical_alignment="center"):
        draw_switch(desk, finding, f"{desk.name_of(finding)}: {shown(path_of(finding))}")
        is_open, is_noted = finding == desk.opened(desk.listed()), bool(desk.draft.note(finding))
        place = cut(path_of(finding).rpartition(" › ")[2], PLACE_LENGTH)
        words, quote = f"{number} · {shown(place)}", shown(cut(finding.quote, ROW_LENGTH - len(place)))
        st.container(horizontal=True).button(  # in a container of its own it ends with an ellipsis, else it is cut off
            f"{words} :gray[{quote}]" if is_kept else f":gray[~~{words}~~ dropped]",
            key=desk.key(f"open-{finding.id}"),
            type="secondary" if is_open else "tertiary",
            icon=NOTED if is_noted else None,
            on_click=desk.open,
            args=(finding,),
        )


def _keep_group(desk: FindingsDesk, name: str, keep: bool) -> None:
    _keep_all(desk, [finding for finding in desk.listed() if desk.group_of(finding) == name], keep)


def _keep_shown(desk: FindingsDesk, keep: bool) -> None:
    _keep_all(desk, desk.listed(), keep)


def _keep_all(desk: FindingsDesk, findings: Sequence[Finding], keep: bool) -> None:
    desk.draft.keep_or_drop(findings, keep)
    desk.told = desk.figure
    desk.redraw("view", "list", "kept")


def _regroup(desk: FindingsDesk) -> None:
    """Put the grouping into the address, where a reload finds it."""
    desk.grouping = str(st.session_state[desk.key("group")] or GROUPINGS[0])
    if desk.grouping == GROUPINGS[0]:
        st.query_params.pop(GROUP_IN_ADDRESS, None)
    else:
        st.query_params[GROUP_IN_ADDRESS] = desk.grouping.lower()
    desk.refit()
