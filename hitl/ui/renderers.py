"""Renderers: the functions that draw events."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from types import FunctionType
from typing import TypeVar

from workflows.events import Event, InputRequiredEvent

from hitl.engine import Engine, EngineError

Renderer = Callable[..., object]
F = TypeVar("F", bound=Renderer)

_renderers: dict[str, dict[str, Renderer]] = {}  # by class name, then by full name
_closed: dict[str, dict[str, Renderer]] = {}  # the same, of questions that are not open any more
_modules: dict[str, dict[str, str]] = {}  # the same, for modules that register a renderer when they are imported


def renders(event: type[Event]) -> Callable[[F], F]:
    """Draw events of this class with the decorated function, instead of hitl's own drawing.

    Its arguments depend on the event:

    - StartEvent: `(engine, workflow)`; `workflow` is the name of the workflow to start.
    - InputRequiredEvent: `(run, question)`.
    - StopEvent: `(run)`, which has the result.
    - A signal, which is a HumanResponseEvent with `is_signal`: `(run)`; draws the widget that sends it while the
      run works.
    - Any other event: `(log)`, the events so far; draws progress, without widgets.

    That of a question or a result may be a generator function. It draws first what a visitor waits for, such as the
    bar with the decision, and then yields once: the page's head is drawn before it goes on.

    Args:
        event: An event class, imported from the workflow's module.

    Raises:
        TypeError: If it is not the class of an event.
    """
    if not (isinstance(event, type) and issubclass(event, Event)):
        raise TypeError(_no_event(event))
    return _registering(_renderers, event)


def renders_closed(question: type[InputRequiredEvent]) -> Callable[[F], F]:
    """Draw questions of this class that are not open any more with the decorated function: `(run, question)`.

    It shows what was asked, without widgets that answer it, as for a run that was cancelled.

    Args:
        question: An event class, imported from the workflow's module.
    """
    return _registering(_closed, question)


def _registering(renderers: dict[str, dict[str, Renderer]], event: type[Event]) -> Callable[[F], F]:
    def register(function: F) -> F:
        renderers.setdefault(event.__name__, {})[f"{event.__module__}:{event.__qualname__}"] = function
        return function

    return register


def _no_event(given: object) -> str:
    """What is wrong with an argument of `renders` that is not the class of an event."""
    if isinstance(given, Event):
        name = type(given).__name__
        return f"@hitl.renders takes the class of an event, not an event: write @hitl.renders({name})."
    example = "write its name in parentheses, such as @hitl.renders(MayITravel)"
    if isinstance(given, FunctionType):
        return f"@hitl.renders does not know which event {given.__name__} draws: {example}."
    name = given.__name__ if isinstance(given, type) else repr(given)
    return f"@hitl.renders takes the class of an event of your workflow, and {name} is none: {example}."


def draws(event: type[Event]) -> Callable[[F], F]:
    """The former name of `renders`."""
    warnings.warn("hitl.draws is called hitl.renders now.", DeprecationWarning, stacklevel=2)
    return renders(event)


def renders_when_imported(module: str, *events: str) -> None:
    """Import a module that registers renderers, but not before one of its events is drawn.

    Args:
        module: Name of the module.
        events: Full names, `module:Class`, of the events that it draws.
    """
    for event in events:
        _modules.setdefault(event.rpartition(":")[2], {})[event] = module


def renderer_for(engine: Engine, workflow: str, event: str) -> Renderer | None:
    """The renderer of an event of a workflow; None if none is registered.

    Args:
        engine: The engine that knows the workflow's event classes.
        workflow: Name of the workflow.
        event: Name of the event's class, as it is stored.
    """
    return _find(_renderers, engine, workflow, event)


def closed_renderer_for(engine: Engine, workflow: str, question: str) -> Renderer | None:
    """The same, for a question that is not open any more."""
    return _find(_closed, engine, workflow, question)


def _find(renderers: dict[str, dict[str, Renderer]], engine: Engine, workflow: str, event: str) -> Renderer | None:
    known, modules = renderers.get(event, {}), _modules.get(event, {})
    own = _full_names(engine, workflow).get(event) if known or modules else None
    if module := modules.get(own) if own else next(iter(modules.values()), None):
        import_module(module)
        known = renderers.get(event, {})
    return known.get(own) if own else next(iter(known.values()), None)


def signal_renderers(engine: Engine, workflow: str) -> list[Renderer]:
    """The renderers of the signals that a workflow takes."""
    return [found for name in engine.signals(workflow) if (found := renderer_for(engine, workflow, name))]


def _full_names(engine: Engine, workflow: str) -> dict[str, str]:
    """Full names of the events of a workflow's steps, by class name; empty if it cannot be loaded."""
    try:
        return engine.event_names(workflow)
    except EngineError:  # it cannot be loaded any more; its stored events are matched by class name
        return {}
