"""The workflows that an engine runs, by name."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from workflows import Workflow
from workflows.runtime.types.plugin import Runtime

from hitl.engine.errors import WorkflowChanged, WorkflowUnusable
from hitl.engine.records import RunRecord
from hitl.engine.workflows.answers import takes_what_is_read
from hitl.engine.workflows.loading import find, load_workflow, source_of, warning_about, words_for
from hitl.engine.workflows.named import check_named
from hitl.engine.workflows.signature import WorkflowSignature
from hitl.engine.workflows.source_files import SourceFiles
from hitl.settings import Settings

R = TypeVar("R", bound=Runtime)
"""The runtime that records runs."""

log = logging.getLogger("hitl")

PATIENCE = 30.0
"""Seconds that a thread waits while another one imports a workflow's module."""


@dataclass(frozen=True)
class HostedWorkflow(Generic[R]):
    """A workflow instance and the runtime of its runs."""

    workflow: Workflow
    recorder: R
    signature: WorkflowSignature
    made_by: object
    """The class, function or instance that it was loaded from."""
    warning: str | None
    """A warning to show before it is started."""
    files: SourceFiles
    """The files it was loaded from."""


@dataclass(frozen=True)
class Loading:
    """A workflow that a thread is loading."""

    thread: int
    """Identifier of that thread."""
    done: threading.Event = field(default_factory=threading.Event)

    def wait(self, name: str, deadline: float) -> None:
        """Wait until loading has ended.

        Raises:
            WorkflowUnusable: If that takes too long, or the loading thread itself calls and would deadlock.
        """
        if self.thread == threading.get_ident():
            raise WorkflowUnusable(f"The module of the workflow “{name}” asks for it while it is imported for it.")
        if not self.done.wait(max(0.0, deadline - time.monotonic())):
            raise WorkflowUnusable(
                f"The workflow “{name}” has been loading for {PATIENCE:.0f} seconds, and its module is still at work. "
                "Try again in a moment; what takes long does not belong at the top of a module."
            )


class Registry(Generic[R]):
    """The instance that runs each workflow, loaded on first use.

    Args:
        settings: Has the import paths of workflows, and is passed to them.
        new_recorder: Creates the runtime of one instance.
    """

    def __init__(self, settings: Settings, new_recorder: Callable[[], R]) -> None:
        self._settings = settings
        self._new_recorder = new_recorder
        self._sources: dict[str, object] = dict(settings.workflows)
        self._clashes: dict[str, str] = {}
        self._lock = threading.Lock()  # never held while user code runs, which may take any time
        self._hosted: dict[str, HostedWorkflow[R]] = {}
        self._loading: dict[str, Loading] = {}

    def register(self, given: Mapping[str, object]) -> bool:
        """Add workflows; one with the same name as an earlier one replaces it.

        Another instance of the same class does not: a script that reruns passes a new one each time, and the first is
        kept.

        Args:
            given: By name: import paths, classes, functions that make an instance, or instances.

        Returns:
            True if anything has changed.

        Raises:
            TypeError: If they are not given by name.
        """
        check_named(given)
        new = {name: source_of(source) for name, source in given.items()}
        with self._lock:
            changed = {
                name: source
                for name, source in new.items()
                if name not in self._sources or words_for(self._sources[name]) != words_for(source)
            }
            self._sources |= changed
            for name in changed:
                self._note_clash(name)
            for name in changed:
                self._hosted.pop(name, None)
            return bool(changed)

    def warning(self, name: str) -> str | None:
        """A warning to show before a workflow is started, or None.

        Raises:
            WorkflowUnusable: If the name is unknown, or the workflow cannot be loaded.
        """
        return " ".join(filter(None, [self._clashes.get(name), self.hosted(name).warning])) or None

    def _note_clash(self, name: str) -> None:
        """Record and log a warning if the settings have another workflow of the same name."""
        path, used = self._settings.workflows.get(name), words_for(self._sources[name])
        if path and path != used and "workflows" in self._settings.model_fields_set:
            self._clashes[name] = (
                f"Two workflows are called “{name}”: HITL_WORKFLOWS names {path}, and the app {used}, which is used. "
                "Give one of them another name."
            )
            log.warning("%s", self._clashes[name])

    def names(self) -> list[str]:
        """The names of all workflows, whether or not they can be loaded."""
        return list(self._sources)

    def hosted(self, name: str) -> HostedWorkflow[R]:
        """The instance for runs that start or resume now.

        After its module was imported again (an edit while the server runs) this is a new instance: stored events are
        restored as the new classes, which the old instance would silently ignore.

        Raises:
            WorkflowUnusable: If the name is unknown, or the workflow cannot be loaded.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            known = self._hosted.get(name)
            if known and not self._was_imported_again(name, known):
                return known
            if loaded := self._loaded_in_turn(name, known, deadline):
                return loaded

    def at_hand(self, name: str) -> HostedWorkflow[R] | None:
        """The loaded instance if it is current and using it imports no user code, else None."""
        known = self._hosted.get(name)
        if known and all(event.__module__ in sys.modules for event in known.workflow.events):
            return known if takes_what_is_read(known.workflow) else None
        return None

    def hosted_for(self, run: RunRecord, before: WorkflowSignature | None) -> HostedWorkflow[R]:
        """The instance that can resume a run.

        Args:
            run: The run.
            before: The signature recorded with the run; None if there is none.

        Raises:
            WorkflowUnusable: If the workflow cannot be loaded.
            WorkflowChanged: If it has a different signature now.
        """
        hosted = self.hosted(run.workflow)
        check_signature(run.workflow, before, hosted)
        return hosted

    def _loaded_in_turn(self, name: str, stale: HostedWorkflow[R] | None, deadline: float) -> HostedWorkflow[R] | None:
        """Load a workflow, or wait for the thread that is loading it; None if the caller has to check again.

        Args:
            name: The name it is registered under.
            stale: The instance to replace, if there is one.
            deadline: Until when to wait for another thread, on the monotonic clock.
        """
        with self._lock:
            if self._hosted.get(name) is not stale:
                return None
            loading = self._loading.get(name)
            if loading is None:
                own = self._loading[name] = Loading(threading.get_ident())
                source = self._sources.get(name)
        if loading:
            loading.wait(name, deadline)
            return None
        try:
            hosted = self._loaded(name)
            with self._lock:
                if self._sources.get(name) is source:  # no other source was registered meanwhile
                    self._hosted[name] = hosted
                    return hosted
                return None
        finally:
            with self._lock:
                del self._loading[name]
            own.done.set()

    def _loaded(self, name: str) -> HostedWorkflow[R]:
        if name not in self._sources:
            known = ", ".join(self._sources) or "none"
            raise WorkflowUnusable(f"No workflow is registered as “{name}” (registered: {known}). See HITL_WORKFLOWS.")
        source, recorder = self._sources[name], self._new_recorder()
        workflow = load_workflow(name, source, self._settings, recorder)
        signature, warning = WorkflowSignature.of(workflow), warning_about(name, workflow)
        return HostedWorkflow(workflow, recorder, signature, find(source), warning, SourceFiles.of(workflow))

    def _was_imported_again(self, name: str, known: HostedWorkflow[R]) -> bool:
        if takes_what_is_read(known.workflow):
            return False
        try:
            return find(self._sources[name]) is not known.made_by
        except Exception:  # the module is broken, as during an edit: keep the loaded instance
            return False


def check_signature(name: str, before: WorkflowSignature | None, hosted: HostedWorkflow[Any]) -> None:
    """Raise if a workflow's signature differs from the one recorded with a run.

    A workflow can name earlier signatures whose runs it resumes, by id, as a class attribute `resumes`.

    Args:
        name: The name it is registered under.
        before: The recorded signature; None if there is none.
        hosted: The workflow as it is now.

    Raises:
        WorkflowChanged: If the signatures differ.
    """
    if before and before.id in getattr(hosted.workflow, "resumes", ()):
        return
    if before and (changes := before.changes_to(hosted.signature)):
        if advice := hosted.files.restart_advice(name):
            raise WorkflowChanged(f"This run belongs to another version of its workflow ({changes}). {advice}")
        raise WorkflowChanged(
            f"The workflow “{name}” has changed since this run was last at work: {changes}. The run is kept as it "
            "was. Start it again with the same inputs, or bring the earlier workflow back. (Its signature was "
            f"{before.id}; a workflow that can go on with it names it in `resumes`.)"
        )
