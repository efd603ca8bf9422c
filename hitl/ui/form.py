"""A form from the fields of an event: its widgets, and what was typed into them."""

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

StoreFile = Callable[[str, bytes], str]
"""Keeps a file for the workflow: its name and content come in, its fingerprint goes out."""

TAKEN = frozenset(
    "answer_problems answered approve by cancel cancelling confirm_cancel confirm_delete delete deleting download "
    "drawn events forms history history_length in_full_run keep keep_running log more named new_run notices opened "
    "problem problems reject run search send shown start start_again started status workflow".split()
)
"""What the pages of a run keep in the session under names of their own: a field of such a name has another key."""
UPLOADED = ("file", "files")
EARLIEST, LATEST = date(1000, 1, 1), date(2999, 12, 31)
"""What a calendar offers: Streamlit's own has ten years around today."""
HINTS = {"date and time": "2026-11-25 09:30", "time": "09:30", "texts": "one per line"}
BOX_HEIGHT = 100
"""Height of a field of several lines, in pixels."""


def key_of(field: Field, suffix: str = "") -> str:
    """The key of a field's widget."""
    return f"{field.name}-field{suffix}" if field.name in TAKEN else f"{field.name}{suffix}"


def draw_fields(
    fields: Iterable[Field],
    suffix: str = "",
    problems: Mapping[str, str] = MappingProxyType({}),
    store_file: StoreFile | None = None,
    form: str = "",
) -> None:
    """Draw a widget for each field, and below it what is wrong with it.

    Limits are shown as help text and not given to the widgets: Streamlit would truncate silently. The event's own
    class refuses what is beyond them, in words.

    Args:
        fields: Of one event.
        suffix: What the keys of the widgets end with; empty, or `-` and the question's id.
        problems: What is wrong, by place: `topic`, `sources.0`. What belongs to no field is drawn at the end.
        store_file: Keeps the files that are given; without it, fingerprints are typed. See `read_fields`.
        form: Which form this is. Widgets of the same keys would go on with what was typed into another.
    """
    drawn = [_as_drawn(field, store_file) for field in fields]
    beside = by_field(problems, drawn)
    _set_widgets(drawn, suffix, form)
    for field in drawn:
        _draw_widget(field, key_of(field, suffix))
        _draw_problem(beside.get(field.name))
    _draw_problem(beside.get(""))
    if wrong := [field.label for field in drawn if field.name in beside]:  # the first may be far above
        st.caption(shown(f"Not sent yet. Look again at: {', '.join(wrong)}."))


def _set_widgets(fields: Iterable[Field], suffix: str, form: str) -> None:
    """Put into the widgets what they hold at first, if they have just come to the page or were another form's.

    As a default of its widget, a value could not be taken away. A form whose suffix has changed, since another
    question was opened or closed, goes on with what was sent from it before.
    """
    forms: dict[str, str] = st.session_state.setdefault("forms", {})
    is_new = forms.get(suffix) != form
    before = next((other for other in forms if form and forms[other] == form and other != suffix), None)
    forms[suffix] = form
    for field in fields:
        key = key_of(field, suffix)
        if field.kind not in UPLOADED and (is_new or key not in st.session_state):
            first = first_value(field)
            st.session_state[key] = first if before is None else st.session_state.get(key_of(field, before), first)
    if before is not None:
        del forms[before]


def read_fields(fields: Iterable[Field], suffix: str = "", store_file: StoreFile | None = None) -> dict[str, Any]:
    """What the widgets of a form hold, for the callback of its button: the fields of the event, as JSON values.

    Args:
        fields: Those that were drawn.
        suffix: The one with which they were drawn.
        store_file: Keeps the files that were given; what it raises is the problem of its field.

    Raises:
        InvalidFields: If something that was typed can be no value of its field.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in (_as_drawn(field, store_file) for field in fields):
        typed = st.session_state.get(key_of(field, suffix), first_value(field))
        try:
            value = value_of(field, _kept(typed, store_file) if field.kind in UPLOADED and store_file else typed)
        except NotAValue as error:
            problems[field.name] = str(error)
        except Exception as error:  # the page's own: a file cannot be read, or kept
            problems[field.name] = str(error) or type(error).__name__
        else:
            if value is not MISSING:
                values[field.name] = value
    if problems:
        raise InvalidFields(problems)
    return values


def _as_drawn(field: Field, store_file: StoreFile | None) -> Field:
    """A field as it is asked for: where no file can be kept, its fingerprint is typed."""
    if store_file or field.kind not in UPLOADED:
        return field
    return replace(field, kind="text" if field.kind == "file" else "texts")


def _kept(typed: Any, store_file: StoreFile) -> Any:
    """The fingerprints of what an uploader holds: one file, several or none."""
    if isinstance(typed, list):
        return [store_file(file.name, file.getvalue()) for file in typed]
    return store_file(typed.name, typed.getvalue()) if typed else None


def _draw_problem(problem: str | None) -> None:
    if problem:
        st.error(shown(problem), icon=":material/error:")


def _draw_widget(field: Field, key: str) -> None:
    """The widget of a field; what it holds stands in the session already."""
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
    """Whether a yes or no is a switch: it is one or the other from the beginning, and never neither."""
    return isinstance(field.default, bool) and not field.nullable


def _help(field: Field) -> str | None:
    """What the author says of a field, and its limits, which a widget that holds something does not show."""
    limits = limits_of(field).capitalize()
    return shown(" ".join(filter(None, [field.description, limits and f"{limits}."]))) or None


def _hint(field: Field) -> str:
    """What stands in an empty widget."""
    is_optional = field.nullable or not field.required
    return ", ".join(filter(None, [HINTS.get(field.kind, ""), limits_of(field), "optional" if is_optional else ""]))


def _draw_example(field: Field) -> None:
    if field.example is not None and first_value(field) in ("", "[]", "{}"):  # a default is an example itself
        with st.expander("Example", type="compact"):
            st.code(json.dumps(field.example, indent=2, ensure_ascii=False), language="json")
