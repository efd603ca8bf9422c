"""Runs, events and answers described in words, for the page and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hitl.engine.records import EventRecord, Question, RunRecord
from hitl.text import humanize


@dataclass(frozen=True)
class Entry:
    """A line of the log: one event, or all the pieces of one streamed text."""

    at: datetime
    text: str
    first: int
    """Index of its first event in the events given to `entries`."""


def entries(events: Sequence[EventRecord], most: int | None = None) -> list[Entry]:
    """The newest log entries of a run, oldest first.

    A progress event with a `delta` is a piece of a text; consecutive ones that differ only in it become one entry.

    Args:
        events: The run's events, oldest first.
        most: Maximum number of entries; None for all.
    """
    found: list[Entry] = []
    end = len(events)
    while end and (most is None or len(found) < most):
        last, start = events[end - 1], end - 1
        if _is_piece(last):
            while start and _same_text(events[start - 1], last):
                start -= 1
        text = _describe_text(events[start:end]) if _is_piece(last) else describe(last)
        if text:
            found.append(Entry(events[start].at, text, start))
        end = start
    return found[::-1]


def _is_piece(event: EventRecord) -> bool:
    return event.kind == "progress" and isinstance(event.body.get("delta"), str)


def _same_text(one: EventRecord, other: EventRecord) -> bool:
    return _is_piece(one) and one.type == other.type and one.body | {"delta": ""} == other.body | {"delta": ""}


def _describe_text(pieces: Sequence[EventRecord]) -> str:
    """The number of words so far; empty if there are none yet."""
    words = len("".join(event.body["delta"] for event in pieces).split())
    if not words:
        return ""
    return f"{humanize(pieces[0].type)}: {words:,} {'word' if words == 1 else 'words'} so far"


def describe(event: EventRecord) -> str:
    """One event in one line."""
    match event.kind:
        case "start":
            return f"Started: {headline}" if (headline := event.body.get(headline_field(event.body))) else "Started"
        case "progress" if event.type == "StepRestarted":
            return f"“{humanize(event.body['step'])}” started again {event.body.get('why', 'after a restart')}"
        case "progress" if isinstance(tool := event.body.get("tool_name"), str):  # from a LlamaIndex agent
            return f"{humanize(event.type)}: {tool}"
        case "progress":
            message = event.body.get("message")
            return message if isinstance(message, str) else humanize(event.type)
        case "question":
            return f"Waiting for a human: {humanize(event.type).lower()}"
        case "answer":
            return f"{event.body['by']}: {describe_answer(event.body['answer'])}"
        case "stop":
            return _describe_end(event)


def describe_answer(answer: Mapping[str, Any]) -> str:
    """An answer in one line; a boolean `approved` comes first, as “approved” or “rejected”."""
    match answer.get("approved"):
        case True:
            words = ["approved"]
        case False:
            words = ["rejected"]
        case _:
            words = []
    words += [
        f"{name.replace('_', ' ')}: {len(value) if isinstance(value, list | dict) else f'“{value}”'}"
        for name, value in answer.items()
        if name != "approved" and value not in ("", [], {}, None)
    ]
    return ", ".join(words) or "answered"


def _describe_end(event: EventRecord) -> str:
    match event.type:
        case "WorkflowFailedEvent":
            message = event.body["exception"]["exception_message"]
            return f"Failed in “{humanize(event.body['step_name'])}”: {message}"
        case "WorkflowCancelledEvent":
            return "Cancelled"
        case _:
            return "Finished"


def headline_field(inputs: Mapping[str, Any]) -> str:
    """The name of the first non-empty text input, which says what the run is about; empty if there is none."""
    return next((name for name, value in inputs.items() if isinstance(value, str) and value), "")


def title_of(record: RunRecord, question: Question | None = None) -> str:
    """The title of a run: the name that a human gave it, else its headline.

    The headline is the headline field of the question or the result, else the result's `title`, else the headline
    field of the inputs, else the workflow's name.
    """
    if record.title:
        return record.title
    name = headline_field(record.inputs)
    now = (question.body if question else record.result or {}).get(name) or (record.result or {}).get("title")
    return now if isinstance(now, str) else record.inputs.get(name, humanize(record.workflow))
