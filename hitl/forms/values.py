"""From what a human has typed to the values of an event, and from an event's defaults to what a form shows at first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hitl.forms.fields import MISSING, Field

MOST = 2**53 - 1
"""The largest whole number that a browser knows."""
TEXTS = ("text", "long text", "date and time", "time")
"""Kinds that are typed as they are stored."""


class NotAValue(ValueError):
    """What was typed can be no value of its field; the message says why."""


class InvalidFields(ValueError):
    """What was typed can be no value of some fields; `problems` says by field why."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{name}: {problem}" for name, problem in problems.items()))


def first_value(field: Field) -> Any:
    """What the widget of a field holds before anybody has touched it: its default, as far as that can be shown."""
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

    What was left as it was is left out, so that the event's own default counts; a field that must be there
    and is empty is left out too, unless null or an empty list will do: then the event's class says so.

    Args:
        field: Which.
        typed: What its widget holds: a text, a number, a bool, a date, a list; for files, their fingerprints.

    Returns:
        `MISSING` for what is left out.

    Raises:
        NotAValue: If a text that should be JSON is none.
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
    return "" if field.kind in TEXTS and not field.required else MISSING  # its default was erased


def _read_json(field: Field, typed: str) -> Any:
    try:
        return json.loads(typed)
    except (ValueError, RecursionError) as error:
        if field.takes_text:
            return typed
        raise NotAValue(f"This is not JSON: {error}.") from error


def _number(default: object, kind: type[int] | type[float]) -> float | None:
    """A default as a number of a kind, if a browser can show it."""
    return kind(default) if isinstance(default, int | float) and abs(default) <= MOST else None


def _day(default: object) -> date | None:
    try:
        return date.fromisoformat(str(default))
    except ValueError:
        return None


def limits_of(field: Field) -> str:
    """The limits of a field in words, such as `at least 1, at most 10`; empty when it has none."""
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
    """Problems, each under the field beside which it is to be shown.

    Args:
        problems: By place, as pydantic names it: `topic`, `sources.0`, `person.name`; empty for the event as a whole.
        fields: Those that are shown.

    Returns:
        Under the empty name, what belongs to none of them.
    """
    names = {field.name for field in fields}
    found: dict[str, list[str]] = {}
    for place, problem in problems.items():
        name, _, inside = place.partition(".")
        name, inside = (name, inside) if name in names else ("", place)
        found.setdefault(name, []).append(f"{inside}: {problem}" if inside else problem)
    return {name: "; ".join(several) for name, several in found.items()}
