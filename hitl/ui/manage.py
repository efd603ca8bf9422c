"""Renaming and deleting a run."""

from __future__ import annotations

import streamlit as st

from hitl.engine import EngineError, Run, RunRecord
from hitl.engine.descriptions import title_of
from hitl.engine.records import LIVE, TITLE_LENGTH
from hitl.ui.keys import state, widget_key
from hitl.ui.send_answer import notify
from hitl.ui.session import leave_run


def draw_manage(run: Run, record: RunRecord) -> None:
    """Draw the menu for renaming and deleting a run."""
    with st.popover("Manage", icon=":material/more_horiz:", type="tertiary"):
        key = widget_key("run_name", f"-{run.id}")
        if state.named != (run.id, record.title):  # somebody else may have renamed it
            st.session_state[key] = record.title or ""
            state.named = (run.id, record.title)
        st.text_input(
            "Name of this run",
            key=key,
            max_chars=TITLE_LENGTH,
            placeholder=title_of(record),
            on_change=_rename,
            args=(run, key),
        )
        if state.deleting == run.id:
            _draw_deletion(run, record)
        else:
            st.button("Delete this run", key=widget_key("delete"), on_click=_ask, args=(run,), icon=":material/delete:")


def _draw_deletion(run: Run, record: RunRecord) -> None:
    """Ask for confirmation before the run is deleted."""
    ends = " It has not ended yet, and will be cancelled." if record.status in LIVE else ""
    st.markdown(f"**Delete this run and everything that is stored of it?**{ends} There is no way back.")
    with st.container(horizontal=True):
        confirm = widget_key("confirm_delete")
        st.button("Delete for good", key=confirm, on_click=_delete, args=(run,), icon=":material/delete:")
        st.button("Keep it", key=widget_key("keep_run"), on_click=_keep)


def _rename(run: Run, key: str) -> None:
    try:
        run.rename(st.session_state[key])
    except EngineError as error:
        notify(run, str(error))


def _ask(run: Run) -> None:
    state.deleting = run.id


def _keep() -> None:
    del state.deleting


def _delete(run: Run) -> None:
    _keep()
    try:
        run.engine.delete(run.id)
    except EngineError as error:
        notify(run, str(error))
    else:
        leave_run()
