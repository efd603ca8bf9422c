"""A form for the fields of an event: drawing its widgets and reading their values."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from hitl.forms.fields import Field, Variant
from hitl.forms.values import (
    InvalidFields,
    Picked,
    Row,
    field_of_variant,
    first_value,
    inner_fields,
    item_of,
    limits_of,
    problem_in_words,
    problems_by_field,
    problems_inside,
    problems_of_variant,
    values_of,
)
from hitl.ui._compat import shown
from hitl.ui.keys import field_key, state
from hitl.ui.unsent_answer import Entry, FindEntries, ValueOf

StoreFile = Callable[[str, bytes], str]
"""Stores a file for the workflow: takes its name and content, returns its fingerprint."""

UPLOADED = ("file", "files")
EARLIEST, LATEST = date(1000, 1, 1), date(2999, 12, 31)
"""Range of a date picker; Streamlit's default is ten years around today."""
HINTS = {
    "date and time": "2026-11-25 09:30",
    "time": "09:30",
    "texts": "one per line",
    "duration": "1h 30m",
    "decimal": "2.50",
    "value": "text or JSON",
}
FORMAT_HINTS = {
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "zoneinfo": "Europe/Rome",
    "email": "ana@example.org",
    "uri": "https://example.org",
}
"""By the format of a text."""
HELP = {
    "date and time": "A time zone may follow: +01:00 or Europe/Rome.",
    "duration": "Such as 1h 30m, 1:30:00 or PT1H30M.",
    "value": "What is JSON arrives as such: 7 as a number, “7” in quotes as text.",
}
"""What else a kind of field takes."""
BOX_HEIGHT = 100
"""Height of a multi-line field, in pixels."""


@dataclass(frozen=True)
class Rows:
    """The items of a list in a form, each with a number that stays when others are removed."""

    sources: Mapping[int, int | None]
    """By number: the position of the item of the default that it began with; None for one that was added."""
    added: int = 0
    """How many there have been; the number of the next one."""

    @classmethod
    def first(cls, field: Field) -> Rows:
        """The items that a list begins with."""
        typed: Sequence[Row] = first_value(field)
        return cls({number: row.source for number, row in enumerate(typed)}, len(typed))

    @classmethod
    def in_json(cls, field: Field, value: Any) -> Rows:
        """The items of a list from a JSON value, as `as_json` makes it.

        Raises:
            ValueError: If they are no items of this list.
            TypeError: The same.
            KeyError: The same.
        """
        sources = {int(number): source for number, source in value["items"]}
        default = field.default if isinstance(field.default, list) else []
        if any(source is not None and not 0 <= source < len(default) for source in sources.values()):
            raise ValueError("not an item of the default")
        return cls(sources, max([int(value["added"]), *(number + 1 for number in sources)]))

    def as_json(self) -> dict[str, Any]:
        """The session and the store have it so."""
        return {"items": [[number, source] for number, source in self.sources.items()], "added": self.added}

    def with_another(self) -> Rows:
        return Rows({**self.sources, self.added: None}, self.added + 1)

    def without(self, number: int) -> Rows:
        return Rows({other: source for other, source in self.sources.items() if other != number}, self.added)


@dataclass(frozen=True)
class Keep:
    """Keeps what is typed into a form while it is typed."""

    changed: Callable[[], None]
    """Callback of every widget."""
    store_file: StoreFile | None


def draw_fields(
    fields: Iterable[Field],
    suffix: str = "",
    problems: Mapping[str, str] = MappingProxyType({}),
    store_file: StoreFile | None = None,
    form: str = "",
    on_change: Callable[[], None] | None = None,
    keeps_files: bool = True,
) -> str:
    """Draw a widget for each field, with its problem below it.

    Show limits as help text; Streamlit would truncate silently. The event's class rejects values beyond them with
    a message.

    Args:
        fields: The fields of one event.
        suffix: Ending of the widgets' keys: empty, or `-` and the question's id.
        problems: Messages by place: `topic`, `sources.0`. Those that belong to no field are drawn at the end.
        store_file: Stores an uploaded file; without it, fingerprints are typed as text.
        form: Id of the form; when it changes, widgets with the same keys get their initial values again.
        on_change: Callback of every widget, which keeps `kept_entries`; there cannot be one inside `st.form`.
        keeps_files: Whether it keeps files too: they are stored as soon as they are chosen then.

    Returns:
        A sentence that names what has problems, for beside the button that was clicked, since it may be out of sight
        above; empty if there are none.
    """
    drawn = [_as_drawn(field, store_file) for field in fields]
    _set_widgets(drawn, suffix, form)
    keep = Keep(on_change, store_file if keeps_files else None) if on_change else None
    beside = _draw_all(drawn, "", suffix, problems, keep)
    wrong = [field.label for field in drawn if field.name in beside]
    others = problem_in_words({place: said for place, said in problems.items() if not place})
    said = [f"Look again at: {', '.join(wrong)}."] if wrong else []
    said += [others] if others else []
    return " ".join(["Not sent yet.", *said]) if said else ""


def kept_entries(fields: Iterable[Field], suffix: str, store_file: StoreFile | None, form: str) -> FindEntries:
    """The widgets of a form, whose values are kept while they are typed, by the path of their field.

    Which there are depends on what is entered: the items of a list, the type that is chosen, a model that is left out.
    The widgets of a new form get their initial values; see `draw_fields`.
    """
    drawn = [_as_drawn(field, store_file) for field in fields]
    _set_widgets(drawn, suffix, form)
    return lambda value_of: dict(_entries_of(drawn, "", suffix, value_of))


def _entries_of(fields: Iterable[Field], above: str, suffix: str, value_of: ValueOf) -> Iterator[tuple[str, Entry]]:
    for field in fields:
        yield from _entries_in(field, _path(above, field.name), suffix, value_of)


def _entries_in(field: Field, path: str, suffix: str, value_of: ValueOf) -> Iterator[tuple[str, Entry]]:
    key, initial = field_key(path, suffix), first_value(field)
    match field.kind:
        case "group":
            if field.nullable:
                entry = Entry(key, initial is not None)
                yield path, entry
                if not value_of(path, entry):
                    return
            yield from _entries_of(inner_fields(field), path, suffix, value_of)
        case "rows":
            entry = Entry(key, Rows.first(field).as_json(), partial(_rows_typed, field), merges=False)
            yield path, entry
            for number, source in Rows.in_json(field, value_of(path, entry)).sources.items():
                inside = _entries_in(item_of(field, source), _path(path, number), suffix, value_of)
                yield from ((name, replace(each, merges=False)) for name, each in inside)
        case "one of":
            entry = Entry(key, initial and initial.place, partial(_typed_into, field))
            yield path, entry
            if variant := _variant_at(field, value_of(path, entry)):
                yield from _entries_in(field_of_variant(field, variant), _path(path, variant.place), suffix, value_of)
        case "file" | "files":
            yield path, Entry(_kept_key(key), [], _files_typed, merges=False)
        case _:
            typed = None if isinstance(initial, str | bool) else partial(_typed_into, field)
            yield path, Entry(key, initial, typed)


def _rows_typed(field: Field, value: Any) -> dict[str, Any]:
    try:
        return Rows.in_json(field, value).as_json()
    except KeyError as error:
        raise ValueError("not the items of a list") from error


def _files_typed(value: Any) -> list[dict[str, str]]:
    """The files of a widget, each with its name and fingerprint, from a JSON value."""
    try:
        return [{"name": str(each["name"]), "fingerprint": str(each["fingerprint"])} for each in value]
    except KeyError as error:
        raise ValueError("not files") from error


def _kept_key(key: str) -> str:
    """The key in the session of the files that were given to a widget, which loses them when the page is reloaded."""
    return f"{key}.kept"


def _typed_into(field: Field, value: Any) -> Any:
    """The value of a field's widget from a JSON value.

    Raises:
        ValueError: If the widget does not have it.
        TypeError: The same.
    """
    choices = [choice.value for choice in field.choices]
    match field.kind:
        case "date":
            return value and date.fromisoformat(value)
        case "choices" if not isinstance(value, list) or any(each not in choices for each in value):
            raise ValueError("not among the choices")
        case "choice" if value is not None and value not in choices:
            raise ValueError("not among the choices")
        case "one of" if value is not None and _variant_at(field, value) is None:
            raise ValueError("not among the types")
        case "integer" | "number" | "yes or no" if value is not None and not isinstance(value, int | float):
            raise ValueError("not a number")
        case _:
            return value


def _set_widgets(fields: Iterable[Field], suffix: str, form: str) -> None:
    """Set the initial values of widgets that are new on the page or belonged to another form.

    They are set through the session: a value passed as the widget's default could not be cleared. A form whose
    suffix has changed, because another question was opened or closed, keeps the values it last submitted.
    """
    forms = state.forms
    is_new = forms.get(suffix) != form
    before = next((other for other in forms if form and forms[other] == form and other != suffix), None)
    forms[suffix] = form
    widgets = _Widgets(suffix, is_new, before)
    for field in fields:
        widgets.set(field, field.name)
    if before is not None:
        del forms[before]


@dataclass(frozen=True)
class _Widgets:
    """Sets the initial values of a form's widgets."""

    suffix: str
    is_new: bool
    """Whether the widgets with these keys belonged to another form."""
    before: str | None
    """The suffix that this form had until now; None if it has not changed."""

    def set(self, field: Field, path: str) -> None:
        """Set those of a field, and of the fields inside it that are shown.

        Args:
            field: The field.
            path: What tells its widgets from those of others; see `_path`.
        """
        match field.kind:
            case "group":
                if field.nullable:
                    self._set_value(path, first_value(field) is not None)
                if _is_given(field, path, self.suffix):
                    for inner in inner_fields(field):
                        self.set(inner, _path(path, inner.name))
            case "rows":
                self._set_value(path, Rows.first(field).as_json())
                for number, source in _rows_at(field, field_key(path, self.suffix)).sources.items():
                    self.set(item_of(field, source), _path(path, number))
            case "one of":
                picked = first_value(field)
                self._set_value(path, picked and picked.place)
                if variant := _chosen_variant(field, path, self.suffix):
                    self.set(field_of_variant(field, variant), _path(path, variant.place))
            case "file" | "files":  # what was uploaded cannot be set
                pass
            case _:
                self._set_value(path, first_value(field))

    def _set_value(self, path: str, value: Any) -> None:
        key = field_key(path, self.suffix)
        if self.is_new or key not in st.session_state:
            if self.before is not None:
                value = st.session_state.get(field_key(path, self.before), value)
            st.session_state[key] = value


def _path(above: str, name: object) -> str:
    """What tells the widgets of a field inside another from those of others: `person.name`, `people.0.name`."""
    return f"{above}.{name}" if above else str(name)


def _is_given(field: Field, path: str, suffix: str) -> bool:
    """False for a model that is left out."""
    return not field.nullable or bool(st.session_state.get(field_key(path, suffix), first_value(field) is not None))


def _chosen_variant(field: Field, path: str, suffix: str) -> Variant | None:
    return _variant_at(field, st.session_state.get(field_key(path, suffix)))


def _variant_at(field: Field, place: object) -> Variant | None:
    return next((variant for variant in field.variants if variant.place == place), None)


def _rows_at(field: Field, key: str) -> Rows:
    """The items of a list as the session has them."""
    value = st.session_state.get(key)
    return Rows.first(field) if value is None else Rows.in_json(field, value)


def read_fields(fields: Iterable[Field], suffix: str = "", store_file: StoreFile | None = None) -> dict[str, Any]:
    """Read a form's widgets in the callback of its button: the fields of the event, as JSON values.

    Args:
        fields: The fields that were drawn.
        suffix: The suffix they were drawn with.
        store_file: Stores an uploaded file; an exception it raises becomes the problem of its field.

    Raises:
        InvalidFields: If an input is not a valid value of its field, or its file cannot be stored.
    """
    drawn = [_as_drawn(field, store_file) for field in fields]
    reader = _Reader(suffix, store_file, {})
    typed = {field.name: reader.typed(field, field.name, field.name) for field in drawn}
    try:
        values = values_of(drawn, typed)
    except InvalidFields as error:
        raise InvalidFields(error.problems | reader.problems) from error
    if reader.problems:
        raise InvalidFields(reader.problems)
    return values


@dataclass(frozen=True)
class _Reader:
    """Reads what is typed into a form's widgets."""

    suffix: str
    store_file: StoreFile | None
    problems: dict[str, str]
    """Files that cannot be stored, by place."""

    def typed(self, field: Field, path: str, place: str) -> Any:
        """What is typed into a field, as `first_value` has it.

        Args:
            field: The field.
            path: What tells its widgets from those of others.
            place: Where it is, as pydantic has it: items of a list are counted.
        """
        key = field_key(path, self.suffix)
        match field.kind:
            case "group":
                if not _is_given(field, path, self.suffix):
                    return None
                return {
                    inner.name: self.typed(inner, _path(path, inner.name), f"{place}.{inner.name}")
                    for inner in inner_fields(field)
                }
            case "rows":
                rows = _rows_at(field, key)
                state.sent_rows[key] = list(rows.sources)
                return [
                    Row(self.typed(item_of(field, source), _path(path, number), f"{place}.{at}"), source)
                    for at, (number, source) in enumerate(rows.sources.items())
                ]
            case "one of":
                variant = _chosen_variant(field, path, self.suffix)
                if variant is None:
                    return None
                inner = field_of_variant(field, variant)
                inside = self.typed(inner, _path(path, variant.place), f"{place}.{variant.place}")
                return Picked(variant.place, inside)
            case _:
                typed = st.session_state.get(key, first_value(field))
                is_file = field.kind in UPLOADED and self.store_file
                return self._stored(field, key, typed, place) if is_file else typed

    def _stored(self, field: Field, key: str, uploaded: Any, place: str) -> Any:
        """Store uploaded files; their fingerprint, a list of fingerprints, or None without a file."""
        assert self.store_file is not None
        if not uploaded and (kept := [file["fingerprint"] for file in st.session_state.get(_kept_key(key), ())]):
            return kept if field.kind == "files" else kept[0]
        try:
            if isinstance(uploaded, list):
                return [self.store_file(file.name, file.getvalue()) for file in uploaded]
            return self.store_file(uploaded.name, uploaded.getvalue()) if uploaded else None
        except Exception as error:  # the file cannot be read or stored
            self.problems[place] = str(error) or type(error).__name__
            return first_value(field)


def _as_drawn(field: Field, store_file: StoreFile | None) -> Field:
    """The field as it is drawn: without `store_file`, a file field becomes a text field for its fingerprint."""
    if store_file:
        return field
    if field.kind in UPLOADED:
        return replace(field, kind="text" if field.kind == "file" else "texts")
    return replace(
        field,
        fields=tuple(_as_drawn(inner, store_file) for inner in field.fields),
        item=field.item and _as_drawn(field.item, store_file),
        variants=tuple(replace(known, field=_as_drawn(known.field, store_file)) for known in field.variants),
    )


def _draw_all(
    fields: Sequence[Field],
    above: str,
    suffix: str,
    problems: Mapping[str, str],
    keep: Keep | None = None,
) -> Collection[str]:
    """Draw the fields of an event or a model; returns the names of those that have problems.

    Args:
        fields: The fields.
        above: The path of the field that they are in; empty for those of the event.
        suffix: Ending of the widgets' keys.
        problems: Messages by place inside the field that they are in.
        keep: What keeps what is typed; None if nothing does.
    """
    beside = problems_by_field(problems, fields)
    for field in fields:
        _draw_field(field, _path(above, field.name), suffix, beside.get(field.name, {}), keep)
    _draw_problem(problem_in_words(beside.pop("", {})))
    return beside


def _draw_field(
    field: Field,
    path: str,
    suffix: str,
    problems: Mapping[str, str],
    keep: Keep | None = None,
) -> None:
    key, on_change = field_key(path, suffix), keep.changed if keep else None
    match field.kind:
        case "group":
            if field.nullable:
                st.toggle(shown(field.label), key=key, help=_help(field), on_change=on_change)
            else:
                _draw_heading(field)
            if not _is_given(field, path, suffix):
                _draw_problem(problem_in_words(problems))
            elif field.fields:
                with st.container(border=True):
                    _draw_all(inner_fields(field), path, suffix, problems, keep)
        case "rows":
            _draw_heading(field)
            _draw_rows(field, path, suffix, problems, keep)
        case "one of":
            labels = {variant.place: variant.label for variant in field.variants}
            hint = _hint(field) or "Choose what it is"
            st.selectbox(
                shown(field.label),
                list(labels),
                key=key,
                index=None,
                format_func=labels.__getitem__,
                placeholder=hint,
                help=_help(field),
                on_change=on_change,
            )
            if variant := _chosen_variant(field, path, suffix):
                inner = replace(field_of_variant(field, variant), label=variant.label)
                _draw_field(inner, _path(path, variant.place), suffix, problems_of_variant(problems, variant), keep)
            else:
                _draw_problem(problem_in_words(problems))
        case _:
            if field.kind in UPLOADED:
                _draw_upload(field, key, keep)
            else:
                _draw_widget(field, key, on_change)
            _draw_problem(problem_in_words(problems))


def _draw_heading(field: Field) -> None:
    if field.label:
        st.markdown(f"**{shown(field.label)}**", help=_help(field))


def _draw_rows(field: Field, path: str, suffix: str, problems: Mapping[str, str], keep: Keep | None) -> None:
    """Draw the items of a list, each with a button that removes it, and a button that adds one."""
    key = field_key(path, suffix)
    rows, sent = _rows_at(field, key), state.sent_rows.get(key, [])
    beside = problems_inside(problems, [str(at) for at in range(len(sent))])
    for at, (number, source) in enumerate(rows.sources.items(), 1):
        item = replace(item_of(field, source), label=f"{field.label} {at}".strip())
        sent_at = str(sent.index(number)) if number in sent else ""
        with st.container(border=item.kind != "group"):  # which has a border of its own
            _draw_field(item, _path(path, number), suffix, beside.get(sent_at, {}) if sent_at else {}, keep)
            st.button(
                shown(f"Remove {item.label}"),
                key=field_key(f"{path}.remove.{number}", suffix),
                type="tertiary",
                icon=":material/delete:",
                on_click=_remove_row,
                args=(field, key, number, keep),
            )
    _draw_problem(problem_in_words(beside.get("", {})))
    st.button(
        shown(f"Add to {_in_sentence(field.label)}"),
        key=field_key(f"{path}.add", suffix),
        icon=":material/add:",
        on_click=_add_row,
        args=(field, key, keep),
        disabled=field.max_length is not None and len(rows.sources) >= field.max_length,
    )


def _in_sentence(label: str) -> str:
    """A label as a part of a sentence: its first letter small, unless the word is in capitals."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _add_row(field: Field, key: str, keep: Keep | None) -> None:
    _set_rows(key, _rows_at(field, key).with_another(), keep)


def _remove_row(field: Field, key: str, number: int, keep: Keep | None) -> None:
    _set_rows(key, _rows_at(field, key).without(number), keep)


def _set_rows(key: str, rows: Rows, keep: Keep | None) -> None:
    st.session_state[key] = rows.as_json()
    if keep:
        keep.changed()


def _draw_problem(problem: str) -> None:
    if problem:
        st.error(shown(problem), icon=":material/error:")


def _draw_widget(field: Field, key: str, on_change: Callable[[], None] | None) -> None:
    """Draw the widget of a field; its value is already in the session."""
    about: dict[str, Any] = {"label": shown(field.label), "key": key, "help": _help(field), "on_change": on_change}
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
        case _:
            st.text_input(**about, placeholder=hint)


def _draw_upload(field: Field, key: str, keep: Keep | None) -> None:
    """Draw the widget of a file field, and the files that were given before the page was reloaded."""
    uploaded = st.file_uploader(
        shown(field.label),
        key=key,
        help=_help(field),
        accept_multiple_files=field.kind == "files",
        on_change=_keep_files if keep else None,
        args=(key, keep) if keep else None,
    )
    kept = st.session_state.get(_kept_key(key), ())
    if uploaded or not kept:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        names = ", ".join(file["name"] for file in kept)
        st.markdown(f":small[:material/attach_file: {shown(names)}]", width="stretch")
        remove = f"{_kept_key(key)}.remove"
        st.button("Remove", key=remove, type="tertiary", on_click=_keep_files, args=(key, keep))


def _keep_files(key: str, keep: Keep | None) -> None:
    """Store the files that a widget has; callback. What cannot be stored is told when the form is sent."""
    uploaded = st.session_state.get(key) or []
    kept = []
    if keep and keep.store_file:
        for file in uploaded if isinstance(uploaded, list) else [uploaded]:
            with suppress(Exception):  # of whatever stores it; told when the form is sent
                kept.append({"name": file.name, "fingerprint": keep.store_file(file.name, file.getvalue())})
    st.session_state[_kept_key(key)] = kept
    if keep:
        keep.changed()


def _is_switch(field: Field) -> bool:
    """True if a yes-or-no field always has a value: it has a boolean default and cannot be null."""
    return isinstance(field.default, bool) and not field.nullable


def _help(field: Field) -> str | None:
    """A field's description and its limits; the placeholder has the limits too, but only while the widget is empty."""
    limits = limits_of(field).capitalize()
    parts = [field.description, limits and f"{limits}.", HELP.get(field.kind, "")]
    return shown(" ".join(filter(None, parts))) or None


def _hint(field: Field) -> str:
    """The placeholder of an empty widget."""
    is_optional = field.nullable or not field.required
    hint = HINTS.get(field.kind, "") or FORMAT_HINTS.get(field.format, "")
    return ", ".join(filter(None, [hint, limits_of(field), "optional" if is_optional else ""]))


def _draw_example(field: Field) -> None:
    if field.example is not None and first_value(field) in ("", "[]", "{}"):  # a default already serves as an example
        with st.expander("Example", type="compact"):
            st.code(json.dumps(field.example, indent=2, ensure_ascii=False), language="json")
