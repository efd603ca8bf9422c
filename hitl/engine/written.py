"""Events as they are stored: their kind, the name of their class, their fields as JSON values."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from workflows.events import Event, InputRequiredEvent, StopEvent

from hitl.engine.records import Kind, NewEvent

log = logging.getLogger("hitl")


@dataclass(frozen=True)
class Written:
    """An event as it came, and as it will be stored."""

    event: Event
    stored: NewEvent


def record(event: Event, kind: Kind | None = None) -> NewEvent:
    """An event as it is stored: its kind, the name of its class, its fields as JSON values.

    Raises:
        ValueError: If a field has no JSON value.
    """
    if kind is None:
        is_question, is_stop = isinstance(event, InputRequiredEvent), isinstance(event, StopEvent)
        kind = "question" if is_question else "stop" if is_stop else "progress"
    body = event.model_dump(mode="json")
    extra = body.pop("_data", {})
    if not isinstance(extra, dict):
        raise ValueError("no field may be called _data")
    return NewEvent(kind, type(event).__name__, body | extra)


def readable(event: Event) -> NewEvent:
    """An event as it is stored; progress that cannot be stored is told, a question or a result fails its run."""
    try:
        return record(event)
    except ValueError as error:
        if isinstance(event, InputRequiredEvent | StopEvent):
            raise
        log.warning("an event of type %s cannot be stored: %s", type(event).__name__, error)
        return NewEvent("progress", type(event).__name__, {"message": f"{type(event).__name__}: cannot be shown"})
