"""Fields of an event that are given by name: text, or JSON where the event's schema wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import click

from hitl.cli.options import text
from hitl.cli.printing import Refused, one_line

Form = Literal["text", "JSON", "either"]
"""How the value of a field is written; `either` is JSON if it can be read as such."""


@dataclass(frozen=True)
class Given:
    """A field as it was typed."""

    name: str
    value: str


def name_and_value(argument: str) -> Given:
    name, equals, value = text(argument).partition("=")
    if not (name and equals):
        raise click.BadParameter(f"{argument!r} is not of the form NAME=VALUE.")
    return Given(name, value)


field_option = click.option(
    "--field",
    "given",
    type=name_and_value,
    metavar="NAME=VALUE",
    multiple=True,
    help="Any field; VALUE is text, or JSON where the field is not text.",
)


def read_fields(options: Mapping[str, Any], given: Sequence[Given], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an event.

    Args:
        options: Those that have an option of their own; what is None was not given.
        given: Those that are given by name.
        schema: The JSON schema of the event.

    Raises:
        Refused: If a value is not what its field takes.
    """
    fields = {name: value for name, value in options.items() if value is not None}
    for field in given:
        if field.name in fields:
            raise click.UsageError(f"The field {field.name} is given twice.")
        fields[field.name] = _read(field, schema)
    return fields


def _read(field: Given, schema: Mapping[str, Any]) -> Any:
    form = form_of(schema.get("properties", {}).get(field.name, {}), schema)
    if form == "text":
        return field.value
    try:
        return json.loads(field.value)
    except (ValueError, RecursionError) as error:
        if form == "either":
            return field.value
        raise Refused(f"{field.name} takes a value in JSON, and “{one_line(field.value, 60)}” is none.") from error


def form_of(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Form:
    """How a field is written; one that may be a text is.

    Args:
        part: What the schema says of the field.
        schema: The whole of it, in which the definitions stand.
    """
    match part:
        case {"$ref": str(path)}:
            return form_of(schema.get("$defs", {}).get(path.rpartition("/")[2], {}), schema)
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            forms = [form_of(option, schema) for option in options]
            return next((form for form in ("text", "either") if form in forms), "JSON")
        case {"type": kind}:
            return "text" if kind == "string" else "JSON"
        case {"enum": list(values)}:
            return "text" if all(isinstance(value, str) for value in values) else "either"
        case _:
            return "either"
