"""The list beside the open finding: grouped, filtered and searched, ten at a time, each with its switch."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hitl.report_ui.review.desk import FILTERS, GROUP_IN_ADDRESS, GROUPINGS, PAGE, Desk, Pill, path_of
from hitl.report_ui.review.finding_view import open_finding
from hitl.research import Finding
from hitl.text import count, cut
from hitl.ui import shown
from hitl.ui.keys import widget_key

GROUP_LENGTH = 80
"""Maximum characters of the heading of a group."""
PLACE_LENGTH, ROW_LENGTH = 28, 60
"""Maximum characters of the heading above a finding in a row, and of all of the row; the browser shows what fits."""
NOTED = ":material/edit_note:"
KEEP = "Keep"


def draw_list(desk: Desk) -> None:
    """Draw the part of the list that is on its page."""
    listed = desk.listed()
    _draw_tools(desk, len(listed))
    desk.page = min(desk.page, max((len(listed) - 1) // PAGE + 1, 1))
    on_page = listed[(desk.page - 1) * PAGE : desk.page * PAGE]
    desk.rows, desk.groups = [finding.id for finding in on_page], []
    has_groups = len(set(map(desk.group_of, listed))) > 1
    with st.container(gap="xxsmall"):
        for finding in on_page:
            group = desk.group_of(finding)
            if has_groups and group not in desk.groups:
                desk.groups.append(group)
                st.fragment(_draw_group, key=desk.part(f"group-{group}"))(desk, group)
            st.fragment(_draw_row, key=desk.part(f"row-{finding.id}"))(desk, finding)
    if len(listed) > PAGE:
        _draw_pages(desk, len(listed))


def _draw_tools(desk: Desk, listed: int) -> None:
    key = widget_key("group")
    if st.session_state.get(key) != desk.grouping:
        st.session_state[key] = desk.grouping
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.segmented_control(
            "Group by",
            GROUPINGS,
            key=key,
            required=True,
            label_visibility="collapsed",
            on_change=_regroup,
            args=(desk,),
        )
        set_filters = len(desk.only) + bool(desk.words)
        label = f"Filter ({set_filters})" if set_filters else "Filter"
        with st.popover(label, icon=":material/filter_list:", key=widget_key("filter")):
            st.text_input(
                "Search the findings",
                key=widget_key("find"),
                type="search",
                live=True,
                on_change=_search,
                args=(desk,),
            )
            only = widget_key("only", f"-{desk.filters_set}")
            st.pills(
                "Show only",
                FILTERS,
                default=desk.only,
                key=only,
                selection_mode="multi",
                on_change=_filter,
                args=(desk, only),
            )
            these = f"the {count(listed, 'finding')} shown"
            st.button(f"Drop {these}", key=widget_key("drop_shown"), on_click=_keep_shown, args=(desk, False))
            st.button(f"Keep {these}", key=widget_key("keep_shown"), on_click=_keep_shown, args=(desk, True))


def _draw_group(desk: Desk, name: str) -> None:
    some = [finding for finding in desk.listed() if desk.group_of(finding) == name]
    kept = sum(map(desk.draft.keeps, some))
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        heading = f"### {shown(cut(name, GROUP_LENGTH))} :small[:gray[{kept} of {len(some)}]]"
        st.markdown(heading, anchors=False, width="stretch")
        st.button(
            "Drop all" if kept else "Keep all",
            key=widget_key("group_all", f"-{name}"),
            type="tertiary",
            on_click=_keep_group,
            args=(desk, name, not kept),
        )


def _draw_row(desk: Desk, finding: Finding) -> None:
    """Draw a finding's switch and its place.

    The switch is a pill: a checkbox would keep the focus in an input, where the keys of the desk do nothing.
    """
    is_kept, number = desk.draft.keeps(finding), desk.numbers[finding.id]
    pill = desk.pills.setdefault(finding.id, Pill(is_kept))
    if pill.is_on != is_kept:
        pill = desk.pills[finding.id] = Pill(is_kept, pill.number + 1)
    key = widget_key("kept", f"-{finding.id}-{pill.number}")
    with st.container(horizontal=True, gap="xxsmall", wrap=False, vertical_alignment="center"):
        st.pills(
            f"Finding {number}: {shown(path_of(finding))}",
            [KEEP],
            default=[KEEP] if is_kept else [],
            key=key,
            selection_mode="multi",
            label_visibility="collapsed",
            on_change=_keep,
            args=(desk, finding, key),
        )
        is_open, is_noted = finding == desk.opened(desk.listed()), bool(desk.draft.note(finding))
        place = cut(path_of(finding).rpartition(" › ")[2], PLACE_LENGTH)
        words, quote = f"{number} · {shown(place)}", shown(cut(finding.quote, ROW_LENGTH - len(place)))
        st.container(horizontal=True).button(  # in a container of its own it ends with an ellipsis, else it is cut off
            f"{words} :gray[{quote}]" if is_kept else f":gray[~~{words}~~ dropped]",
            key=widget_key("open", f"-{finding.id}"),
            type="secondary" if is_open else "tertiary",
            icon=NOTED if is_noted else None,
            on_click=open_finding,
            args=(desk, finding),
        )


def _draw_pages(desk: Desk, listed: int) -> None:
    first, last = (desk.page - 1) * PAGE + 1, min(desk.page * PAGE, listed)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Earlier",
            key=widget_key("earlier"),
            type="tertiary",
            icon=":material/chevron_left:",
            on_click=_turn,
            args=(desk, -1),
            disabled=first == 1,
        )
        st.markdown(f":small[{first}–{last} of {listed}]")
        st.button(
            "Later",
            key=widget_key("later"),
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=_turn,
            args=(desk, 1),
            disabled=last == listed,
        )


def _keep(desk: Desk, finding: Finding, key: str) -> None:
    keep = bool(st.session_state.get(key))
    desk.pills[finding.id].is_on = keep
    desk.draft.keep_or_drop([finding], keep)
    desk.redraw_findings([finding])


def _keep_group(desk: Desk, name: str, keep: bool) -> None:
    _keep_all(desk, [finding for finding in desk.listed() if desk.group_of(finding) == name], keep)


def _keep_shown(desk: Desk, keep: bool) -> None:
    _keep_all(desk, desk.listed(), keep)


def _keep_all(desk: Desk, findings: Sequence[Finding], keep: bool) -> None:
    desk.draft.keep_or_drop(findings, keep)
    desk.redraw("finding", "list", "bar")


def _turn(desk: Desk, by: int) -> None:
    listed = desk.listed()
    page = min(max(desk.page + by, 1), max((len(listed) - 1) // PAGE + 1, 1))
    open_finding(desk, listed[(page - 1) * PAGE]) if listed else desk.redraw("finding", "list")


def _regroup(desk: Desk) -> None:
    """Put the grouping into the address, where a reload finds it."""
    desk.grouping = str(st.session_state[widget_key("group")] or GROUPINGS[0])
    if desk.grouping == GROUPINGS[0]:
        st.query_params.pop(GROUP_IN_ADDRESS, None)
    else:
        st.query_params[GROUP_IN_ADDRESS] = desk.grouping.lower()
    _refit(desk)


def _search(desk: Desk) -> None:
    desk.words = str(st.session_state.get(widget_key("find")) or "")
    _refit(desk)


def _filter(desk: Desk, key: str) -> None:
    desk.only = tuple(st.session_state.get(key) or ())
    _refit(desk)


def _refit(desk: Desk) -> None:
    """Show the page of the list that has the open finding."""
    if listed := desk.listed():
        desk.position = listed.index(desk.opened(listed))
        desk.page = desk.position // PAGE + 1
    desk.redraw("finding", "list")
