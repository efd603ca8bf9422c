"""Which answer belongs to a question, and whether what a human sent is one."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_jsonable_python
from workflows import Workflow
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent

from hitl.engine.errors import InvalidAnswer
from hitl.engine.records import Question

CHOSEN = "answer_type"
"""The field of an answer by which the human says which one it is, where the workflow leaves that open."""


def qualified_name(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def takes_what_is_read(workflow: Workflow) -> bool:
    """Whether events that are read from the file are of the classes that this instance takes.

    They are looked up by name: after a module was imported again, the name leads to another class.
    """
    return all(found_by_name(qualified_name(cls)) is cls for cls in workflow.events)


def can_be_found(event: type[Event]) -> bool:
    """Whether the library finds a class again by the name under which it stores its events: module and class."""
    return found_by_name(f"{event.__module__}:{event.__name__}") is not None


def response_types(workflow: Workflow) -> list[type[Event]]:
    """The response events that the workflow's steps take or return, and that settle a question."""
    return [event for event in _from_outside(workflow) if not is_signal(event)]


def is_signal(event: type[Event]) -> bool:
    """Whether a response event tells a run something while it works, and settles no question."""
    return bool(getattr(event, "is_signal", False))


def _from_outside(workflow: Workflow) -> list[type[Event]]:
    """All that may be sent from outside."""
    return [event for event in workflow.events if issubclass(event, HumanResponseEvent)]


def answer_type_of(
    workflow: Workflow, question: InputRequiredEvent, awaited: type[Event] | None = None
) -> type[Event] | None:
    """The response event that settles a question.

    Args:
        workflow: The instance that asks.
        question: What it asks.
        awaited: The type that the question's waiter waits for, when `ctx.wait_for_event` asked it.

    Returns:
        The `answer_type` that the question's class names; else the awaited type; else the only response
        event that the workflow knows; else None.
    """
    named = getattr(type(question), "answer_type", None)
    if isinstance(named, type) and issubclass(named, Event):
        return named
    if awaited is not None:
        return awaited
    known = response_types(workflow)
    return known[0] if len(known) == 1 else None


def is_bare(question: Question) -> bool:
    """Whether the answer is one of the library's own, which takes any field and names none.

    Nothing says then what a yes or a no would mean: to an author who looks whether there is a response, any is a yes.
    """
    is_library_s = question.answer_type == qualified_name(HumanResponseEvent)
    return is_library_s or not question.answer_schema.get("properties")


def schema_of(answer_type: type[Event] | None) -> dict[str, Any]:
    """The JSON schema of a response event; empty when none is named."""
    return answer_type.model_json_schema() if answer_type else {}


def build_answer(
    workflow: Workflow, question: Question, body: Mapping[str, Any], awaited: Collection[type[Event]] = ()
) -> Event:
    """The response event to send, of the class that this workflow instance itself takes.

    A class that was imported again after an edit is another class, and its events are ignored
    without a word; so the instance's own classes are looked at first.

    Args:
        workflow: The instance that will take the answer.
        question: What is answered.
        body: The fields of the response event, as JSON values.
        awaited: The classes that its waiters wait for, which may stand in no step's signature.

    Raises:
        InvalidAnswer: If the question's answer type is open and `body` chooses none, or it does not fit it, or says
            something else than the waiter that asked requires. What is required and not said is filled in.
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
    """The class of an answer: the one that the question says, or that the human has chosen by its name."""
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
    """The signal to send, of the class that this workflow instance itself takes.

    Raises:
        InvalidAnswer: If the workflow takes no such signal, or `body` does not fit it.
    """
    signals = {cls.__name__: cls for cls in _from_outside(workflow) if is_signal(cls)}
    if name not in signals:
        known = ", ".join(signals) or "none"
        raise InvalidAnswer(f"The workflow takes no signal {name} (it takes: {known}).")
    return _made(signals[name], body)


def _made(cls: type[Event], body: Mapping[str, Any]) -> Event:
    fields = cls.model_fields
    unknown = [name for name in body if name not in fields]
    if fields and unknown:
        raise InvalidAnswer(f"{cls.__name__} has no field {', '.join(unknown)}. It has: {', '.join(fields)}.")
    try:
        return cls(**body)
    except ValidationError as error:
        problems = problems_in(error)
        words = "; ".join(f"{field}: {problem}" for field, problem in problems.items())
        raise InvalidAnswer(f"That is not a valid {cls.__name__}. {words}", problems) from error


def problems_in(error: ValidationError) -> dict[str, str]:
    """What is wrong with each field, in words."""
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


def found_by_name(name: str) -> Any:
    """What a qualified name leads to; None when it leads nowhere."""
    module, _, path = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except Exception:  # a user's module, perhaps in the middle of an edit, raises what it likes
        return None
    return found
