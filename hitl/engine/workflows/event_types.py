"""Check, when a workflow is loaded, that what its events are declared to hold can be stored and read back."""

from __future__ import annotations

import collections.abc
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import CodeType, FunctionType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    Secret,
    SecretBytes,
    SecretStr,
    WrapSerializer,
    WrapValidator,
)
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from workflows import Workflow
from workflows.events import DictLikeModel, Event, HumanResponseEvent, InputRequiredEvent, StopEvent

from hitl.engine.upstream import schema_of, step_functions
from hitl.engine.workflows.shown import NOT_SHOWN, NOT_SHOWN_ADVICE
from hitl.engine.workflows.storable import ADVICE, LOST, SECRET, SECRET_ADVICE, adapter_of, class_name, is_of_framework

SECRETS = (SecretStr, SecretBytes, Secret)
SERIALIZERS = (PlainSerializer, WrapSerializer)
VALIDATORS = (PlainValidator, WrapValidator, BeforeValidator, AfterValidator)
FUNCTIONS = (collections.abc.Callable, Callable, typing.Callable, FunctionType)
SHOWN_OF = ("pandas", "polars", "numpy", "PIL")
"""Packages with tables and pictures, which a result may hold: it is shown, and never read back."""


@dataclass(frozen=True)
class Problem:
    """A field that cannot be stored."""

    kind: str
    """Name of its type."""
    why: str
    advice: str
    package: str = ""
    """The package of the type; empty if it is none of its own."""
    place: str = ""
    """The field, with those inside it: `order.password`."""

    def inside(self, name: str) -> Problem:
        return replace(self, place=f"{name}.{self.place}" if self.place else name)


def problem_with_events(workflow: Workflow) -> str | None:
    """Why a workflow cannot be used, as the rest of a sentence that begins with its name; None if it can.

    A type that pydantic can write and read passes, and one for which the author gives a serializer and a validator.
    """
    start = workflow.start_event_class
    if not is_of_framework(start) and class_name(start) is None:
        return (
            f"its start event {start.__name__} is declared where nothing finds it again after a restart, such as in "
            "the script of the page itself or inside a function; put the workflow and its events into a module of "
            "their own, and import it there"
        )
    for event in events_of(workflow):
        if is_of_framework(event):
            continue
        try:
            _, has_schema = schema_of(event)
        except PydanticUserError as error:
            return f"its event {event.__name__} is not complete: {str(error).splitlines()[0].rstrip('.')}"
        if found := _problem_with(event, has_schema):
            advice = found.advice[0].lower() + found.advice[1:]
            return (
                f"its event {event.__name__} has a field “{found.place}” of type {found.kind}, {found.why}; {advice}"
            ).rstrip(".")
    return None


def events_of(workflow: Workflow) -> list[type[Event]]:
    """The events that a workflow's steps take and return, the answers to its questions, and those it waits for.

    What a step waits for, and by which question, is not declared: the classes that its code names are looked up.
    """
    found = dict.fromkeys(workflow.events)
    for function in step_functions(workflow):
        named = events_named_in(function)
        found |= dict.fromkeys(cls for cls in named if issubclass(cls, InputRequiredEvent | HumanResponseEvent))
    for event in list(found):
        answer = getattr(event, "answer_type", None)
        if isinstance(answer, type) and issubclass(answer, Event):
            found[answer] = None
    return list(found)


def events_named_in(function: Callable[..., Any]) -> Iterator[type[Event]]:
    """The events that a function's code names."""
    code, known = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    for name in _names_in(code) if isinstance(code, CodeType) else ():
        cls = known.get(name)
        if isinstance(cls, type) and issubclass(cls, Event):
            yield cls


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _problem_with(event: type[Event], has_schema: bool) -> Problem | None:
    """The first field that cannot be stored.

    Args:
        event: The class of the event.
        has_schema: Whether pydantic can describe all its fields: then only a secret would not come back.
    """
    is_shown = issubclass(event, StopEvent)
    for found in _problems_of(event, ()):
        is_secret = found.why == SECRET
        if is_secret and is_shown:
            continue
        if is_secret or not has_schema:
            if not is_shown:
                return found
            if found.package not in SHOWN_OF:
                return replace(found, why=NOT_SHOWN, advice=NOT_SHOWN_ADVICE)
    return None


def _problems_of(cls: type[BaseModel], outer: tuple[type, ...]) -> Iterator[Problem]:
    """The fields of a model that cannot be stored, also in models inside it.

    Args:
        cls: Its class.
        outer: The models that it is in, which may hold themselves.
    """
    decorators = cls.__pydantic_decorators__
    if any(not _is_library_s(decorator.func) for decorator in decorators.model_serializers.values()):
        return
    written = {name for decorator in decorators.field_serializers.values() for name in decorator.info.fields}
    for name, field in cls.model_fields.items():
        if not (field.exclude or written & {name, "*"} or _has_own_serializer(field)):
            yield from (found.inside(name) for found in _problems_in(field.annotation, (*outer, cls)))


def _is_library_s(function: Callable[..., Any]) -> bool:
    return getattr(function, "__module__", "") == DictLikeModel.__module__


def _has_own_serializer(field: FieldInfo) -> bool:
    """True if the author says how a field is written and read."""
    return _says_how(field.metadata)


def _says_how(metadata: collections.abc.Iterable[Any]) -> bool:
    return any(isinstance(entry, SERIALIZERS) or hasattr(entry, "__get_pydantic_core_schema__") for entry in metadata)


def _problems_in(annotation: Any, outer: tuple[type, ...]) -> Iterator[Problem]:
    """What of a type cannot be stored."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if not _says_how(args[1:]):
            yield from _problems_in(args[0], outer)
    elif origin in (Union, UnionType):
        yield from _problems_in_union(args, outer)
    elif annotation in FUNCTIONS or origin in FUNCTIONS:
        yield Problem("Callable", LOST, "Pass its name, and look it up in the step.")
    elif isinstance(annotation, type) and issubclass(annotation, SECRETS):
        yield Problem(annotation.__name__, SECRET, SECRET_ADVICE)
    elif isinstance(origin, type) and issubclass(origin, SECRETS):
        yield Problem(origin.__name__, SECRET, SECRET_ADVICE)
    elif isinstance(annotation, type) and origin is None and issubclass(annotation, BaseModel):
        if annotation not in outer and not is_of_framework(annotation):
            yield from _problems_of(annotation, outer)
    elif args and origin is not None and adapter_of(origin) is not None:
        for inner in args:
            yield from _problems_in(inner, outer)
    elif isinstance(annotation, type) and adapter_of(annotation) is None:
        yield Problem(annotation.__name__, LOST, ADVICE, annotation.__module__.partition(".")[0])
    elif isinstance(origin, type) and adapter_of(origin) is None:
        yield Problem(origin.__name__, LOST, ADVICE, origin.__module__.partition(".")[0])


def _problems_in_union(args: tuple[Any, ...], outer: tuple[type, ...]) -> Iterator[Problem]:
    """Of a union, a secret, or what cannot be stored if no other choice can."""
    found = [list(_problems_in(choice, outer)) for choice in args if choice is not type(None)]
    yield from (problem for problems in found for problem in problems if problem.why == SECRET)
    if all(found):
        yield from (problem for problems in found for problem in problems if problem.why != SECRET)
