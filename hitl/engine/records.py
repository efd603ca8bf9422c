"""Plain records of what is stored and shown of a run; they hold no workflow objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Status = Literal["running", "waiting", "completed", "failed", "cancelled"]
"""`running`: no question is open; `waiting`: at least one is; the others are final."""

EventKind = Literal["start", "progress", "question", "answer", "stop"]
"""The role of an event, for readers that do not know the workflow's classes."""

Topic = Literal["question", "end", "failure"]
"""What a hook is called for: a question, the end of a run, or an end by failure."""

TITLE_LENGTH = 200
"""Maximum length of a run's name, in characters."""

DRAFT_LENGTH = 200_000
"""Maximum length of a draft, in characters of its JSON."""

SUMMARY_LENGTH = 200
"""Maximum length of a question's summary, in characters."""

MOST_DRAFTS = 50
"""Maximum number of drafts of a question; the one that was changed first gives way to a new one."""

LIVE: tuple[Status, ...] = ("running", "waiting")


@dataclass(frozen=True)
class EventRecord:
    """A stored event of a run."""

    seq: int
    """Position in the run, from 1; never repeats, never changes."""
    kind: EventKind
    type: str
    """Name of the event's class."""
    at: datetime
    """When it was committed, in UTC."""
    body: dict[str, Any]
    """The event's fields, as JSON values."""
    step: str | None = None
    """Name of the step that wrote it; None if none did, or in runs of earlier versions."""
    summary: str = ""
    """Of a question: what it asks, in a line; empty if nothing says so."""


@dataclass(frozen=True, repr=False)
class Question:
    """A question that a workflow asks a human."""

    id: str
    run_id: str
    workflow: str
    type: str
    """Name of the question's class."""
    body: dict[str, Any]
    """The question's fields, as JSON values."""
    answer_type: str | None
    """Name, `module:Class`, of the response event that answers it; None if the workflow does not say which."""
    answer_schema: dict[str, Any]
    """JSON schema of that response event; empty if `answer_type` is None."""
    requirements: dict[str, Any]
    """Field values that the answer must have; the question's waiter accepts no others."""
    asked_at: datetime
    expires_at: datetime | None = None
    """When its waiter stops waiting, in UTC; None if it waits for ever."""
    summary: str = ""
    """What it asks, in a line; empty if nothing says so. See `hitl.engine.workflows.summary`."""

    def __repr__(self) -> str:
        about = f": {self.summary}" if self.summary else ""
        return f"<Question {self.id} of run {self.run_id}, {self.type}{about}>"


@dataclass(frozen=True)
class Answer:
    """A human's answer to a question."""

    question_id: str
    question_type: str
    body: dict[str, Any]
    by: str
    """The name the human gave, unverified."""
    at: datetime
    state: Literal["answered", "applied"]
    """`applied` once the tick that brought it to the workflow is stored."""


@dataclass(frozen=True)
class Draft:
    """What a human has entered for a question and not sent."""

    question_id: str
    browser: str
    """Id of the browser that it was entered in."""
    by: str
    """The name the human gave, unverified; may be empty."""
    body: dict[str, Any]
    """What was entered, as JSON values; which fields it has is up to the page that shows the question."""
    changed_at: datetime
    """In UTC."""


@dataclass(frozen=True)
class Receipt:
    """The outcome of sending an answer."""

    accepted: bool
    """False if another answer was first or the question was closed, as when its run has ended."""
    by: str | None
    """Who gave the accepted answer; None if the question closed without one."""
    at: datetime | None
    state: Literal["answered", "applied", "closed"]


@dataclass(frozen=True)
class Failure:
    """Why a run failed."""

    step: str | None
    """Name of the step that raised; None if no step did."""
    type: str
    """Name of the exception's class."""
    message: str


@dataclass(frozen=True)
class RunRecord:
    """A stored run."""

    id: str
    workflow: str
    title: str | None
    """The name a human gave it, if any."""
    inputs: dict[str, Any]
    """The fields of its start event."""
    status: Status
    active: bool
    """True while it has work to do or an undelivered answer; a run can be `waiting` *and* active."""
    result: dict[str, Any] | None
    failure: Failure | None
    created_at: datetime
    updated_at: datetime
    started_by: str = ""
    """The name that the human who started it gave, unverified; empty if it is not known."""


@dataclass(frozen=True)
class OpenQuestion:
    """An open question as a list shows it, without what it says."""

    id: str
    type: str
    """Name of the question's class."""
    summary: str
    """See `Question.summary`."""
    asked_at: datetime
    expires_at: datetime | None
    run: RunRecord
    """The run that asks."""


@dataclass(frozen=True)
class Course:
    """What has been asked and answered in a run, as a list shows it."""

    asked: int = 0
    """Number of questions, open or not."""
    answered: int = 0
    """Number of answers."""
    answered_by: str = ""
    """Who gave the last answer; empty if there is none."""
    summary: str = ""
    """The summary of the last question that has one."""


@dataclass(frozen=True)
class NewEvent:
    """An event that is not stored yet."""

    kind: EventKind
    type: str
    body: dict[str, Any]
    step: str | None = None
    """Name of the step that has written it, if one has."""


@dataclass(frozen=True)
class NewQuestion:
    """A question that is not stored yet, with the event that carries it."""

    id: str
    event: NewEvent
    answer_type: str | None
    answer_schema: dict[str, Any]
    requirements: dict[str, Any]
    expires_at: datetime | None = None
    summary: str = ""


@dataclass(frozen=True)
class JournalRow:
    """One tick of a run, in the form that the workflow library replays."""

    seq: int
    tick: str
    """The serialized tick."""
    state: dict[str, Any]
    """`{"base": …}`, the whole state, at a session's first tick and whenever the run is idle (for agents, always);
    else `{"patch": …}`, a JSON patch."""


@dataclass(frozen=True)
class Snapshot:
    """A compacted journal: the context that results from all ticks before `seq`."""

    seq: int
    """Number of the first tick that is not in it."""
    context: dict[str, Any]
    """The workflow's serialized context with its state, in the form that the workflow library restores."""


@dataclass(frozen=True)
class Journal:
    """Everything needed to resume a run."""

    snapshot: Snapshot | None
    """None for a run that has not been compacted yet."""
    rows: tuple[JournalRow, ...]
    """The ticks after the snapshot, in order and without a gap."""


@dataclass(frozen=True)
class Move:
    """An event that a step has taken and dealt with, or has given."""

    step: str
    event: str
    """Class name of the event."""
    gives: bool
    """True if the step has given it, False if it has taken it."""


@dataclass(frozen=True)
class Traversal:
    """What of its workflow a run has been through. Runs of earlier versions have stored nothing of it."""

    at_work: tuple[str, ...] = ()
    """Names of the steps that were at work when the last tick was stored, each once."""
    moves: Mapping[Move, int] = field(default_factory=dict)
    """How often each was made."""


@dataclass(frozen=True)
class Tick:
    """Everything that one tick of a run commits, in one transaction."""

    events: tuple[NewEvent | NewQuestion, ...] = ()
    applied: str | None = None
    """Id of the question whose answer this tick brought to the workflow."""
    journal: JournalRow | None = None
    idle: bool = False
    """True if the run has nothing to do after this tick until an event is sent to it."""
    closed: tuple[str, ...] = ()
    """Ids of the questions that nothing waits for any more after this tick."""
    moves: tuple[Move, ...] = ()
    """What the step that has ended in this tick has taken and given."""
    at_work: tuple[str, ...] | None = None
    """Names of the steps at work after this tick; None if it starts and ends none."""
    number: int = 0
    """Its place among the ticks of its run, from 1, where a run is replayed from its beginning, and what is stored is
    passed over; else 0."""


@dataclass(frozen=True)
class Ending:
    """How a run ends."""

    status: Literal["completed", "failed"]
    result: dict[str, Any] | None = None
    failure: Failure | None = None


@dataclass(frozen=True)
class Notice:
    """A call of a hook that is still to be made."""

    id: int
    topic: Topic
    hook: str
    """Name of the hook."""
    run_id: str
    question_id: str | None
    """None unless the topic is a question."""
    attempts: int
    """How often it was begun, this time included."""
    resumed: int = 0
    """How often the run had been resumed after it was cancelled."""

    @property
    def key(self) -> str:
        """The same for every attempt, and different for every other question or ending, and for a question that is open
        again since its run was resumed."""
        again = f"-{self.resumed + 1}" if self.resumed else ""
        return f"{self.topic}-{self.question_id or self.run_id}{again}"
