"""Fields of an event that are given by name, parsed by their kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from hitl.cli.options import text
from hitl.cli.terminal import Refused, one_line
from hitl.engine import InvalidAnswer, InvalidInputs
from hitl.forms.fields import Choice, Field, FieldKind, fields_of
from hitl.forms.times import duration_in_iso, time_with_offset
from hitl.forms.values import limits_of, problems_inside

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
    "duration": "a duration such as 1h 30m, 1:30:00 or PT1H30M",
    "decimal": "a decimal number such as 2.50",
    "value": "a text, or JSON such as 7",
    "file": "a file: @PATH",
    "files": "files with commas between them: @PATH,@PATH",
}
"""What the fields of a kind take, in words."""
FORMATS = {
    "uuid": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
    "zoneinfo": "a time zone such as Europe/Rome",
}
"""The same for the formats of a text."""
DEEPEST = 3
"""How many models inside each other are known by the types of their fields; deeper ones are read as text or JSON."""
OPTIONS = {
    "approved": "--approve or --reject",
    "documents": "--document",
    "dropped": "--drop",
    "feedback": "--feedback",
    "go_on": "--without-model",
    "topic": "--topic",
}
"""Options that stand for a field of any event."""
OPTIONS_OF_REPORT = {
    "check": "--check",
    "notes": "--note",
    "restored": "--restore",
    "revises": "--revise",
    "struck": "--strike",
}
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
    help="Any field; VALUE is text, yes or no, one of several choices, a list such as a,b or JSON, as the field is. "
    "NAME is address.city for a field inside another, and items.0.name for one of the first item of a list.",
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
        click.UsageError: If a field is given twice, or the names inside another do not make a value.
    """
    known = _by_name(fields_of(schema, DEEPEST))
    fields = {name: value for name, value in options.items() if value is not None}
    parts: dict[str, list[_Part]] = {}
    for field in given:
        head, place = _head(field.name, known)
        if (head in fields and head not in parts) or any(place == part.place for part in parts.get(head, [])):
            raise click.UsageError(f"The field {field.name} is given twice.")
        parts.setdefault(head, []).append(_Part(place, field))
        fields[head] = None
    for head, several in parts.items():
        fields[head] = _assembled(known.get(head, UNKNOWN), several, store_file)
    return fields


def _by_name(fields: Sequence[Field]) -> dict[str, Field]:
    """Fields by each of their names."""
    return {name: field for field in fields for name in (field.name, *field.other_names)}


def _head(name: str, known: Mapping[str, Field]) -> tuple[str, str]:
    """The name of the field in a dotted name, and the place inside that field, which is empty for all of it."""
    if name in known and "." in name:  # a path that pydantic reads the field from
        return known[name].name, ""
    ((head, found),) = problems_inside({name: ""}, known).items()
    return (head, next(iter(found))) if head else (name, "")


@dataclass(frozen=True)
class _Part:
    """A value that is given for a field or for something inside it."""

    place: str
    """Where inside the field: `city`, `0.name`; empty for the whole of it."""
    given: Given


def _assembled(field: Field, parts: Sequence[_Part], store_file: StorePath | None) -> Any:
    """The value of a field, put together from what is given for it and for the fields inside it.

    Raises:
        click.UsageError: If an item of a list is left out, or a field is not there.
    """
    whole = next((_read(part.given, field, store_file) for part in parts if not part.place), None)
    inside: dict[str, list[_Part]] = {}
    for part in parts:
        if part.place:
            name, _, place = part.place.partition(".")
            inside.setdefault(name, []).append(replace(part, place=place))
    if not inside:
        return whole
    if isinstance(whole, list) or field.kind in LISTS or (whole is None and "0" in inside):
        return _list_of(field, list(whole or []), inside, store_file)
    body = dict(whole) if isinstance(whole, dict) else {}
    tag = inside.get(field.tag_name, [])
    tags = [part.given.value for part in tag if not part.place] or [str(body.get(field.tag_name, ""))]
    for name, several in inside.items():
        body[name] = _assembled(_inner(field, name, tags[0]), several, store_file)
    return body


LISTS = ("rows", "texts", "choices", "files")


def _list_of(
    field: Field, items: list[Any], inside: Mapping[str, Sequence[_Part]], store_file: StorePath | None
) -> list[Any]:
    """A list with items that are given by number; those that it has already may be replaced."""
    numbers = sorted(int(name) for name in inside if name.isdecimal())
    odd = next((parts[0].given.name for name, parts in inside.items() if not name.isdecimal()), None)
    if odd:
        raise click.UsageError(f"{odd}: items of a list are given by number, the first as 0.")
    for number in numbers:
        parts = inside[str(number)]
        if number > len(items):
            raise click.UsageError(f"{parts[0].given.name} is given, but not the item {len(items)} before it.")
        value = _assembled(_item_of(field), parts, store_file)
        items[number : number + 1] = [value]
    return items


def _item_of(field: Field) -> Field:
    """An item of a list."""
    kinds: dict[FieldKind, FieldKind] = {"texts": "text", "choices": "choice", "files": "file"}
    return field.item or replace(UNKNOWN, name=field.name, kind=kinds.get(field.kind, "JSON"), choices=field.choices)


def _inner(field: Field, name: str, tag: str) -> Field:
    """A field inside another.

    Args:
        field: The other one.
        name: Its name in it.
        tag: For a union: which of its types is given; empty if that is not known.

    Raises:
        click.UsageError: If it has no such field. The class itself would ignore it without a word.
    """
    if name and name == field.tag_name:
        return _tag_of(field)
    chosen = [variant for variant in field.variants if tag in (str(variant.tag), variant.label)] or field.variants
    several = [one for one in (field, *(variant.field for variant in chosen)) if one.kind == "group"]
    known = {name: inner for one in reversed(several) for name, inner in _by_name(one.fields).items()}
    if several and name not in known and not any(one.is_open for one in several):
        has = ", ".join([*filter(None, [field.tag_name]), *(inner.name for one in several for inner in one.fields)])
        raise click.UsageError(f"{field.name or 'The item'} has no field {name}. It has: {has or 'none'}.")
    return known.get(name, UNKNOWN)


def _tag_of(field: Field) -> Field:
    """The field that tells the types of a union apart, as a choice of them."""
    choices = tuple(Choice(variant.tag, variant.label) for variant in field.variants)
    return Field(field.tag_name, field.tag_name, "choice", required=field.required, choices=choices)


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
        fields = fields_of(schema, DEEPEST)
        lines = [_problem(_located(place, fields), words, typed) for place, words in error.problems.items()]
        raise Refused("\n".join(["Nothing was recorded:", *lines])) from error


@dataclass(frozen=True)
class Located:
    """A field by the name that `--field` takes."""

    name: str
    """Its dotted name: `person.name`, `people.0.name`."""
    field: Field | None
    """None for one that is not in the schema."""
    inside: str = ""
    """Where inside the field, if it is JSON or a list."""


def _located(place: str, fields: Sequence[Field], above: str = "") -> Located:
    """The field in which a problem is.

    Args:
        place: Where the problem is, as pydantic names it: `days`, `people.0.name`, `pet.cat.lives`.
        fields: The fields of the event, or of the model that `place` is in.
        above: The dotted name of that model, with a dot behind it.
    """
    known = _by_name(fields)
    name, inside = _head(place, known)
    if name not in known:
        name, _, inside = place.partition(".")
        return Located(f"{above}{name}", None, inside)
    return _inside(Located(f"{above}{name}", known[name], inside))


def _inside(found: Located) -> Located:
    """The field inside a located one in which a problem is; the located one itself if that is as far as it is known."""
    field = found.field
    if field is None or not found.inside:
        return found
    first, _, rest = found.inside.partition(".")
    match field.kind:
        case "group":
            inner = _located(found.inside, field.fields, f"{found.name}.")
            return inner if inner.field else found
        case "rows" if first.isdecimal():
            return _inside(Located(f"{found.name}.{first}", field.item, rest))
        case "one of":
            places = problems_inside({found.inside: ""}, [variant.place for variant in field.variants])
            variant = next((known for known in field.variants if known.place in places), None)
            if variant and variant.field.fields:
                return _inside(Located(found.name, variant.field, next(iter(places[variant.place]))))
    return found


def _problem(found: Located, words: str, typed: Mapping[str, str]) -> str:
    """A line for one problem: the option, what is wrong, and what the option takes.

    Args:
        found: The field in which it is.
        words: The message of the event's class.
        typed: The values of `--field` by name.
    """
    name, inside, field = found.name, found.inside, found.field
    if not name:  # it is in the event as a whole
        return f"  {words}"
    above = next((given for given in typed if name.startswith(f"{given}.")), None)
    if name not in typed and above:  # it is in JSON that was given for a whole model
        name, inside = above, ".".join(filter(None, [name[len(above) + 1 :], inside]))
    options = OPTIONS if words == "Field required" else OPTIONS | OPTIONS_OF_REPORT  # others have been given
    option = f"--field {name}={typed[name]}" if name in typed else options.get(name, f"--field {name}=…")
    is_other = option in OPTIONS_OF_REPORT.values()  # it takes something else than its field, which takes JSON
    takes = f"It takes {_its_fields(name, field)}{what_it_takes(field)}." if field and not is_other else ""
    if inside:
        words = f"{inside}: {words}"
    elif takes and words == "Field required":
        words = "It is missing."
    elif takes and words.startswith("Input should be "):  # what it takes says the same in the words of the type
        words = ""
    return "  " + " ".join(filter(None, [f"{option}:", words.rstrip(".") + "." if words else "", takes]))


def _its_fields(name: str, field: Field) -> str:
    """How the fields inside a field are given, in place of JSON; empty if it has none."""
    first = next(offered_fields([replace(field, name=name)]), None)
    return f"its fields, --field {first.name}=… and so on, or " if first and first.name != name else ""


@dataclass(frozen=True)
class Offered:
    """A field that `--field` takes."""

    name: str
    """Its dotted name."""
    field: Field
    only_for: str = ""
    """For which types of a union, if not for all."""


def offered_fields(fields: Sequence[Field], above: str = "", required: bool = True) -> Iterator[Offered]:
    """The fields that a human types, those inside others by their dotted names, in order.

    Args:
        fields: The fields of an event or a model.
        above: The dotted name of that model, with a dot behind it.
        required: Whether that model must be given.
    """
    for field in fields:
        name, must = f"{above}{field.name}", required and field.required
        match field.kind:
            case "group":
                yield from offered_fields(field.fields, f"{name}.", must and not field.nullable)
            case "rows" if field.item:
                item = replace(field.item, name="0", required=bool(field.min_length))
                yield from offered_fields([item], f"{name}.", must)
            case "one of" if field.tag_name:
                yield Offered(f"{name}.{field.tag_name}", replace(_tag_of(field), required=must))
                for variant in field.variants:
                    for inner in offered_fields(variant.field.fields, f"{name}.", must):
                        yield replace(inner, only_for=inner.only_for or str(variant.tag))
            case _:
                yield Offered(name, replace(field, required=must))


def what_it_takes(field: Field) -> str:
    """The values that a field takes, in words: `a whole number, at least 1`, `by_train or by_plane`."""
    match field.kind:
        case "choice":
            takes = " or ".join(_as_typed(choice.value) for choice in field.choices)
        case "choices":
            takes = (
                f"some of {', '.join(_as_typed(choice.value) for choice in field.choices)}, with commas between them"
            )
        case "one of" if not any(variant.field.fields for variant in field.variants):
            takes = " or ".join(dict.fromkeys(what_it_takes(variant.field) for variant in field.variants))
        case "JSON" | "group" | "rows" | "one of":
            takes = f"JSON such as {json.dumps(field.example, ensure_ascii=False)}"
        case kind:
            takes = FORMATS.get(field.format) or TAKES[kind]
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
        case "date" | "date and time" | "time" | "duration" | "decimal" if field.nullable and given.value == "null":
            return None
        case "file":
            return _item(given.value, field, store_file)
        case "text" | "long text" | "decimal" | "date" | "time":
            return given.value
        case "duration":
            return duration_in_iso(given.value)
        case "date and time":
            return time_with_offset(given.value)
        case _:
            return _json(given)


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
