"""Fields of an event that are given by name, parsed by their kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hitl.cli.options import text
from hitl.cli.terminal import Refused, one_line
from hitl.engine import InvalidAnswer, InvalidInputs
from hitl.forms.fields import Field, FieldKind, fields_of
from hitl.forms.values import limits_of

YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False, "y": True, "n": False}
TAKES: dict[FieldKind, str] = {
    "text": "a text",
    "long text": "a text",
    "integer": "a whole number",
    "number": "a number",
    "yes or no": "yes or no",
    "texts": "texts with commas between them",
    "date": "a date such as 2026-11-25",
    "date and time": "a date and time such as 2026-11-25T09:30",
    "time": "a time such as 09:30",
    "file": "a file: @PATH",
    "files": "files with commas between them: @PATH,@PATH",
}
"""What the fields of a kind take, in words."""
OPTIONS = {
    "approved": "--approve or --reject",
    "documents": "--document",
    "dropped": "--drop",
    "feedback": "--feedback",
    "go_on": "--without-model",
    "topic": "--topic",
}
"""Options that stand for a field of any event."""
OPTIONS_OF_REPORT = {"check": "--check", "notes": "--note", "revises": "--revise", "struck": "--strike"}
"""Options that stand for a field of the report's events; they do not give it to another workflow's."""
UNKNOWN = Field("", "", "JSON", takes_text=True)
"""Stands for a field that is not in the schema; the engine accepts or rejects it."""

StorePath = Callable[[Path], str]
"""Stores a file for the workflow: takes its path, returns its fingerprint."""


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


def parse_fields(
    options: Mapping[str, Any],
    given: Sequence[Given],
    schema: Mapping[str, Any],
    store_file: StorePath | None = None,
) -> dict[str, Any]:
    """The fields of an event, from options and `--field`; the event's class rejects values that do not fit.

    Args:
        options: Fields that have an option of their own; None means not given.
        given: Fields that are given by name.
        schema: The JSON schema of the event.
        store_file: Stores a file that is given as `NAME=@PATH`; without it only a fingerprint is accepted.

    Raises:
        Refused: If a file is given and cannot be stored.
        click.UsageError: If a field is given twice.
    """
    known = {field.name: field for field in fields_of(schema)}
    fields = {name: value for name, value in options.items() if value is not None}
    for field in given:
        if field.name in fields:
            raise click.UsageError(f"The field {field.name} is given twice.")
        fields[field.name] = _read(field, known.get(field.name, UNKNOWN), store_file)
    return fields


@contextmanager
def problems_by_option(given: Sequence[Given], schema: Mapping[str, Any]) -> Iterator[None]:
    """Tell what does not fit an event in the words of the options, all at once.

    Args:
        given: Fields that are given by name.
        schema: The JSON schema of the event.

    Raises:
        Refused: In place of errors of the engine in the block that have messages by field.
    """
    try:
        yield
    except (InvalidInputs, InvalidAnswer) as error:
        if not error.problems:
            raise
        typed = {field.name: one_line(field.value, 40) for field in given}
        known = {field.name: field for field in fields_of(schema)}
        lines = [_problem(place, words, typed, known) for place, words in error.problems.items()]
        raise Refused("\n".join(["Nothing was recorded:", *lines])) from error


def _problem(place: str, words: str, typed: Mapping[str, str], known: Mapping[str, Field]) -> str:
    """A line for one problem: the option, what is wrong, and what the option takes.

    Args:
        place: Where it is, as pydantic names it: `days`, `people.0.name`.
        words: The message of the event's class.
        typed: The values of `--field` by name.
        known: The fields of the event by name.
    """
    name, _, inside = place.partition(".")
    options = OPTIONS if words == "Field required" else OPTIONS | OPTIONS_OF_REPORT  # others have been given
    option = f"--field {name}={typed[name]}" if name in typed else options.get(name, f"--field {name}=…")
    is_other = option in OPTIONS_OF_REPORT.values()  # it takes something else than its field, which takes JSON
    takes = f"It takes {what_it_takes(known[name])}." if name in known and not is_other else ""
    if inside:
        words = f"{inside}: {words}"
    elif takes and words == "Field required":
        words = "It is missing."
    elif takes and words.startswith("Input should be "):  # what it takes says the same in the words of the type
        words = ""
    return "  " + " ".join(filter(None, [f"{option}:", words.rstrip(".") + "." if words else "", takes]))


def what_it_takes(field: Field) -> str:
    """The values that a field takes, in words: `a whole number, at least 1`, `by_train or by_plane`."""
    match field.kind:
        case "choice":
            takes = " or ".join(_as_typed(choice.value) for choice in field.choices)
        case "choices":
            takes = (
                f"some of {', '.join(_as_typed(choice.value) for choice in field.choices)}, with commas between them"
            )
        case "JSON":
            takes = f"JSON such as {json.dumps(field.example, ensure_ascii=False)}"
        case kind:
            takes = TAKES[kind]
    return ", ".join(filter(None, [takes, limits_of(field)]))


def _as_typed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


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
            return _json(given)
        case _:
            return given.value


def _chosen(value: str, field: Field) -> Any:
    """The value of a choice that is given by its value or its label; the event's class rejects anything else."""
    for choice in field.choices:
        if value in (str(choice.value), json.dumps(choice.value)):
            return choice.value
    for choice in field.choices:
        if value.casefold() == choice.label.casefold():
            return choice.value
    return None if field.nullable and value in ("", "null") else value


def _list(given: Given, field: Field) -> list[Any] | None:
    """A list that is given in JSON or as items separated by commas; None for `null` if the field is nullable."""
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


def _json(given: Given) -> Any:
    """A value that is given in JSON; anything else as it is, for the event's class to accept or reject."""
    try:
        return json.loads(given.value)
    except (ValueError, RecursionError):
        return given.value
