"""What is stored of a run and shown of it: plain records that no workflow object hides in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Status = Literal["running", "waiting", "completed", "failed", "cancelled"]
"""`running`: no question is open; `waiting`: at least one is; the others are final."""

Kind = Literal["start", "progress", "question", "answer", "stop"]
"""What an event is to a reader who does not know the workflow's classes."""

TITLE_LENGTH = 200
"""Characters of a name that a human gives a run, at most."""

LIVE: tuple[Status, ...] = ("running", "waiting")


@dataclass(frozen=True)
class EventRecord:
    """One thing that happened in a run."""

    seq: int
    """Position in the run, from 1; never repeats, never changes."""
    kind: Kind
    type: str
    """Name of the event's class."""
    at: datetime
    """When it was committed, in UTC."""
    body: dict[str, Any]
    """The event's fields, as JSON values."""


@dataclass(frozen=True)
class Question:
    """What a workflow asks a human."""

    id: str
    run_id: str
    workflow: str
    type: str
    """Name of the question's class."""
    body: dict[str, Any]
    """The question's fields, as JSON values."""
    answer_type: str | None
    """Qualified name of the response event that settles it; None when the workflow leaves that open."""
    answer_schema: dict[str, Any]
    """JSON schema of that response event; empty when it is open."""
    requirements: dict[str, Any]
    """Values that fields of the answer must have: the waiter that asked takes no other."""
    asked_at: datetime


@dataclass(frozen=True)
class Answer:
    """What a human decided."""

    question_id: str
    question_type: str
    body: dict[str, Any]
    by: str
    """The name the human gave; nobody has verified it."""
    at: datetime
    state: Literal["answered", "applied"]
    """`applied` once the workflow has taken it."""


@dataclass(frozen=True)
class Receipt:
    """What the sender of an answer is told."""

    accepted: bool
    """False for whoever came second, or after the run had ended."""
    by: str | None
    """Who gave the answer that counts; None when the question closed without one."""
    at: datetime | None
    state: Literal["answered", "applied", "closed"]


@dataclass(frozen=True)
class Failure:
    """Why a run failed."""

    step: str | None
    """Name of the step that raised; None when it was not a step."""
    type: str
    """Name of the exception's class."""
    message: str


@dataclass(frozen=True)
class RunRecord:
    """A run as it stands in the store."""

    id: str
    workflow: str
    title: str | None
    """The name that a human gave it; None when nobody did."""
    inputs: dict[str, Any]
    """The fields of its start event."""
    status: Status
    active: bool
    """Whether it has something to do, or has been sent something: a run may be waiting *and* active."""
    result: dict[str, Any] | None
    failure: Failure | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class NewEvent:
    """An event that a tick is about to commit."""

    kind: Kind
    type: str
    body: dict[str, Any]


@dataclass(frozen=True)
class NewQuestion:
    """A question that a tick is about to commit, together with the event that carries it."""

    id: str
    event: NewEvent
    answer_type: str | None
    answer_schema: dict[str, Any]
    requirements: dict[str, Any]


@dataclass(frozen=True)
class JournalRow:
    """One tick of a run, as the workflow library replays it."""

    seq: int
    tick: str
    """The serialized tick."""
    state: dict[str, Any]
    """`{"base": …}` at the first tick of a session and whenever the run rests; else `{"patch": …}`, a JSON patch."""


@dataclass(frozen=True)
class Snapshot:
    """What all ticks of a run before a number come to: the journal, compacted."""

    seq: int
    """Number of the first tick that is not in it."""
    context: dict[str, Any]
    """The workflow's context, state included, as the workflow library restores it."""


@dataclass(frozen=True)
class Journal:
    """All that is needed to take a run up again."""

    snapshot: Snapshot | None
    """None for a run that has not come to rest yet."""
    rows: tuple[JournalRow, ...]
    """The ticks after the snapshot, in order and without a gap."""


@dataclass(frozen=True)
class Tick:
    """Everything that one tick of a run commits, in one transaction."""

    events: tuple[NewEvent | NewQuestion, ...] = ()
    applied: str | None = None
    """Id of the question whose answer the workflow has taken in this tick."""
    journal: JournalRow | None = None
    resting: bool = False
    """Whether the run has nothing to do after this tick until something is sent to it."""
    given_up: str | None = None
    """Id of the question for whose answer the workflow waits no more."""


@dataclass(frozen=True)
class Ending:
    """How a run ends."""

    status: Literal["completed", "failed"]
    result: dict[str, Any] | None = None
    failure: Failure | None = None
