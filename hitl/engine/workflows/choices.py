"""Choices that an author declares with a question: which answers it takes, by label."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python
from workflows.events import Event

from hitl.engine.errors import InvalidAnswer, problems_in_words
from hitl.engine.workflows.serialization import serialize_event
from hitl.text import value_label

MOST_CHOICES = 500
"""Maximum number of choices of a question."""
RESPONSE = "response"
"""Field that a choice's value goes to if the answer's class declares no fields."""

Build = Callable[[Mapping[str, Any]], Event]
"""Builds the answer of a question from its fields; raises `InvalidAnswer` if they do not fit."""


@dataclass(frozen=True)
class AnswerChoice:
    """One of the answers that a question takes."""

    label: str
    body: dict[str, Any]
    """The fields of the answer that it stands for, as JSON values; the human fills in the others."""


def declared_choices(declared: object, answer_type: type[Event] | None, filled_in: Sequence[str]) -> list[AnswerChoice]:
    """The choices that an author has declared.

    The value of a choice is the fields of the answer if it is a mapping. Any other value is that of one field: of
    `response` if the answer's class declares no fields, else of the only one, else of the only one that is required,
    else of `approved`.

    Args:
        declared: The value of `choices`: a mapping from label to value, a list of values, or an `Enum` class.
        answer_type: The class of the answer; None if the human chooses among several.
        filled_in: Fields of the answer that the question's requirements fill in.

    Raises:
        ValueError: If they are something else, or what they mean is not clear.
    """
    pairs = _pairs(declared)
    if len(pairs) > MOST_CHOICES:
        raise ValueError(f"it has {len(pairs):,} choices, and a question has at most {MOST_CHOICES}")
    labels = [label for label, _ in pairs]
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        raise ValueError(f"two of its choices are called “{twice}”")
    try:
        values = to_jsonable_python([value for _, value in pairs])
    except PydanticSerializationError as error:
        raise ValueError(f"its choices cannot be stored: {error}") from error
    field = ""
    if not all(isinstance(value, dict) for value in values):
        field = _deciding_field(answer_type, filled_in)
    bodies = [value if isinstance(value, dict) else {field: value} for value in values]
    return [AnswerChoice(label, body) for label, body in zip(labels, bodies, strict=True)]


def _pairs(declared: object) -> list[tuple[str, Any]]:
    """Labels and values of choices."""
    match declared:
        case Mapping():
            return [(str(label) or "(empty)", value) for label, value in declared.items()]
        case type() if issubclass(declared, Enum):
            values: list[Any] = [member.value for member in declared]
        case list() | tuple() | set() | frozenset():
            values = list(declared)
        case _:
            raise ValueError("its choices have to be a mapping from label to value, or a list of values")
    labels = [value_label(value.value if isinstance(value, Enum) else value) for value in values]
    if len(set(labels)) < len(labels):  # such as 1 and "1"
        labels = [json.dumps(to_jsonable_python(value, fallback=str)) for value in values]
    return list(zip(labels, values, strict=True))


def _deciding_field(answer_type: type[Event] | None, filled_in: Sequence[str]) -> str:
    """The field of an answer that the values of choices are for."""
    if answer_type is None:
        raise ValueError("several kinds of answers settle it, and its choices do not say which they are")
    if not answer_type.model_fields:
        return RESPONSE
    fields = {name: field for name, field in answer_type.model_fields.items() if name not in filled_in}
    required = [name for name, field in fields.items() if field.is_required()]
    for names in (list(fields), required, [name for name in fields if name == "approved"]):
        if len(names) == 1:
            return names[0]
    raise ValueError(
        f"{answer_type.__name__} has several fields, and its choices do not say whose values they are: give each as "
        f"a mapping, such as {{{next(iter(fields), RESPONSE)!r}: …}}"
    )


def check_fits(choice: AnswerChoice, build: Build) -> None:
    """Raise if a choice cannot be an answer, whatever the human fills in.

    Raises:
        ValueError: If it does not fit the class of the answer.
    """
    try:
        build(choice.body)
    except InvalidAnswer as error:
        problems = {
            place: words
            for place, words in error.problems.items()
            if words != "Field required" or place.partition(".")[0] in choice.body
        }
        if problems or not error.problems:
            words = problems_in_words(problems) or error
            raise ValueError(f"its choice “{choice.label}” does not fit its answer: {words}") from error


def check_chosen(choices: Sequence[AnswerChoice], body: Mapping[str, Any], build: Build) -> None:
    """Raise unless an answer is one of the choices.

    Args:
        choices: What the question takes.
        body: The fields of the answer, as JSON values.
        build: Builds the answer.

    Raises:
        InvalidAnswer: If it is none of them.
    """
    given = _compared(build(body))
    for choice in choices:  # an answer is a choice if putting that in changes nothing, however the values are written
        try:
            if _compared(build({**body, **choice.body})) == given:
                return
        except InvalidAnswer:
            continue
    labels = ", ".join(f"“{choice.label}”" for choice in choices)
    raise InvalidAnswer(f"This question takes one of these: {labels}.")


def _compared(answer: Event) -> str:
    """An answer as text: 1 is not true in it."""
    stored = serialize_event(answer, "answer")
    return f"{stored.type} {json.dumps(stored.body, sort_keys=True)}"
