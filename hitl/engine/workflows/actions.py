"""What a human may do with what a question proposes: accept, edit, respond, ignore."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError
from pydantic.errors import PydanticUserError
from workflows import Workflow
from workflows.events import Event, HumanResponseEvent

from hitl.engine.errors import InvalidAnswer, problems_in_words
from hitl.engine.records import Question
from hitl.engine.workflows.answers import found_by_name, problems_in, qualified_name
from hitl.engine.workflows.field_names import OTHER_NAMES, build_model, schema_with_names
from hitl.engine.workflows.serialization import serialize_event

Action = Literal["accept", "edit", "respond", "ignore"]
ACTIONS: tuple[Action, ...] = get_args(Action)
CONTEXT = ("prefix", "choices", "actions")
"""Fields of a question that are never part of what it proposes."""
TYPES: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
"""Types of JSON schemas by the Python type of a value."""
UNTYPED = {"title", "description", "default"}
"""What the schema of a field of any type may have."""


class HumanAction(HumanResponseEvent):
    """What a human does with what a question proposes. The question's class says what is allowed, as `actions`."""

    action: Action
    args: dict[str, Any] = Field(default={})
    """With accept the fields as they were proposed, with edit as the human has changed them; empty with the others."""
    response: str = ""
    """With respond what the human says."""


@dataclass(frozen=True)
class Proposal:
    """The fields of a question that a human may accept or edit."""

    schema: dict[str, Any]
    """Their JSON schema: `properties` and, if they refer to any, `$defs`."""
    event: str
    """Name, `module:Class`, of the question's class, which validates an edit."""
    is_nested: bool
    """True if they are the keys of the question's field `args`, False if they are its own fields."""
    untyped: tuple[str, ...] = ()
    """Fields whose type only their value tells: the class leaves it open."""

    def values_in(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The fields as proposed, as JSON values, from the fields of the question."""
        known = body.get("args", {}) if self.is_nested else body
        return {name: known[name] for name in self.schema["properties"] if name in known}


def declared_actions(declared: object) -> tuple[Action, ...]:
    """The actions that an author has declared, in the order of `ACTIONS`.

    Args:
        declared: The value of `actions`: names, or one name.

    Raises:
        ValueError: If they are something else.
    """
    names = [declared] if isinstance(declared, str) else declared
    if not isinstance(names, Collection) or isinstance(names, Mapping):
        raise ValueError(f"its actions have to be a list of names, such as {list(ACTIONS)}")
    if unknown := [str(name) for name in names if name not in ACTIONS]:
        raise ValueError(f"its actions have {', '.join(unknown)}, and a human can {either(ACTIONS)}")
    return tuple(action for action in ACTIONS if action in names)


def proposal_of(event: Event, body: Mapping[str, Any]) -> Proposal:
    """What a question proposes: the keys of its field `args` if that is a model or a dict, else its own fields.

    Args:
        event: The question.
        body: Its fields, as JSON values.
    """
    schema: Mapping[str, Any] = _schema_of(type(event))
    definitions, nested = schema.get("$defs", {}), body.get("args")
    if is_nested := isinstance(nested, dict):
        values = nested
        schema = _resolved(schema.get("properties", {}).get("args", {}), definitions)
    else:
        values = {name: value for name, value in body.items() if name not in CONTEXT}
    known = _by_any_name(schema.get("properties", {}))
    declared = {name: known.get(name) or schema.get("additionalProperties") for name in values}
    typed = {name: part for name, part in declared.items() if isinstance(part, dict) and part.keys() - UNTYPED}
    properties = {name: typed.get(name) or _schema_like(value) for name, value in values.items()}
    return Proposal(
        schema={"properties": properties} | ({"$defs": definitions} if definitions else {}),
        event=qualified_name(type(event)),
        is_nested=is_nested,
        untyped=tuple(name for name in values if name not in typed),
    )


def completed_action(
    workflow: Workflow, question: Question, allowed: Collection[Action], proposal: Proposal, body: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of an answer with what its action implies: the arguments of accept and edit.

    Args:
        workflow: The instance that asks.
        question: The question.
        allowed: The actions that it allows.
        proposal: What it proposes.
        body: The fields of the answer, as JSON values. The `args` of an edit are those that the human changes.

    Raises:
        InvalidAnswer: If the action is not allowed, or what comes with it does not fit.
    """
    action, given, proposed = body.get("action"), body.get("args") or {}, proposal.values_in(question.body)
    if action not in allowed:
        allows = f"{question.type} lets a human {either(allowed)}"
        raise InvalidAnswer(f"{allows}, not {action}." if action else f"{allows}. Say which, as action.")
    match action:
        case "accept":
            if given and given != proposed:
                raise InvalidAnswer("accept takes what is proposed as it is. To change it, the action is edit.")
            return {**body, "args": proposed}
        case "edit":
            return {**body, "args": _edited(workflow, question, proposal, given)}
        case "respond" if not str(body.get("response") or "").strip():
            raise InvalidAnswer("respond needs words, as response.", {"response": "Type a response first."})
    if given:
        raise InvalidAnswer(f"{action} takes no args: they go with edit.")
    return dict(body)


def _edited(workflow: Workflow, question: Question, proposal: Proposal, changes: object) -> dict[str, Any]:
    """What is proposed with the changes of a human, of the types that the question's class has."""
    if not isinstance(changes, Mapping) or not changes:
        raise InvalidAnswer("edit needs the fields that are changed, as args.")
    proposed = proposal.values_in(question.body)
    edited = proposed | dict(changes)
    own = {qualified_name(event): event for event in workflow.events}
    cls = own.get(proposal.event) or found_by_name(proposal.event)
    is_class = isinstance(cls, type) and issubclass(cls, Event)
    problems = {}
    for name, value in changes.items():
        if name not in proposed:
            problems[name] = f"{question.type} proposes no such field. It proposes: {', '.join(proposed)}."
        elif (name in proposal.untyped or not is_class) and (kind := _other_kind(proposed[name], value)):
            problems[name] = f"Input should be {kind}"
    if is_class and not problems:
        try:
            event = build_model(cls, question.body | ({"args": edited} if proposal.is_nested else edited))
        except ValidationError as error:
            found = problems_in(error)
            if proposal.is_nested:
                found = {place.removeprefix("args").removeprefix("."): words for place, words in found.items()}
            problems = {place: words for place, words in found.items() if place.partition(".")[0] in {"", *changes}}
        else:
            body = serialize_event(event, "question").body
            edited = body["args"] if proposal.is_nested else {name: body[name] for name in edited}
    if problems:
        places = {f"args.{name}" if name else "args": problem for name, problem in problems.items()}
        words = problems_in_words(problems)
        raise InvalidAnswer(f"That is not a valid edit of {question.type}. {words}", places)
    return edited


def _other_kind(proposed: object, given: object) -> str:
    """What a value should be to be of the kind that was proposed; empty if it is."""
    match proposed:
        case None:
            return ""
        case bool():
            return "" if isinstance(given, bool) else "yes or no"
        case int():
            return "" if isinstance(given, int) and not isinstance(given, bool) else "a whole number"
        case float():
            return "" if isinstance(given, int | float) and not isinstance(given, bool) else "a number"
        case str():
            return "" if isinstance(given, str) else "a text"
        case list():
            return "" if isinstance(given, list) else "a list"
        case _:
            return "" if isinstance(given, dict) else "fields with values"


def _schema_like(value: object) -> dict[str, Any]:
    """A JSON schema that a value fits, for a field whose class leaves its type open."""
    match value:
        case list() if value and all(isinstance(item, str) for item in value):
            return {"type": "array", "items": {"type": "string"}}
        case list():
            return {"type": "array"}
        case dict():
            return {"type": "object"}
        case _:
            return {"type": TYPES[type(value)]} if type(value) in TYPES else {}


def _resolved(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a model or a dict behind a reference or beside null; empty if there is none."""
    options = [part, *part.get("allOf", []), *part.get("anyOf", [])]
    for option in options:
        found = definitions.get(str(option.get("$ref", "")).rpartition("/")[2], option)
        if "properties" in found or "additionalProperties" in found:
            return found if isinstance(found, Mapping) else {}
    return {}


def _by_any_name(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas of fields by all their names, as their values have Python's names and their schemas aliases."""
    return {name: part for key, part in properties.items() for name in (key, *part.get(OTHER_NAMES, ()))}


def _schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON schema of an event class; empty if a field has a type without one."""
    try:
        return schema_with_names(event)
    except PydanticUserError:
        return {}


def either(names: Collection[str]) -> str:
    """Alternatives in words: `accept, edit or ignore`."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
