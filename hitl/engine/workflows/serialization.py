"""Serialize events for the store, and mask the API key in them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from workflows.events import Event, InputRequiredEvent, StopEvent

from hitl.engine.errors import NotStorable
from hitl.engine.records import Ending, EventKind, Failure, NewEvent, NewQuestion, Tick
from hitl.engine.workflows.shown import shown_fields
from hitl.engine.workflows.storable import too_deep
from hitl.masking import SHORTEST, masked
from hitl.settings import Settings

log = logging.getLogger("hitl")


@dataclass(frozen=True)
class Written:
    """An event and its stored form."""

    event: Event
    stored: NewEvent


def serialize_event(event: Event, kind: EventKind | None = None) -> NewEvent:
    """The stored form of an event: its kind, the name of its class, its fields as they are shown.

    Args:
        event: The event.
        kind: None to derive it from the event's class.

    Raises:
        NotStorable: If a field cannot be shown.
        ValueError: If a field is called `_data`, which the library uses itself.
    """
    if kind is None:
        is_question, is_stop = isinstance(event, InputRequiredEvent), isinstance(event, StopEvent)
        kind = "question" if is_question else "stop" if is_stop else "progress"
    try:
        body = shown_fields(event)
    except NotStorable as error:
        error.holder = type(event).__name__
        raise
    except RecursionError as error:
        told = too_deep(event)
        told.holder = type(event).__name__
        raise told from error
    extra = body.pop("_data", {})
    if not isinstance(extra, dict):
        raise ValueError("no field may be called _data")
    return NewEvent(kind, type(event).__name__, body | extra)


def serialize_or_placeholder(event: Event) -> NewEvent:
    """Serialize an event; unserializable progress becomes a logged placeholder, questions and results raise."""
    try:
        return serialize_event(event)
    except ValueError as error:
        if isinstance(event, InputRequiredEvent | StopEvent):
            raise
        log.warning("an event of type %s cannot be stored: %s", type(event).__name__, error)
        return NewEvent("progress", type(event).__name__, {"message": f"{type(event).__name__}: cannot be shown"})


class KeyMask:
    """Masks the API key of the model's server in events and endings; the error message of any client may contain it.

    Args:
        settings: Has the key.
    """

    def __init__(self, settings: Settings) -> None:
        key = settings.openai_api_key
        self._key = key.get_secret_value() if key else ""

    def tick(self, tick: Tick) -> Tick:
        """A tick with the key masked in its events. Its journal row stays unmasked: it is never shown."""
        if len(self._key) < SHORTEST or not tick.events:
            return tick
        return replace(tick, events=tuple(self._event(new) for new in tick.events))

    def ending(self, ending: Ending) -> Ending:
        """An ending with the key masked in its result and failure."""
        failure = ending.failure
        if failure:
            failure = Failure(failure.step, failure.type, masked(failure.message, self._key))
        result = self._body(ending.result) if ending.result and self._key else ending.result
        return replace(ending, result=result, failure=failure)

    def body(self, body: dict[str, Any]) -> dict[str, Any]:
        """The fields of an event or a draft, as JSON values, with the key masked in their texts."""
        return self._body(body) if len(self._key) >= SHORTEST else body

    def _event(self, new: NewEvent | NewQuestion) -> NewEvent | NewQuestion:
        if isinstance(new, NewQuestion):
            event = replace(new.event, body=self._body(new.event.body))
            return replace(new, event=event, summary=masked(new.summary, self._key))
        return replace(new, body=self._body(new.body))

    def _body(self, body: dict[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in body.items()}

    def _value(self, value: Any) -> Any:
        """A JSON value with the key masked in its texts; field names as in `_name`."""
        match value:
            case str():
                return masked(value, self._key)
            case dict():
                return {self._name(name): self._value(inner) for name, inner in value.items()}
            case list():
                return [self._value(item) for item in value]
            case _:
                return value

    def _name(self, name: str) -> str:
        """A dict key: an identifier counts as a field name and is kept, even the API key; other text is masked."""
        return name if name.isidentifier() else masked(name, self._key)
