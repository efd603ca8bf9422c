"""The workflows that an engine runs, by name."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from workflows import Workflow
from workflows.runtime.types.plugin import Runtime

from hitl.engine.errors import WorkflowChanged, WorkflowUnusable
from hitl.engine.records import RunRecord
from hitl.engine.workflows.answers import takes_what_is_read
from hitl.engine.workflows.event_types import problem_with_events
from hitl.engine.workflows.import_problems import why_not
from hitl.engine.workflows.loading import (
    find,
    is_imported_here,
    load_workflow,
    source_of,
    warning_about,
    words_for,
)
from hitl.engine.workflows.named import check_named
from hitl.engine.workflows.signature import WorkflowSignature
from hitl.engine.workflows.source_files import SourceFiles
from hitl.settings import Settings

R = TypeVar("R", bound=Runtime)
"""The runtime that records runs."""

log = logging.getLogger("hitl")

PATIENCE = 30.0
"""Seconds that whoever asks for a workflow waits while its module is imported, from when that has begun."""
LIST_PATIENCE = 1.0
"""The same for a list, which can be drawn without."""


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


class Loading(Generic[R]):
    """A workflow that is being loaded, on a thread of its own: its module may never end.

    Args:
        name: The name it is registered under.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._since = time.monotonic()
        self._done = threading.Event()
        self._hosted: HostedWorkflow[R] | None = None
        self._error: BaseException | None = None

    def begin(self, load: Callable[[], HostedWorkflow[R] | None], here: bool) -> None:
        """Load it; whoever asks for it in there, its module or a factory, is refused.

        Args:
            load: Loads it.
            here: Whether to load it on the caller's thread, and not in the background.
        """

        def work() -> None:
            names = _loading_here.get()
            _loading_here.set(names | {self._name})
            try:
                self._hosted = load()
            except BaseException as error:  # for those who wait
                self._error = error
            finally:
                self._done.set()

        context = copy_context()
        if here:
            context.run(work)
        else:
            threading.Thread(target=context.run, args=(work,), name="hitl-import", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until loading has ended, or has taken so many seconds."""
        if self._name not in _loading_here.get():
            self._done.wait(max(0.0, self._since + seconds - time.monotonic()))

    def result(self, without_limit: bool) -> HostedWorkflow[R] | None:
        """Wait until loading has ended; None if another source was registered meanwhile.

        Args:
            without_limit: Whether to wait as long as it takes; else at most until it has taken `PATIENCE`.

        Raises:
            WorkflowUnusable: If it cannot be loaded, takes too long, or the caller is what it waits for.
        """
        if self._name in _loading_here.get():
            raise WorkflowUnusable(
                f"The module of the workflow “{self._name}” asks for it while it is imported for it."
            )
        left = None if without_limit else max(0.0, self._since + PATIENCE - time.monotonic())
        if not self._done.wait(left):
            seconds = time.monotonic() - self._since
            raise WorkflowUnusable(
                f"The workflow “{self._name}” has been loading for {seconds:.0f} seconds, and its module is still at "
                "work. Try again in a moment; what takes long does not belong at the top of a module. If it never "
                "ends, mend it and restart the server."
            )
        if self._error:
            raise self._error
        return self._hosted


_loading_here: ContextVar[frozenset[str]] = ContextVar("loading_here", default=frozenset())
"""Names of the workflows that are loaded by what runs here; asking for one of them would wait for itself."""


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
        self._loading: dict[str, Loading[R]] = {}
        self._failures: dict[str, str] = {}

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

    def hosted(self, name: str, without_limit: bool = False) -> HostedWorkflow[R]:
        """The instance for runs that start or resume now.

        After its module was imported again (an edit while the server runs) this is a new instance: stored events are
        restored as the new classes, which the old instance would silently ignore.

        Args:
            name: The name it is registered under.
            without_limit: Whether to wait for its module as long as it takes; else at most `PATIENCE`.

        Raises:
            WorkflowUnusable: If the name is unknown, or the workflow cannot be loaded.
        """
        while True:
            if name not in self._sources:
                known = ", ".join(self._sources) or "none"
                raise WorkflowUnusable(
                    f"No workflow is registered as “{name}” (registered: {known}). See HITL_WORKFLOWS."
                )
            if at_hand := self.at_hand(name):
                return at_hand
            if loaded := self._loading_of(name).result(without_limit):
                return loaded

    def at_hand(self, name: str) -> HostedWorkflow[R] | None:
        """The loaded instance if it is current and using it imports no user code, else None."""
        known = self._hosted.get(name)
        return known if known and takes_what_is_read(known.workflow, imports=False) else None

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

    def is_known_unusable(self, name: str, before: WorkflowSignature | None) -> bool:
        """True if it is known that a run cannot be resumed.

        A workflow that is not loaded yet is loaded in the background; after `LIST_PATIENCE` it counts as usable until
        it is.

        Args:
            name: The name of the run's workflow.
            before: The signature recorded with the run; None if there is none.
        """
        if name not in self._sources:
            return True
        hosted = self.at_hand(name)
        if hosted is None and name not in self._failures:
            self._loading_of(name).wait(LIST_PATIENCE)
            hosted = self.at_hand(name)
        if hosted is None:
            return name in self._failures
        try:
            check_signature(name, before, hosted)
        except WorkflowChanged:
            return True
        return False

    def _loading_of(self, name: str) -> Loading[R]:
        """The loading of a workflow that is going on, or a new one."""
        with self._lock:
            loading, source = self._loading.get(name), self._sources.get(name)
            if loading:
                return loading
            loading = self._loading[name] = Loading(name)
        try:
            loading.begin(partial(self._load, name, source, self._hosted.get(name)), here=is_imported_here(source))
        except RuntimeError:  # the system has no thread left; the next call tries again
            del self._loading[name]
            raise
        return loading

    def _load(self, name: str, source: object, before: HostedWorkflow[R] | None) -> HostedWorkflow[R] | None:
        """Load a workflow, and remember it; None if another source was registered meanwhile.

        Args:
            name: The name it is registered under.
            source: What is registered.
            before: The instance that was there, if any; it stays unless its module was imported again.
        """
        try:
            hosted = before if before and not self._was_imported_again(name, before) else self._loaded(name)
            with self._lock:
                if self._sources.get(name) is not source:
                    return None
                self._hosted[name] = hosted
                self._failures.pop(name, None)
                return hosted
        except WorkflowUnusable as error:
            if self._failures.get(name) != str(error):  # not at every drawing of a page
                is_told = isinstance(error.__cause__, WorkflowUnusable | None)
                log.warning("%s", error, exc_info=None if is_told else error.__cause__)
            self._failures[name] = str(error)
            raise
        finally:
            with self._lock:
                del self._loading[name]

    def _loaded(self, name: str) -> HostedWorkflow[R]:
        source, recorder = self._sources[name], self._new_recorder()
        if source == name == self._settings.workflows.get(name):  # as the settings keep an entry that is none
            raise WorkflowUnusable(f"“{name}” in HITL_WORKFLOWS is not of the form name=package.module:Name.")
        workflow = load_workflow(name, source, self._settings, recorder)
        told = f"The workflow “{name}” ({words_for(source)}) cannot be used"
        try:
            problem = problem_with_events(workflow)
            signature = None if problem else WorkflowSignature.of(workflow)
        except Exception as error:  # a type of a user's event can raise anything when its schema is made
            raise WorkflowUnusable(f"{told}: {why_not(error, source)}") from error
        if signature is None:
            raise WorkflowUnusable(f"{told}: {problem}.")
        return HostedWorkflow(
            workflow, recorder, signature, find(source), warning_about(name, workflow), SourceFiles.of(workflow)
        )

    def _was_imported_again(self, name: str, known: HostedWorkflow[R]) -> bool:
        if takes_what_is_read(known.workflow):
            return False
        try:
            return find(self._sources[name]) is not known.made_by
        except (Exception, SystemExit):  # the module is broken, as during an edit: keep the loaded instance
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
            f"{before.id}; a workflow that can go on with it names it in `resumes`; docs/own-workflows.md says when.)"
        )
