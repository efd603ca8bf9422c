"""The list of runs in the sidebar: what waits for a human first, then what is newest."""

from __future__ import annotations

import streamlit as st

from hitl.engine import Engine, RunRecord
from hitl.engine.descriptions import title_of
from hitl.engine.records import LIVE
from hitl.text import cut
from hitl.ui._compat import shown
from hitl.ui.clock import local_time
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.history import open_history
from hitl.ui.session import open_run
from hitl.ui.status import BADGES
from hitl.ui.visitor import visible_runs

WAITING, RECENT = 8, 6
"""Runs that are listed, at most, of those that wait and of the others."""
LABEL_LENGTH = 32
"""Characters of a run's title on its button: one line; in full it stands in the tooltip."""


def draw_runs(engine: Engine) -> None:
    """Draw the list, and keep it current as long as something in it can change by itself."""
    waiting, recent = listed = _listed_runs(engine)
    if not (waiting or recent):
        return
    if waiting:
        st.caption("Waiting for you")
        _draw_buttons(waiting)
    if recent:
        st.caption("Recent" if waiting else "Runs")
        _draw_buttons(recent)
    st.button("All runs", key="history", on_click=open_history, icon=":material/history:", type="tertiary")
    if any(run.status in LIVE for run in waiting + recent):
        rerun_when_changed(lambda: _entries(_listed_runs(engine)), _entries(listed))


def _listed_runs(engine: Engine) -> tuple[list[RunRecord], list[RunRecord]]:
    ids = visible_runs(engine.settings)
    waiting = engine.runs(status="waiting", limit=WAITING, ids=ids)
    newest = engine.runs(limit=WAITING + RECENT, ids=ids)
    return waiting, [run for run in newest if run.status != "waiting"][:RECENT]


def _entries(listed: tuple[list[RunRecord], list[RunRecord]]) -> list[tuple[str, str, str]]:
    """What the list shows of its runs: they change more often than that."""
    waiting, recent = listed
    return [(run.id, run.status, title_of(run)) for run in waiting + recent]


def _draw_buttons(runs: list[RunRecord]) -> None:
    with st.container(gap=None):
        for run in runs:
            badge, is_open = BADGES[run.status], st.query_params.get("run") == run.id
            st.button(
                shown(cut(title_of(run), LABEL_LENGTH)),
                key=f"run-{run.id}",
                on_click=open_run,
                args=(run.id,),
                icon=badge.icon,
                type="secondary" if is_open else "tertiary",
                help=shown(f"{title_of(run)}: {badge.label}, started {local_time(run.created_at, '%Y-%m-%d %H:%M')}"),
            )
