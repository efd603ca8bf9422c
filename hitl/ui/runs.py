"""The list of runs in the sidebar: those that wait for a human first, then the newest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from hitl.engine import Engine, RunRecord
from hitl.engine.descriptions import title_of
from hitl.engine.records import LIVE
from hitl.text import cut
from hitl.ui._compat import shown
from hitl.ui.clock import day_or_time, local_time
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.history import open_history
from hitl.ui.inbox import open_inbox
from hitl.ui.keys import widget_key
from hitl.ui.session import open_run
from hitl.ui.status import badge_of
from hitl.ui.visitor import visible_runs

WAITING, RECENT = 8, 6
"""Maximum number of runs listed: waiting ones, and others."""
LABEL_LENGTH = 32
"""Maximum characters of a run's title on its button, so that it fits one line; the tooltip has it in full."""


def draw_runs(engine: Engine, workflows: Collection[str] | None = None, waiting_questions: int = 0) -> None:
    """Draw the list, and rerun the page when it changes, as long as a listed run has not ended.

    Args:
        engine: The engine that knows the runs.
        workflows: Names of the workflows whose runs are listed; None for all.
        waiting_questions: How many questions wait for this visitor.
    """
    blocked = engine.blocked_runs()
    waiting, recent = listed = _listed_runs(engine, workflows, blocked)
    if not (waiting or recent):
        return
    with st.container(gap=None):
        inbox = f"Inbox ({waiting_questions:,})" if waiting_questions else "Inbox"
        st.button(inbox, key=widget_key("inbox"), on_click=open_inbox, icon=":material/inbox:", type="tertiary")
        key = widget_key("history")
        st.button("All runs", key=key, on_click=open_history, icon=":material/history:", type="tertiary")
    labels = _labels([*waiting, *recent])
    if waiting:
        st.caption("Waiting for you")
        _draw_buttons(waiting, labels, blocked)
    if recent:
        st.caption("Recent" if waiting else "Runs")
        _draw_buttons(recent, labels, blocked)
    if any(run.status in LIVE for run in waiting + recent):
        rerun_when_changed(lambda: _entries(_listed_runs(engine, workflows, blocked)), _entries(listed))
        rerun_when_changed(engine.blocked_runs, blocked)


def _listed_runs(
    engine: Engine, workflows: Collection[str] | None, blocked: Collection[str]
) -> tuple[list[RunRecord], list[RunRecord]]:
    """Those that wait for a human, and the newest others; a run that is blocked waits for nobody."""
    ids = visible_runs(engine.settings)
    waiting = engine.runs(status="waiting", limit=WAITING + len(blocked), ids=ids, workflows=workflows)
    newest = engine.runs(limit=WAITING + RECENT, ids=ids, workflows=workflows)
    others = [run for run in newest if run.status != "waiting" or run.id in blocked]
    return [run for run in waiting if run.id not in blocked][:WAITING], others[:RECENT]


def _entries(listed: tuple[list[RunRecord], list[RunRecord]]) -> list[tuple[str, str, str]]:
    """The parts of the runs that the list shows; other parts change more often and need no rerun."""
    waiting, recent = listed
    return [(run.id, run.status, title_of(run)) for run in waiting + recent]


def _labels(runs: Sequence[RunRecord]) -> dict[str, str]:
    """What the button of each run says, by its id: its title, and of equal titles also when each was started."""
    titles = {run.id: cut(title_of(run), LABEL_LENGTH) for run in runs}
    for is_exact in (False, True):
        often = Counter(titles.values())
        for run in runs:
            if often[titles[run.id]] > 1:
                when = f" · {day_or_time(run.created_at, is_exact)}"
                titles[run.id] = f"{cut(title_of(run), LABEL_LENGTH - len(when))}{when}"
    return titles


def _draw_buttons(runs: Sequence[RunRecord], labels: Mapping[str, str], blocked: Collection[str]) -> None:
    with st.container(gap=None):
        for run in runs:
            badge, is_open = badge_of(run.status, run.id in blocked), st.query_params.get("run") == run.id
            st.button(
                shown(labels[run.id]),
                key=widget_key("sidebar_run", f"-{run.id}"),
                on_click=open_run,
                args=(run.id,),
                icon=badge.icon,
                type="secondary" if is_open else "tertiary",
                wrap=False,
                help=shown(f"{title_of(run)}: {badge.label}, started {local_time(run.created_at, '%Y-%m-%d %H:%M')}"),
            )
