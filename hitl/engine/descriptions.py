"""Runs, events and answers described in words, for the page and the command line."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from hitl.engine.failures import exception_in_words
from hitl.engine.records import EventRecord, NewEvent, Question, RunRecord
from hitl.files import with_file_names
from hitl.shown_values import in_brief, without_non_finite
from hitl.text import PLAIN_WORDS, count, cut, humanize, singular

BLOCKS, YIELDED, RESTARTED, RESUMED = "StepBlocks", "StepYielded", "StepRestarted", "RunResumed"
"""Types of events that the engine itself stores: a step has kept its thread for seconds, has yielded at last, or runs
again after an interruption; somebody has taken up a cancelled run again."""
AMOUNT = ("done", "total", "progress")
"""Fields of a progress event that say how much of how much is done."""
MOST_COUNTED = 500
"""Maximum number of events with an amount that become one entry, so that a long count costs no more than others."""
RECENT = 50
"""Number of newest events among which one is looked for that says how much is done."""
ACTED = {"accept": "accepted", "edit": "edited", "respond": "responded", "ignore": "ignored"}
"""What a human has done with what a question proposed, by the action of the answer."""
SUMMARY_LENGTH = 100
"""Maximum characters of what a question asks, in the log."""
MOST_EDITS = 4
"""Maximum number of edited fields that are named."""
EDIT_LENGTH = 60
"""Maximum characters of the value of one."""
NO_EDITS: Mapping[str, Sequence[Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """A line of the log: one event, or all the pieces of one streamed text."""

    at: datetime
    text: str
    first: int
    """Index of its first event in the events given to `entries`."""
    step: str | None = None
    """Name of the step that wrote it, if one did."""

    @property
    def words(self) -> str:
        """The step and the text."""
        return f"{humanize(self.step)} · {self.text}" if self.step else self.text


@dataclass(frozen=True)
class Progress:
    """How much of how much a step has done."""

    share: float
    """From 0 to 1."""
    text: str
    event: str
    """Class name of the event that says so."""


def entries(events: Sequence[EventRecord], most: int | None = None) -> list[Entry]:
    """The newest log entries of a run, oldest first.

    A progress event with a `delta` is a piece of a text, and one with `done` and `total` an amount; consecutive ones
    that differ only in these become one entry.

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
        elif counted := amount_of(last):
            while start > max(0, end - MOST_COUNTED) and _counts_the_same(events[start - 1], last, counted):
                start -= 1
        text = _describe_text(events[start:end]) if _is_piece(last) else describe(last)
        if text:
            found.append(Entry(events[start].at if _is_piece(last) else last.at, text, start, last.step))
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


@dataclass(frozen=True)
class Amount:
    """How much of how much."""

    done: float
    total: float

    @property
    def share(self) -> float:
        return self.done / self.total

    def __str__(self) -> str:
        return f"{self.share:.0%}" if self.total == 1 else f"{_number(self.done)} of {_number(self.total)}"


def amount_of(event: EventRecord) -> Amount | None:
    """How much of how much a progress event says is done: its fields `done` and `total`, or `progress` from 0 to 1."""
    if event.kind != "progress":
        return None
    match event.body:
        case {"done": int() | float() as done, "total": int() | float() as total}:
            amount = Amount(done, total)
        case {"progress": int() | float() as done}:
            total, amount = 1, Amount(done, 1)
        case _:
            return None
    if isinstance(done, bool) or isinstance(total, bool):
        return None
    return amount if 0 <= amount.done <= amount.total and 0 < amount.total < math.inf else None


def progress_of(events: Sequence[EventRecord]) -> Progress | None:
    """How much of its work a run has done, by the newest event of this stretch of work that says so.

    None if none does, or all of it is done.

    Args:
        events: The run's events, oldest first; the newest `RECENT` are looked at.
    """
    for event in reversed(events[-RECENT:]):
        if event.kind != "progress" or event.type in (RESTARTED, RESUMED):
            return None
        if amount := amount_of(event):
            words = describe(event)
            text = words if str(amount) in words else f"{words}: {amount}"
            return Progress(amount.share, text, event.type) if amount.share < 1 else None
    return None


def _counts_the_same(one: EventRecord, other: EventRecord, amount: Amount) -> bool:
    before = amount_of(one)
    if before is None or one.type != other.type or before.total != amount.total or before.done > amount.done:
        return False
    return _without_amount(one) == _without_amount(other)


def _without_amount(event: EventRecord) -> dict[str, Any]:
    return {name: value for name, value in event.body.items() if name not in AMOUNT}


def _number(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.1f}"


def describe(event: EventRecord) -> str:
    """One event in one line."""
    match event.kind:
        case "start":
            headline = with_file_names(event.body.get(headline_field(event.body)))
            return f"Started: {headline}" if headline else "Started"
        case "progress" if event.type == RESTARTED:
            return f"“{humanize(event.body['step'])}” started again {event.body.get('why', 'after a restart')}"
        case "progress" if isinstance(tool := event.body.get("tool_name"), str):  # from a LlamaIndex agent
            return f"{humanize(event.type)}: {tool}"
        case "progress":
            if isinstance(message := event.body.get("message"), str):
                return message
            amount = amount_of(event)
            return f"{humanize(event.type)}: {amount}" if amount else humanize(event.type)
        case "question":
            asked = " · ".join(
                filter(None, [humanize(event.type, inside=True), cut(with_file_names(event.summary), SUMMARY_LENGTH)])
            )
            return f"Waiting for a human: {asked}"
        case "answer":
            return f"{event.body['by']}: {describe_answer(event.body['answer'], event.body.get('edits', {}))}"
        case "stop":
            return _describe_end(event)


def resumed_event(by: str) -> NewEvent:
    """The event that says that somebody has taken up a cancelled run again."""
    return NewEvent("progress", RESUMED, {"by": by, "message": f"{by or 'Somebody'} took the cancelled run up again"})


def blocking_steps(events: Sequence[EventRecord], now: datetime) -> list[str]:
    """Which steps of a live run have not yielded, and for how long, each in a sentence."""
    return [
        f"{_who_blocks(event)} has not yielded for {count(_seconds_since(event, now), 'second')}"
        f"{f' ({where})' if (where := event.body['where']) else ''}. Other runs go on; Python cannot interrupt it."
        for event in _not_yielded(events)
    ]


def left_blocking(events: Sequence[EventRecord]) -> list[str]:
    """Which steps of a cancelled run had not yielded when it was cancelled, each in a sentence."""
    return [
        f"{_who_blocks(event)} had not yielded by then. Python cannot interrupt it: its code runs on until it yields, "
        "and what it gives is discarded."
        for event in _not_yielded(events)
    ]


def _not_yielded(events: Sequence[EventRecord]) -> list[EventRecord]:
    blocking: dict[str | None, EventRecord] = {}
    for event in events:
        if event.kind != "progress":
            continue
        if event.type == BLOCKS and {"step", "since", "where"} <= event.body.keys():  # or it is a workflow's own
            blocking[event.body["step"]] = event
        elif event.type == YIELDED:
            blocking.pop(event.body.get("step"), None)
        elif event.type == RESTARTED:
            blocking.clear()
    return list(blocking.values())


def _who_blocks(event: EventRecord) -> str:
    return f"The step {step}" if (step := event.body["step"]) else "What the run calls"


def _seconds_since(event: EventRecord, now: datetime) -> int:
    return max(0, int((now - datetime.fromisoformat(event.body["since"])).total_seconds()))


def describe_answer(answer: Mapping[str, Any], edits: Mapping[str, Sequence[Any]] = NO_EDITS) -> str:
    """An answer in one line; what it decides comes first, as “approved” or “rejected”, “accepted” or “rewrite”.

    Args:
        answer: Its fields, as JSON values.
        edits: What it changes of what was proposed: by name of the field, its value before and after.
    """
    match answer:
        case {"approved": True}:
            words, told = ["approved"], {"approved"}
        case {"approved": False}:
            words, told = ["rejected"], {"approved"}
        case {"action": str(action), "args": _} if action in ACTED:
            words, told = [ACTED[action]], {"action", "args"}
        case {"action": str(action)} if PLAIN_WORDS.fullmatch(action):
            words, told = [action.replace("_", " ")], {"action"}
        case _:
            words, told = [], {"approved"}
    words += _edited(edits)
    words += [
        _said(name.replace("_", " "), value)
        for name, value in without_non_finite(with_file_names(dict(answer))).items()
        if name not in told and value not in ("", [], {}, None)
    ]
    return ", ".join(words) or "answered"


def _edited(edits: Mapping[str, Sequence[Any]]) -> list[str]:
    """What was changed from what to what: “limit: 1 → 5”."""
    named = [
        f"{name.replace('_', ' ')}: {_value(before)} → {_value(after)}"
        for name, (before, after) in list(edits.items())[:MOST_EDITS]
    ]
    return [*named, f"and {len(edits) - MOST_EDITS:,} more"] if len(edits) > MOST_EDITS else named


def _value(value: object) -> str:
    """A value in a few words."""
    shown = in_brief(without_non_finite(with_file_names(value)))
    match shown:
        case None | "" | [] | {}:
            return "nothing"
        case bool():
            return "yes" if shown else "no"
        case str():
            return f"“{cut(shown, EDIT_LENGTH)}”"
        case _:
            return cut(json.dumps(shown, ensure_ascii=False), EDIT_LENGTH)


def _said(name: str, value: object) -> str:
    """A field of an answer: “feedback: “more””, “2 notes”, “2 dropped”, “check: yes”."""
    match value:
        case bool():
            return f"{name}: {'yes' if value else 'no'}"
        case list() | dict():
            return f"{len(value):,} {singular(name) if len(value) == 1 else name}"
        case str():
            return f"{name}: “{value}”"
        case _:
            return f"{name}: {value}"


def _describe_end(event: EventRecord) -> str:
    match event.type:
        case "WorkflowFailedEvent":
            exception, step = event.body["exception"], event.body["step_name"]
            why = exception_in_words(exception.get("exception_type", ""), exception["exception_message"])
            return f"Failed in “{humanize(step)}”: {why}" if step else f"Failed: {why}"
        case "WorkflowTimedOutEvent":
            at_work = ", ".join(f"“{humanize(step)}”" for step in event.body.get("active_steps", ()))
            seconds = event.body["timeout"]
            after = f"{seconds:g} second{'' if seconds == 1 else 's'}"
            return f"Timed out after {after}{f' in {at_work}' if at_work else ''}"
        case "WorkflowCancelledEvent":
            return "Cancelled"
        case _:
            return "Finished"


NOTHING_BUT_FIGURES = re.compile(r"[\d\W_TZ]+|-?P[\d.,YMWDTHS]+")
"""A date, a time, a duration, an amount: what a form stores as text."""

ABOUT = frozenset({"topic", "question", "subject"})
"""Fields that say what a run is about even if they hold but a figure, such as the topic 1969."""


def headline_field(inputs: Mapping[str, Any]) -> str:
    """The name of the first non-empty text input, which says what the run is about; empty if there is none."""
    texts = ((name, value) for name, value in inputs.items() if isinstance(value, str) and value.strip())
    return next((name for name, text in texts if name in ABOUT or _says_something(text)), "")


def _says_something(text: str) -> bool:
    """Whether a text is more than a figure; a picture, such as 🌊, is."""
    return not NOTHING_BUT_FIGURES.fullmatch(text) or any(unicodedata.category(sign) == "So" for sign in text)


def title_of(record: RunRecord, question: Question | None = None) -> str:
    """The title of a run: the name that a human gave it, else its headline.

    The headline is the headline field of the question or the result, else the result's `title`, else the headline
    field of the inputs, else the workflow's name.
    """
    if record.title:
        return record.title
    name = headline_field(record.inputs)
    now = (question.body if question else record.result or {}).get(name) or (record.result or {}).get("title")
    title: str = now if isinstance(now, str) else record.inputs.get(name) or _inner_text(record.inputs)
    return with_file_names(title or humanize(record.workflow))


def _inner_text(value: Any) -> str:
    """The first text in the models and lists of the inputs; empty if there is none."""
    if isinstance(value, str):
        return value if value.strip() and _says_something(value) else ""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return next(filter(None, map(_inner_text, inner)), "")
