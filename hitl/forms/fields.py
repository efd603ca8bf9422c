"""The fields that a human fills in, read from an event's JSON schema; for the page and the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any, Final, Literal

import pydantic

from hitl.files import FILE_FORMAT
from hitl.text import humanize, value_label

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
    "duration",
    "decimal",
    "file",
    "files",
    "value",
    "group",
    "rows",
    "one of",
    "JSON",
]
"""Kinds of fields: `value` is a text or JSON on one line; a `group` is a model, `rows` a list of models, `one of` a
union of several types; `JSON` is any field without a widget: dictionaries, models deeper than `LEVELS`."""
NESTED = ("group", "rows", "one of")
"""Kinds of fields that consist of others."""
LEVELS = 2
"""How many models inside each other are fields; what is deeper, or contains itself, is JSON."""

File = Annotated[str, pydantic.Field(json_schema_extra={"format": FILE_FORMAT})]
"""The type of an event's field for a file of any kind: the human gives it, the event carries its fingerprint, and a
step opens it with `hitl.open_file`."""

LONG_TEXT = 200
"""A text field whose maximum length is above this many characters gets several lines."""
LONG_NAMES = (
    "feedback comment comments text note notes description reason reasons message body summary content instructions"
)
"""Last words of the names of multi-line texts; others set `json_schema_extra={"format": "long text"}`."""

MOST_ITEMS = 50
"""A list of models that begins with more items than this is JSON: a page of that many forms would be slow."""
OTHER_NAMES = "x-other-names"
"""Key of a property of a schema: the names by which its field is given too, beside the property's own."""
OTHERS = "additionalProperties"
"""Key of the schema of a model that takes fields which it does not declare."""
DECIMAL_FORMAT = "decimal"
"""Format of the text that stands for a decimal number."""
VALUE_FORMAT = "hitl-value"
"""Format of a field that takes a text or JSON: nothing is known of its type."""

EXAMPLE_DEPTH = 4
"""Maximum levels of a JSON example; a model may contain itself."""
EXAMPLES = {"date": "2026-11-25", "date-time": "2026-11-25T09:30:00", "time": "09:30:00", "duration": "PT1H30M"}
KIND_LABELS: dict[FieldKind, str] = {
    "text": "Text",
    "long text": "Text",
    "integer": "Whole number",
    "number": "Number",
    "choice": "One of some values",
    "choices": "Several of some values",
    "texts": "List of texts",
    "rows": "List",
}
"""Labels of the types of a union; the others are called like their kind."""
KIND_PLACES: dict[FieldKind, str] = {
    "text": "str",
    "long text": "str",
    "integer": "int",
    "number": "float",
    "yes or no": "bool",
    "choice": "literal",
    "date and time": "datetime",
    "duration": "timedelta",
    "texts": "list",
    "choices": "list",
    "files": "list",
    "rows": "list",
    "file": "str",
}
"""What pydantic calls the types of a union in the place of a problem; the others are called like their kind."""


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
class Variant:
    """One of the types that a union allows."""

    place: str
    """What tells it from the others, as pydantic has it in the place of a problem: `Cat`, `int`, or its tag."""
    label: str
    field: Field
    """The value, without its tag; its name is empty."""
    tag: Any = MISSING
    """The value of the field `Field.tag_name`; `MISSING` if no field tells the types apart."""


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
    """For `JSON` and the `NESTED` kinds: an example value."""
    format: str = ""
    """For `text`: its format in the words of JSON schema, such as `uuid`; empty if it has none."""
    other_names: tuple[str, ...] = ()
    """Names by which it is given too: the name of an aliased field, or its other aliases."""
    fields: tuple[Field, ...] = ()
    """The fields of a `group`."""
    is_open: bool = False
    """For a `group`: whether it takes fields that it does not declare."""
    item: Field | None = None
    """One item of `rows`; its name is empty."""
    variants: tuple[Variant, ...] = ()
    """The types of `one of`."""
    tag_name: str = ""
    """For `one of`: the field that tells the types apart; empty if there is none."""


@dataclass(frozen=True)
class _Scope:
    """Where in a schema a field stands."""

    definitions: Mapping[str, Any]
    levels: int
    """How many more models inside each other become fields."""
    above: tuple[Mapping[str, Any], ...] = ()
    """The properties of the models that it is in."""

    def inside(self, properties: Mapping[str, Any]) -> _Scope:
        return _Scope(self.definitions, self.levels - 1, (*self.above, properties))

    def takes(self, properties: Mapping[str, Any]) -> bool:
        """True if a model with these properties becomes fields: it is not too deep, and does not contain itself."""
        return self.levels > 0 and not any(properties is known for known in self.above)


def fields_of(schema: Mapping[str, Any], levels: int = LEVELS) -> list[Field]:
    """The fields of an event, in order.

    Args:
        schema: The JSON schema of its class, as pydantic writes it; an empty schema has no fields.
        levels: How many models inside each other become fields; deeper ones are JSON.
    """
    definitions = schema.get("$defs", {})
    return list(_fields(_resolved(schema, definitions), _Scope(definitions, levels + 1)))


def _fields(part: Mapping[str, Any], scope: _Scope) -> tuple[Field, ...]:
    """The fields of an event or a model; dotted names that would be one of its own are kept apart."""
    properties, required = part.get("properties", {}), part.get("required", [])
    inner = scope.inside(properties)
    fields = [_field(name, declared, name in required, inner) for name, declared in properties.items()]
    dotted = [name for name in properties if "." in name]
    return tuple(_as_json(field) if _is_in(field, dotted) else field for field in fields)


def _is_in(field: Field, dotted: Sequence[str]) -> bool:
    """True if the places inside a nested field could be mistaken for fields with these names."""
    return field.kind in NESTED and any(name.startswith(f"{field.name}.") for name in dotted)


def _as_json(field: Field) -> Field:
    return replace(field, kind="JSON", fields=(), item=None, variants=(), tag_name="")


def _field(name: str, declared: Mapping[str, Any], is_required: bool, scope: _Scope) -> Field:
    part = _without_null(declared, scope.definitions)
    items = _without_null(part["items"], scope.definitions) if isinstance(part.get("items"), Mapping) else {}
    kind = _kind(name, part, items, declared.get("default"))
    limits = part["anyOf"][0] | part if kind == "decimal" else part
    field = Field(
        name=name,
        label=_label(name, declared.get("title", "")),
        kind=kind,
        required=is_required,
        default=declared.get("default", MISSING),
        nullable=bool(part.get("nullable")),
        choices=_choices(items if kind == "choices" else part) if kind in ("choice", "choices") else (),
        description=part.get("description", ""),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        exclusive_minimum=limits.get("exclusiveMinimum"),
        exclusive_maximum=limits.get("exclusiveMaximum"),
        multiple_of=limits.get("multipleOf"),
        min_length=part.get("minLength", part.get("minItems")),
        max_length=part.get("maxLength", part.get("maxItems")),
        takes_text=kind == "value" or (kind == "JSON" and _takes_text(part)),
        example=_example(declared, scope.definitions) if kind == "JSON" else None,  # of the `NESTED` kinds too
        format=part.get("format", "") if kind == "text" else "",
        other_names=tuple(part.get(OTHER_NAMES, ())),
    )
    return _nested(field, part, scope) if kind == "JSON" else field


def _nested(field: Field, part: Mapping[str, Any], scope: _Scope) -> Field:
    """The field as one that consists of others, if its type is a model, a list of models or a union of types."""
    match part:
        case {"type": "object", "properties": dict(properties)} if properties and scope.takes(properties):
            return replace(field, kind="group", fields=_fields(part, scope), is_open=bool(part.get(OTHERS)))
        case {"type": "array", "items": dict(items)} if "prefixItems" not in part:
            item = _field("", items, True, scope)
            given = max(field.min_length or 0, len(field.default) if isinstance(field.default, list) else 0)
            return replace(field, kind="rows", item=item) if _has_models(item) and given <= MOST_ITEMS else field
        case {"discriminator": {"propertyName": str(tag_name), "mapping": dict(mapping)}}:
            variants = [_tagged(tag, reference, tag_name, scope) for tag, reference in mapping.items()]
            known = tuple(variant for variant in variants if variant)
            is_whole = len(known) == len(variants)
            return replace(field, kind="one of", variants=known, tag_name=tag_name) if is_whole else field
        case {"anyOf": list(options)}:
            return _union(field, [_field("", option, True, scope) for option in options], options)
        case _:
            return field


def _union(field: Field, types: Sequence[Field], options: Sequence[Mapping[str, Any]]) -> Field:
    kinds = {known.kind for known in types}
    if kinds <= {"text", "long text"}:
        return replace(field, kind="long text" if "long text" in kinds else "text", example=None, takes_text=False)
    if len(types) < 2 or "JSON" in kinds:
        return field
    titles = [
        option.get("title", "") if known.kind == "group" else "" for known, option in zip(types, options, strict=True)
    ]
    places = _apart(
        [title or KIND_PLACES.get(known.kind, known.kind) for title, known in zip(titles, types, strict=True)]
    )
    labels = _apart(
        [
            humanize(title) or KIND_LABELS.get(known.kind, known.kind.capitalize())
            for title, known in zip(titles, types, strict=True)
        ]
    )
    variants = [Variant(place, label, known) for place, label, known in zip(places, labels, types, strict=True)]
    return replace(field, kind="one of", variants=tuple(variants), takes_text="text" in kinds)


def _apart(words: Sequence[str]) -> list[str]:
    """The same words, with a number behind those that are there before."""
    return [
        f"{word} {words[:number].count(word) + 1}" if word in words[:number] else word
        for number, word in enumerate(words)
    ]


def _tagged(tag: str, reference: object, tag_name: str, scope: _Scope) -> Variant | None:
    """A type of a union that a field tells apart; None if it cannot become fields."""
    part = _without_null({"$ref": reference}, scope.definitions)
    model = _nested(Field("", "", "JSON"), part, scope)
    if model.kind != "group":
        return None
    values = _values(_resolved(part["properties"].get(tag_name, {}), scope.definitions))
    value = next((value for value in values if str(value) == tag), tag)
    others = tuple(field for field in model.fields if field.name != tag_name)
    described = replace(model, fields=others, description=part.get("description", ""))
    return Variant(tag, value_label(value), described, value)


def _has_models(field: Field) -> bool:
    return field.kind == "group" or any(_has_models(variant.field) for variant in field.variants)


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
        case {"format": str(form)} if form == VALUE_FORMAT:
            return "value"
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
        case {"type": "string", "format": "duration"}:
            return "duration"
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
        case {"anyOf": [{"type": "number"}, {"type": "string", "format": str(form)}]} if form == DECIMAL_FORMAT:
            return "decimal"
        case {"anyOf": [{"type": "number"}, {"type": "string"}]}:  # a Decimal or `float | str`, as pydantic has them
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
    labels = [value_label(value) for value in values]
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
