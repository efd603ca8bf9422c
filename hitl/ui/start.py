"""The start of a run: which workflow, and its form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import streamlit as st

from hitl.engine import Engine, EngineError
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import InvalidFields
from hitl.text import humanize
from hitl.ui._compat import shown
from hitl.ui.form import StoreFile, draw_fields, read_fields
from hitl.ui.heartbeat import draw_heartbeat
from hitl.ui.renderers import renderer_for
from hitl.ui.session import leave_run, start_run

ADDRESS = "workflow"
"""What the address names a workflow with: `?workflow=invoice`."""


def draw_start(engine: Engine, workflows: Sequence[str], store_file: StoreFile) -> None:
    """Draw the start page: the workflows to choose from if there are several, and the form of the chosen one.

    Args:
        engine: Where to start it.
        workflows: Names of the workflows that this page offers.
        store_file: Keeps the files that are given.
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
            "Workflow",
            workflows,
            key="workflow",
            format_func=lambda name: shown(humanize(name)),
            required=True,
            on_change=_choose,
        )
    try:
        if warning := engine.warning(name):
            st.warning(shown(warning), icon=":material/timer:")
        draw = renderer_for(engine, name, engine.start_event(name))
        if draw:
            draw(engine, name)
        else:
            draw_any_start(engine, name, store_file)
            draw_heartbeat()
    except EngineError as error:  # this one cannot be started; the others can
        st.error(shown(str(error)), icon=":material/error:")
        draw_heartbeat()


def draw_any_start(engine: Engine, workflow: str, store_file: StoreFile | None = None) -> None:
    """Draw the start of a workflow: its name, what its start event says of itself, its fields, and the button.

    Args:
        engine: Where to start it.
        workflow: The name of a registered workflow.
        store_file: Keeps the files that are given; without it, fingerprints are typed.

    Raises:
        WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
    """
    schema = engine.start_schema(workflow)
    fields = fields_of(schema)
    st.title(shown(humanize(workflow)), anchor=False)
    if fields and (about := schema.get("description", "")):  # without fields it is the library's own event
        st.write(shown(about.split("\n\n")[0]))
    with st.form(f"start-{workflow}", border=False):
        problems = st.session_state.get("problems", {})
        draw_fields(fields, problems=problems, store_file=store_file, form=workflow)
        if not problems and (problem := st.session_state.get("problem")):
            st.error(shown(problem), icon=":material/error:")
        st.form_submit_button(
            "Start",
            key="start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(engine, workflow, fields, uuid.uuid4().hex, store_file),
        )


def _choose() -> None:
    """Go to the start of the workflow that was chosen: its name stands in the address."""
    leave_run({ADDRESS: st.session_state["workflow"]})


def _start(engine: Engine, workflow: str, fields: Sequence[Field], form: str, store_file: StoreFile | None) -> None:
    for name in ("problem", "problems"):
        st.session_state.pop(name, None)
    try:
        inputs = read_fields(fields, store_file=store_file)
    except InvalidFields as error:
        st.session_state["problems"] = error.problems
    else:
        start_run(engine, workflow, inputs, form)
