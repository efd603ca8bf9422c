"""The embedded engine: starts, finds and answers runs, with everything about them in one file.

One process owns the file and runs the workflows (`host.py`). Any other process may read, and record starts,
answers, cancels and deletes, which the owner carries out as soon as it sees them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic.errors import PydanticUserError
from workflows.events import WorkflowCancelledEvent
from workflows.handler import WorkflowHandler

from hitl.engine.agents import AGENT_SCHEMA, starts_an_agent
from hitl.engine.answers import build_signal, is_signal, qualified_name, response_types, schema_of
from hitl.engine.database import Database, make_folder
from hitl.engine.errors import RunBlocked, RunNotFound, WorkflowUnusable
from hitl.engine.feed import Feed
from hitl.engine.host import Host, check_takes_up
from hitl.engine.inputs import answer_record, start_record
from hitl.engine.owner import is_owned, own
from hitl.engine.pruning import prune
from hitl.engine.recorder import Recorder
from hitl.engine.records import LIVE, Question, Receipt, RunRecord, Status, Tick
from hitl.engine.registry import HostedWorkflow, Registry
from hitl.engine.rows import whole_letters
from hitl.engine.run import Run
from hitl.engine.store import Store
from hitl.engine.watch import Watch
from hitl.engine.written import KeyMask, record
from hitl.settings import Settings

RUNS_FILE = "runs.db"
TITLE_LENGTH = 200
"""Characters of a name that a human gives a run, at most."""


class Engine:
    """Starts, finds and answers runs.

    Use `open_engine`. `store` and `feed` are for `Run`.

    Args:
        settings: Where the file is, and which workflows there are.
        owner: Whether this process is the one that runs the workflows.
        workflows: Beside those of the settings; see `register`.
        closing: Held while it closes: nobody may open the file again before that is done.
        on_close: Called when it has closed.
    """

    def __init__(
        self,
        settings: Settings,
        owner: bool = True,
        workflows: Mapping[str, object] = MappingProxyType({}),
        closing: AbstractContextManager[object] | None = None,
        on_close: Callable[[], object] = lambda: None,
    ) -> None:
        self._closing = closing or nullcontext()
        self._on_close = on_close
        self.settings = settings
        self.is_owner = owner
        make_folder(settings.home)
        self._ownership = own(settings.home, settings.home / RUNS_FILE) if owner else None
        try:
            may_migrate = owner or not is_owned(settings.home)
            self.store = Store(Database(settings.home / RUNS_FILE, may_migrate, is_checked=owner))
            if owner:
                self.store.take_ownership(os.getpid())
        except BaseException:
            self._release()
            raise
        self.feed = Feed(self.store.events)
        self._key_mask = KeyMask(settings)
        self._registry = Registry(settings, lambda: Recorder(self._commit))
        self._registry.register(workflows)
        self._host = Host(settings, self.store, self.feed, self._registry) if owner else None
        if self._host:
            self._host.resume()
        self._is_behind = False
        self._watch = Watch(self._look, self._recover, self._tidy)

    # ---- the calls

    def start(self, workflow: str, /, **inputs: Any) -> Run:
        """Start a run.

        Args:
            workflow: The name of a registered workflow.
            inputs: The fields of its start event.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
            InvalidInputs: If the inputs do not fit its start event.
            StoreUnusable: If it cannot be stored.
        """
        hosted = self._registry.hosted(workflow)
        start = start_record(hosted.workflow.start_event_class, inputs)
        run_id = secrets.token_hex(10)
        self._refuse_steps()
        self.store.add_run(run_id, workflow, start, hosted.shape)
        self._wake(run_id)
        return Run(self, run_id)

    def register(self, workflows: Mapping[str, object]) -> None:
        """Add workflows to those of the settings, or put others in the place of those of the same name.

        Args:
            workflows: By name: classes, functions that make an instance, instances, or import paths.
        """
        if self._registry.register(workflows) and self._host:
            self._host.resume()

    def workflows(self) -> list[str]:
        """The names of the registered workflows, whether or not they can be loaded."""
        return self._registry.names()

    def note(self, workflow: str) -> str | None:
        """What a human should know about a workflow before starting it; None when there is nothing.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return self._registry.note(workflow)

    def event_names(self, workflow: str) -> dict[str, str]:
        """The events that a workflow's steps take and give: their full names, `module:Class`, by their class's name.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return {cls.__name__: qualified_name(cls) for cls in self._registry.hosted(workflow).workflow.events}

    def answer_schemas(self, workflow: str) -> dict[str, dict[str, Any]]:
        """The JSON schemas of all answers that a workflow takes, by their class's name.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return {cls.__name__: schema_of(cls) for cls in response_types(self._registry.hosted(workflow).workflow)}

    def signals(self, workflow: str) -> list[str]:
        """Names of the signals that a workflow takes; see `Run.signal`. None of one that cannot be loaded."""
        try:
            return [cls.__name__ for cls in self._registry.hosted(workflow).workflow.events if is_signal(cls)]
        except WorkflowUnusable:
            return []

    def start_event(self, workflow: str) -> str:
        """Name of the class of the event that starts a workflow.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return self._registry.hosted(workflow).workflow.start_event_class.__name__

    def start_schema(self, workflow: str) -> dict[str, Any]:
        """The JSON schema of the event that starts a workflow; empty when it has none.

        Args:
            workflow: The name of a registered workflow.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        start_event_class = self._registry.hosted(workflow).workflow.start_event_class
        if starts_an_agent(start_event_class):
            return AGENT_SCHEMA
        try:
            return start_event_class.model_json_schema()
        except PydanticUserError:  # a field whose type has no JSON value
            return {}

    def attach(self, run_id: str) -> Run:
        """Find a run, and take it up again if it waits on disk.

        A run that cannot be taken up, since its workflow cannot be loaded or has changed, is found too: its
        `obstacle` says why.

        Raises:
            RunNotFound: If there is none with this id.
        """
        found = self.store.run(whole_letters(run_id))
        if found is None:
            raise RunNotFound(f"There is no run {run_id} here.")
        self.feed.channel(run_id).note_reader()
        if found.status in LIVE and not self.handler(run_id):
            self._wake(run_id)
        return Run(self, run_id)

    def runs(
        self,
        status: Status | None = None,
        search: str = "",
        limit: int = 50,
        before: datetime | None = None,
        since: datetime | None = None,
        ids: Collection[str] | None = None,
    ) -> list[RunRecord]:
        """Runs, the newest first.

        Args:
            status: Only runs of this status.
            search: Only runs with this text in their name or their inputs, upper and lower case alike.
            limit: At most this many.
            before: Only runs created before this time: the `created_at` of the last one of the page before.
            since: Only runs created at this time or later.
            ids: Only these runs.
        """
        return self.store.runs(status, whole_letters(search), limit, before, since, ids)

    def questions(self) -> list[Question]:
        """Everything that waits for a human, the oldest first."""
        return self.store.questions()

    def answer(self, run_id: str, question_id: str, body: dict[str, Any], by: str) -> Receipt:
        """Answer a question of a run; see `Run.answer`."""
        question = self.store.question(run_id, whole_letters(question_id))
        if question not in self.store.questions(run_id):  # whatever it says, it comes too late
            return self.store.receipt(question_id, accepted=False)
        hosted = self._hosted(run_id)
        answer = answer_record(hosted.workflow, question, body)
        by = whole_letters(by)
        self._refuse_steps()
        self._refuse_blocked(run_id, hosted)
        told = self.feed.channel(run_id).publish(lambda: self.store.accept(question_id, answer, by))
        if not told:
            return self.store.receipt(question_id, accepted=False)
        self._wake(run_id)
        return Receipt(True, by, told[0].at, "answered")  # known without a look, which a close could come before

    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool:
        """Tell a run something while it works; see `Run.signal`."""
        if self._host is None or self.handler(run_id) is None:
            return False
        return self._host.signal(run_id, build_signal(self._hosted(run_id).workflow, name, body))

    def cancel(self, run_id: str) -> bool:
        """End a run now; False when it had ended before."""
        run_id = whole_letters(run_id)
        self._refuse_steps()
        events = self.feed.channel(run_id).publish(
            lambda: self.store.cancel(run_id, record(WorkflowCancelledEvent())),
        )
        if events and self._host:
            self._host.drop(run_id)
        return bool(events)

    def rename(self, run_id: str, title: str) -> bool:
        """Give a run a name, or take it back with an empty one; False when there is no such run."""
        return self.store.rename_run(run_id, whole_letters(" ".join(title.split()))[:TITLE_LENGTH] or None)

    def delete(self, run_id: str) -> bool:
        """Remove a run and everything stored of it; False when there was none."""
        self.cancel(run_id)
        return self.store.delete_runs([whole_letters(run_id)]) == 1

    def prune(self, days: int | None = None, megabytes: int | None = None) -> int:
        """Delete runs that have ended: never one that works or waits.

        Args:
            days: Those that ended longer ago than this.
            megabytes: Those that ended first, until the file's content has at most this size (10⁶ bytes each).

        Returns:
            How many were deleted.
        """
        return prune(self.store, days, megabytes)

    def backup(self, target: Path) -> None:
        """Copy the file of runs as it is now, while it is used, and check the copy.

        Raises:
            StoreUnusable: If the copy cannot be written, or is damaged.
        """
        self.store.database.copy_to(target)

    def close(self) -> None:
        """Stop what is at work, without ending any run, and close the file.

        Raises:
            EngineClosed: If a step calls that this engine runs; nothing is closed then.
        """
        with self._closing:
            if self.is_closed:
                return
            if self._host:
                self._host.close()
            self._watch.close()
            self.store.database.close()
            self._on_close()
            self._release()

    # ---- how it stands

    @property
    def is_closed(self) -> bool:
        return self.store.database.is_closed

    @property
    def trouble(self) -> str | None:
        """Why the file cannot be written at present, in a sentence; None when it can."""
        return self.store.database.trouble

    @property
    def is_carried_out(self) -> bool:
        """Whether some process is there to carry out what is recorded now."""
        return self.is_owner or is_owned(self.settings.home)

    def handler(self, run_id: str) -> WorkflowHandler | None:
        """The handler of a run that is in memory."""
        return self._host.handler(run_id) if self._host else None

    def obstacle(self, run_id: str) -> str | None:
        """Why a run that has not ended cannot go on here, in a sentence."""
        if self._host:
            return self._host.obstacle(run_id)
        found = self.store.run(run_id)
        if found is None or found.status not in LIVE:
            return None
        try:
            self._registry.hosted_for(found, self.store.shape(run_id))
        except WorkflowUnusable as error:
            return str(error)
        return None

    def in_memory(self) -> list[str]:
        """Ids of the runs that are in memory."""
        return self._host.in_memory() if self._host else []

    def _release(self) -> None:
        if self._ownership:
            self._ownership.release()

    def _commit(self, run_id: str, tick: Tick) -> None:
        """Store what a tick of a run brought, and tell its readers."""
        masked = self._key_mask.tick(tick)
        self.feed.channel(run_id).publish(lambda: self.store.commit(run_id, masked))
        if self._host and tick.resting and tick.journal:
            self._host.note_rest(run_id, tick.journal.seq)

    def _refuse_steps(self) -> None:
        if self._host:
            self._host.refuse_steps()

    def _refuse_blocked(self, run_id: str, hosted: HostedWorkflow) -> None:
        """Raise `RunBlocked` if a run cannot be taken up: an answer that it was given would never reach it."""
        if self._host:
            self._host.wake(run_id)
            self._host.refuse_blocked(run_id)
        elif found := self.store.run(run_id):
            try:
                check_takes_up(found, hosted, self.store.journal(run_id))
            except WorkflowUnusable as error:
                raise RunBlocked(str(error)) from error

    def _wake(self, run_id: str) -> None:
        if self._host:
            self._host.wake(run_id)

    def _hosted(self, run_id: str) -> HostedWorkflow:
        found = self.store.run(run_id)
        if found is None:
            raise RunNotFound(f"There is no run {run_id} here any more.")
        return self._host.hosted(found) if self._host else self._registry.hosted_for(found, self.store.shape(run_id))

    # ---- the duties of the watch

    def _look(self) -> None:
        self._is_behind = self.store.database.changed_elsewhere() or self._is_behind
        if self._is_behind:
            if self._host:
                self._host.catch_up()
            for channel in self.feed.channels():
                channel.catch_up()
            self._is_behind = False  # only now: a look that fails is made up for by the next one

    def _recover(self) -> None:
        if self._host and (self.trouble or self._host.has_stranded):
            self.store.take_ownership(os.getpid())  # the smallest write there is: it raises while the trouble lasts
            self._host.resume()

    def _tidy(self) -> None:
        if self._host and (self.settings.keep_days or self.settings.keep_megabytes):
            self.prune(self.settings.keep_days, self.settings.keep_megabytes)
