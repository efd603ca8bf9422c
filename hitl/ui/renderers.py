"""Renderers: the functions that draw events."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from types import FunctionType
from typing import TypeVar

from workflows.events import Event

from hitl.engine import Engine, EngineError

Renderer = Callable[..., None]
F = TypeVar("F", bound=Renderer)

_renderers: dict[str, dict[str, Renderer]] = {}  # by class name, then by full name
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

    Args:
        event: An event class, imported from the workflow's module.

    Raises:
        TypeError: If it is not the class of an event.
    """
    if not (isinstance(event, type) and issubclass(event, Event)):
        raise TypeError(_no_event(event))

    def register(function: F) -> F:
        _renderers.setdefault(event.__name__, {})[f"{event.__module__}:{event.__qualname__}"] = function
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
    known, modules = _renderers.get(event, {}), _modules.get(event, {})
    own = _full_names(engine, workflow).get(event) if known or modules else None
    if module := modules.get(own) if own else next(iter(modules.values()), None):
        import_module(module)
        known = _renderers.get(event, {})
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
