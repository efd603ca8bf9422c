"""Forms for what a question offers: a list of choices, and a proposal that a human may edit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hitl.forms.fields import Choice, Field, fields_of
from hitl.text import humanize

MOST_BUTTONS = 6
"""Maximum number of choices that are buttons; more are a list."""
ARGS = "args"
"""Field of an answer that has what is proposed."""


def free_fields(fields: Sequence[Field], bodies: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields of an answer that a human fills in beside a choice: those that some choice leaves open.

    Args:
        fields: The fields of the answer.
        bodies: What each choice stands for.
    """
    return [field for field in fields if not all(_is_in(field, body) for body in bodies)]


def choice_field(fields: Sequence[Field], labels: Sequence[str], bodies: Sequence[Mapping[str, Any]]) -> Field:
    """A list of choices as a field; its value is the label of one.

    Args:
        fields: The fields of the answer.
        labels: The labels of the choices.
        bodies: What each choice stands for, in the same order.
    """
    names = {name for body in bodies for name in body}
    name = names.pop() if len(names) == 1 else "choice"
    taken = {field.name for field in free_fields(fields, bodies)}
    while name in taken:
        name += "_"
    own = next((field for field in fields if field.name == name), Field(name, humanize(name), "choice"))
    return Field(
        name=name,
        label="Your answer" if name == "response" else own.label,
        kind="choice",
        choices=tuple(Choice(label, label) for label in labels),
        description=own.description,
    )


def proposal_field(schema: Mapping[str, Any], proposed: Mapping[str, Any], label: str) -> Field | None:
    """What a question proposes as one field with others in it, filled in; None if there is nothing.

    Args:
        schema: The schema of what is proposed: `properties` and, if they refer to any, `$defs`.
        proposed: The values.
        label: Its label.
    """
    about = {"type": "object", "properties": schema.get("properties", {}), "default": dict(proposed), "title": label}
    fields = fields_of({"properties": {ARGS: about}, "$defs": schema.get("$defs", {})})
    field = next((field for field in fields if field.kind == "group"), None)
    return field and replace(field, label=label)


def changes_in(edited: Mapping[str, Any], proposed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an edit that are not as they were proposed."""
    return {
        name: value for name, value in edited.items() if name not in proposed or _text(value) != _text(proposed[name])
    }


def chosen_by_word(word: str, labels: Iterable[str]) -> list[str]:
    """The labels of the choices that a word means: the one that is written so, else those that are so in small letters.

    Args:
        word: A label as it was typed.
        labels: The labels of the choices.
    """
    known = list(labels)
    return [word] if word in known else [label for label in known if label.casefold() == word.strip().casefold()]


def _is_in(field: Field, body: Mapping[str, Any]) -> bool:
    return any(name in body for name in (field.name, *field.other_names))


def _text(value: object) -> str:
    """A JSON value as text: 1 is not true in it."""
    return json.dumps(value, sort_keys=True)
