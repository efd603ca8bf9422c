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
from hitl.engine.workflows.signature import WorkflowSignature
from hitl.settings import Settings

R = TypeVar("R", bound=Runtime)
"""The runtime that records runs."""

log = logging.getLogger("hitl")

PATIENCE = 30.0
"""Seconds that a thread waits for another one which imports a workflow's module."""


@dataclass(frozen=True)
class HostedWorkflow(Generic[R]):
    """A workflow instance and the runtime that its runs have."""

    workflow: Workflow
    recorder: R
    signature: WorkflowSignature
    made_by: object
    """The class, function or instance that its source led to."""
    warning: str | None
    """What a human should know about it."""


@dataclass(frozen=True)
class Loading:
    """A workflow that a thread is about to load."""

    thread: int
    """Its identifier."""
    done: threading.Event = field(default_factory=threading.Event)

    def wait(self, name: str, deadline: float) -> None:
        """Wait until it is done.

        Raises:
            WorkflowUnusable: If that takes too long, or the thread waits for itself.
        """
        if self.thread == threading.get_ident():
            raise WorkflowUnusable(f"The module of the workflow “{name}” asks for it while it is imported for it.")
        if not self.done.wait(max(0.0, deadline - time.monotonic())):
            raise WorkflowUnusable(
                f"The workflow “{name}” has been loading for {PATIENCE:.0f} seconds, and its module is still at work. "
                "Try again in a moment; what takes long does not belong at the top of a module."
            )


class Registry(Generic[R]):
    """The instance that runs each workflow, loaded when it is first asked for.

    Args:
        settings: Where import paths stand.
        new_recorder: Makes the runtime of one instance.
    """

    def __init__(self, settings: Settings, new_recorder: Callable[[], R]) -> None:
        self._settings = settings
        self._new_recorder = new_recorder
        self._sources: dict[str, object] = dict(settings.workflows)
        self._clashes: dict[str, str] = {}
        self._lock = threading.Lock()  # never held while a user's code runs, which may take as long as it likes
        self._hosted: dict[str, HostedWorkflow[R]] = {}
        self._loading: dict[str, Loading] = {}

    def register(self, given: Mapping[str, object]) -> bool:
        """Add workflows, or put others in the place of those of the same name.

        A script that runs again and again hands over a new instance each time; the first one of its class stays.

        Args:
            given: By name: import paths, classes, functions that make an instance, or instances.

        Returns:
            Whether anything has changed.
        """
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
        """What a human should know about a workflow; None when there is nothing.

        Raises:
            WorkflowUnusable: If the name is unknown, or does not lead to a workflow.
        """
        return " ".join(filter(None, [self._clashes.get(name), self.hosted(name).warning])) or None

    def _note_clash(self, name: str) -> None:
        """Tell when the settings call another workflow by the same name."""
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
        """The instance for runs that begin or are taken up now.

        After its module was imported again (an edit while the server runs) that is a new one: what is read
        from the file becomes events of the new classes, which the old instance would ignore without a word.

        Raises:
            WorkflowUnusable: If the name is unknown, or its path does not lead to a workflow.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            known = self._hosted.get(name)
            if known and not self._was_imported_again(name, known):
                return known
            if loaded := self._loaded_in_turn(name, known, deadline):
                return loaded

    def at_hand(self, name: str) -> HostedWorkflow[R] | None:
        """A workflow, if it can be had without running anybody's code: it is loaded, and so are its modules."""
        known = self._hosted.get(name)
        if known and all(event.__module__ in sys.modules for event in known.workflow.events):
            return known if takes_what_is_read(known.workflow) else None
        return None

    def hosted_for(self, run: RunRecord, before: WorkflowSignature | None) -> HostedWorkflow[R]:
        """The instance that can take up a run.

        Args:
            run: Which run.
            before: The signature that its workflow had when it was last at work; None when nobody noted it.

        Raises:
            WorkflowUnusable: If the workflow cannot be loaded.
            WorkflowChanged: If it has another signature now.
        """
        hosted = self.hosted(run.workflow)
        check_signature(run.workflow, before, hosted)
        return hosted

    def _loaded_in_turn(self, name: str, stale: HostedWorkflow[R] | None, deadline: float) -> HostedWorkflow[R] | None:
        """Load a workflow, or wait for whoever is at it; None when it is to be looked at again.

        Args:
            name: Which.
            stale: The instance that is not to be used any more.
            deadline: On the monotonic clock: until then it is waited for another thread.
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
                if self._sources.get(name) is source:  # not another one, registered meanwhile
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
        return HostedWorkflow(workflow, recorder, signature, find(source), warning)

    def _was_imported_again(self, name: str, known: HostedWorkflow[R]) -> bool:
        if takes_what_is_read(known.workflow):
            return False
        try:
            return find(self._sources[name]) is not known.made_by
        except Exception:  # half an edit: what was loaded before it goes on
            return False


def check_signature(name: str, before: WorkflowSignature | None, hosted: HostedWorkflow[Any]) -> None:
    """See that a workflow has the signature that a run was paused with.

    Args:
        name: What it is registered under.
        before: That signature; None when nobody noted it.
        hosted: The workflow as it is now.

    Raises:
        WorkflowChanged: If it has another signature now.
    """
    if before and (changes := before.changes_to(hosted.signature)):
        raise WorkflowChanged(
            f"The workflow “{name}” has changed since this run was last at work: {changes}. The run is kept as it "
            "was. Start it again with the same inputs, or bring the earlier workflow back."
        )
