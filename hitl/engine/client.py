"""A client of the database: it reads, and records starts, answers, cancels and deletes.

The process that owns the database polls for what is recorded and carries it out; see `engine.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workflows.events import WorkflowCancelledEvent
from workflows.handler import WorkflowHandler

from hitl.characters import visible
from hitl.engine.descriptions import resumed_event
from hitl.engine.errors import (
    InvalidAnswer,
    InvalidInputs,
    RunBlocked,
    RunNotFound,
    WorkflowUnusable,
    problems_in_words,
)
from hitl.engine.files import RunFiles, schema_with_files
from hitl.engine.records import (
    LIVE,
    TITLE_LENGTH,
    Course,
    OpenQuestion,
    Question,
    Receipt,
    RunRecord,
    Status,
    Tick,
)
from hitl.engine.run import Run
from hitl.engine.runtime.feed import GLANCE, Feed
from hitl.engine.runtime.host import Hosted, check_takes_up
from hitl.engine.runtime.poller import Poller
from hitl.engine.runtime.recorder import Recorder
from hitl.engine.store.database import Database, make_folder
from hitl.engine.store.ownership import is_owned
from hitl.engine.store.pruning import prune
from hitl.engine.store.statements import Store
from hitl.engine.workflows.answers import is_signal, qualified_name, response_types
from hitl.engine.workflows.edits import edits_in
from hitl.engine.workflows.inputs import answer_record, draft_text, start_record
from hitl.engine.workflows.offer import answer_schema
from hitl.engine.workflows.registry import Registry
from hitl.engine.workflows.serialization import KeyMask, serialize_event
from hitl.engine.workflows.start_fields import start_schema
from hitl.engine.workflows.steps import WorkflowSteps
from hitl.files import Files, forget_files, note_files
from hitl.settings import Settings
from hitl.text import replace_surrogates

RUNS_FILE = "runs.db"
SWEEP_EVERY = 24
"""Of so many hourly prunings one also removes the files that no run names."""


class Client:
    """Starts, finds and answers runs, which the owner then carries out; see `run.Engine`.

    Create it with `open_engine`. `store` and `feed` are for `Run`.

    Args:
        settings: The folder and the workflows.
        workflows: In addition to those of the settings; see `register`.
    """

    is_owner = False
    """True if this engine runs the workflows."""
    _glance = GLANCE
    """Seconds between polls of a waiting reader."""

    def __init__(self, settings: Settings, workflows: Mapping[str, object] = MappingProxyType({})) -> None:
        self.settings = settings
        self._key_mask = KeyMask(settings)
        make_folder(settings.home)
        self.store = self._open_store()
        self._kept = self._open_files()
        self._files = RunFiles(settings, self.store, self._kept)
        self.feed = Feed(self.store.events, self._glance)
        self._registry = Registry(settings, self._new_recorder)
        self._registry.register(workflows)
        self._is_behind = False
        self._retained = -1
        note_files(self._kept)  # first: a run that goes on may open some
        try:
            self._begin()
        except BaseException:
            forget_files(self._kept)
            raise
        self._poller = Poller(self._poll, self._index, self._recover, self._prune)

    # ---- the calls

    def start(self, workflow: str, by: str = "", /, **inputs: Any) -> Run:
        """Start a run.

        Args:
            workflow: The name of a registered workflow.
            by: Name of the human who starts it, if any; it is stored unverified.
            inputs: The fields of its start event. One of the type `hitl.File` takes a `Path`, too; see `add_file`.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
            InvalidInputs: If the inputs do not fit its start event.
            FileUnusable: If a file cannot be kept.
            StoreUnusable: If it cannot be stored.
        """
        hosted = self._registry.hosted(workflow)
        schema = schema_with_files(hosted.workflow.start_event_class)
        start = start_record(hosted.workflow, self._files.added(schema, inputs) if schema else inputs)
        if problems := self._files.problems(schema, start.body):
            raise InvalidInputs(problems)
        run_id = secrets.token_hex(10)
        self._refuse_steps()
        self.store.add_run(run_id, workflow, start, hosted.signature, _on_one_line(by))
        self._resume(run_id)
        return Run(self, run_id)

    def register(self, workflows: Mapping[str, object]) -> None:
        """Add workflows; one with the same name as an earlier one replaces it.

        Args:
            workflows: By name: classes, functions that make an instance, instances, or import paths.
        """
        if self._registry.register(workflows):
            self._workflows_changed()

    def workflows(self) -> list[str]:
        """The names of the registered workflows, whether or not they can be loaded."""
        return self._registry.names()

    def warning(self, workflow: str) -> str | None:
        """A warning to show before a workflow is started, or None.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return self._registry.warning(workflow)

    def event_names(self, workflow: str) -> dict[str, str]:
        """The qualified names, `module:Class`, of the events that a workflow's steps take and return, by class name.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return {cls.__name__: qualified_name(cls) for cls in self._registry.hosted(workflow).workflow.events}

    def answer_schemas(self, workflow: str) -> dict[str, dict[str, Any]]:
        """The JSON schemas of all answers that a workflow accepts, by class name, in alphabetical order.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        instance = self._registry.hosted(workflow).workflow
        types = sorted(response_types(instance), key=lambda cls: cls.__name__)  # the library has them in a set
        return {cls.__name__: answer_schema(instance, cls) for cls in types}

    def signals(self, workflow: str) -> list[str]:
        """Class names of the signals that a workflow accepts; empty if it cannot be loaded. See `Run.signal`."""
        try:
            return [cls.__name__ for cls in self._registry.hosted(workflow).workflow.events if is_signal(cls)]
        except WorkflowUnusable:
            return []

    def start_event(self, workflow: str) -> str:
        """Class name of a workflow's start event.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return self._registry.hosted(workflow).workflow.start_event_class.__name__

    def start_schema(self, workflow: str) -> dict[str, Any]:
        """The JSON schema of a workflow's start event, with the fields that its source reads; empty if it has none.

        Args:
            workflow: The name of a registered workflow.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return start_schema(self._registry.hosted(workflow).workflow)

    def steps(self, workflow: str) -> WorkflowSteps:
        """The steps of a workflow, and which events each takes and gives.

        Raises:
            WorkflowUnusable: If there is no such workflow, or it cannot be loaded.
        """
        return WorkflowSteps.of(self._registry.hosted(workflow).workflow)

    def attach(self, run_id: str) -> Run:
        """Find a run; the owner resumes it if it is not in memory.

        A run that cannot be resumed, because its workflow cannot be loaded or has changed, is returned too; its
        `blocked_reason` says why.

        Raises:
            RunNotFound: If there is none with this id.
        """
        found = self.store.run(replace_surrogates(run_id))
        if found is None:
            raise RunNotFound(f"There is no run {run_id} here.")
        self.feed.channel(run_id).note_reader()
        if found.status in LIVE and not self.handler(run_id):
            self._resume(run_id)
        return Run(self, run_id)

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
    ) -> list[RunRecord]:
        """Runs, newest first.

        Args:
            status: Only runs of this status.
            search: Only runs that have all these words, or parts of words, in their name, their inputs, their answers
                or their result; case-insensitive.
            limit: At most this many.
            before: Only runs created before this time.
            since: Only runs created at this time or later.
            ids: Only these runs.
            workflows: Only runs of the workflows with these names, registered or not.
            offset: For paging: without this many of the first.

        Raises:
            StoreUnusable: If the file cannot be read.
        """
        return self.store.runs(status, replace_surrogates(search), limit, before, since, ids, workflows, offset)

    def courses(self, run_ids: Collection[str]) -> dict[str, Course]:
        """What was asked and answered in runs, by id; runs that have asked nothing are left out."""
        return self.store.courses(run_ids)

    def runs_named(self, prefix: str) -> list[str]:
        """Ids of runs that begin with `prefix`, at most two."""
        return self.store.runs_named(prefix)

    def questions(self) -> list[Question]:
        """The open questions of all runs, oldest first."""
        return self.store.questions()

    def open_questions(
        self,
        ids: Collection[str] | None = None,
        workflows: Collection[str] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[OpenQuestion]:
        """The open questions as a list shows them, oldest first.

        Args:
            ids: Only those of these runs.
            workflows: Only those of the workflows with these names.
            limit: At most this many.
            offset: For paging: without this many of the first.
        """
        return self.store.open_questions(ids, workflows, limit, offset)

    def count_open_questions(self, ids: Collection[str] | None = None, workflows: Collection[str] | None = None) -> int:
        """How many questions are open; see `open_questions`."""
        return self.store.count_open_questions(ids, workflows)

    def answer(self, run_id: str, question_id: str, body: dict[str, Any], by: str, browser: str = "") -> Receipt:
        """Answer a question of a run; see `Run.answer`."""
        question = self.store.question(run_id, replace_surrogates(question_id))
        if question not in self.store.questions(run_id):  # already answered or closed
            return self.store.receipt(question_id, accepted=False)
        hosted = self._hosted(run_id)
        answer = answer_record(hosted.workflow, question, self._files.added(question.answer_schema, body))
        if problems := self._files.problems(question.answer_schema, answer.body):
            raise InvalidAnswer(problems_in_words(problems), problems)
        by, browser = _on_one_line(by), replace_surrogates(browser)
        self._refuse_steps()
        self._refuse_blocked(run_id, hosted)
        edits = edits_in(question, answer.body)
        told = self.feed.channel(run_id).publish(lambda: self.store.accept(question_id, answer, by, browser, edits))
        if not told:
            return self.store.receipt(question_id, accepted=False)
        self._resume(run_id)
        return Receipt(True, by, told[0].at, "answered")  # not read from the store: it may be closed by now

    def keep_draft(self, run_id: str, question_id: str, browser: str, body: dict[str, Any], by: str = "") -> bool:
        """Keep what a browser has entered for a question; see `Run.keep_draft`."""
        run_id, question_id, browser, by = map(replace_surrogates, (run_id, question_id, browser, by))
        kept = self.store.keep_draft(run_id, question_id, browser, draft_text(body, self._key_mask), by)
        if not kept:
            self.store.question(run_id, question_id)  # raises if there is none
        return kept

    def change_draft(
        self,
        run_id: str,
        question_id: str,
        browser: str,
        changed: Mapping[str, Any],
        gone: Collection[str] = (),
        by: str = "",
    ) -> bool:
        """Change what a browser has entered for a question; see `Run.change_draft`."""
        run_id, question_id, browser, by = map(replace_surrogates, (run_id, question_id, browser, by))

        def change(body: dict[str, Any]) -> str:
            left = {name: value for name, value in body.items() if name not in gone}
            return draft_text(left | dict(changed), self._key_mask)

        kept = self.store.change_draft(run_id, question_id, browser, change, by)
        if not kept:
            self.store.question(run_id, question_id)  # raises if there is none
        return kept

    def signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool:
        """False: only the process that runs the workflow can send a signal; see `Run.signal`."""
        return False

    def cancel(self, run_id: str) -> bool:
        """End a run now; False if it had already ended."""
        run_id = replace_surrogates(run_id)
        self._refuse_steps()
        events = self.feed.channel(run_id).publish(
            lambda: self.store.cancel(run_id, serialize_event(WorkflowCancelledEvent())),
        )
        if events:
            self._drop(run_id)
        return bool(events)

    def resume(self, run_id: str, by: str) -> bool:
        """Have a cancelled run wait again where it was left; see `Run.resume`."""
        run_id = replace_surrogates(run_id)
        self._refuse_steps()
        if self._found(run_id).status != "cancelled":
            return False
        if reason := self.resume_blocked_reason(run_id):
            if self._found(run_id).status != "cancelled":  # somebody else has just resumed it
                return False
            raise RunBlocked(reason)
        resumed = resumed_event(_on_one_line(by))
        events = self.feed.channel(run_id).publish(lambda: self.store.resume(run_id, resumed))
        if events:
            self._resume(run_id)
        return bool(events)

    def rename(self, run_id: str, title: str) -> bool:
        """Name a run; an empty title removes the name. False if the run does not exist."""
        title = visible(_on_one_line(title)[:TITLE_LENGTH])  # again, as the cut can leave a joiner that joins nothing
        return self.store.rename_run(run_id, title or None)

    def delete(self, run_id: str) -> bool:
        """Cancel a run and delete everything stored of it; False if the run does not exist."""
        return self.delete_all([run_id]) == 1

    def delete_all(self, run_ids: Collection[str]) -> int:
        """Cancel runs and delete everything stored of them; returns how many there were."""
        for run_id in run_ids:
            self.cancel(run_id)
        return self._delete([replace_surrogates(run_id) for run_id in run_ids])

    def prune(self, days: int | None = None, megabytes: int | None = None) -> int:
        """Delete runs that have ended, never one that is running or waiting.

        Args:
            days: Delete those that ended more than this many days ago.
            megabytes: Delete those that ended first, until the database's content has at most this size (10⁶ bytes).

        Returns:
            How many were deleted.
        """
        return prune(self.store, partial(self._delete, unless_live=True), days, megabytes)

    def add_file(self, file: Path | str | bytes, name: str = "") -> str:
        """Keep a file for a run that is about to be started or answered; the same content is kept once.

            engine.start("scan", page=engine.add_file("page.png"))

        It stays as long as the inputs, a question, an answer or the result of a run names it, and a day at least. A
        step opens it with `hitl.open_file`.

        Args:
            file: Its path, or its content.
            name: What it is called; that of its path if it is left out.

        Returns:
            Its fingerprint, which is the value of a field of the type `hitl.File`.

        Raises:
            FileUnusable: If there is no such file, it is larger than `Settings.upload_megabytes`, or it cannot be read
                or stored.
        """
        return self._files.add(file, name)

    def backup(self, target: Path) -> None:
        """Copy the database while it is in use, and check the copy.

        Raises:
            StoreUnusable: If the copy cannot be written, or is damaged.
        """
        self.store.database.copy_to(target)

    def close(self) -> None:
        """Stop polling and close the database."""
        if not self.is_closed:
            self._poller.close()
            self.store.database.close()
            forget_files(self._kept)
            for channel in self.feed.channels():
                channel.wake()  # those who wait are told that it is closed

    # ---- state

    @property
    def is_closed(self) -> bool:
        return self.store.database.is_closed

    @property
    def trouble(self) -> str | None:
        """Why the database cannot be written at present, in a sentence; None if it can."""
        return self.store.database.trouble

    @property
    def commits(self) -> int:
        """A number that differs after everything that is stored; see `Database.commits`."""
        return self.store.database.commits()

    @property
    def is_carried_out(self) -> bool:
        """True if some process owns the folder and carries out what is recorded."""
        return self.is_owner or is_owned(self.settings.home)

    def handler(self, run_id: str) -> WorkflowHandler | None:
        """The workflow handler of a run in memory; None in a client."""
        return None

    def blocked_reason(self, run_id: str) -> str | None:
        """Why a run cannot continue, in a sentence; None if it can or has ended."""
        found = self.store.run(run_id)
        if found is None or found.status not in LIVE:
            return None
        if reason := self._owners_reason(run_id):
            return reason
        try:
            self._registry.hosted_for(found, self.store.signature(run_id))
        except WorkflowUnusable as error:
            return str(error)
        return None

    def blocked_runs(self) -> set[str]:
        """Ids of the runs that have not ended and cannot continue, as far as it is known; see `blocked_reason`.

        It is for lists: no workflow is imported before it returns, and nothing is resumed to find out.
        """
        found = self._told_blocked()
        for version, signature in self.store.live_versions().items():
            if self._registry.is_known_unusable(version.workflow, signature):
                found |= self.store.live_runs_of(version)
        return found

    def resume_blocked_reason(self, run_id: str) -> str | None:
        """Why a cancelled run cannot be resumed, in a sentence; None if it can."""
        run_id = replace_surrogates(run_id)
        found, left, journal = self._found(run_id), self.store.questions_left(run_id), self.store.journal(run_id)
        if found.status != "cancelled":
            return f"The run is {found.status}: only a cancelled one can be taken up again."
        if not left:
            return "When it was cancelled no question was open, or a step was at work: there is nothing to go back to."
        if all(question.expires_at and question.expires_at <= datetime.now(UTC) for question in left):
            return "What it had asked was to be answered by a time that has passed."
        if journal is None:
            return "What it needs to go on is not stored any more."
        try:
            check_takes_up(found, self._registry.hosted_for(found, self.store.signature(run_id)), journal)
        except WorkflowUnusable as error:
            return str(error)
        return None

    def check_goes_on(self, run_id: str) -> None:
        """Raise if a run cannot continue by itself, though it has not ended; see `blocked_reason`.

        Raises:
            RunBlocked: If somebody has to do something about it.
        """
        if reason := self.blocked_reason(run_id):
            raise RunBlocked(reason)

    def in_memory(self) -> list[str]:
        """Ids of the runs in memory; empty in a client."""
        return []

    # ---- overridden by the owner

    def _open_store(self) -> Store:
        return Store(
            Database(self.settings.home / RUNS_FILE, may_migrate=not is_owned(self.settings.home), is_checked=False)
        )

    def _open_files(self) -> Files:
        """Where the files of runs are kept."""
        return Files(self.settings.home)

    def _new_recorder(self) -> Recorder:
        """The runtime of one workflow instance."""
        return Recorder(self._commit, lambda *ids: self.store.expire(*ids))

    def _begin(self) -> None:
        """Called at the end of the setup, before polling begins."""

    def _workflows_changed(self) -> None:
        """Called when workflows were added or replaced."""

    def _resume(self, run_id: str) -> None:
        """Called when a run has something to do."""

    def _drop(self, run_id: str) -> None:
        """Called when a run was cancelled."""

    def _refuse_steps(self) -> None:
        """Called before anything is stored; the owner raises `EngineClosed` if one of its steps is the caller."""

    def _refuse_blocked(self, run_id: str, hosted: Hosted) -> None:
        """Raise `RunBlocked` if a run cannot be resumed: an answer would never reach it."""
        if reason := self._owners_reason(run_id):
            raise RunBlocked(reason)
        if found := self.store.run(run_id):
            try:
                check_takes_up(found, hosted, self.store.journal(run_id))
            except WorkflowUnusable as error:
                raise RunBlocked(str(error)) from error

    def _told_blocked(self) -> set[str]:
        """Ids of the runs that the process that owns the folder now cannot continue."""
        return self.store.blocked_runs() if self.is_carried_out else set()

    def _owners_reason(self, run_id: str) -> str | None:
        """Why the process that owns the folder now cannot continue a run; None if it can, or there is none."""
        reason = self.store.blocked_reason(run_id)
        if reason is None or not self.is_carried_out:  # recorded by an owner that has ended
            return None
        return f"The hitl that runs (process {self.store.owner()}) says: {reason}"

    def _hosted_for(self, found: RunRecord) -> Hosted:
        """The workflow instance that validates the answers of a run."""
        return self._registry.hosted_for(found, self.store.signature(found.id))

    def _commit(self, run_id: str, tick: Tick) -> bool:
        """Store a tick of a run and publish its events; False if the run has ended elsewhere."""
        raise NotImplementedError("Only the process that owns the file runs workflows.")

    def _delete(self, run_ids: Sequence[str], unless_live: bool = False) -> int:
        """Delete runs, and the files that no other run names; returns how many runs."""
        named = self.store.files_named(run_ids)
        gone = self.store.delete_runs(run_ids, unless_live)
        self._files.remove_unnamed(named)
        return gone

    def _found(self, run_id: str) -> RunRecord:
        found = self.store.run(run_id)
        if found is None:
            raise RunNotFound(f"There is no run {run_id} here any more.")
        return found

    def _hosted(self, run_id: str) -> Hosted:
        return self._hosted_for(self._found(run_id))

    def _retain(self) -> None:
        """Delete runs beyond the limits of the settings, and once a day the files that no run names."""
        self._retained += 1
        if self._retained % SWEEP_EVERY == 1:  # not at once: there may be many runs to look through
            self._files.sweep()
        if self.settings.keep_days or self.settings.keep_megabytes:
            self.prune(self.settings.keep_days, self.settings.keep_megabytes)

    # ---- called by the poller

    def _poll(self) -> None:
        """Catch up if another process has committed something."""
        self._is_behind = self.store.database.changed_elsewhere() or self._is_behind
        if self._is_behind:
            self._catch_up()
            self._is_behind = False  # after success only: the next poll makes up for one that failed

    def _catch_up(self) -> None:
        for channel in self.feed.channels():
            channel.catch_up()

    def _index(self) -> None:
        """Called periodically, to put what has changed into the index for the search."""

    def _recover(self) -> None:
        """Called periodically, to write again after a write has failed."""

    def _prune(self) -> None:
        """Called periodically, to delete runs beyond the limits of the settings."""


def _on_one_line(name: str) -> str:
    """The name of a human or a run, on one line, without what does not show or cannot be stored."""
    return " ".join(visible(replace_surrogates(name)).split())
