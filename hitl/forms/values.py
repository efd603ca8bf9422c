"""Converts form input to the values of an event, and an event's defaults to the initial values of a form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from hitl.forms.fields import MISSING, NESTED, Field, Variant
from hitl.forms.times import duration_in_iso, duration_in_words, time_with_offset

MOST = 2**53 - 1
"""The largest whole number that a browser represents exactly."""
TEXTS = ("text", "long text", "date and time", "time", "duration", "decimal")
"""Kinds whose typed text is stored, most of them unchanged."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Row:
    """What is typed into one item of `rows`."""

    typed: Any
    source: int | None = None
    """Position of the item of the default that it began with; None for an item that was added."""


@dataclass(frozen=True)
class Picked:
    """What is typed into a field that is `one of` several types."""

    place: str
    """The chosen `Variant.place`."""
    typed: Any


class NotAValue(ValueError):
    """An input is not a valid value of its field; the message says why."""


class InvalidFields(ValueError):
    """Some inputs are not valid values of their fields; `problems` has the reason by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{name}: {problem}" for name, problem in problems.items()))


def first_value(field: Field) -> Any:
    """The initial value of a field's widget: the field's default, if the widget can show it, else an empty value.

    A nested field has several widgets. Its value is a dict of theirs by name for a `group`, or None if it is left out;
    a list of `Row` for `rows`; a `Picked` for `one of`, or None if no type is chosen.
    """
    default = None if field.default is MISSING else field.default
    match field.kind:
        case "group":
            is_left_out = field.nullable and not isinstance(default, dict)
            return None if is_left_out else {inner.name: first_value(inner) for inner in inner_fields(field)}
        case "rows":
            least = 0 if field.nullable or not field.required else int(field.min_length or 0)
            sources = range(len(default)) if isinstance(default, list) else [None] * least
            return [Row(first_value(item_of(field, source)), source) for source in sources]
        case "one of":
            variant = None if default is None else variant_for(field, default)
            return variant and Picked(variant.place, first_value(field_of_variant(field, variant)))
        case "duration":
            return "" if default is None else duration_in_words(str(default))
        case "integer" | "number":
            return _number(default, int if field.kind == "integer" else float)
        case "yes or no":
            return default if isinstance(default, bool) else None
        case "choice":
            return next((choice.value for choice in field.choices if choice.value == default), None)
        case "choices":
            return [choice.value for choice in field.choices if choice.value in (default or [])]
        case "texts":
            return "\n".join(map(str, default or []))
        case "date":
            return _day(default)
        case "file":
            return None
        case "files":
            return []
        case "JSON":
            return "" if default is None else json.dumps(default, indent=2, ensure_ascii=False)
        case "value" if not isinstance(default, str):
            return "" if default is None else json.dumps(default, ensure_ascii=False)
        case _:
            return "" if default is None else str(default)


def value_of(field: Field, typed: Any) -> Any:
    """The JSON value of a field for its event.

    An unchanged optional field is left out, so that the event's own default applies. An empty required field is
    left out too, unless it takes null or an empty list; the event's class then reports it as missing.

    Args:
        field: The field.
        typed: The value of its widget: a text, a number, a bool, a date, a list; for files, their fingerprints; for a
            nested field as `first_value` has it.

    Returns:
        The value; `MISSING` if the field is left out.

    Raises:
        NotAValue: If the field takes JSON, and the text is not valid JSON.
        InvalidFields: If it is nested, and something in it is not a valid value.
    """
    if field.kind in NESTED:
        return _nested_value(field, typed)
    if not field.required and typed == first_value(field):
        return MISSING
    if typed is None or typed in ("", []):
        return _empty(field)
    match field.kind:
        case "texts":
            return [line.strip() for line in typed.splitlines() if line.strip()]
        case "date" if isinstance(typed, date):
            return typed.isoformat()
        case "JSON" | "value":
            return _read_json(field, typed)
        case "duration":
            return duration_in_iso(typed)
        case "date and time":
            return time_with_offset(typed)
        case _:
            return typed


def values_of(fields: Iterable[Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON values of several fields, without those that are left out.

    Args:
        fields: The fields of an event or a model.
        typed: What is typed into each, by name.

    Raises:
        InvalidFields: If any is not a valid value of its field; its problems are by place, `people.0.name`.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in fields:
        try:
            value = value_of(field, typed[field.name])
        except NotAValue as error:
            problems[field.name] = str(error)
        except InvalidFields as error:
            problems |= {f"{field.name}.{place}": problem for place, problem in error.problems.items()}
        else:
            if value is not MISSING:
                values[field.name] = value
    if problems:
        raise InvalidFields(problems)
    return values


def inner_fields(field: Field) -> tuple[Field, ...]:
    """The fields of a `group`, with the values of its own default as theirs."""
    defaults = field.default if isinstance(field.default, dict) else {}
    return tuple(
        replace(inner, default=defaults[inner.name]) if inner.name in defaults else inner for inner in field.fields
    )


def item_of(field: Field, source: int | None) -> Field:
    """An item of `rows`, which always has a value; its default is that of an item of the list's default.

    Args:
        field: The list.
        source: Position in the list's default; None for an item that is not in it.
    """
    assert field.item is not None
    item = replace(field.item, required=True)
    return item if source is None else replace(item, default=field.default[source])


def field_of_variant(field: Field, variant: Variant) -> Field:
    """The value of one type of a union, with the default of the union if it is of this type."""
    default = field.default
    has_default = default is not MISSING and default is not None and variant_for(field, default) is variant
    return replace(variant.field, required=True, default=default if has_default else variant.field.default)


def variant_for(field: Field, value: Any) -> Variant | None:
    """The type of a union to which a JSON value belongs; None if it fits none."""
    if field.tag_name:
        tag = value.get(field.tag_name, MISSING) if isinstance(value, dict) else MISSING
        return next((variant for variant in field.variants if variant.tag == tag), None)
    return next((variant for variant in field.variants if _fits(variant.field, value)), None)


def _fits(field: Field, value: Any) -> bool:
    match field.kind:
        case "group":
            names = {inner.name for inner in field.fields}
            must = {inner.name for inner in field.fields if inner.required}
            return isinstance(value, dict) and must <= value.keys() <= names
        case "rows" | "texts" | "choices" | "files":
            return isinstance(value, list)
        case "choice":
            return any(choice.value == value for choice in field.choices)
        case "yes or no":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _day(value) is not None
        case _:
            return isinstance(value, str)


def _nested_value(field: Field, typed: Any) -> Any:
    """The JSON value of a nested field. Raises `InvalidFields` with places inside it."""
    if not field.required and typed == first_value(field):
        return MISSING
    if typed is None or typed == []:
        return None if field.nullable else [] if field.kind == "rows" else MISSING
    match field.kind:
        case "group":
            return _defaults_kept(field, typed) | values_of(inner_fields(field), typed)
        case "rows":
            items = [replace(item_of(field, row.source), name=str(place)) for place, row in enumerate(typed)]
            values = values_of(items, {item.name: row.typed for item, row in zip(items, typed, strict=True)})
            if empty := [item.name for item in items if item.name not in values]:
                raise InvalidFields(dict.fromkeys(empty, "Field required"))
            return list(values.values())
        case _:
            variant = next(known for known in field.variants if known.place == typed.place)
            inner = replace(field_of_variant(field, variant), name=variant.place)
            value = values_of([inner], {inner.name: typed.typed}).get(inner.name, MISSING)
            return {field.tag_name: variant.tag, **value} if field.tag_name and value is not MISSING else value


def _defaults_kept(field: Field, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a group's own default that are unchanged: they may differ from the defaults of its fields."""
    defaults = field.default if isinstance(field.default, dict) else {}
    inside = {inner.name: inner for inner in inner_fields(field)}
    return {
        name: value
        for name, value in defaults.items()
        if (typed[name] == first_value(inside[name]) if name in inside else field.is_open)
    }


def _empty(field: Field) -> Any:
    if field.nullable:
        return None
    if field.kind in ("texts", "choices", "files"):
        return []
    return "" if field.kind in TEXTS and not field.required else MISSING  # the user erased its default


def _read_json(field: Field, typed: str) -> Any:
    try:
        return json.loads(typed, parse_constant=_no_constant if field.kind == "value" else None)
    except (ValueError, RecursionError) as error:
        if field.takes_text or field.kind == "value":
            return typed
        raise NotAValue(f"This is not JSON: {error}.") from error


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is a word")


def _number(default: object, kind: type[int] | type[float]) -> float | None:
    """A default as a number of a kind; None if it is not a number, or too large for a browser."""
    return kind(default) if isinstance(default, int | float) and abs(default) <= MOST else None


def _day(default: object) -> date | None:
    try:
        return date.fromisoformat(str(default))
    except ValueError:
        return None


def limits_of(field: Field) -> str:
    """The limits of a field in words, such as `at least 1, at most 10`; empty if it has none."""
    unit = {"texts": " lines", "rows": " items", "text": " characters", "long text": " characters"}.get(field.kind, "")
    limits = (
        ("at least", field.minimum, ""),
        ("more than", field.exclusive_minimum, ""),
        ("at most", field.maximum, ""),
        ("less than", field.exclusive_maximum, ""),
        ("a multiple of", field.multiple_of, ""),
        ("at least", field.min_length, unit),
        ("at most", field.max_length, unit),
    )
    return ", ".join(f"{words} {limit:,g}{unit}" for words, limit, unit in limits if limit is not None)


def by_field(problems: Mapping[str, str], fields: Iterable[Field]) -> dict[str, str]:
    """Problems by the field beside which they are shown.

    Args:
        problems: Messages by place, as pydantic names it: `topic`, `sources.0`, `person.name`; empty for the event as
            a whole.
        fields: The fields that are shown.

    Returns:
        Messages by field name; those that belong to no shown field are under the empty name.
    """
    return {name: problem_in_words(inside) for name, inside in problems_by_field(problems, fields).items()}


def problems_by_field(problems: Mapping[str, str], fields: Iterable[Field]) -> dict[str, dict[str, str]]:
    """Problems by the field in which they are, whichever of its names they have, then by their place inside it.

    Args:
        problems: Messages by place.
        fields: The fields that are shown.

    Returns:
        Those that belong to no shown field are under the empty name.
    """
    names = {name: field.name for field in fields for name in (field.name, *field.other_names)}
    found: dict[str, dict[str, str]] = {}
    for name, inside in problems_inside(problems, names).items():
        found.setdefault(names.get(name, ""), {}).update(inside)
    return found


def problems_inside(problems: Mapping[str, str], names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Problems by what they are in: by name, then by their place inside it, which is empty for the whole of it.

    Args:
        problems: Messages by place.
        names: What places may begin with; a name may have dots itself.

    Returns:
        Those of no name are under the empty name, by their whole place.
    """
    longest_first = sorted(names, key=len, reverse=True)
    found: dict[str, dict[str, str]] = {}
    for place, problem in problems.items():
        name = next((name for name in longest_first if f"{place}.".startswith(f"{name}.")), "")
        found.setdefault(name, {})[place[len(name) + 1 :] if name else place] = problem
    return found


def problems_of_variant(problems: Mapping[str, str], variant: Variant) -> dict[str, str]:
    """Problems inside a union by their place inside the chosen type.

    pydantic tells what is wrong for each type that was tried; those of other types are left out, unless it names none
    that is known as the chosen one.
    """
    found = dict(problems_inside(problems, [variant.place]).get(variant.place, {}))
    if not found and not variant.field.fields:  # `constrained-int`
        named = [problem for place, problem in problems.items() if variant.place in place.partition(".")[0]]
        found = {"": named[0]} if named else {}
    if "" in problems:
        found[""] = problems[""]
    return found or dict(problems)


def problem_in_words(problems: Mapping[str, str]) -> str:
    """Problems by place inside one field as one message."""
    return "; ".join(f"{inside}: {problem}" if inside else problem for inside, problem in problems.items())
