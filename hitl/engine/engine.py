"""The embedded engine: starts, finds and answers runs, all in this process and in one SQLite file."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from workflows.events import StartEvent, WorkflowCancelledEvent, WorkflowFailedEvent
from workflows.handler import WorkflowHandler

from hitl.engine.answers import build_answer, problems_in
from hitl.engine.errors import EngineError, InvalidInputs, RunNotFound, WorkflowUnusable
from hitl.engine.feed import Channel, Feed
from hitl.engine.loop import LoopThread
from hitl.engine.recorder import Delivery, Recorder, record, restored_context
from hitl.engine.records import LIVE, Ending, Failure, NewEvent, Question, Receipt, RunRecord, Status, Tick
from hitl.engine.registry import HostedWorkflow, load_workflow
from hitl.engine.run import Run
from hitl.engine.store import Store
from hitl.settings import Settings

log = logging.getLogger("hitl")

RUNS_FILE = "runs.db"
CANCEL_PATIENCE = 0.1
"""Seconds that a cancel waits for the step at work; one that takes longer is left to itself."""


@dataclass(frozen=True)
class LiveRun:
    """A run in memory. asyncio keeps its tasks weakly: without this a paused run would be collected."""

    hosted: HostedWorkflow
    handler: WorkflowHandler
    channel: Channel
    watcher: asyncio.Task[None]


class Engine:
    """Runs workflows on one background loop and keeps everything about them in one file.

    Use `open_engine`: two engines on one file would each run its runs. `store` and `feed` are for `Run`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.home / RUNS_FILE)
        self.feed = Feed()
        self._loop = LoopThread()
        self._live: dict[str, LiveRun] = {}
        self._dropping: set[asyncio.Task[None]] = set()
        self._hosted: dict[str, HostedWorkflow] = {}
        self._hosted_lock = threading.Lock()
        self._resume()

    # ---- the calls

    def start(self, workflow: str, /, **inputs: Any) -> Run:
        """Start a run.

        Args:
            workflow: The name of a registered workflow.
            inputs: The fields of its start event.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
            InvalidInputs: If the inputs do not fit its start event.
        """
        hosted = self._host(workflow)
        start = _start_record(hosted.workflow.start_event_class, inputs)
        run_id = secrets.token_hex(10)
        self.store.add_run(run_id, workflow, start.body, start)
        self._loop.call(self._wake(run_id))
        return Run(self, run_id)

    def attach(self, run_id: str) -> Run:
        """Find a run, and take it up again if it waits on disk.

        Raises:
            RunNotFound: If there is none with this id.
            WorkflowUnusable: If its workflow cannot be loaded.
        """
        found = self.store.run(run_id) if run_id.isascii() else None
        if found is None:
            raise RunNotFound(f"There is no run {run_id} here.")
        if found.status in LIVE:
            self._loop.call(self._wake(run_id))
        return Run(self, run_id)

    def runs(
        self, status: Status | None = None, search: str = "", limit: int = 50, before: datetime | None = None
    ) -> list[RunRecord]:
        """Runs, the newest first.

        Args:
            status: Only runs of this status.
            search: Only runs with this text in their inputs, upper and lower case alike.
            limit: At most this many.
            before: Only runs created before this time: the `created_at` of the last one of the page before.
        """
        return self.store.runs(status, search, limit, before)

    def questions(self) -> list[Question]:
        """Everything that waits for a human, the oldest first."""
        return self.store.questions()

    def answer(self, run_id: str, question_id: str, body: dict[str, Any], by: str) -> Receipt:
        """Answer a question of a run; see `Run.answer`."""
        question = self.store.question(run_id, question_id)
        workflow = self._host(question.workflow).workflow
        answer = record(build_answer(workflow, question, body), "answer")
        build_answer(workflow, question, answer.body)  # what is stored can be read again, or is not stored
        by = by.encode("utf-8", "replace").decode()
        told = self.feed.channel(run_id).publish(lambda: self.store.accept(question_id, answer, by))
        if told:
            self._loop.call(self._wake(run_id))
        return self.store.receipt(question_id, accepted=bool(told))

    def cancel(self, run_id: str) -> bool:
        """End a run now; False when it had ended before."""
        channel = self.feed.channel(run_id)
        events = channel.publish(lambda: self.store.cancel(run_id, record(WorkflowCancelledEvent())))
        if events:
            channel.rest()
            self._loop.call(self._drop(run_id))
        return bool(events)

    def delete(self, run_id: str) -> bool:
        """Remove a run and everything stored of it; False when there was none."""
        self.cancel(run_id)
        return self.store.delete_run(run_id)

    def close(self) -> None:
        """Stop what is at work, without ending any run, and close the file."""
        with _open_lock:  # nobody may open the file again before it is closed
            self._loop.close()
            self.store.close()
            if _open.get(self.settings.home) is self:
                del _open[self.settings.home]

    def handler(self, run_id: str) -> WorkflowHandler | None:
        """The handler of a run that is in memory."""
        live = self._live.get(run_id)
        return live.handler if live else None

    # ---- bringing runs into memory

    def _resume(self) -> None:
        """Take up what was at work, or had been answered, when the last process ended."""
        for run_id in self.store.runs_at_work():
            try:
                self._loop.call(self._wake(run_id))
            except EngineError:
                log.exception("run %s cannot go on", run_id)

    def _host(self, name: str) -> HostedWorkflow:
        """The instance that runs the workflow of this name, loaded when first asked for."""
        with self._hosted_lock:
            if name not in self._hosted:
                self._hosted[name] = load_workflow(name, self.settings, Recorder(self._commit))
            return self._hosted[name]

    async def _wake(self, run_id: str) -> None:
        """Bring a run into memory if it is not there, and deliver the answers it has not taken yet."""
        live = self._live.get(run_id) or self._launch(run_id)
        if live is None:
            return
        for answer in self.store.answers(run_id, "answered"):
            question = self.store.question(run_id, answer.question_id)
            event = build_answer(live.hosted.workflow, question, answer.body)
            live.channel.activate()
            live.hosted.recorder.deliver(Delivery(run_id, question.id, event), live.handler.ctx)

    def _launch(self, run_id: str) -> LiveRun | None:
        found = self.store.run(run_id)
        if found is None or found.status not in LIVE:
            return None
        hosted = self._host(found.workflow)
        workflow, journal = hosted.workflow, self.store.journal(run_id)
        channel = self.feed.channel(run_id)
        channel.activate()
        try:
            context = restored_context(hosted.recorder, workflow, journal) if journal else None
            start = workflow.start_event_class(**found.inputs)  # only taken when the journal ends before it
            handler = workflow.run(ctx=context, start_event=start, run_id=run_id)
        except Exception as error:  # the library and the user's classes raise what they like
            channel.rest()
            raise WorkflowUnusable(
                f"Run {run_id} cannot be taken up: {error}. Its workflow “{found.workflow}” has probably changed; "
                "start it again with the same inputs."
            ) from error
        watcher = asyncio.get_running_loop().create_task(self._watch(run_id, hosted.recorder, handler))
        self._live[run_id] = LiveRun(hosted, handler, channel, watcher)
        return self._live[run_id]

    # ---- what a run does

    def _commit(self, run_id: str, tick: Tick) -> None:
        channel = self.feed.channel(run_id)
        channel.publish(lambda: self.store.commit(run_id, tick))
        if tick.resting:
            channel.rest(unless=lambda: bool(self.store.answers(run_id, "answered")))

    async def _watch(self, run_id: str, recorder: Recorder, handler: WorkflowHandler) -> None:
        """Wait for the end of a run, and store how it ended."""
        try:
            ending = Ending("completed", result=record(await handler.stop_event_result()).body)
        except BaseException as error:  # whatever a step raised, even what is meant for the process, ends its run
            if self._loop.closed or run_id not in self._live:
                return  # the engine closes and the run goes on another time, or `cancel` has stored its end
            ending = Ending("failed", failure=Failure(None, type(error).__name__, str(error)))
            log.warning("run %s failed", run_id, exc_info=error)
        last = recorder.release(run_id)
        channel = self._live.pop(run_id).channel
        if ending.failure:
            ending = Ending("failed", failure=_with_step(ending.failure, last))
        try:
            channel.publish(lambda: self.store.finish(run_id, last, ending))
        finally:
            channel.rest()

    async def _drop(self, run_id: str) -> None:
        """Take a cancelled run out of memory; a step that does not stop at once is left to itself."""
        live = self._live.pop(run_id, None)
        if live is None:
            return
        cancelling = asyncio.get_running_loop().create_task(live.handler.cancel_run())
        self._dropping.add(cancelling)
        cancelling.add_done_callback(self._dropping.discard)
        cancelling.add_done_callback(lambda _: live.hosted.recorder.release(run_id))
        await asyncio.wait({cancelling}, timeout=CANCEL_PATIENCE)


def _start_record(start_event_class: type[StartEvent], inputs: dict[str, Any]) -> NewEvent:
    """The start event as it is stored, from which it can be made again.

    Raises:
        InvalidInputs: If the inputs do not fit, or could not be read again.
    """
    try:
        start = record(start_event_class(**inputs), "start")
        start_event_class(**start.body)
    except ValidationError as error:
        raise InvalidInputs(problems_in(error)) from error
    except ValueError as error:
        raise InvalidInputs({"inputs": f"cannot be stored: {error}"}) from error
    return start


def _with_step(failure: Failure, last: Tick) -> Failure:
    """The failure with the name of the step that raised, which only the last event of the run tells."""
    for event in last.events:
        if isinstance(event, NewEvent) and event.type == WorkflowFailedEvent.__name__:
            return Failure(event.body["step_name"], failure.type, failure.message)
    return failure


_open: dict[Path, Engine] = {}
_open_lock = threading.RLock()


def open_engine(settings: Settings) -> Engine:
    """The engine of the settings' folder: the same one when called again for the same folder in a process.

    Raises:
        StoreUnusable: If the file of runs cannot be used.
    """
    with _open_lock:
        if settings.home not in _open:
            _open[settings.home] = Engine(settings)
        return _open[settings.home]
