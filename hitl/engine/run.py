"""One run, as a page or a program holds it, and the calls of the engine behind it."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from workflows import Context
from workflows.handler import WorkflowHandler

from hitl.engine.errors import RunNotFound
from hitl.engine.records import LIVE, Answer, EventRecord, Failure, Question, Receipt, RunRecord, Status
from hitl.engine.runtime.feed import Feed, Subscription
from hitl.engine.store.queries import Queries
from hitl.settings import Settings


class Engine(Protocol):
    """Starts, finds and answers runs: what an owner of the file and its clients have in common; see `open_engine`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def is_owner(self) -> bool: ...
    @property
    def store(self) -> Queries: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def is_closed(self) -> bool: ...
    @property
    def trouble(self) -> str | None: ...
    @property
    def is_carried_out(self) -> bool: ...

    def start(self, workflow: str, /, **inputs: Any) -> Run: ...
    def attach(self, run_id: str) -> Run: ...
    def runs(
        self,
        status: Status | None = None,
        search: str = "",
        limit: int = 50,
        before: datetime | None = None,
        since: datetime | None = None,
        ids: Collection[str] | None = None,
    ) -> list[RunRecord]: ...
    def runs_named(self, prefix: str) -> list[str]: ...
    def questions(self) -> list[Question]: ...
    def answer(self, run_id: str, question_id: str, body: dict[str, Any], by: str) -> Receipt: ...
    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool: ...
    def cancel(self, run_id: str) -> bool: ...
    def rename(self, run_id: str, title: str) -> bool: ...
    def delete(self, run_id: str) -> bool: ...
    def prune(self, days: int | None = None, megabytes: int | None = None) -> int: ...
    def backup(self, target: Path) -> None: ...
    def close(self) -> None: ...

    def register(self, workflows: Mapping[str, object]) -> None: ...
    def workflows(self) -> list[str]: ...
    def warning(self, workflow: str) -> str | None: ...
    def event_names(self, workflow: str) -> dict[str, str]: ...
    def answer_schemas(self, workflow: str) -> dict[str, dict[str, Any]]: ...
    def signals(self, workflow: str) -> list[str]: ...
    def start_event(self, workflow: str) -> str: ...
    def start_schema(self, workflow: str) -> dict[str, Any]: ...

    def handler(self, run_id: str) -> WorkflowHandler | None: ...
    def blocked_reason(self, run_id: str) -> str | None: ...
    def in_memory(self) -> list[str]: ...


class Run:
    """A run of a workflow: what is stored of it, and a hand on the workflow while it is in memory.

    Get one from `engine.start(…)` or `engine.attach(run_id)`. Every property reads what is stored now,
    and raises `RunNotFound` once the run has been deleted.
    """

    def __init__(self, engine: Engine, run_id: str) -> None:
        self.engine = engine
        self.id = run_id
        self._handler: WorkflowHandler | None = None

    @property
    def record(self) -> RunRecord:
        """Everything the store says of the run itself, read in one go."""
        record = self.engine.store.run(self.id)
        if record is None:
            raise RunNotFound(f"There is no run {self.id} here any more.")
        return record

    @property
    def title(self) -> str | None:
        """The name that a human gave it."""
        return self.record.title

    @property
    def workflow(self) -> str:
        """The name its workflow is registered under."""
        return self.record.workflow

    @property
    def inputs(self) -> dict[str, Any]:
        return self.record.inputs

    @property
    def status(self) -> Status:
        return self.record.status

    @property
    def active(self) -> bool:
        """Whether it has something to do, or has been sent something."""
        return self.record.active and self.blocked_reason is None

    @property
    def blocked_reason(self) -> str | None:
        """Why a run that has not ended cannot go on here, in a sentence; None when nothing keeps it."""
        return self.engine.blocked_reason(self.id)

    @property
    def obstacle(self) -> str | None:
        """The former name of `blocked_reason`."""
        warnings.warn("Run.blocked_reason is called Run.blocked_reason now.", DeprecationWarning, stacklevel=2)
        return self.blocked_reason

    @property
    def has_begun(self) -> bool:
        """Whether anything of the run has run."""
        return self.engine.store.journal(self.id) is not None or self.status not in LIVE

    @property
    def result(self) -> dict[str, Any] | None:
        return self.record.result

    @property
    def error(self) -> Failure | None:
        return self.record.failure

    @property
    def handler(self) -> WorkflowHandler | None:
        """The workflow's handler while the run is in memory, and after that as long as this object lives."""
        self._handler = self.engine.handler(self.id) or self._handler
        return self._handler

    @property
    def ctx(self) -> Context | None:
        return self.handler.ctx if self.handler else None

    @property
    def questions(self) -> list[Question]:
        """The open questions, the oldest first."""
        return self.engine.store.questions(self.id)

    @property
    def question(self) -> Question | None:
        """The oldest open question."""
        return next(iter(self.questions), None)

    def asked(self, question_id: str) -> Question:
        """A question that the run has asked, open or not.

        Raises:
            QuestionNotFound: If it never asked that question.
        """
        return self.engine.store.question(self.id, question_id)

    def is_applied(self, question_id: str) -> bool:
        """Whether the workflow has taken the answer to a question, or has ended."""
        return self.engine.store.receipt(question_id, accepted=True).state == "applied" or self.status not in LIVE

    @property
    def answers(self) -> list[Answer]:
        """What was decided, by whom and when, the oldest first."""
        return self.engine.store.answers(self.id)

    def events(self, after: int = 0) -> list[EventRecord]:
        """What has happened after the event with this number."""
        return self.engine.store.events(self.id, after)

    def subscribe(self, after: int = 0) -> Subscription:
        """A queue of everything that has happened after a number and will happen; keep it to keep reading."""
        return self.engine.feed.channel(self.id).subscribe(after)

    def wait(self, after: int, timeout: float) -> Sequence[EventRecord]:
        """Wait for an event after a number, for the run to come to rest, or for `timeout` seconds.

        Returns:
            The events after that number, possibly none.
        """
        return self.engine.feed.channel(self.id).wait(after, timeout, lambda: not self.active)

    def answer(self, question_id: str, body: dict[str, Any], by: str) -> Receipt:
        """Answer a question; the first valid answer counts.

        Args:
            question_id: Which question.
            body: The fields of its response event, as JSON values.
            by: Who answers, for the record.

        Returns:
            What became of it; `accepted` is False for whoever came second.

        Raises:
            QuestionNotFound: If this run never asked that question.
            InvalidAnswer: If the body does not fit the question's answer type.
            WorkflowUnusable: If its workflow cannot be loaded, or has changed since it asked.
            RunBlocked: If the run cannot be taken up for another reason: the answer would never reach it.
            StoreUnusable: If the answer cannot be stored: then it does not count.
        """
        return self.engine.answer(self.id, question_id, body, by)

    def signal(self, name: str, body: dict[str, Any]) -> bool:
        """Tell the run something while it works, which is no answer: to stop what it is writing, say.

        A signal is a response event whose class says `is_signal: ClassVar[bool] = True`. It is not stored before
        the workflow has taken it: one that comes while the process is killed is lost.

        Args:
            name: Name of its class.
            body: Its fields, as JSON values.

        Returns:
            False when the run is not in the memory of this process, and was told nothing.

        Raises:
            InvalidAnswer: If the workflow takes no such signal, or the body does not fit it.
        """
        return self.engine.signal(self.id, name, body)

    def rename(self, title: str) -> bool:
        """Give the run a name, or take it back with an empty one."""
        return self.engine.rename(self.id, title)

    def cancel(self) -> bool:
        """End the run now; False when it had ended before."""
        return self.engine.cancel(self.id)
