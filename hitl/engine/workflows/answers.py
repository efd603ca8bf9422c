"""Find the answer type of a question, and validate answers and signals."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_jsonable_python
from workflows import Workflow
from workflows.events import Event, HumanResponseEvent

from hitl.engine.errors import InvalidAnswer, problems_in_words
from hitl.engine.records import Question
from hitl.engine.workflows.field_names import (
    build_model,
    computed_names,
    is_extendable,
    names_of,
    schema_with_names,
)
from hitl.engine.workflows.moved_names import current_name

CHOSEN = "answer_type"
"""Field of an answer that names its class, for a question without an answer type."""


def qualified_name(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def takes_what_is_read(workflow: Workflow, imports: bool = True) -> bool:
    """True if stored events are restored as the very classes that this instance uses.

    Classes are looked up by name, which resolves to a different class after a module was imported again.

    Args:
        workflow: The instance.
        imports: Whether modules may be imported for it; see `found_by_name`.
    """
    return all(found_by_name(qualified_name(cls), imports) is cls for cls in workflow.events)


def can_be_found(event: type[Event]) -> bool:
    """True if the library can find an event class by the module and class name that it stores."""
    return found_by_name(f"{event.__module__}:{event.__name__}") is not None


def response_types(workflow: Workflow) -> list[type[Event]]:
    """The response events of the workflow's steps that answer a question."""
    return [event for event in _from_outside(workflow) if not is_signal(event)]


def is_signal(event: type[Event]) -> bool:
    """True if a response event is a signal, which answers no question; see `Run.signal`."""
    return bool(getattr(event, "is_signal", False))


def _from_outside(workflow: Workflow) -> list[type[Event]]:
    """The response events of the workflow's steps, signals included."""
    return [event for event in workflow.events if issubclass(event, HumanResponseEvent)]


def answer_type_of(
    workflow: Workflow, question: Event | None, awaited: type[Event] | None = None
) -> type[Event] | None:
    """The class of the event that answers a question.

    Args:
        workflow: The instance that asks.
        question: Its question; None for a wait whose author has written none.
        awaited: The type that the question's waiter waits for, if it was asked with `ctx.wait_for_event`.

    Returns:
        The `answer_type` of the question's class; else `awaited`; else the workflow's only response event; else the
        library's own if its steps take none, since a wait is still to come; else None.
    """
    named = getattr(type(question), "answer_type", None)
    if isinstance(named, type) and issubclass(named, Event):
        return named
    if awaited is not None:
        return awaited
    known = response_types(workflow)
    return known[0] if len(known) == 1 else None if known else HumanResponseEvent


def is_taken_by_a_step(workflow: Workflow, answer_type: type[Event] | str | None) -> bool:
    """True if a step of a workflow takes the answers of a type; else only `ctx.wait_for_event` can.

    Args:
        workflow: The instance that asks.
        answer_type: The class, or its name, `module:Class`; None if the human chooses among those that steps take.
    """
    if answer_type is None:
        return bool(response_types(workflow))
    name = answer_type if isinstance(answer_type, str) else qualified_name(answer_type)
    return any(qualified_name(cls) == name for cls in workflow.events)


def is_bare(question: Question) -> bool:
    """True if the answer's class declares no fields, as the library's `HumanResponseEvent`, or is unknown.

    Nothing defines a yes or a no then: a workflow that only checks for a response takes any as a yes.
    """
    is_library_s = question.answer_type == qualified_name(HumanResponseEvent)
    return is_library_s or not question.answer_schema.get("properties")


def schema_of(answer_type: type[Event] | None) -> dict[str, Any]:
    """The JSON schema of a response event; empty for None."""
    return schema_with_names(answer_type) if answer_type else {}


def build_answer(
    workflow: Workflow, question: Question, body: Mapping[str, Any], awaited: Collection[type[Event]] = ()
) -> Event:
    """The response event to send, of the class that this workflow instance uses.

    A class that was imported again after an edit is a different class, whose events the instance silently ignores; so
    the instance's own classes are tried first.

    Args:
        workflow: The instance that will receive the answer.
        question: The question to answer.
        body: The fields of the response event, as JSON values. Missing required values are filled in.
        awaited: The classes that the run's waiters wait for, which may be missing from its steps' signatures.

    Raises:
        InvalidAnswer: If the question has no answer type and `body` names none, or `body` does not fit the type or
            contradicts the question's requirements.
    """
    body = question.requirements | dict(body)
    chosen = body.pop(CHOSEN, None) if question.answer_type is None else None
    cls = _answer_class([*response_types(workflow), *awaited], question, chosen)
    answer = _made(cls, body)
    for name, required in question.requirements.items():
        if to_jsonable_python(getattr(answer, name)) != required:
            raise InvalidAnswer(f"This question takes no other answer than one with {name}={required!r}.")
    return answer


def _answer_class(types: Collection[type[Event]], question: Question, chosen: object) -> type[Event]:
    """The class of an answer: the question's answer type, else the one that the human chose by name."""
    if question.answer_type is not None:
        own = {qualified_name(cls): cls for cls in types}
        return own.get(question.answer_type) or _imported(question.answer_type)
    by_name = {cls.__name__: cls for cls in types}
    if chosen not in by_name:
        raise InvalidAnswer(
            f"The workflow does not say which answer settles {question.type}. Choose one by its name, "
            f"{CHOSEN}: {', '.join(by_name) or 'there is none'}. (The question's class can name it: "
            "`answer_type: ClassVar = …`.)"
        )
    return by_name[str(chosen)]


def build_signal(workflow: Workflow, name: str, body: Mapping[str, Any]) -> Event:
    """The signal to send, of the class that this workflow instance uses.

    Raises:
        InvalidAnswer: If the workflow accepts no such signal, or `body` does not fit it.
    """
    signals = {cls.__name__: cls for cls in _from_outside(workflow) if is_signal(cls)}
    if name not in signals:
        known = ", ".join(signals) or "none"
        raise InvalidAnswer(f"The workflow takes no signal {name} (it takes: {known}).")
    return _made(signals[name], body)


def _made(cls: type[Event], body: Mapping[str, Any]) -> Event:
    unknown = unknown_fields(cls, body)
    words = f"{cls.__name__} has no field {', '.join(unknown)}. It has: {', '.join(cls.model_fields)}."
    try:
        answer = build_model(cls, {name: value for name, value in body.items() if name not in unknown})
    except ValidationError as error:
        problems = problems_in(error)
        invalid = f"That is not a valid {cls.__name__}. {problems_in_words(problems)}"
        raise InvalidAnswer(f"{words} {invalid}" if unknown else invalid, unknown | problems) from error
    if unknown:
        raise InvalidAnswer(words, unknown)
    return answer


def unknown_fields(cls: type[Event], body: Mapping[str, Any]) -> dict[str, str]:
    """A message for each given field that an event class does not have; a class without fields takes any."""
    known = {*names_of(cls), *computed_names(cls)}
    has = f"{cls.__name__} has no such field. It has: {', '.join(cls.model_fields)}."
    return {name: has for name in body if name not in known and not is_extendable(cls)}


def problems_in(error: ValidationError) -> dict[str, str]:
    """Validation messages, by field; nested fields as `outer.inner`."""
    return {
        ".".join(map(str, problem["loc"])): problem["msg"].removeprefix("Value error, ") for problem in error.errors()
    }


def _imported(name: str) -> type[Event]:
    found = found_by_name(name)
    if found is None:
        raise InvalidAnswer(f"The answer type {name} is not there any more.")
    if not (isinstance(found, type) and issubclass(found, Event)):
        raise InvalidAnswer(f"{name} is not an event class.")
    return found


def found_by_name(name: str, imports: bool = True) -> Any:
    """The object with a qualified name, `module:Name`; None if there is none.

    Args:
        name: Its name.
        imports: Whether its module may be imported; that waits as long as another thread is importing it.
    """
    module, _, path = current_name(name).partition(":")
    try:
        found: Any = importlib.import_module(module) if imports else sys.modules[module]
        for part in path.split("."):
            found = getattr(found, part)
    except (Exception, SystemExit):  # a user's module can raise anything, as in the middle of an edit
        return None
    return found
