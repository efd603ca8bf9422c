"""A client of the file of runs: it reads, and records starts, answers, cancels and deletes.

The process that owns the file carries out what is recorded as soon as it sees it; see `engine.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic.errors import PydanticUserError
from workflows.events import WorkflowCancelledEvent
from workflows.handler import WorkflowHandler

from hitl.engine.errors import RunBlocked, RunNotFound, WorkflowUnusable
from hitl.engine.records import LIVE, TITLE_LENGTH, Question, Receipt, RunRecord, Status, Tick
from hitl.engine.run import Run
from hitl.engine.runtime.feed import Feed
from hitl.engine.runtime.host import Hosted, check_takes_up
from hitl.engine.runtime.poller import Poller
from hitl.engine.runtime.recorder import Recorder
from hitl.engine.store.database import Database, make_folder
from hitl.engine.store.ownership import is_owned
from hitl.engine.store.pruning import prune
from hitl.engine.store.statements import Store
from hitl.engine.workflows.agents import AGENT_SCHEMA, starts_an_agent
from hitl.engine.workflows.answers import is_signal, qualified_name, response_types, schema_of
from hitl.engine.workflows.inputs import answer_record, start_record
from hitl.engine.workflows.registry import Registry
from hitl.engine.workflows.serialization import serialize_event
from hitl.settings import Settings
from hitl.text import replace_surrogates

RUNS_FILE = "runs.db"


class Client:
    """Finds and answers runs, and starts them for the owner to carry out; see `run.Engine`.

    Use `open_engine`. `store` and `feed` are for `Run`.

    Args:
        settings: Where the file is, and which workflows there are.
        workflows: Beside those of the settings; see `register`.
    """

    is_owner = False
    """Whether this process is the one that runs the workflows."""

    def __init__(self, settings: Settings, workflows: Mapping[str, object] = MappingProxyType({})) -> None:
        self.settings = settings
        make_folder(settings.home)
        self.store = self._open_store()
        self.feed = Feed(self.store.events)
        self._registry = Registry(settings, lambda: Recorder(self._commit))
        self._registry.register(workflows)
        self._is_behind = False
        self._begin()
        self._poller = Poller(self._poll, self._recover, self._prune)

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
        self.store.add_run(run_id, workflow, start, hosted.signature)
        self._wake(run_id)
        return Run(self, run_id)

    def register(self, workflows: Mapping[str, object]) -> None:
        """Add workflows to those of the settings, or put others in the place of those of the same name.

        Args:
            workflows: By name: classes, functions that make an instance, instances, or import paths.
        """
        if self._registry.register(workflows):
            self._workflows_changed()

    def workflows(self) -> list[str]:
        """The names of the registered workflows, whether or not they can be loaded."""
        return self._registry.names()

    def warning(self, workflow: str) -> str | None:
        """What a human should know about a workflow before starting it; None when there is nothing.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return self._registry.warning(workflow)

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
        found = self.store.run(replace_surrogates(run_id))
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
        return self.store.runs(status, replace_surrogates(search), limit, before, since, ids)

    def runs_named(self, prefix: str) -> list[str]:
        """Ids of at most two runs that begin with these characters."""
        return self.store.runs_named(prefix)

    def questions(self) -> list[Question]:
        """Everything that waits for a human, the oldest first."""
        return self.store.questions()

    def answer(self, run_id: str, question_id: str, body: dict[str, Any], by: str) -> Receipt:
        """Answer a question of a run; see `Run.answer`."""
        question = self.store.question(run_id, replace_surrogates(question_id))
        if question not in self.store.questions(run_id):  # whatever it says, it comes too late
            return self.store.receipt(question_id, accepted=False)
        hosted = self._hosted(run_id)
        answer = answer_record(hosted.workflow, question, body)
        by = replace_surrogates(by)
        self._refuse_steps()
        self._refuse_blocked(run_id, hosted)
        told = self.feed.channel(run_id).publish(lambda: self.store.accept(question_id, answer, by))
        if not told:
            return self.store.receipt(question_id, accepted=False)
        self._wake(run_id)
        return Receipt(True, by, told[0].at, "answered")  # known without a look, which a close could come before

    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool:
        """Tell a run something while it works; see `Run.signal`. Only the process that runs it can."""
        return False

    def cancel(self, run_id: str) -> bool:
        """End a run now; False when it had ended before."""
        run_id = replace_surrogates(run_id)
        self._refuse_steps()
        events = self.feed.channel(run_id).publish(
            lambda: self.store.cancel(run_id, serialize_event(WorkflowCancelledEvent())),
        )
        if events:
            self._drop(run_id)
        return bool(events)

    def rename(self, run_id: str, title: str) -> bool:
        """Give a run a name, or take it back with an empty one; False when there is no such run."""
        return self.store.rename_run(run_id, replace_surrogates(" ".join(title.split()))[:TITLE_LENGTH] or None)

    def delete(self, run_id: str) -> bool:
        """Remove a run and everything stored of it; False when there was none."""
        self.cancel(run_id)
        return self.store.delete_runs([replace_surrogates(run_id)]) == 1

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
        """Close the file.

        Raises:
            EngineClosed: If a step calls that this engine runs; nothing is closed then.
        """
        if not self.is_closed:
            self._poller.close()
            self.store.database.close()

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
        return None

    def blocked_reason(self, run_id: str) -> str | None:
        """Why a run that has not ended cannot go on here, in a sentence."""
        found = self.store.run(run_id)
        if found is None or found.status not in LIVE:
            return None
        try:
            self._registry.hosted_for(found, self.store.signature(run_id))
        except WorkflowUnusable as error:
            return str(error)
        return None

    def in_memory(self) -> list[str]:
        """Ids of the runs that are in memory."""
        return []

    # ---- what an owner does otherwise

    def _open_store(self) -> Store:
        return Store(
            Database(self.settings.home / RUNS_FILE, may_migrate=not is_owned(self.settings.home), is_checked=False)
        )

    def _begin(self) -> None:
        """Called when everything is there and nothing is polled yet."""

    def _workflows_changed(self) -> None:
        """Called when others were registered."""

    def _wake(self, run_id: str) -> None:
        """Called when a run has something to do."""

    def _drop(self, run_id: str) -> None:
        """Called when a run was cancelled."""

    def _refuse_steps(self) -> None:
        """Called before anything is stored; raises `EngineClosed` if a step calls the engine that runs it."""

    def _refuse_blocked(self, run_id: str, hosted: Hosted) -> None:
        """Raise `RunBlocked` if a run cannot be taken up: an answer that it was given would never reach it."""
        if found := self.store.run(run_id):
            try:
                check_takes_up(found, hosted, self.store.journal(run_id))
            except WorkflowUnusable as error:
                raise RunBlocked(str(error)) from error

    def _hosted_for(self, found: RunRecord) -> Hosted:
        """The workflow instance that takes the answers of a run."""
        return self._registry.hosted_for(found, self.store.signature(found.id))

    def _commit(self, run_id: str, tick: Tick) -> None:
        """Store what a tick of a run brought, and tell its readers."""
        raise NotImplementedError("Only the process that owns the file runs workflows.")

    def _hosted(self, run_id: str) -> Hosted:
        found = self.store.run(run_id)
        if found is None:
            raise RunNotFound(f"There is no run {run_id} here any more.")
        return self._hosted_for(found)

    # ---- the duties of the poller

    def _poll(self) -> None:
        """Look whether another process has committed something, and catch up with it."""
        self._is_behind = self.store.database.changed_elsewhere() or self._is_behind
        if self._is_behind:
            self._catch_up()
            self._is_behind = False  # only now: a look that fails is made up for by the next one

    def _catch_up(self) -> None:
        for channel in self.feed.channels():
            channel.catch_up()

    def _recover(self) -> None:
        """Called now and then, to write again after a write has failed."""

    def _prune(self) -> None:
        """Called now and then, to delete what is older or larger than the settings say."""
