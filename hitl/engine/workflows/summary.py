"""What a question asks in a line, for lists of questions and runs.

Its author may say so: a field or a property of its class called `summary`, a text. Otherwise it is the first text of
the question that says something.
"""

from __future__ import annotations

import inspect
import logging

from workflows.events import Event

from hitl.characters import visible
from hitl.engine.descriptions import headline_field
from hitl.engine.records import SUMMARY_LENGTH, NewEvent, Question
from hitl.text import cut, replace_surrogates

log = logging.getLogger("hitl")

NAME = "summary"


def summary_of(event: Event | None, stored: NewEvent) -> str:
    """The summary of a question; empty if nothing says what it asks.

    Args:
        event: The question; None if its workflow has written none.
        stored: Its stored form.
    """
    return _in_a_line(stored.body.get(NAME) or _property_of(event) or stored.body.get(headline_field(stored.body)))


def has_own_summary(question: Question) -> bool:
    """Whether the author of a question says what it asks; else its summary is but the first of its texts."""
    return bool(question.summary) and question.summary != _in_a_line(question.body.get(headline_field(question.body)))


def _in_a_line(said: object) -> str:
    return cut(visible(replace_surrogates(said)), SUMMARY_LENGTH) if isinstance(said, str) else ""


def _property_of(event: Event | None) -> object:
    """The value of the property `summary`; None if the class has none, or it fails."""
    if not isinstance(inspect.getattr_static(type(event), NAME, None), property):
        return None  # any other name of a library's event may be looked up in its fields
    try:
        return getattr(event, NAME)
    except Exception as error:  # a list of questions can do without; the question cannot
        log.warning("%s has no summary: %s", type(event).__name__, error)
        return None
