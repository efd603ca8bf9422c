"""The history: all runs, filtered by words, status and date."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import streamlit as st

from hitl.engine import Engine, RunRecord, Status
from hitl.engine.descriptions import title_of
from hitl.text import cut
from hitl.ui._compat import shown
from hitl.ui.clock import local_time, local_zone
from hitl.ui.heartbeat import draw_heartbeat, rerun_when_changed
from hitl.ui.keys import state, widget_key
from hitl.ui.session import leave_run, open_run
from hitl.ui.status import BADGES, draw_badge
from hitl.ui.theme import first_button
from hitl.ui.visitor import visible_runs

VIEW = "history"
"""Value of the query parameter that shows the history: `?view=history`."""
PAGE = 20
"""Runs shown at first, and added by each click on “Show more”."""
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
    state.history_pages = 1


def draw_history(engine: Engine, workflows: Collection[str] | None = None) -> None:
    """Draw the filter and the matching runs.

    Args:
        engine: The engine that knows the runs.
        workflows: Names of the workflows whose runs are listed; None for all.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("All runs", anchor=False, width="stretch")
        st.button("New run", key=widget_key("new_run"), on_click=leave_run, type=first_button(), icon=":material/add:")
    asked = _draw_filter()
    length = state.history_pages * PAGE
    found = _find(engine, workflows, asked, length)
    if not found:
        _draw_nothing(asked)
    for run in found[:length]:
        _draw_entry(run)
    if len(found) > length:
        st.button("Show more", key=widget_key("more"), on_click=_show_more, icon=":material/expand_more:")
    if not asked.search:  # a search reads every run, so it is not repeated every few seconds
        rerun_when_changed(lambda: _entries(_find(engine, workflows, asked, length)), _entries(found))
    draw_heartbeat()


def _draw_filter() -> Filter:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            key=widget_key("search"),
            placeholder="Part of a topic or a name",
            icon=":material/search:",
            persist_state="session",
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
        )
        days = st.date_input(
            "Started",
            value=[],
            key=widget_key("started"),
            help="One day, or the first and the last of several",
            width=270,
            persist_state="session",
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


def _find(engine: Engine, workflows: Collection[str] | None, asked: Filter, length: int) -> list[RunRecord]:
    """The matching runs: `length` of them, and one more if there are more."""
    return engine.runs(
        status=asked.status,
        search=asked.search,
        limit=length + 1,
        before=asked.before,
        since=asked.since,
        ids=visible_runs(engine.settings),
        workflows=workflows,
    )


def _entries(runs: list[RunRecord]) -> list[tuple[str, str, str]]:
    return [(run.id, run.status, title_of(run)) for run in runs]


def _draw_entry(run: RunRecord) -> None:
    with st.container(border=True, gap=None):
        st.button(
            f"**{shown(cut(title_of(run), LABEL_LENGTH))}**",
            key=widget_key("history_run", f"-{run.id}"),
            on_click=open_run,
            args=(run.id,),
            type="tertiary",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            draw_badge(run.status)
            st.caption(f"started {local_time(run.created_at, '%Y-%m-%d %H:%M')}", width="content")


def _draw_nothing(asked: Filter) -> None:
    if asked == Filter("", None, None, None):
        st.info("There are no runs yet. Start one, and it will be listed here.", icon=":material/inbox:")
    else:
        st.info("No run fits. Search for something else, or clear a field.", icon=":material/search_off:")


def _show_more() -> None:
    state.history_pages += 1
