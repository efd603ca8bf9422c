"""The history: all runs, filtered by words, status and date, in pages; several can be exported or deleted at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

import streamlit as st

from hitl.engine import Course, Engine, EngineError, RunRecord, Status
from hitl.engine.descriptions import title_of
from hitl.engine.records import LIVE
from hitl.text import count, cut, humanize
from hitl.ui._compat import show_top, shown
from hitl.ui.clock import local_time, local_zone
from hitl.ui.export_runs import export_runs
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.keys import state, widget_key
from hitl.ui.pages import PAGE, draw_pages, page_number, turn_to_first
from hitl.ui.session import leave_run, open_run
from hitl.ui.status import BADGES, badge_in_text, badge_of
from hitl.ui.theme import first_button
from hitl.ui.visitor import visible_runs

VIEW = "history"
"""Value of the query parameter that shows the history: `?view=history`."""
LABEL_LENGTH = 80
"""Maximum characters of a run's title on its button."""


@dataclass(frozen=True)
class Filter:
    """Which runs to list."""

    search: str
    status: Status | None
    since: datetime | None
    before: datetime | None


def shows_history() -> bool:
    """Whether the address asks for the history."""
    return st.query_params.get("view") == VIEW


def open_history() -> None:
    """Show the history; callback of a button."""
    leave_run({"view": VIEW})
    _stop_selecting()


def draw_history(engine: Engine, workflows: Collection[str] | None = None) -> None:
    """Draw the filter and the matching runs.

    Args:
        engine: The engine that knows the runs.
        workflows: Names of the workflows whose runs are listed; None for all.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("All runs", anchor=False, width="stretch")
        st.button("New run", key=widget_key("new_run"), on_click=leave_run, type=first_button(), icon=":material/add:")
    asked, page = _draw_filter(), page_number()
    find = partial(_find, engine, workflows, asked, page)
    found = find()
    runs = found[:PAGE]
    if state.bulk_notice:
        st.info(shown(state.bulk_notice), icon=":material/info:")
    if not runs:
        _draw_nothing(asked, page)
    else:
        _draw_selection_head(runs)
    courses, blocked = engine.courses([run.id for run in runs]), engine.blocked_runs()
    for run in runs:
        _draw_entry(run, courses.get(run.id, Course()), run.id in blocked)
    draw_pages(page, len(runs), len(found) > PAGE)
    if state.selecting:
        _draw_selected(engine, workflows)
    if not asked.search:  # what is searched for is not looked for again every few seconds
        rerun_when_changed(lambda: _entries(find()), _entries(found))
    rerun_when_changed(engine.blocked_runs, blocked)
    show_top(f"{VIEW} {page}")


def _draw_filter() -> Filter:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            key=widget_key("search"),
            placeholder="Words of a topic, a name, feedback or a report",
            icon=":material/search:",
            persist_state="session",
            on_change=turn_to_first,
        )
        status = st.selectbox(
            "Status",
            list(BADGES),
            key=widget_key("status"),
            index=None,
            placeholder="Any",
            format_func=lambda status: BADGES[status].label,
            width=190,
            persist_state="session",
            on_change=turn_to_first,
        )
        days = st.date_input(
            "Started",
            value=[],
            key=widget_key("started"),
            help="One day, or the first and the last of several",
            width=270,
            persist_state="session",
            on_change=turn_to_first,
        )
    first, last = _bounds(days)
    return Filter(search.strip(), status, _midnight(first), _midnight(last and last + timedelta(days=1)))


def _bounds(days: object) -> tuple[date | None, date | None]:
    """The first and last day of the picked range; a single picked day is both."""
    picked = [day for day in days if isinstance(day, date)] if isinstance(days, tuple) else []
    return (picked[0], picked[-1]) if picked else (None, None)


def _midnight(day: date | None) -> datetime | None:
    """The start of a day in the visitor's time zone."""
    return datetime.combine(day, time(), tzinfo=local_zone()) if day else None


def _find(engine: Engine, workflows: Collection[str] | None, asked: Filter, page: int) -> list[RunRecord]:
    """The matching runs of a page, and one more if there are more."""
    return engine.runs(
        status=asked.status,
        search=asked.search,
        limit=PAGE + 1,
        before=asked.before,
        since=asked.since,
        ids=visible_runs(engine.settings),
        workflows=workflows,
        offset=(page - 1) * PAGE,
    )


def _entries(runs: list[RunRecord]) -> list[tuple[str, str, str]]:
    return [(run.id, run.status, title_of(run)) for run in runs]


def _draw_entry(run: RunRecord, course: Course, is_blocked: bool) -> None:
    title = title_of(run)
    with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
        if state.selecting:
            key = widget_key("selected", f"-{run.id}")
            st.session_state[key] = run.id in state.selected  # what was selected on another page, or all at once
            st.checkbox(
                shown(f"Select {cut(title, LABEL_LENGTH)}"),
                key=key,
                label_visibility="collapsed",
                on_change=_select,
                args=(run.id, key),
            )
        with st.container(gap=None):
            st.container(horizontal=True, wrap=False).button(  # else a title of two lines is centred
                f"**{shown(cut(title, LABEL_LENGTH))}**",
                key=widget_key("history_run", f"-{run.id}"),
                on_click=open_run,
                args=(run.id,),
                type="tertiary",
            )
            badge = badge_in_text(badge_of(run.status, is_blocked))
            st.markdown(f"{badge} :small[:gray[{shown(about_run(run, course))}]]")


def about_run(run: RunRecord, course: Course) -> str:
    """What a list says of a run, in a line."""
    by = f" by {run.started_by}" if run.started_by else ""
    answers = f"{count(course.answered, 'answer')}, last by {course.answered_by}" if course.answered else ""
    started = f"started {local_time(run.created_at, '%Y-%m-%d %H:%M')}{by}"
    summary = course.summary if course.summary != title_of(run) else ""
    return " · ".join(filter(None, [started, humanize(run.workflow), summary, answers]))


def _draw_nothing(asked: Filter, page: int) -> None:
    if page > 1:
        st.info("There are no runs so far back.", icon=":material/search_off:")
    elif asked == Filter("", None, None, None):
        st.info("There are no runs. Start one, and it will be listed here.", icon=":material/inbox:")
    else:
        st.info("No run fits. Search for something else, or clear a field.", icon=":material/search_off:")


# ---- several runs at once


def _draw_selection_head(runs: list[RunRecord]) -> None:
    ids = [run.id for run in runs]
    with st.container(horizontal=True, vertical_alignment="center"):
        if not state.selecting:
            st.button("Select", key=widget_key("select"), type="tertiary", icon=":material/checklist:", on_click=_begin)
            return
        are_all = all(run_id in state.selected for run_id in ids)
        st.button(
            "None of this page" if are_all else f"All {len(ids)} of this page",
            key=widget_key("select_page"),
            type="tertiary",
            icon=":material/deselect:" if are_all else ":material/select_all:",
            on_click=_select_all,
            args=(ids, not are_all),
        )
        st.button("Done", key=widget_key("select"), type="tertiary", on_click=_stop_selecting)


def _draw_selected(engine: Engine, workflows: Collection[str] | None) -> None:
    """Draw what can be done with the selected runs, below the window's content."""
    selected = _selected_runs(engine, workflows)
    live = sum(run.status in LIVE for run in selected)
    with st.bottom.container(key=widget_key("selection")):
        if state.deleting_runs and selected:
            ends = (
                f" {live:,} of them {'has' if live == 1 else 'have'} not ended and will be cancelled." if live else ""
            )
            st.markdown(
                f"**Delete {count(len(selected), 'run')} and everything that is stored of "
                f"{'it' if len(selected) == 1 else 'them'}?**{ends} There is no way back."
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{len(selected):,} selected**", width="stretch")
            if state.deleting_runs and selected:
                st.button(
                    "Delete for good",
                    key=widget_key("confirm_delete_runs"),
                    icon=":material/delete:",
                    on_click=_delete,
                    args=(engine, tuple(run.id for run in selected)),
                )
                st.button("Keep them", key=widget_key("keep_runs"), on_click=_keep)
                return
            st.download_button(
                "Export",
                data=partial(export_runs, engine, [run.id for run in selected]),
                file_name="runs.zip",
                mime="application/zip",
                key=widget_key("export_runs"),
                icon=":material/download:",
                on_click="ignore",
                disabled=not selected,
            )
            st.button(
                "Delete",
                key=widget_key("delete_runs"),
                icon=":material/delete:",
                on_click=_ask,
                disabled=not selected,
            )


def _selected_runs(engine: Engine, workflows: Collection[str] | None) -> list[RunRecord]:
    """The selected runs that this visitor may see and that are still there."""
    visible = visible_runs(engine.settings)
    ids = [run_id for run_id in state.selected if visible is None or run_id in visible]
    return engine.runs(ids=ids, workflows=workflows, limit=len(ids)) if ids else []


def _begin() -> None:
    state.selecting = True
    del state.bulk_notice


def _stop_selecting() -> None:
    del state.selecting, state.selected, state.deleting_runs


def _select(run_id: str, key: str) -> None:
    _select_all([run_id], bool(st.session_state[key]))


def _select_all(run_ids: Collection[str], are_selected: bool) -> None:
    del state.deleting_runs
    for run_id in run_ids:
        if are_selected:
            state.selected[run_id] = None
        else:
            state.selected.pop(run_id, None)


def _ask() -> None:
    state.deleting_runs = True


def _keep() -> None:
    del state.deleting_runs


def _delete(engine: Engine, run_ids: Collection[str]) -> None:
    try:
        gone = engine.delete_all(run_ids)
    except EngineError as error:
        state.bulk_notice = str(error)
        _keep()
    else:
        state.bulk_notice = f"{count(gone, 'run')} deleted."
        _stop_selecting()
