"""A form for the fields of an event: drawing its widgets and reading their values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import streamlit as st

from hitl.forms.fields import MISSING, Field
from hitl.forms.values import InvalidFields, NotAValue, by_field, first_value, limits_of, value_of
from hitl.ui._compat import shown
from hitl.ui.keys import field_key, state

StoreFile = Callable[[str, bytes], str]
"""Stores a file for the workflow: takes its name and content, returns its fingerprint."""

UPLOADED = ("file", "files")
EARLIEST, LATEST = date(1000, 1, 1), date(2999, 12, 31)
"""Range of a date picker; Streamlit's default is ten years around today."""
HINTS = {"date and time": "2026-11-25 09:30", "time": "09:30", "texts": "one per line"}
BOX_HEIGHT = 100
"""Height of a multi-line field, in pixels."""


def draw_fields(
    fields: Iterable[Field],
    suffix: str = "",
    problems: Mapping[str, str] = MappingProxyType({}),
    store_file: StoreFile | None = None,
    form: str = "",
) -> None:
    """Draw a widget for each field, with its problem below it.

    Show limits as help text; Streamlit would truncate silently. The event's class rejects values beyond them with
    a message.

    Args:
        fields: The fields of one event.
        suffix: Ending of the widgets' keys: empty, or `-` and the question's id.
        problems: Messages by place: `topic`, `sources.0`. Those that belong to no field are drawn at the end.
        store_file: Stores an uploaded file; without it, fingerprints are typed as text.
        form: Id of the form; when it changes, widgets with the same keys get their initial values again.
    """
    drawn = [_as_drawn(field, store_file) for field in fields]
    beside = by_field(problems, drawn)
    _set_widgets(drawn, suffix, form)
    for field in drawn:
        _draw_widget(field, field_key(field.name, suffix))
        _draw_problem(beside.get(field.name))
    _draw_problem(beside.get(""))
    if wrong := [field.label for field in drawn if field.name in beside]:  # the first may be out of sight above
        st.caption(shown(f"Not sent yet. Look again at: {', '.join(wrong)}."))


def _set_widgets(fields: Iterable[Field], suffix: str, form: str) -> None:
    """Set the initial values of widgets that are new on the page or belonged to another form.

    They are set through the session: a value passed as the widget's default could not be cleared. A form whose
    suffix has changed, because another question was opened or closed, keeps the values it last submitted.
    """
    forms = state.forms
    is_new = forms.get(suffix) != form
    before = next((other for other in forms if form and forms[other] == form and other != suffix), None)
    forms[suffix] = form
    for field in fields:
        key = field_key(field.name, suffix)
        if field.kind not in UPLOADED and (is_new or key not in st.session_state):
            value = first_value(field)
            if before is not None:
                value = st.session_state.get(field_key(field.name, before), value)
            st.session_state[key] = value
    if before is not None:
        del forms[before]


def read_fields(fields: Iterable[Field], suffix: str = "", store_file: StoreFile | None = None) -> dict[str, Any]:
    """Read a form's widgets in the callback of its button: the fields of the event, as JSON values.

    Args:
        fields: The fields that were drawn.
        suffix: The suffix they were drawn with.
        store_file: Stores an uploaded file; an exception it raises becomes the problem of its field.

    Raises:
        InvalidFields: If an input is not a valid value of its field, or its file cannot be stored.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in (_as_drawn(field, store_file) for field in fields):
        typed = st.session_state.get(field_key(field.name, suffix), first_value(field))
        try:
            value = value_of(field, _kept(typed, store_file) if field.kind in UPLOADED and store_file else typed)
        except NotAValue as error:
            problems[field.name] = str(error)
        except Exception as error:  # raised by store_file: the file cannot be read or stored
            problems[field.name] = str(error) or type(error).__name__
        else:
            if value is not MISSING:
                values[field.name] = value
    if problems:
        raise InvalidFields(problems)
    return values


def _as_drawn(field: Field, store_file: StoreFile | None) -> Field:
    """The field as it is drawn: without `store_file`, a file field becomes a text field for its fingerprint."""
    if store_file or field.kind not in UPLOADED:
        return field
    return replace(field, kind="text" if field.kind == "file" else "texts")


def _kept(typed: Any, store_file: StoreFile) -> Any:
    """Store the uploaded files; their fingerprint, a list of fingerprints, or None without a file."""
    if isinstance(typed, list):
        return [store_file(file.name, file.getvalue()) for file in typed]
    return store_file(typed.name, typed.getvalue()) if typed else None


def _draw_problem(problem: str | None) -> None:
    if problem:
        st.error(shown(problem), icon=":material/error:")


def _draw_widget(field: Field, key: str) -> None:
    """Draw the widget of a field; its value is already in the session."""
    about: dict[str, Any] = {"label": shown(field.label), "key": key, "help": _help(field)}
    hint = _hint(field)
    labels = {choice.value: choice.label for choice in field.choices}
    match field.kind:
        case "long text" | "texts":
            st.text_area(**about, placeholder=hint, height=BOX_HEIGHT)
        case "JSON":
            st.text_area(**about, placeholder=hint or "JSON", height=BOX_HEIGHT)
            _draw_example(field)
        case "integer":
            st.number_input(**about, placeholder=hint, value=None, step=int(field.multiple_of or 1) or 1)
        case "number":
            st.number_input(**about, placeholder=hint, value=None, step=float(field.multiple_of or 1), format="%g")
        case "yes or no" if _is_switch(field):
            st.toggle(**about)
        case "yes or no":
            st.segmented_control(**about, options=[True, False], format_func=lambda value: "Yes" if value else "No")
        case "choice":
            st.selectbox(**about, options=list(labels), index=None, format_func=labels.__getitem__, placeholder=hint)
        case "choices":
            st.multiselect(**about, options=list(labels), format_func=labels.__getitem__, placeholder=hint)
        case "date":
            day = first_value(field) or EARLIEST
            least, most = min(EARLIEST, day), max(LATEST, day)
            st.date_input(**about, value=None, min_value=least, max_value=most, format="YYYY-MM-DD")
        case "file" | "files":
            st.file_uploader(**about, accept_multiple_files=field.kind == "files")
        case _:
            st.text_input(**about, placeholder=hint)


def _is_switch(field: Field) -> bool:
    """True if a yes-or-no field always has a value: it has a boolean default and cannot be null."""
    return isinstance(field.default, bool) and not field.nullable


def _help(field: Field) -> str | None:
    """A field's description and its limits; the placeholder has the limits too, but only while the widget is empty."""
    limits = limits_of(field).capitalize()
    return shown(" ".join(filter(None, [field.description, limits and f"{limits}."]))) or None


def _hint(field: Field) -> str:
    """The placeholder of an empty widget."""
    is_optional = field.nullable or not field.required
    return ", ".join(filter(None, [HINTS.get(field.kind, ""), limits_of(field), "optional" if is_optional else ""]))


def _draw_example(field: Field) -> None:
    if field.example is not None and first_value(field) in ("", "[]", "{}"):  # a default already serves as an example
        with st.expander("Example", type="compact"):
            st.code(json.dumps(field.example, indent=2, ensure_ascii=False), language="json")
