"""Runs, events and answers in words, the same on the page and on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hitl.engine.records import EventRecord, Question, RunRecord
from hitl.text import humanize


@dataclass(frozen=True)
class Entry:
    """A line of the log: one event, or all the pieces of one text."""

    at: datetime
    text: str
    first: int
    """Where its first event stands among the events that were given."""


def entries(events: Sequence[EventRecord], most: int | None = None) -> list[Entry]:
    """The log of a run: its newest entries, the oldest of them first.

    A progress event with a `delta` is a piece of a text; neighbours that differ in nothing else are one entry.

    Args:
        events: In their order.
        most: Entries, at most; None for all.
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
    """How much of a text there is; empty when there is no word of it yet."""
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
        case "progress" if isinstance(tool := event.body.get("tool_name"), str):  # of one of LlamaIndex's agents
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
    """An answer in one line; a yes or no called `approved` comes first, in the words of its buttons."""
    match answer.get("approved"):
        case True:
            words = ["approved"]
        case False:
            words = ["rejected"]
        case _:
            words = []
    words += [
        f"{name.replace('_', ' ')}: {len(value) if isinstance(value, list) else f'“{value}”'}"
        for name, value in answer.items()
        if name != "approved" and value not in ("", [], None)
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
    """The name of the first text among a run's inputs, which says what the run is about; empty without one."""
    return next((name for name, value in inputs.items() if isinstance(value, str) and value), "")


def title_of(record: RunRecord, question: Question | None = None) -> str:
    """What a run is called: the name it was given, else what it is about, in the words that it uses by now."""
    if record.title:
        return record.title
    name = headline_field(record.inputs)
    now = (question.body if question else record.result or {}).get(name) or (record.result or {}).get("title")
    return now if isinstance(now, str) else record.inputs.get(name, humanize(record.workflow))
