"""Converts form input to the values of an event, and an event's defaults to the initial values of a form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hitl.forms.fields import MISSING, Field

MOST = 2**53 - 1
"""The largest whole number that a browser represents exactly."""
TEXTS = ("text", "long text", "date and time", "time")
"""Kinds whose typed text is stored unchanged."""


class NotAValue(ValueError):
    """An input is not a valid value of its field; the message says why."""


class InvalidFields(ValueError):
    """Some inputs are not valid values of their fields; `problems` has the reason by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{name}: {problem}" for name, problem in problems.items()))


def first_value(field: Field) -> Any:
    """The initial value of a field's widget: the field's default, if the widget can show it, else an empty value."""
    default = None if field.default is MISSING else field.default
    match field.kind:
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
        case _:
            return "" if default is None else str(default)


def value_of(field: Field, typed: Any) -> Any:
    """The JSON value of a field for its event.

    An unchanged optional field is left out, so that the event's own default applies. An empty required field is
    left out too, unless it takes null or an empty list; the event's class then reports it as missing.

    Args:
        field: The field.
        typed: The value of its widget: a text, a number, a bool, a date, a list; for files, their fingerprints.

    Returns:
        The value; `MISSING` if the field is left out.

    Raises:
        NotAValue: If the field takes JSON, and the text is not valid JSON.
    """
    if not field.required and typed == first_value(field):
        return MISSING
    if typed is None or typed in ("", []):
        return _empty(field)
    match field.kind:
        case "texts":
            return [line.strip() for line in typed.splitlines() if line.strip()]
        case "date" if isinstance(typed, date):
            return typed.isoformat()
        case "JSON":
            return _read_json(field, typed)
        case _:
            return typed


def _empty(field: Field) -> Any:
    if field.nullable:
        return None
    if field.kind in ("texts", "choices", "files"):
        return []
    return "" if field.kind in TEXTS and not field.required else MISSING  # the user erased its default


def _read_json(field: Field, typed: str) -> Any:
    try:
        return json.loads(typed)
    except (ValueError, RecursionError) as error:
        if field.takes_text:
            return typed
        raise NotAValue(f"This is not JSON: {error}.") from error


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
    unit = {"texts": " lines", "text": " characters", "long text": " characters"}.get(field.kind, "")
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
    names = {field.name for field in fields}
    found: dict[str, list[str]] = {}
    for place, problem in problems.items():
        name, _, inside = place.partition(".")
        name, inside = (name, inside) if name in names else ("", place)
        found.setdefault(name, []).append(f"{inside}: {problem}" if inside else problem)
    return {name: "; ".join(several) for name, several in found.items()}
