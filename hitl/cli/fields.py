"""Fields of an event that are given by name, read by what kind each is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hitl.cli.options import text
from hitl.cli.printing import Refused, one_line
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import limits_of

YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False, "y": True, "n": False}
TAKES = {"yes or no": "yes or no", "integer": "a whole number", "number": "a number"}
UNKNOWN = Field("", "", "JSON", takes_text=True)
"""A field that the schema does not have: the engine says which it has."""

StorePath = Callable[[Path], str]
"""Keeps a file for the workflow: its path comes in, its fingerprint goes out."""


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
    help="Any field; VALUE is text, yes or no, one of several choices, a list such as a,b or JSON, as the field is.",
)


def read_fields(
    options: Mapping[str, Any],
    given: Sequence[Given],
    schema: Mapping[str, Any],
    store_file: StorePath | None = None,
) -> dict[str, Any]:
    """The fields of an event.

    Args:
        options: Those that have an option of their own; what is None was not given.
        given: Those that are given by name.
        schema: The JSON schema of the event.
        store_file: Keeps a file that is given as `NAME=@PATH`; without it only a fingerprint will do.

    Raises:
        Refused: If a value is not what its field takes.
    """
    known = {field.name: field for field in fields_of(schema)}
    fields = {name: value for name, value in options.items() if value is not None}
    for field in given:
        if field.name in fields:
            raise click.UsageError(f"The field {field.name} is given twice.")
        fields[field.name] = _read(field, known.get(field.name, UNKNOWN), store_file)
    return fields


def _read(given: Given, field: Field, store_file: StorePath | None) -> Any:
    match field.kind:
        case "yes or no" if (word := given.value.casefold()) in YES_OR_NO:
            return YES_OR_NO[word]
        case "choice":
            return _chosen(given.value, field)
        case "texts" | "choices" | "files":
            items = _list(given, field)
            return None if items is None else [_item(item, field, store_file) for item in items]
        case "date" | "date and time" | "time" if field.nullable and given.value == "null":
            return None
        case "file":
            return _item(given.value, field, store_file)
        case "yes or no" | "integer" | "number" | "JSON":
            return _json(given, field)
        case _:
            return given.value


def _chosen(value: str, field: Field) -> Any:
    """The value of a choice that is given by its value or by its words; what is neither the event's class refuses."""
    for choice in field.choices:
        if value in (str(choice.value), json.dumps(choice.value)):
            return choice.value
    for choice in field.choices:
        if value.casefold() == choice.label.casefold():
            return choice.value
    return None if field.nullable and value in ("", "null") else value


def _list(given: Given, field: Field) -> list[Any] | None:
    """A list in JSON, or items with commas between them."""
    try:
        value = json.loads(given.value)
    except (ValueError, RecursionError):
        value = given.value
    if isinstance(value, list) or (value is None and field.nullable):
        return value
    return [item.strip() for item in given.value.split(",") if item.strip()]


def _item(item: Any, field: Field, store_file: StorePath | None) -> Any:
    if not isinstance(item, str):
        return item
    if field.kind == "choices":
        return _chosen(item, field)
    if field.kind in ("file", "files") and item.startswith("@"):
        if store_file is None:
            raise Refused(f"{field.name} takes the fingerprint of a file: none can be given as a path here.")
        return store_file(Path(item[1:]))
    return item


def _json(given: Given, field: Field) -> Any:
    try:
        return json.loads(given.value)
    except (ValueError, RecursionError) as error:
        if field.takes_text:
            return given.value
        raise Refused(
            f"{given.name} takes a value in JSON, and “{one_line(given.value, 60)}” is none.{_what_it_takes(field)}"
        ) from error


def _what_it_takes(field: Field) -> str:
    if field.kind == "JSON":
        return f" Such as: {json.dumps(field.example, ensure_ascii=False)}"
    return f" It takes {', '.join(filter(None, [TAKES[field.kind], limits_of(field)]))}."
