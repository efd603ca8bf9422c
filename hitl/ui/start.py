"""The start of a run: which workflow, and its form."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hitl.engine import Engine, EngineError
from hitl.engine.words import words_of
from hitl.ui._compat import shown
from hitl.ui.drawings import drawing_for
from hitl.ui.form import KeepFile
from hitl.ui.heartbeat import draw_heartbeat
from hitl.ui.session import leave_run
from hitl.ui.starting import draw_any_start

ADDRESS = "workflow"
"""What the address names a workflow with: `?workflow=invoice`."""


def draw_start(engine: Engine, workflows: Sequence[str], keep_file: KeepFile) -> None:
    """Draw the start page: the workflows to choose from if there are several, and the form of the chosen one.

    Args:
        engine: Where to start it.
        workflows: Names of the workflows that this page offers.
        keep_file: Keeps the files that are given.
    """
    if not workflows:
        st.info("No workflow is registered. HITL_WORKFLOWS names them: `name=package.module:Class`.")
        return
    asked = st.query_params.get(ADDRESS, workflows[0])
    if asked not in workflows:
        st.warning(f"There is no workflow “{shown(asked)}” here.", icon=":material/help:")
    name = asked if asked in workflows else workflows[0]
    if len(workflows) > 1:
        st.session_state["workflow"] = name
        st.segmented_control(
            "Workflow", workflows, key="workflow", format_func=words_of, required=True, on_change=_choose
        )
    try:
        if note := engine.note(name):
            st.warning(shown(note), icon=":material/timer:")
        draw = drawing_for(engine, name, engine.start_event(name))
        if draw:
            draw(engine, name)
        else:
            draw_any_start(engine, name, keep_file)
            draw_heartbeat()
    except EngineError as error:  # this one cannot be started; the others can
        st.error(shown(str(error)), icon=":material/error:")
        draw_heartbeat()


def _choose() -> None:
    """Go to the start of the workflow that was chosen: its name stands in the address."""
    leave_run({ADDRESS: st.session_state["workflow"]})
