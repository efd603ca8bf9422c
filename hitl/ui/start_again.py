"""Starting a run again with the inputs of an earlier one; what still fits of them fills the form if not all does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from hitl.engine import Engine, RunRecord
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import first_value, problems_inside
from hitl.ui.browser_memory import remember, start_form
from hitl.ui.keys import field_key, state
from hitl.ui.renderers import renderer_for
from hitl.ui.session import leave_run, start_run

ADDRESS = "workflow"
"""Query parameter that names the workflow: `?workflow=invoice`."""


@dataclass(frozen=True)
class EarlierInputs:
    """The inputs of an earlier run that are to be looked at before another is started with them."""

    workflow: str
    fitting: Mapping[str, Any]
    """Those that still fit, by name, as JSON values."""
    others: Mapping[str, Any]
    """Those that do not, or whose fields are not there any more."""

    def into(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON schema of a start event, with those that fit as the defaults of its fields."""
        given, names = self._by_field(fields_of(schema)), _names(fields_of(schema))
        properties = {
            name: {**part, "default": given[names[name]]} if names.get(name) in given else part
            for name, part in schema.get("properties", {}).items()
        }
        return {**schema, "properties": properties}

    def unchanged(self, fields: Sequence[Field]) -> dict[str, Any]:
        """Those that the form still has as it was filled in with them; a file stays unless another is given.

        Args:
            fields: The fields that were drawn, whose defaults they are: a form leaves out what is a default.
        """
        given = self._by_field(fields)
        return {
            field.name: given[field.name]
            for field in fields
            if field.name in given and (field.kind in UNSEEN or _is_unchanged(field))
        }

    def _by_field(self, fields: Sequence[Field]) -> dict[str, Any]:
        names = _names(fields)
        return {names.get(name, name): value for name, value in self.fitting.items()}


UNSEEN = ("file", "files", "group", "rows", "one of")
"""Kinds of fields that have no widget with all of their value: one that a form leaves out is as it was."""


def _is_unchanged(field: Field) -> bool:
    initial = first_value(field)
    return bool(st.session_state.get(field_key(field.name), initial) == initial)


def _names(fields: Sequence[Field]) -> dict[str, str]:
    """The names of fields by each of their names."""
    return {name: field.name for field in fields for name in (field.name, *field.other_names)}


def start_again(engine: Engine, record: RunRecord, form: str) -> None:
    """Start a new run with the inputs of another, and show it; callback of a button. See `start_run`.

    If they do not all fit any more, the start form is shown with those that do; a workflow that draws its start itself
    has no such form, and the page says what does not fit.
    """
    start_run(engine, record.workflow, record.inputs, form)
    problems = state.problems
    if not problems or renderer_for(engine, record.workflow, engine.start_event(record.workflow)):
        return
    wrong = problems_inside(problems, record.inputs)
    leave_run({ADDRESS: record.workflow})
    remember(start_form(record.workflow), {})
    state.forms.pop("", None)
    state.problems = problems
    state.earlier_inputs = EarlierInputs(
        record.workflow,
        {name: value for name, value in record.inputs.items() if name not in wrong},
        {name: value for name, value in record.inputs.items() if name in wrong},
    )
