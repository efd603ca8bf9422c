"""Renderers: which function draws what an event carries."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeVar

from workflows.events import Event

from hitl.engine import Engine, EngineError

Renderer = Callable[..., None]
F = TypeVar("F", bound=Renderer)

_renderers: dict[str, dict[str, Renderer]] = {}  # by name of the class, and then by its full name


def renders(event: type[Event]) -> Callable[[F], F]:
    """Have the decorated function draw what an event of this class carries, in the place of hitl's own drawing.

    What it is called with depends on the event: for a StartEvent `(engine, workflow)`, the name of the workflow
    that is to be started; for an InputRequiredEvent `(run, question)`; for a StopEvent `(run)`, which has the result;
    for a signal (a HumanResponseEvent that says `is_signal`) `(run)`, to draw what sends it while the run works; for
    any other `(log)`, the events so far, to draw what is being made, without widgets.

    Args:
        event: A class of the workflow, as its module has it.
    """

    def register(function: F) -> F:
        _renderers.setdefault(event.__name__, {})[f"{event.__module__}:{event.__qualname__}"] = function
        return function

    return register


def draws(event: type[Event]) -> Callable[[F], F]:
    """The former name of `renders`."""
    warnings.warn("hitl.draws is called hitl.renders now.", DeprecationWarning, stacklevel=2)
    return renders(event)


def renderer_for(engine: Engine, workflow: str, event: str) -> Renderer | None:
    """Who draws an event of a workflow; None when nobody has said so.

    Args:
        engine: Knows the workflow's classes.
        workflow: Its name.
        event: Name of the event's class, as it is stored.
    """
    known = _renderers.get(event, {})
    own = _full_names(engine, workflow).get(event) if known else None
    return known.get(own) if own else next(iter(known.values()), None)


def signal_renderers(engine: Engine, workflow: str) -> list[Renderer]:
    """Who draws the signals that a workflow takes."""
    return [found for name in engine.signals(workflow) if (found := renderer_for(engine, workflow, name))]


def _full_names(engine: Engine, workflow: str) -> dict[str, str]:
    """The events of a workflow's steps: their full names by the names of their classes."""
    try:
        return engine.event_names(workflow)
    except EngineError:  # it cannot be loaded any more; what it has left is drawn by the name alone
        return {}
