"""The form that starts a run of any workflow, from the fields of its start event."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import streamlit as st

from hitl.engine import Engine
from hitl.engine.fields import Field, fields_of
from hitl.engine.typed import InvalidFields
from hitl.engine.words import words_of
from hitl.ui._compat import shown
from hitl.ui.form import KeepFile, draw_fields, read_fields
from hitl.ui.session import start_run


def draw_any_start(engine: Engine, workflow: str, keep_file: KeepFile | None = None) -> None:
    """Draw the start of a workflow: its name, what its start event says of itself, its fields, and the button.

    Args:
        engine: Where to start it.
        workflow: The name of a registered workflow.
        keep_file: Keeps the files that are given; without it, fingerprints are typed.

    Raises:
        WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
    """
    schema = engine.start_schema(workflow)
    fields = fields_of(schema)
    st.title(shown(words_of(workflow)), anchor=False)
    if fields and (about := schema.get("description", "")):  # without fields it is the library's own event
        st.write(shown(about.split("\n\n")[0]))
    with st.form(f"start-{workflow}", border=False):
        problems = st.session_state.get("problems", {})
        draw_fields(fields, problems=problems, keep_file=keep_file, form=workflow)
        if not problems and (problem := st.session_state.get("problem")):
            st.error(shown(problem), icon=":material/error:")
        st.form_submit_button(
            "Start",
            key="start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(engine, workflow, fields, uuid.uuid4().hex, keep_file),
        )


def _start(engine: Engine, workflow: str, fields: Sequence[Field], form: str, keep_file: KeepFile | None) -> None:
    for name in ("problem", "problems"):
        st.session_state.pop(name, None)
    try:
        inputs = read_fields(fields, keep_file=keep_file)
    except InvalidFields as error:
        st.session_state["problems"] = error.problems
    else:
        start_run(engine, workflow, inputs, form)
