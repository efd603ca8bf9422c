"""The start page: choosing a workflow and filling in its start form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from hitl.engine import Engine, EngineError
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import InvalidFields
from hitl.text import cut, humanize
from hitl.ui._compat import show_top, shown
from hitl.ui.browser_memory import remember, remembered, start_form
from hitl.ui.diagram import draw_workflow_diagram
from hitl.ui.event_fields import in_words
from hitl.ui.form import StoreFile, draw_fields, kept_entries, read_fields
from hitl.ui.keys import state, widget_key
from hitl.ui.renderers import renderer_for
from hitl.ui.session import leave_run, start_run
from hitl.ui.start_again import ADDRESS, EarlierInputs
from hitl.ui.theme import first_button
from hitl.ui.unsent_answer import FindEntries, as_json

OTHERS = Field(
    "+",
    "Other fields",
    "rows",
    required=False,
    description="This workflow takes any. Each has the name by which its code reads it.",
    item=Field("", "", "group", fields=(Field("name", "Name", "text"), Field("value", "Value", "value"))),
)
"""The fields that a visitor adds by name, for a start event that takes any."""


SCRIPT = "__main__"
"""Name of the module in which Streamlit runs a script."""
ONLY_IN_SCRIPT = (
    "This workflow cannot be started: the script of the page declares its events ({}), and they are not found again "
    "after a restart. Put the workflow and its events into a module of their own, such as flows.py, and import it in "
    "the script."
)
OTHERS_LENGTH = 500
"""Maximum characters of earlier inputs that the form does not have."""


def draw_start(engine: Engine, workflows: Sequence[str], store_file: StoreFile) -> None:
    """Draw the start page: a choice of workflows if there are several, and the form of the chosen one.

    Args:
        engine: The engine that starts the run.
        workflows: Names of the workflows that this page offers.
        store_file: Stores an uploaded file.
    """
    if not workflows:
        st.info("No workflow is registered. HITL_WORKFLOWS names them: `name=package.module:Class`.")
        return
    asked = st.query_params.get(ADDRESS, workflows[0])
    if asked not in workflows:
        st.warning(f"There is no workflow “{shown(asked)}” here.", icon=":material/help:")
    name = asked if asked in workflows else workflows[0]
    if len(workflows) > 1:
        state.workflow = name
        st.segmented_control(
            "Workflow",
            workflows,
            key=widget_key("workflow"),
            format_func=lambda name: shown(humanize(name)),
            required=True,
            label_visibility="collapsed",
            on_change=_choose,
        )
    try:
        if warning := engine.warning(name):
            st.warning(shown(warning), icon=":material/timer:")
        draw = renderer_for(engine, name, engine.start_event(name))
        if in_script := _declared_in_script(engine, name):
            st.error(shown(ONLY_IN_SCRIPT.format(", ".join(in_script))), icon=":material/error:")
        elif draw:
            draw(engine, name)
        else:
            draw_any_start(engine, name, store_file)
        draw_workflow_diagram(engine, name)
    except EngineError as error:  # this workflow cannot be started; others can still be chosen
        st.error(shown(str(error)), icon=":material/error:")
    show_top("start")


def _declared_in_script(engine: Engine, workflow: str) -> list[str]:
    """Names of the events that the page's script declares: each of its runs makes other classes of them."""
    names = engine.event_names(workflow).items()
    return sorted(name for name, full_name in names if full_name.startswith(f"{SCRIPT}:"))


def draw_any_start(engine: Engine, workflow: str, store_file: StoreFile | None = None) -> None:
    """Draw the start of a workflow: its name, the docstring of its start event, its fields, and the start button.

    Args:
        engine: The engine that starts the run.
        workflow: The name of a registered workflow.
        store_file: Stores an uploaded file; without it, fingerprints are typed as text.

    Raises:
        WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
    """
    schema, earlier = engine.start_schema(workflow), state.earlier_inputs
    if earlier and earlier.workflow == workflow:
        schema = earlier.into(schema)
    fields = fields_of(schema) + ([OTHERS] if schema.get("additionalProperties") is True else [])
    st.title(shown(humanize(workflow)), anchor=False)
    if fields and (about := schema.get("description", "")):
        st.write(shown(about.split("\n\n")[0]))
    if earlier and earlier.workflow == workflow:
        _draw_about_earlier(earlier)
    is_new = state.forms.get("") != workflow or widget_key("start") not in st.session_state
    find = kept_entries(fields, "", store_file, workflow)
    if is_new:
        _take_up(workflow, find)
    with st.container(key=widget_key("start_form", f"-{workflow}")):  # no form: what is typed is kept
        wrong = draw_fields(
            fields,
            problems=state.problems,
            store_file=store_file,
            form=workflow,
            on_change=partial(_keep, workflow, find),
            keeps_files=False,
        )
        if wrong:
            st.caption(shown(wrong))
        if state.problem and not state.problems:
            st.error(shown(state.problem), icon=":material/error:")
        st.button(
            "Start",
            key=widget_key("start"),
            type=first_button(),
            icon=":material/play_arrow:",
            on_click=_start,
            args=(engine, workflow, fields, uuid.uuid4().hex, store_file),
        )


def _draw_about_earlier(earlier: EarlierInputs) -> None:
    """Draw what the form does not have of the inputs of an earlier run."""
    others = "; ".join(f"{humanize(name)}: {in_words(value)}" for name, value in earlier.others.items())
    left = f" Not in it: {cut(others, OTHERS_LENGTH)}" if others else ""
    st.info(shown(f"The form has what still fits of the earlier inputs.{left}"), icon=":material/replay:")


def _take_up(workflow: str, find: FindEntries) -> None:
    """Put what was entered before a reload into the widgets that are drawn next."""
    kept = remembered(start_form(workflow))
    for name, entry in find(lambda name, entry: entry.value_in(kept, name)).items():
        if name in kept:
            st.session_state[entry.key] = entry.value_in(kept, name)


def _keep(workflow: str, find: FindEntries) -> None:
    """Keep what is entered; callback of every widget."""
    entries = find(lambda name, entry: st.session_state.get(entry.key, entry.initial))
    entered = {name: st.session_state.get(entry.key, entry.initial) for name, entry in entries.items()}
    remember(
        start_form(workflow),
        {name: as_json(value) for name, value in entered.items() if value != entries[name].initial},
    )


def _choose() -> None:
    """Go to the start of the chosen workflow by putting its name into the address.

    A run that was started meanwhile stays: the first message after a start still carries the choice, which for
    Streamlit is a new one, as it was made by the address.
    """
    if state.run is None:
        leave_run({ADDRESS: state.workflow})


def _start(engine: Engine, workflow: str, fields: Sequence[Field], form: str, store_file: StoreFile | None) -> None:
    del state.problem, state.problems
    try:
        inputs = _with_others(read_fields(fields, store_file=store_file))
        if (earlier := state.earlier_inputs) and earlier.workflow == workflow:
            inputs = earlier.unchanged(fields) | inputs
    except InvalidFields as error:
        state.problems = error.problems
    else:
        start_run(engine, workflow, inputs, form)


def _with_others(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a run, with the fields that the visitor has added by name.

    Raises:
        InvalidFields: If one has no name, or is given twice.
    """
    added = inputs.pop(OTHERS.name, [])
    problems: dict[str, str] = {}
    for at, row in enumerate(added):
        name = row.get("name", "").strip()
        if not name and row:
            problems[f"{OTHERS.name}.{at}.name"] = "Give the field a name, or remove it."
        elif name in inputs:
            problems[f"{OTHERS.name}.{at}.name"] = f"{name} is given twice."
        elif name:
            inputs[name] = row.get("value", "")
    if problems:
        raise InvalidFields(problems)
    return inputs
