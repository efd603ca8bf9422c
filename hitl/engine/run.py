"""`Run`, a handle to one run, and `Engine`, the calls of the engine behind it."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from workflows import Context
from workflows.handler import WorkflowHandler

from hitl.engine.errors import EngineError, RunCancelled, RunFailed, RunNotFound
from hitl.engine.records import (
    LIVE,
    Answer,
    Course,
    Draft,
    EventRecord,
    Failure,
    OpenQuestion,
    Question,
    Receipt,
    RunRecord,
    Status,
    Traversal,
)
from hitl.engine.runtime.feed import Feed, Subscription
from hitl.engine.store.queries import Queries
from hitl.engine.workflows.steps import WorkflowSteps
from hitl.settings import Settings
from hitl.text import replace_surrogates

T = TypeVar("T")


class Engine(Protocol):
    """Starts, finds and answers runs: the calls that the owner and its clients share. Get one from `open_engine`."""

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
    def commits(self) -> int: ...
    @property
    def is_carried_out(self) -> bool: ...

    def start(self, workflow: str, by: str = "", /, **inputs: Any) -> Run: ...
    def add_file(self, file: Path | str | bytes, name: str = "") -> str: ...
    def attach(self, run_id: str) -> Run: ...
    def runs(
        self,
        status: Status | None = None,
        search: str = "",
        limit: int = 50,
        before: datetime | None = None,
        since: datetime | None = None,
        ids: Collection[str] | None = None,
        workflows: Collection[str] | None = None,
        offset: int = 0,
    ) -> list[RunRecord]: ...
    def courses(self, run_ids: Collection[str]) -> dict[str, Course]: ...
    def runs_named(self, prefix: str) -> list[str]: ...
    def questions(self) -> list[Question]: ...
    def open_questions(
        self,
        ids: Collection[str] | None = None,
        workflows: Collection[str] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[OpenQuestion]: ...
    def count_open_questions(
        self, ids: Collection[str] | None = None, workflows: Collection[str] | None = None
    ) -> int: ...
    def answer(self, run_id: str, question_id: str, body: dict[str, Any], by: str, browser: str = "") -> Receipt: ...
    def keep_draft(self, run_id: str, question_id: str, browser: str, body: dict[str, Any], by: str = "") -> bool: ...
    def change_draft(
        self,
        run_id: str,
        question_id: str,
        browser: str,
        changed: Mapping[str, Any],
        gone: Collection[str] = (),
        by: str = "",
    ) -> bool: ...
    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool: ...
    def cancel(self, run_id: str) -> bool: ...
    def resume(self, run_id: str, by: str) -> bool: ...
    def rename(self, run_id: str, title: str) -> bool: ...
    def delete(self, run_id: str) -> bool: ...
    def delete_all(self, run_ids: Collection[str]) -> int: ...
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
    def steps(self, workflow: str) -> WorkflowSteps: ...

    def handler(self, run_id: str) -> WorkflowHandler | None: ...
    def blocked_reason(self, run_id: str) -> str | None: ...
    def blocked_runs(self) -> set[str]: ...
    def resume_blocked_reason(self, run_id: str) -> str | None: ...
    def check_goes_on(self, run_id: str) -> None: ...
    def in_memory(self) -> list[str]: ...


@dataclass(frozen=True)
class News:
    """What a reader of a run has not seen yet."""

    events: list[EventRecord]
    is_live: bool
    """False if there will be nothing else."""


class Run:
    """A handle to a run: its stored data, and its workflow handler while it is in memory.

    Get one from `engine.start(…)` or `engine.attach(run_id)`. Properties read the store at every access; those that
    read `record` raise `RunNotFound` once the run has been deleted.
    """

    def __init__(self, engine: Engine, run_id: str) -> None:
        self.engine = engine
        self.id = run_id
        self._handler: WorkflowHandler | None = None

    def __repr__(self) -> str:
        try:
            record = self.record
        except EngineError:  # it was deleted, or the engine was closed
            return f"<Run {self.id}>"
        return f"<Run {self.id} of {record.workflow}: {record.status}>"

    @property
    def record(self) -> RunRecord:
        """The stored run, read in one query."""
        record = self.engine.store.run(self.id)
        if record is None:
            raise RunNotFound(f"There is no run {self.id} here any more.")
        return record

    @property
    def title(self) -> str | None:
        """The name a human gave it, if any."""
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
        """True while it has work to do or an undelivered answer, and is not blocked."""
        return self.record.active and self.blocked_reason is None

    @property
    def blocked_reason(self) -> str | None:
        """Why the run cannot continue here, in a sentence; None if it can or has ended."""
        return self.engine.blocked_reason(self.id)

    @property
    def resume_blocked_reason(self) -> str | None:
        """Why `resume` cannot take up this run, in a sentence; None if it can."""
        return self.engine.resume_blocked_reason(self.id)

    @property
    def obstacle(self) -> str | None:
        """Deprecated name of `blocked_reason`."""
        warnings.warn("Run.obstacle is called Run.blocked_reason now.", DeprecationWarning, stacklevel=2)
        return self.blocked_reason

    @property
    def has_begun(self) -> bool:
        """True once a tick of the run is stored, or it has ended."""
        return self.engine.store.has_begun(self.id) or self.status not in LIVE

    @property
    def result(self) -> dict[str, Any] | None:
        """The fields of the stop event: `{"result": …}` for a plain `StopEvent(result=…)`; None if there is none yet.

        `hitl.testing` unwraps that of a plain one: there `run.result` is what was given as `result`.
        """
        return self.record.result

    @property
    def error(self) -> Failure | None:
        return self.record.failure

    @property
    def handler(self) -> WorkflowHandler | None:
        """The workflow handler of the run in memory, else the last one that this object has returned, else None."""
        self._handler = self.engine.handler(self.id) or self._handler
        return self._handler

    @property
    def ctx(self) -> Context | None:
        return self.handler.ctx if self.handler else None

    @property
    def questions(self) -> list[Question]:
        """The open questions, oldest first."""
        return self.engine.store.questions(self.id)

    @property
    def question(self) -> Question | None:
        """The oldest open question, if any."""
        return next(iter(self.questions), None)

    @property
    def questions_left(self) -> list[Question]:
        """The questions at which a cancelled run can be resumed, oldest first."""
        return self.engine.store.questions_left(self.id)

    @property
    def last_question(self) -> Question | None:
        """The question that it has asked last, open or not; None if it has asked none."""
        return self.engine.store.last_question(self.id)

    def asked(self, question_id: str) -> Question:
        """A question of the run, open or not.

        Raises:
            QuestionNotFound: If the run never asked it.
        """
        return self.engine.store.question(self.id, question_id)

    def is_applied(self, question_id: str) -> bool:
        """True once the workflow has received the answer to a question, or the run has ended."""
        return self.engine.store.receipt(question_id, accepted=True).state == "applied" or self.status not in LIVE

    @property
    def answers(self) -> list[Answer]:
        """The answers so far, oldest first."""
        return self.engine.store.answers(self.id)

    @property
    def traversal(self) -> Traversal:
        """Which of its workflow's steps are at work, and how often each has taken and given which event."""
        return self.engine.store.traversal(self.id)

    def events(self, after: int = 0) -> list[EventRecord]:
        """The events after sequence number `after`."""
        return self.engine.store.events(self.id, after)

    def subscribe(self, after: int = 0) -> Subscription:
        """A queue of all events after sequence number `after`, stored and future. Keep a reference to it: the engine
        holds it weakly."""
        return self.engine.feed.channel(self.id).subscribe(after)

    def wait(self, after: int, timeout: float) -> Sequence[EventRecord]:
        """Wait until there is an event after sequence number `after`, the run is not active, or `timeout` seconds pass.

        Returns:
            The events after that number, possibly none.
        """
        return self.engine.feed.channel(self.id).wait(after, timeout, lambda: not self.active)

    # `question` and `result` say what there is now: what waits for it needs another name

    async def next_question(self, timeout: float | None = None) -> Question | None:
        """Wait until the run asks something, and return its oldest open question; None once it has ended.

        Any event loop can wait: it is neither blocked nor given a thread for each run. A question stays the next one
        until it is answered.

        Args:
            timeout: Seconds to wait at most; None for as long as it takes.

        Raises:
            TimeoutError: If it has asked nothing by then.
            RunBlocked: If it cannot go on, so that it would never ask.
            RunNotFound: If it was deleted.
            EngineClosed: If the engine was closed.
        """

        def look() -> list[Question] | None:
            if self.status not in LIVE:
                return []
            if not (open_now := self.questions):
                self.engine.check_goes_on(self.id)
            return open_now or None

        found = await self._as_soon_as(look, timeout, "has asked nothing")
        return next(iter(found), None)

    async def wait_result(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait until the run has ended, also for the humans whom it asks, and return its `result`.

        That is the fields of its stop event: `(await run.wait_result())["result"]` for a plain `StopEvent(result=…)`.

        Args:
            timeout: Seconds to wait at most; None for as long as it takes.

        Raises:
            RunFailed: If it has failed.
            RunCancelled: If it was cancelled.
            TimeoutError: If it has not ended by then.
            RunBlocked: If it cannot go on, so that it would never end.
            RunNotFound: If it was deleted.
            EngineClosed: If the engine was closed.
        """

        def look() -> RunRecord | None:
            record = self.record
            if record.status not in LIVE:
                return record
            self.engine.check_goes_on(self.id)
            return None

        record = await self._as_soon_as(look, timeout, "has not ended")
        if record.failure:
            raise RunFailed(self.id, record.failure)
        if record.result is None:
            raise RunCancelled(self.id)
        return record.result

    async def stream(self, after: int = 0) -> AsyncGenerator[EventRecord, None]:
        """The events after sequence number `after`, stored and future, each once and in order, until the run has ended.

            async for event in run.stream():
                print(event.seq, event.type)

        Nothing is left behind when the loop is broken off or cancelled; a later one goes on after the last number.

        Raises:
            RunBlocked: If it cannot go on, once all events so far were given.
            RunNotFound: If it was deleted.
            EngineClosed: If the engine was closed.
        """

        def look() -> News | None:
            is_live = self.status in LIVE  # before reading: what it did until it ended is stored by then
            events = self.events(after)
            if is_live and not events:
                self.engine.check_goes_on(self.id)
                return None
            return News(events, is_live)

        while True:
            news = await self._as_soon_as(look)
            for event in news.events:
                after = event.seq
                yield event
            if not news.is_live:
                return

    async def _as_soon_as(self, look: Callable[[], T | None], timeout: float | None = None, what: str = "") -> T:
        """What `look` returns, as soon as that is something: it looks now, and whenever something of the run changes.

        The database is read on a helper thread of the event loop, since a read can wait for another.
        """
        with self.engine.feed.channel(self.id).waker() as waker:
            found = await asyncio.to_thread(look)  # once without the timeout, which may be 0
            try:
                async with asyncio.timeout(timeout):
                    while found is None:
                        await waker.wait()
                        waker.rearm()
                        found = await asyncio.to_thread(look)
            except TimeoutError:
                raise TimeoutError(f"Run {self.id} {what} within {timeout:g} seconds.") from None
        return found

    def answer(self, question_id: str, body: dict[str, Any], by: str, browser: str = "") -> Receipt:
        """Answer a question; the first valid answer counts.

        Args:
            question_id: Id of the question.
            body: The fields of its response event, as JSON values; for a file also its `Path`.
            by: Name of the human who answers; it is stored unverified.
            browser: Id of the browser that it was entered in, if any: its drafts for the question, those that `draft`
                returns, are deleted with it.

        Returns:
            The outcome; `accepted` is False if another answer was first or the question is closed.

        Raises:
            QuestionNotFound: If this run never asked that question.
            InvalidAnswer: If the body does not fit the question's answer type.
            WorkflowUnusable: If its workflow cannot be loaded, or has changed since it asked.
            RunBlocked: If the run cannot be resumed for another reason, so the answer would never reach it.
            StoreUnusable: If the answer cannot be stored; it does not count then.
        """
        return self.engine.answer(self.id, question_id, body, by, browser)

    def keep_draft(self, question_id: str, browser: str, body: dict[str, Any], by: str = "") -> bool:
        """Keep what a human has entered for a question and not sent, in place of what this browser has kept before.

        It is stored beside the question, not in the run: it is no event, and nobody is notified. It stays until this
        browser answers the question or a later one of its type, or the run is deleted. A question has at most
        `MOST_DRAFTS`; the one that was changed first gives way to a new one.

        Args:
            question_id: Id of the question.
            browser: Any id of the browser, or of another place where something is entered.
            body: What was entered, as JSON values, of at most `DRAFT_LENGTH` characters.
            by: Name of the human; it may be empty, and is stored unverified.

        Returns:
            False if it was not kept, since the question is not open any more. Somebody else's answer does not close a
            draft that is there: it can still be replaced.

        Raises:
            QuestionNotFound: If this run never asked that question.
            InvalidDraft: If the body is too long, or has values that JSON does not have.
            StoreUnusable: If it cannot be stored.
        """
        return self.engine.keep_draft(self.id, question_id, browser, body, by)

    def change_draft(
        self, question_id: str, browser: str, changed: Mapping[str, Any], gone: Collection[str] = (), by: str = ""
    ) -> bool:
        """Change some of what a browser has kept for a question; the rest stays as another tab may just have put it.

        Args:
            question_id: Id of the question.
            browser: As for `keep_draft`.
            changed: What is new or different, by its name in the draft that `draft` returns.
            gone: Names of what is not entered any more.
            by: As for `keep_draft`.

        Returns:
            As `keep_draft`, which also says what is raised.
        """
        return self.engine.change_draft(self.id, question_id, browser, changed, gone, by)

    def draft(self, question_id: str, browser: str) -> Draft | None:
        """What a browser has kept for a question.

        If it has kept nothing, the last that it kept for an earlier question of the same type, which somebody else has
        answered before this one was asked: the draft's `question_id` tells. None if there is no such draft either.
        """
        return self.engine.store.draft(self.id, replace_surrogates(question_id), replace_surrogates(browser))

    def drafts(self, question_id: str) -> list[Draft]:
        """What all browsers have kept for a question, the one that was changed last first."""
        return self.engine.store.drafts(self.id, replace_surrogates(question_id))

    def drafts_by(self, question_id: str, by: str) -> list[Draft]:
        """What humans of one name have kept for a question in any browser, the one that was changed last first.

        After them those for earlier questions of the same type, which somebody of another name has answered before
        this one was asked. Names are unverified, and compared without regard to upper and lower case.
        """
        return self.engine.store.drafts_by(self.id, replace_surrogates(question_id), replace_surrogates(by))

    def signal(self, name: str, body: dict[str, Any]) -> bool:
        """Send the run an event that answers no question, for example to stop it from writing.

        A signal is a `HumanResponseEvent` whose class sets `is_signal: ClassVar[bool] = True`. Over a file it is stored
        only when the workflow receives it, so it is lost if the process is killed before that.

        Args:
            name: Name of its class.
            body: Its fields, as JSON values.

        Returns:
            False if nothing was sent: the run has ended or cannot go on, or, over a file, it is not in the memory of
            this process.

        Raises:
            InvalidAnswer: If the workflow accepts no such signal, or the body does not fit it.
        """
        return self.engine.signal(self.id, name, body)

    def rename(self, title: str) -> bool:
        """Name the run; an empty title removes the name. False if the run does not exist."""
        return self.engine.rename(self.id, title)

    def cancel(self) -> bool:
        """End the run now; False if it had already ended.

        A step at work is cancelled at its next `await`. One that blocks cannot be interrupted: its code runs on until
        it yields, and what it gives is discarded.

        A run that does nothing but wait for humans can be taken up again; see `resume`.
        """
        return self.engine.cancel(self.id)

    def resume(self, by: str) -> bool:
        """Take up a cancelled run again: it waits at the questions that were open when it was cancelled, with what was
        entered for them, and no step runs again.

        Args:
            by: Name of the human who does so, for the log; it is stored unverified.

        Returns:
            False if it is not cancelled, as when somebody else has resumed it a moment ago.

        Raises:
            RunBlocked: If it cannot be resumed: `resume_blocked_reason` says why.
            RunNotFound: If it was deleted.
            StoreUnusable: If that cannot be stored.
        """
        return self.engine.resume(self.id, by)
