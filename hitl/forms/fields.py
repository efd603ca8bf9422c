"""The fields of an event as a human fills them in: read from its JSON schema, for the page and the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final, Literal

import pydantic

from hitl.text import humanize

Kind = Literal[
    "text",
    "long text",
    "integer",
    "number",
    "yes or no",
    "choice",
    "choices",
    "texts",
    "date",
    "date and time",
    "time",
    "file",
    "files",
    "JSON",
]
"""What a human fills in; `JSON` is whatever has no widget: nested models, dictionaries, unions of several types."""

FILE_FORMAT = "hitl-file"
File = Annotated[str, pydantic.Field(json_schema_extra={"format": FILE_FORMAT})]
"""The type of an event's field for a file: the human gives a file, and the event carries its fingerprint."""

LONG_TEXT = 200
"""Characters from which on a text gets several lines, if its field may be longer."""
LONG_NAMES = (
    "feedback comment comments text note notes description reason reasons message body summary content instructions"
)
"""Last words of names whose texts get several lines; another does by `json_schema_extra={"format": "long text"}`."""

EXAMPLE_DEPTH = 4
"""Levels of an example in JSON; a model may hold itself."""
EXAMPLES = {"date": "2026-11-25", "date-time": "2026-11-25T09:30:00", "time": "09:30:00", "duration": "PT1H30M"}
PLAIN_WORDS = re.compile(r"[a-z]+(?:[ _][a-z]+)*")


class Missing(Enum):
    """No value at all, which is something else than null."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True)
class Choice:
    """One of the values that a field may have."""

    value: Any
    """A JSON value."""
    label: str


@dataclass(frozen=True)
class Field:
    """One field of an event."""

    name: str
    label: str
    """The title that its author gave it, else its name in words."""
    kind: Kind
    required: bool = True
    default: Any = MISSING
    """A JSON value; `MISSING` when there is none, or when it is only known to the event's class."""
    nullable: bool = False
    choices: tuple[Choice, ...] = ()
    """Of a `choice`; of `choices`, those of which any may be chosen."""
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    """Characters of a text, items of a list."""
    max_length: int | None = None
    takes_text: bool = False
    """Of `JSON`: whether what is no JSON is taken as text."""
    example: Any = None
    """Of `JSON`: a value of the same form."""


def fields_of(schema: Mapping[str, Any]) -> list[Field]:
    """The fields of an event, in its order.

    Args:
        schema: The JSON schema of its class, as pydantic writes it; an empty one has no fields.
    """
    definitions, required = schema.get("$defs", {}), schema.get("required", [])
    return [_field(name, part, name in required, definitions) for name, part in schema.get("properties", {}).items()]


def _field(name: str, declared: Mapping[str, Any], is_required: bool, definitions: Mapping[str, Any]) -> Field:
    part = _without_null(declared, definitions)
    items = _without_null(part["items"], definitions) if isinstance(part.get("items"), Mapping) else {}
    kind = _kind(name, part, items, declared.get("default"))
    return Field(
        name=name,
        label=_label(name, declared.get("title", "")),
        kind=kind,
        required=is_required,
        default=declared.get("default", MISSING),
        nullable=bool(part.get("nullable")),
        choices=_choices(items if kind == "choices" else part) if kind in ("choice", "choices") else (),
        description=part.get("description", ""),
        minimum=part.get("minimum"),
        maximum=part.get("maximum"),
        exclusive_minimum=part.get("exclusiveMinimum"),
        exclusive_maximum=part.get("exclusiveMaximum"),
        multiple_of=part.get("multipleOf"),
        min_length=part.get("minLength", part.get("minItems")),
        max_length=part.get("maxLength", part.get("maxItems")),
        takes_text=kind == "JSON" and _takes_text(part),
        example=_example(declared, definitions) if kind == "JSON" else None,
    )


def _label(name: str, title: str) -> str:
    was_given = title and title != name.title().replace("_", " ").strip()  # which is what pydantic makes of a name
    return title if was_given else humanize(name)


# ---- the schema, with everything that it refers to in its place


def _resolved(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A part with what it refers to put in; what it says itself counts more."""
    pieces = list(part.get("allOf", []))
    if reference := part.get("$ref"):
        pieces.append(definitions.get(str(reference).rpartition("/")[2], {}))
    found: dict[str, Any] = {}
    for piece in pieces:
        found |= _resolved(piece, definitions)
    return found | {key: value for key, value in part.items() if key not in ("$ref", "allOf")}


def _without_null(declared: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A part as it is when it is not null: with `nullable` in it if it may be, and no union of one."""
    part = _resolved(declared, definitions)
    options = [_resolved(option, definitions) for option in part.pop("anyOf", None) or part.pop("oneOf", None) or []]
    others = [option for option in options if option.get("type") != "null"]
    if len(others) < len(options) or part.get("type") == "null":
        part["nullable"] = True
    if None in part.get("enum", []):
        part |= {"nullable": True, "enum": [value for value in part["enum"] if value is not None]}
    if len(others) == 1:
        return _without_null(others[0], definitions) | part
    return part | ({"anyOf": others} if others else {})


def _kind(name: str, part: Mapping[str, Any], items: Mapping[str, Any], default: object) -> Kind:
    if _choices(part):
        return "choice"
    match part:
        case {"type": "boolean"}:
            return "yes or no"
        case {"type": "integer"}:
            return "integer"
        case {"type": "number"}:
            return "number"
        case {"type": "string", "format": "date"}:
            return "date"
        case {"type": "string", "format": "date-time"}:
            return "date and time"
        case {"type": "string", "format": "time"}:
            return "time"
        case {"type": "string", "format": str(form)} if form == FILE_FORMAT:
            return "file"
        case {"type": "string"}:
            is_long = name.split("_")[-1] in LONG_NAMES.split() or part.get("format") == "long text"
            is_long = is_long or part.get("maxLength", 0) > LONG_TEXT or "\n" in str(default)
            return "long text" if is_long else "text"
        case {"type": "array"} if _choices(items):
            return "choices"
        case {"type": "array"} if items.get("type") == "string" and not items.get("nullable"):
            return "files" if items.get("format") == FILE_FORMAT else "texts"
        case {"anyOf": [{"type": "number" | "integer"}, {"type": "number" | "integer"}]}:
            return "number"
        case {"anyOf": [{"type": "number"}, {"type": "string"}]}:  # how pydantic describes a Decimal
            return "text"
        case _:
            return "JSON"


def _takes_text(part: Mapping[str, Any]) -> bool:
    """Whether a text is one of the values of a part that may have several types, or any."""
    options = part.get("anyOf", [])
    return "type" not in part and (not options or any(option.get("type") == "string" for option in options))


def _choices(part: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The values between which a human chooses; empty when there are others, too."""
    values = _values(part)
    if not all(isinstance(value, str | int | float) for value in values):
        return ()
    labels = [_words(value) for value in values]
    is_clear = len(set(labels)) == len(labels)
    return tuple(
        Choice(value, label if is_clear else json.dumps(value)) for value, label in zip(values, labels, strict=True)
    )


def _values(part: Mapping[str, Any]) -> list[Any]:
    match part:
        case {"const": value}:
            return [value]
        case {"enum": list(values)}:
            return values
        case {"anyOf": list(options)}:
            found = [_values(option) for option in options]
            return [value for values in found for value in values] if all(found) else []
        case _:
            return []


def _words(value: object) -> str:
    """A value as its choice is called: `ship_it` is `Ship it`, and what has its own spelling keeps it."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case str() if PLAIN_WORDS.fullmatch(value):
            return value.replace("_", " ").capitalize()
        case str():
            return value or "(empty)"
        case _:
            return json.dumps(value)


def _example(declared: Mapping[str, Any], definitions: Mapping[str, Any], depth: int = 0) -> Any:
    """A value of the form that a schema describes: its own example or default, if it has one."""
    part = _without_null(declared, definitions)
    if given := part.get("examples"):
        return given[0]
    if part.get("default") not in (None, [], {}, ""):
        return part["default"]
    if values := _values(part):
        return values[0]
    if depth > EXAMPLE_DEPTH or (part.get("nullable") and depth > 1):
        return None
    match part:
        case {"anyOf": [first, *_]}:
            return _example(first, definitions, depth)
        case {"type": "object", "properties": properties}:
            return {name: _example(inner, definitions, depth + 1) for name, inner in properties.items()}
        case {"type": "object", "additionalProperties": dict(inner)}:
            return {"name": _example(inner, definitions, depth + 1)}
        case {"type": "array"}:
            return [_example(inner, definitions, depth + 1) for inner in _items(part)]
        case {"type": "string"}:
            return EXAMPLES.get(part.get("format", ""), "text")
        case {"type": "integer" | "number"}:
            return part.get("minimum", part.get("exclusiveMinimum", 0) + 1)
    return {"object": {}, "boolean": False}.get(part.get("type", ""))


def _items(part: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What stands in an array: each item of a tuple, or one for all of a list."""
    several: list[Mapping[str, Any]] | None = part.get("prefixItems")
    return several or ([part["items"]] if part.get("items") else [])
