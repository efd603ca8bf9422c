"""The fields that a human fills in, read from an event's JSON schema; for the page and the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final, Literal

import pydantic

from hitl.text import humanize

FieldKind = Literal[
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
"""Kinds of fields; `JSON` is any field without a widget: nested models, dictionaries, unions of several types."""

FILE_FORMAT = "hitl-file"
File = Annotated[str, pydantic.Field(json_schema_extra={"format": FILE_FORMAT})]
"""The type of an event's field for a file: the human gives a file, and the event carries its fingerprint."""

LONG_TEXT = 200
"""A text field whose maximum length is above this many characters gets several lines."""
LONG_NAMES = (
    "feedback comment comments text note notes description reason reasons message body summary content instructions"
)
"""Last words of the names of multi-line texts; others set `json_schema_extra={"format": "long text"}`."""

EXAMPLE_DEPTH = 4
"""Maximum levels of a JSON example; a model may contain itself."""
EXAMPLES = {"date": "2026-11-25", "date-time": "2026-11-25T09:30:00", "time": "09:30:00", "duration": "PT1H30M"}
PLAIN_WORDS = re.compile(r"[a-z]+(?:[ _][a-z]+)*")


class Missing(Enum):
    """No value at all, as opposed to null."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True)
class Choice:
    """One of the values that a field allows."""

    value: Any
    """A JSON value."""
    label: str


@dataclass(frozen=True)
class Field:
    """One field of an event."""

    name: str
    label: str
    """The title given by the event's author, else the name in words."""
    kind: FieldKind
    required: bool = True
    default: Any = MISSING
    """A JSON value; `MISSING` if there is none, or only the event's class knows it."""
    nullable: bool = False
    choices: tuple[Choice, ...] = ()
    """The values of a `choice`, of which one is chosen, or of `choices`, of which any number is chosen."""
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    """In characters of a text, or items of a list."""
    max_length: int | None = None
    takes_text: bool = False
    """For `JSON`: whether input that is not valid JSON is taken as text."""
    example: Any = None
    """For `JSON`: an example value."""


def fields_of(schema: Mapping[str, Any]) -> list[Field]:
    """The fields of an event, in order.

    Args:
        schema: The JSON schema of its class, as pydantic writes it; an empty schema has no fields.
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
    was_given = title and title != name.title().replace("_", " ").strip()  # pydantic's default title
    return title if was_given else humanize(name)


# ---- the schema, with references resolved


def _resolved(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a schema with its references resolved; its own keys override the referenced ones."""
    pieces = list(part.get("allOf", []))
    if reference := part.get("$ref"):
        pieces.append(definitions.get(str(reference).rpartition("/")[2], {}))
    found: dict[str, Any] = {}
    for piece in pieces:
        found |= _resolved(piece, definitions)
    return found | {key: value for key, value in part.items() if key not in ("$ref", "allOf")}


def _without_null(declared: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a schema without null: null becomes `nullable`, and a union of one becomes its only option."""
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


def _kind(name: str, part: Mapping[str, Any], items: Mapping[str, Any], default: object) -> FieldKind:
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
    """Whether a part of several types, or of any type, allows a text."""
    options = part.get("anyOf", [])
    return "type" not in part and (not options or any(option.get("type") == "string" for option in options))


def _choices(part: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The values to choose from; empty if other values are allowed too."""
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
    """The label of a choice's value: `ship_it` becomes `Ship it`; text with capitals or signs stays unchanged."""
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
    """An example of a value that a schema describes: its own example or default if it has one."""
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
    """The schemas of an array's items: one per item of a tuple, one for all items of a list."""
    several: list[Mapping[str, Any]] | None = part.get("prefixItems")
    return several or ([part["items"]] if part.get("items") else [])
