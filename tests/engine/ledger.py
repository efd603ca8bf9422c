"""What the crash test was promised and shown, and what of it is not so in the file of runs."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from hitl.engine import Answer, Engine, EventRecord, RunRecord
from hitl.engine.records import LIVE
from hitl.engine.store.statements import TABLES_OF_A_RUN
from tests.engine.interview import MORE_WAITS


@dataclass(frozen=True)
class Saw:
    """A reader was handed an event."""

    run_id: str
    reader: str
    event: EventRecord


@dataclass(frozen=True)
class Accepted:
    """The giver of an answer holds a receipt that says so."""

    run_id: str
    question: str
    token: str
    by: str


@dataclass(frozen=True)
class Started:
    run_id: str


@dataclass(frozen=True)
class Cancelled:
    run_id: str


@dataclass(frozen=True)
class Resumed:
    run_id: str


@dataclass(frozen=True)
class Deleted:
    run_id: str


Fact = Saw | Accepted | Started | Cancelled | Resumed | Deleted


@dataclass
class Promises:
    """What was promised and shown of one run."""

    seen: dict[int, EventRecord] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    started: bool = False
    cancelled: bool = False
    """And not resumed since."""
    resumed: int = 0
    """How often."""
    deleted: bool = False


@dataclass(frozen=True)
class Story:
    """What is stored of one run."""

    run: RunRecord
    events: list[EventRecord]
    answers: list[Answer]

    @property
    def tokens(self) -> list[str]:
        """Of the answers that the workflow says it has taken."""
        return list(self.run.result["result"]) if self.run.result else []


class Ledger:
    """Facts as they become known, from any thread; each visitor's come in the order in which they happened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.runs: defaultdict[str, Promises] = defaultdict(Promises)
        self._wrong: list[str] = []
        self._last_seen: dict[str, int] = {}

    def note(self, fact: Fact) -> None:
        with self._lock:
            promises = self.runs[fact.run_id]
            match fact:
                case Saw(run_id, reader, event):
                    self._note_event(run_id, reader, event)
                case Accepted():
                    promises.accepted.append(fact)
                case Started():
                    promises.started = True
                case Cancelled():
                    promises.cancelled = True
                case Resumed():
                    promises.cancelled = False
                    promises.resumed += 1
                case Deleted():
                    promises.deleted = True

    def _note_event(self, run_id: str, reader: str, event: EventRecord) -> None:
        expected = self._last_seen.get(reader + run_id, 0) + 1
        self._last_seen[reader + run_id] = event.seq
        if event.seq != expected:
            self._wrong.append(f"{run_id}: {reader} was handed event {event.seq} when {expected} was next")
        if self.runs[run_id].seen.setdefault(event.seq, event) != event:
            self._wrong.append(f"{run_id}: event {event.seq} was {self.runs[run_id].seen[event.seq]}, then {event}")

    def held_against(self, engine: Engine) -> dict[str, list[str]]:
        """What is wrong, by kind, each in a sentence; to be asked when nobody is at work with the file."""
        wrong: dict[str, list[str]] = {
            "answers lost": [],
            "applied twice": [],
            "questions twice": [],
            "events lost or renumbered": list(self._wrong),
            "runs stuck": [],
            "runs that are not as they were left": list(self._not_as_they_were_left(engine)),
        }
        for run in engine.runs(limit=10**9):
            story, promises = Story(run, engine.store.events(run.id), engine.store.answers(run.id)), self.runs[run.id]
            for kind, found in (
                ("answers lost", lost_answers(story, promises)),
                ("applied twice", answers_applied_twice(story, promises)),
                ("questions twice", questions_asked_twice(story)),
                ("events lost or renumbered", wrong_events(story, promises)),
                ("runs stuck", stuck(story)),
            ):
                wrong[kind] += (f"{run.id}: {what}" for what in found)
        return wrong

    def _not_as_they_were_left(self, engine: Engine) -> Iterator[str]:
        runs = {run.id: run for run in engine.runs(limit=10**9)}
        for run_id, promises in self.runs.items():
            run = runs.get(run_id)
            if promises.deleted and run:
                yield f"{run_id} was deleted and is there"
            if promises.started and not promises.deleted and not run:
                yield f"{run_id} was started and is not there"
            if run and not promises.deleted and promises.cancelled != (run.status == "cancelled"):
                yield f"{run_id} is {run.status}, but {'was' if promises.cancelled else 'was never'} cancelled"
        for table in TABLES_OF_A_RUN:
            left = engine.store.database.read(f"SELECT DISTINCT run_id FROM {table} EXCEPT SELECT id FROM runs")
            yield from (f"{run_id} is deleted, but something of it is left in {table}" for (run_id,) in left)


def lost_answers(story: Story, promises: Promises) -> Iterator[str]:
    """Accepted answers that are not stored, or that a run which has completed does not have in its result."""
    stored = {answer.question_id: answer for answer in story.answers}
    for accepted in promises.accepted:
        answer = stored.get(accepted.question)
        if answer is None or (answer.body["token"], answer.by) != (accepted.token, accepted.by):
            yield f"the answer {accepted.token} is not stored"
        elif story.run.status == "completed" and (accepted.token not in story.tokens or answer.state != "applied"):
            yield f"the answer {accepted.token} is {answer.state}, and not in the result"


def answers_applied_twice(story: Story, promises: Promises) -> Iterator[str]:
    """Answers that stand in the result twice or that nobody gave, and questions of which two answers were accepted."""
    given = {answer.body["token"] for answer in story.answers}
    for token, times in Counter(story.tokens).items():
        if times > 1 or token not in given:
            yield f"the answer {token} is in the result {times} times, and was {'' if token in given else 'not '}given"
    expected = 3 * story.run.inputs["rounds"] + 1 + MORE_WAITS * story.run.inputs.get("waits", False)
    if story.run.status == "completed" and len(story.tokens) != expected:
        yield f"the result has {len(story.tokens)} answers instead of {expected}"
    for question, times in Counter(accepted.question for accepted in promises.accepted).items():
        if times > 1:
            yield f"{times} answers to the question {question} were accepted"


def questions_asked_twice(story: Story) -> Iterator[str]:
    asked = Counter((e.body["topic"], e.body["attempt"]) for e in story.events if e.kind == "question")
    yield from (f"{topic} {attempt} was asked {times} times" for (topic, attempt), times in asked.items() if times > 1)


def wrong_events(story: Story, promises: Promises) -> Iterator[str]:
    """Gaps in the numbers, events that are not what a reader saw, and lines of the long step out of their order."""
    stored = {event.seq: event for event in story.events}
    if list(stored) != list(range(1, len(story.events) + 1)):
        yield f"the events are numbered {list(stored)}"
    for seq, seen in promises.seen.items():
        if stored.get(seq) != seen:
            yield f"event {seq} was {seen}, and is {stored.get(seq)}"
    expected = 0
    for event in story.events:
        if (event.type, event.body.get("step")) == ("StepRestarted", "work"):
            expected = 0
        elif event.type == "Line":
            if event.body["n"] != expected:
                yield f"event {event.seq} has line {event.body['n']} when {expected} was next"
            expected = event.body["n"] + 1
    if story.run.status == "completed" and expected != story.run.inputs["lines"]:
        yield f"the long step has written {expected} lines"


def stuck(story: Story) -> Iterator[str]:
    if story.run.status in (*LIVE, "failed"):
        questions = [event.body for event in story.events if event.kind == "question"]
        yield f"{story.run.status}, {story.run.failure}, last question {questions[-1:]}, {story.events[-1]}"
